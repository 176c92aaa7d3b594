#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gdb driven by scripts: an L4 task, the guest kernel, a process of the guest; and noise.

    gdb.py L4UX HELLO SELECTORS VMLINUX VICTIM VICTIM-INITRD [TEST...]
"""
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

from system import Runtime

L4UX = HELLO = VMLINUX = VICTIM = INITRD = SELECTORS = ""
COUNT = 60
STEPS = "".join(f"step {n * (n + 1) // 2}\n" for n in range(1, COUNT + 1))
# Which task the guest kernel works for: the one a vCPU has entered last.
USER_TASK = """
python
import json
tasks = json.loads(gdb.execute("monitor tasks", to_string=True))["tasks"]
user = [task["task"] for task in tasks if task["vcpus"]][0]
gdb.execute("add-inferior -exec %s")
gdb.execute("inferior 2")
gdb.execute("attach %%d" %% user)
end
"""


class Gdb(unittest.TestCase):
    def setUp(self):
        if not shutil.which("gdb"):
            self.skipTest("SKIP gdb is not installed")
        self.runtime = Runtime(L4UX)
        self.directory = os.path.dirname(self.runtime.path)

    def tearDown(self):
        if hasattr(self, "runtime"):
            self.runtime.end()

    def script(self, *lines):
        path = os.path.join(self.directory, "script.gdb")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write("set pagination off\nset confirm off\nset width 0\n")
            stream.write("set schedule-multiple on\n")
            stream.write("\n".join(lines) + "\n")
        return path

    def gdb(self, program, *lines):
        done = subprocess.run(["gdb", "-nx", "-batch", "-x", self.script(*lines), program],
                              env=self.runtime.env, check=False, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120)
        self.assertNotIn("Error in sourced command file", done.stdout)
        return done.stdout

    def in_order(self, text, *patterns):
        at = 0
        for pattern in patterns:
            match = re.compile(pattern, re.MULTILINE).search(text, at)
            self.assertTrue(match, f"/{pattern}/ is not in:\n{text[at:]}\n--- of:\n{text}")
            at = match.end()

    def target(self, *words):
        return "target extended-remote | " + " ".join([L4UX, words[0], "--gdb=stdio", *words[1:]])

    def test_task(self):
        """A native program: break, registers, memory, step, watch, to the normal end."""
        out = self.gdb(HELLO, self.target("run", HELLO, "4"), "info threads", "info os processes",
                       "break main", "continue", "print argc", "stepi",
                       "print $rip > main && $rip < main + 16",
                       "set var $rbx = 0x1234", "print/x $rbx", "print $mxcsr", "x/2i $rip",
                       "print/x *(unsigned char *)main", "delete", "continue")
        self.in_order(out, r"Thread \d+\.\d+ \"hello\" _start", r"l4 +sigma0", r"Breakpoint 1, main",
                      r"\$1 = 2", r"\$2 = 1", r"\$3 = 0x1234", r"\$4 = 8064", "=> 0x",
                      r"\$5 = 0x(?!cc)", r"tick 4", r"Inferior 1 \(process \d+\) exited normally")
        self.assertEqual(self.runtime.leftovers(), [])

    def test_watch_and_selectors(self):
        """Watchpoints and the reads of cs that are answered by hand share four registers:
        the debugger comes first."""
        alone = self.runtime.call("run", "--engine=ptrace", SELECTORS)
        self.assertEqual(alone[0], 0, alone)
        if "turn 4: cs 0x2b" not in alone[1]:
            self.skipTest("SKIP this host gives out no breakpoints")
        out = self.gdb(SELECTORS, self.target("run", SELECTORS), "break turn", "continue", "delete",
                       *[f"watch word[{i}]" for i in range(4)], *["continue"] * 8,
                       "delete", "continue")
        self.in_order(out, *[rf"Hardware watchpoint \d: word\[{i}\]\n\nOld value = .*\n"
                             rf"New value = {n + 1}" for n in range(2) for i in range(4)],
                      "turn 2: cs 0x33", "turn 4: cs", "exited normally")
        # one watchpoint leaves room for one place
        out = self.gdb(SELECTORS, self.target("run", SELECTORS), "break turn", "continue", "delete",
                       "watch word[2]", "continue", "delete", "continue")
        self.in_order(out, r"Hardware watchpoint 2: word\[2\]", "New value = 1",
                      *[f"turn {n}: cs 0x2b" for n in range(1, 5)], "exited normally")
        # a fifth one: a clear answer of gdb, and the program goes on
        out = self.gdb(SELECTORS, self.target("run", SELECTORS), "break turn", "continue", "delete",
                       *[f"watch word[{i}]" for i in range(4)], "watch *(long *)(word + 4)",
                       "python\ntry:\n gdb.execute('continue')\nexcept gdb.error as e:\n print(e)"
                       "\nend", "delete", "continue")
        self.in_order(out, "Could not insert hardware watchpoint 6", "turn 4: cs",
                      "exited normally")

    def guest(self, *options):
        return self.target("linux", f"--initrd={INITRD}", *options, "--", "/victim")

    def test_guest(self):
        """The guest kernel and a process of it, at the same time."""
        out = self.gdb(VMLINUX, self.guest(), "break sys_getppid", "continue", "backtrace 3",
                       USER_TASK % VICTIM, "info inferiors", "backtrace 2", "delete",
                       "break work", "continue", "print n", "print counter", "delete",
                       "finish", "watch counter", "continue", "print counter", "delete",
                       "inferior 1", "break sys_getppid", "continue", "delete", "continue", "inferior 1",
                       "continue")
        self.in_order(out, r"Breakpoint 1, 0x\w+ in sys_getppid",
                      r"#1 .* in handle_syscall", r"2 +process \d+", r"in getppid",
                      r"Breakpoint 2, work \(n=.*0\)", r"\$1 = 0", r"\$2 = 0",
                      r"Value returned is \$3 = 1", r"step 1", r"Hardware watchpoint 3: counter",
                      r"Old value = 1", r"New value = 3", r"\$4 = 3",
                      r"Breakpoint 4, 0x\w+ in sys_getppid", r"step 6\nstep 10\nstep 15\nstep 21",
                      r"Inferior 2 \(process \d+\) exited", r"Inferior 1 .* exited with code 05")
        self.assertEqual(self.runtime.leftovers(), [])

    def running(self, name):
        """A guest that has begun, and the lines it printed."""
        process = self.runtime.start("linux", f"--name={name}", f"--initrd={INITRD}", "--", "/victim",
                                     str(COUNT))
        self.assertEqual(process.stdout.readline().strip(), b"up")
        return process

    def test_attach(self):
        """Attach to a running system, leave, and nothing has changed for the program."""
        process = self.running("live")
        path = os.path.join(self.runtime.path, "l4ux", "live", "gdb.sock")
        out = self.gdb(VMLINUX, f"target extended-remote {path}", "break sys_getppid", "continue",
                       "backtrace 2", "x/1bx sys_getppid", "detach")
        self.in_order(out, r"Breakpoint 1, 0x\w+ in sys_getppid", r"#1 .* handle_syscall",
                      r"<sys_getppid>:\s+0x(?!cc)", "detached")
        out = self.gdb(VMLINUX, f"target extended-remote {path}", "x/1bx sys_getppid", "disconnect")
        self.in_order(out, r"<sys_getppid>:\s+0x(?!cc)")
        rest, _ = process.communicate(timeout=30)
        self.assertEqual((process.returncode, rest.decode().replace("\r", "")), (5, STEPS))

    def test_killed_debugger(self):
        """A debugger that dies in the middle leaves no breakpoint, and the program goes on."""
        process = self.running("lost")
        path = os.path.join(self.runtime.path, "l4ux", "lost", "gdb.sock")
        script = self.script(f"target extended-remote {path}", "break sys_getppid", "continue",
                             "shell sleep 100")
        with subprocess.Popen(["gdb", "-nx", "-batch", "-x", script, VMLINUX],
                              env=self.runtime.env, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, start_new_session=True) as gdb:
            for line in gdb.stdout:
                if "hit Breakpoint" in line or "Breakpoint 1, " in line:
                    break
            os.killpg(gdb.pid, signal.SIGKILL)
        rest, _ = process.communicate(timeout=30)
        self.assertEqual((process.returncode, rest.decode().replace("\r", "")), (5, STEPS))

    def test_same_trace(self):
        """Simulated time does not see the debugger: the same trace with breakpoints and without."""
        options = ("--engine=ptrace", "--time=virtual", "--seed=7", "--trace-hash")
        done = self.runtime.call("linux", *options, f"--initrd={INITRD}", "--", "/victim")
        self.assertEqual(done[0], 5)
        alone = re.search(r"trace ([0-9a-f]{16}): (\d+) kernel entries", done[1] + done[2])
        self.assertTrue(alone, done)
        path = os.path.join(self.directory, "gdb.sock")
        process = self.runtime.start("linux", *options, f"--gdb=unix:{path}", f"--initrd={INITRD}",
                                     "--", "/victim", stderr=subprocess.STDOUT)
        while not os.path.exists(path):
            time.sleep(0.02)
        out = self.gdb(VMLINUX, f"target extended-remote {path}", "break sys_getppid", "continue",
                       "stepi", "stepi", "continue", "delete", "continue")
        self.in_order(out, "Breakpoint 1", "Breakpoint 1")
        with_gdb = re.search(r"trace ([0-9a-f]{16}): (\d+) kernel entries",
                             process.communicate(timeout=30)[0].decode())
        self.assertTrue(with_gdb, out)
        self.assertEqual(with_gdb.groups(), alone.groups())

    def test_snapshot(self):
        """What is saved under a debugger has none of its breakpoints in it."""
        options = ("--time=virtual", "--snapshot=saved", "--snapshot-at=2ms")
        path = os.path.join(self.directory, "gdb.sock")
        process = self.runtime.start("run", *options, f"--gdb=unix:{path}", HELLO, "4",
                                     cwd=self.directory, stderr=subprocess.DEVNULL)
        while not os.path.exists(path):
            time.sleep(0.02)
        # reached when all has been printed, in the system that was saved too
        self.gdb(HELLO, f"target extended-remote {path}", "break l4_exit", "continue", "delete",
                 "continue")
        self.assertIn(b"tick 4", process.communicate(timeout=30)[0])
        done = self.runtime.call("restore", "saved", cwd=self.directory)
        self.assertEqual(done[0], 0, done)
        self.assertIn("tick 4", done[1])

    def test_noise(self):
        """Packets that make no sense."""
        process = self.runtime.start("linux", "--name=noise", "--", "sleep", "100")
        path = os.path.join(self.runtime.wait_for("noise"), "gdb.sock")
        rng = random.Random(int(os.environ.get("L4UX_FUZZ_SEED", "1")))
        seeds = [b"?", b"g", b"m60000000,40", b"M60000000,2:9090", b"Z0,60020000,1", b"Z2,1000,8",
                 b"z0,60020000,1", b"Hgp0.0", b"Tp6.7", b"qSupported:multiprocess+", b"p10",
                 b"qXfer:features:read:target.xml:0,ffb", b"qfThreadInfo", b"vCont?", b"vAttach;6",
                 b"P10=0000000000000000", b"qRcmd,7461736b73", b"X60000000,3:}]ab", b"D;6",
                 b"QStartNoAckMode", b"vCont;s:p-1.-1", b"s", b"qXfer:threads:read::0,100"]
        end = time.monotonic() + float(os.environ.get("L4UX_FUZZ_SECONDS", "3"))
        while time.monotonic() < end:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
                peer.settimeout(5)
                try:
                    peer.connect(path)
                except BlockingIOError: # others wait to be accepted
                    time.sleep(0.02)
                    continue
                for _ in range(rng.randrange(1, 40)):
                    data = bytearray(rng.choice(seeds))
                    for _ in range(rng.choice((0, 0, 1, 4))):
                        data[rng.randrange(len(data))] = rng.randrange(256)
                    if data[:1] in (b"k", b"c") or data.startswith((b"vKill", b"X", b"M", b"P")):
                        continue # what they do to the guest is meant
                    try:
                        peer.sendall(b"$" + bytes(data) + b"#%02x" % (sum(data) & 255))
                    except OSError:
                        break
        self.assertIsNone(process.poll())
        self.assertIn("noise", self.runtime.running())

    def test_usage(self):
        self.assertEqual(self.runtime.call("gdb")[0], 64)
        self.assertEqual(self.runtime.call("gdb", "none")[0], 69)
        self.assertEqual(self.runtime.call("run", "--gdb=0", HELLO)[0], 64)
        status, _, err = self.runtime.call("run", "--gdb=unix:/proc/none/x", HELLO)
        self.assertEqual(status, 125)
        self.assertRegex(err, "--gdb=unix:/proc/none/x: cannot listen there")


if __name__ == "__main__":
    L4UX, HELLO, SELECTORS, VMLINUX, VICTIM, INITRD = (os.path.abspath(sys.argv.pop(1))
                                                       for _ in range(6))
    unittest.main(warnings="ignore")
