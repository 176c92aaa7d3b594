#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The monitor: instances side by side, what it shows, clients that mean harm.

    monitor.py L4UX [TEST...]
"""
import ctypes
import json
import os
import random
import re
import select
import signal
import socket
import subprocess
import sys
import time
import unittest

from system import Client, Runtime

L4UX = ""
PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
COUNTER = "i=0; while :; do i=$((i+1)); echo $i; done"


def drain(stream, seconds):
    """The last number a counting guest printed within some time."""
    last, data, end = None, b"", time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([stream], [], [], 0.05)[0]:
            data = (data + os.read(stream.fileno(), 65536))[-200:]
            numbers = re.findall(rb"(\d+)\r?\n", data)
            last = int(numbers[-1]) if numbers else last
    return last


def count_beyond(stream, number, patience=60):
    """A number beyond that one, for which the guest has the time it takes; and how long that was."""
    start = time.monotonic()
    while time.monotonic() < start + patience:
        last = drain(stream, 0.05)
        if last is not None and last > number:
            return last, time.monotonic() - start
    raise AssertionError(f"the guest does not count beyond {number}")


def lives(pid):
    """Whether there is such a process, and it is more than a record of its end."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Monitor(unittest.TestCase):
    def setUp(self):
        self.runtime = Runtime(L4UX)

    def tearDown(self):
        self.runtime.end()

    def guest(self, name, *words):
        process = self.runtime.start("linux", f"--name={name}", "--", *words)
        return process, self.runtime.wait_for(name)

    def test_instances(self):
        first, _ = self.guest("first", "sleep", "100")
        second = self.runtime.start("linux", "--", "sleep", "100")
        self.runtime.wait_for(str(second.pid))
        running = self.runtime.running()
        self.assertEqual(set(running), {"first", str(second.pid)})
        self.assertEqual(running["first"]["pid"], first.pid)
        self.assertIn("--name=first", running["first"]["command"])
        status, _, err = self.runtime.call("linux", "--name=first", "--", "true")
        self.assertEqual(status, 125)
        self.assertRegex(err, "name first is running")
        self.assertEqual(self.runtime.call("stop", str(first.pid))[0], 0)
        self.assertEqual(first.wait(5), 143)
        self.assertEqual(self.runtime.call("stop", "--kill", "--all")[0], 0)
        self.assertEqual(second.wait(5), -signal.SIGKILL)
        self.assertEqual(self.runtime.leftovers(), [])
        self.assertEqual(self.runtime.call("stop", "first")[0], 69)

    def test_killed_beside_a_console_that_hangs(self):
        """All device processes die with the kernel process, whatever they are doing."""
        process = self.runtime.start("linux", "--name=gui", "--gui=headless", "--", "sleep", "100")
        peer = Client(self.runtime.wait_for("gui"))
        peer.ask("info") # by now all has been started
        peer.close()
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            console = [int(pid) for pid in file.read().split()
                       if os.readlink(f"/proc/{pid}/exe").endswith("/console-headless")]
        self.assertEqual(len(console), 1)
        # it hangs; not with SIGSTOP, which ends by itself when the parent does
        trace = ctypes.CDLL(None, use_errno=True).ptrace
        for request in PTRACE_SEIZE, PTRACE_INTERRUPT:
            self.assertEqual(trace(request, console[0], None, None), 0, ctypes.get_errno())
        os.waitpid(console[0], 0)
        process.kill()
        process.wait()
        try:
            deadline = time.monotonic() + 10
            while lives(console[0]) and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertFalse(lives(console[0]), "the console is left behind")
        finally:
            if lives(console[0]):
                os.kill(console[0], signal.SIGKILL)
            os.waitpid(console[0], 0)

    def test_stale(self):
        """What two killed processes left is removed by whoever looks."""
        process, path = self.guest("gone", "sleep", "100")
        process.send_signal(signal.SIGSTOP)
        emulator = [pid for pid in os.listdir("/proc") if pid.isdigit() and self.parent(pid) ==
                    process.pid and self.name(pid) == "irq-emulator"]
        os.kill(int(emulator[0]), signal.SIGKILL)
        process.kill()
        process.wait()
        self.assertTrue(os.path.exists(os.path.join(path, "lock")))
        self.assertEqual(self.runtime.running(), {})
        self.assertEqual(self.runtime.leftovers(), [])

    @staticmethod
    def parent(pid):
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as stream:
                return int(stream.read().rpartition(")")[2].split()[1])
        except OSError:
            return None

    @staticmethod
    def name(pid):
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8") as stream:
                return stream.read().strip()
        except OSError:
            return None

    def test_pause(self):
        process, path = self.guest("count", "sh", "-c", COUNTER)
        count_beyond(process.stdout, 0)
        self.assertEqual(self.runtime.call("pause", "count")[0], 0)
        stopped = drain(process.stdout, 0.3)
        self.assertIsNone(drain(process.stdout, 0.5))
        self.assertEqual(self.runtime.running()["count"]["state"], "paused")
        client = Client(path)
        self.assertEqual(client.ask("resume")["result"], {"state": "running"})
        client.close()
        count_beyond(process.stdout, stopped or 0)
        self.assertEqual(self.runtime.call("pause", "count")[0], 0)
        self.assertEqual(self.runtime.call("stop", "count")[0], 0)

    def test_listings(self):
        process, path = self.guest("list", "sh", "-c", "echo up; exec sleep 100")
        self.assertIn(b"up", process.stdout.readline())
        time.sleep(0.3)
        client = Client(path)
        tasks = client.ask("tasks")["result"]["tasks"]
        threads = client.ask("threads")["result"]["threads"]
        self.assertEqual({thread["task"] for thread in threads} - {t["task"] for t in tasks}, set())
        server = next(t["task"] for t in tasks if t["threads"] == 2)
        caps = client.ask("capabilities", task=server)["result"]["capabilities"]
        self.assertIn("factory", {cap["type"] for cap in caps})
        page = client.ask("mappings", task=server, limit=3)["result"]
        self.assertEqual(len(page["mappings"]), 3)
        rest = client.ask("mappings", task=server, **{"from": page["next"]})["result"]["mappings"]
        starts = [int(m["address"], 16) for m in page["mappings"] + rest]
        self.assertEqual(starts, sorted(set(starts)))
        registers = client.ask("registers", thread=threads[0]["thread"])["result"]
        self.assertEqual(registers["rip"], threads[0]["ip"])
        timeouts, deadline = [], time.monotonic() + 20
        while not timeouts and time.monotonic() < deadline: # there is a moment between two of them
            timeouts = client.ask("timeouts")["result"]["timeouts"]
        self.assertTrue(timeouts, "the guest sleeps, so something must be armed")
        objects = {row["type"]: row["count"] for row in client.ask("objects")["result"]["objects"]}
        self.assertEqual(objects["task"], len(tasks))
        self.assertTrue(client.ask("irqs")["result"]["irqs"])
        client.close()
        status, out, _ = self.runtime.call("monitor", "list", "mappings", str(server), "0", "2")
        self.assertEqual(status, 0)
        self.assertRegex(out, r"address +size +frame")
        status, _, err = self.runtime.call("monitor", "list", "mappings", "99999")
        self.assertEqual(status, 1)
        self.assertRegex(err, "no task 99999")

    def test_snapshot_waits_for_a_fault(self):
        """A frame that a fault holds back is not in a snapshot; the snapshot is made once it has passed."""
        gdb, path = self.runtime.beside("gdb"), self.runtime.beside("snapshot")
        process = self.runtime.start(
            "linux", "-m", "64M", "--name=held", "--time=virtual", "--trace-hash", f"--gdb=unix:{gdb}",
            "--net=user,restrict", f"--snapshot={path}", "--snapshot-at=2s", "--", "sh", "-c",
            "sleep 1; ping -c 1 10.0.2.2 | tail -2; sleep 6; cat /proc/uptime", stderr=subprocess.PIPE)
        client = Client(self.runtime.wait_for("held"))
        client.ask("inject", fault="net.late:@900ms:eth0.in:4000000")
        client.close()
        with socket.socket(socket.AF_UNIX) as debugger:
            debugger.connect(gdb)
            debugger.sendall(b"$D#44")
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn(b"fault net.late, number ", err)
        done = self.runtime.call("restore", "--trace-hash", path)
        trace = [line for line in err.decode().splitlines() if line.startswith("l4ux: trace")]
        self.assertEqual((done[0], done[2].splitlines()), (0, trace))
        self.assertRegex(done[1], r"^8\.[^\n]*\n$") # it was made after the ping, at 5 s
        self.assertTrue(out.decode().endswith(done[1]), done)

    def test_inject(self):
        """Faults of a running guest, by command and by JSON: armed, seen, struck."""
        disk = self.runtime.beside("disk")
        with open(disk, "wb") as stream:
            stream.truncate(1 << 20)
        process = self.runtime.start(
            "linux", "--name=inject", f"--disk={disk},ro", "--", "sh", "-c",
            "while :; do dd if=/dev/vda of=/dev/null count=1 iflag=direct 2>/dev/null && "
            "echo read || echo failed; done")
        client = Client(self.runtime.wait_for("inject"))
        self.assertEqual(client.ask("inject")["result"], {"faults": []})
        for fault, text in (("none", "there is no point"), ("disk.error", "write POINT:WHEN"),
                            ("disk.error:1:vdb", "no such device"), ("net.drop:1", "no such"),
                            ("time.jump:1", "only simulated"), (3, "a fault is POINT")):
            error = client.ask("inject", fault=fault)["error"]
            self.assertIn(text, error["message"], fault)
        self.assertEqual(client.ask("inject")["result"], {"faults": []})
        while process.stdout.readline().strip() != b"read":
            pass
        status, out, err = self.runtime.call("monitor", "inject", "inject", "disk.error:1+:vda")
        self.assertEqual(status, 0, err)
        self.assertIn("disk.error:1+:vda", out)
        while process.stdout.readline().strip() != b"failed":
            pass
        self.assertEqual(client.ask("inject", fault="task.kill:1:none")["result"]["faults"][1],
                         {"fault": "task.kill:1:none", "seen": 0, "fired": 0})
        deadline = time.monotonic() + 20
        while True: # the device may be between the two
            fault = client.ask("inject")["result"]["faults"][0]
            self.assertIn(fault["seen"] - fault["fired"], (0, 1))
            if fault["seen"] == fault["fired"] or time.monotonic() > deadline:
                break
        self.assertGreater(fault["fired"], 0)
        self.assertEqual(fault["fired"], fault["seen"])
        for _ in range(30):
            client.ask("inject", fault="task.kill:1:none")
        self.assertEqual(client.ask("inject", fault="task.kill:1:none")["error"]["code"], "failed")
        client.close()

    def test_screenshot(self):
        process = self.runtime.start("linux", "--name=screen", "--gui=320x200,headless", "--",
                                     "sleep", "100")
        client = Client(self.runtime.wait_for("screen"))
        path = self.runtime.beside("shot.png")
        self.assertEqual(client.ask("screenshot", file=path)["result"], {"file": path})
        with open(path, "rb") as stream:
            self.assertEqual(stream.read()[:24],
                             b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x40\0\0\0\xc8")
        os.unlink(path)
        self.assertEqual(self.runtime.call("monitor", "screen", "screenshot", path)[0], 0)
        self.assertTrue(os.path.exists(path))
        self.assertEqual(client.ask("screenshot")["error"]["code"], "bad-argument")
        error = client.ask("screenshot", file="/proc/none/x.png")["error"]
        self.assertEqual(error["code"], "cannot-write")
        client.close()
        self.assertIsNone(process.poll())
        _, path = self.guest("blind", "sleep", "100")
        client = Client(path)
        self.assertEqual(client.ask("screenshot", file="x")["error"]["code"], "no-screen")
        client.close()

    def test_bad_requests(self):
        _, path = self.guest("bad", "sleep", "100")
        client = Client(path)
        for line, code in (
                (b"", "bad-request"), (b"{", "bad-request"), (b"[1]", "bad-request"),
                (b'{"command": 3}', "bad-request"), (b"\xff\xfe", "bad-request"),
                (b'{"command": "none"}', "unknown-command"),
                (b'{"version": 2, "command": "info"}', "bad-version"),
                (b'{"command": "info", "arguments": 1}', "bad-request"),
                (b'{"command": "info", "arguments": {"x": 1}}', "bad-argument"),
                (b'{"command": "mappings"}', "bad-argument"),
                (b'{"command": "mappings", "arguments": {"task": -1}}', "bad-argument"),
                (b'{"command": "mappings", "arguments": {"task": "6x"}}', "bad-argument"),
                (b'{"command": "mappings", "arguments": {"task": 6, "limit": 0}}', "bad-argument"),
                (b'{"command": "capabilities", "arguments": {"task": 7}}', "not-found"),
                (b'{"a": ' * 3000, "bad-request")):
            client.send(line + b"\n")
            answer = client.receive()
            self.assertEqual(answer["error"]["code"], code, (line[:40], answer))
        self.assertIn("result", client.ask("info"))
        client.send(b"x" * 70000)
        self.assertEqual(client.receive()["error"]["code"], "bad-request")
        self.assertIsNone(client.receive(), "after a line without end nobody knows where it ends")
        client.close()

    def test_noise(self):
        """Random bytes and half requests: every line gets one answer, the system lives."""
        process, path = self.guest("noise", "sleep", "100")
        rng = random.Random(4)
        seed = b'{"version": 1, "command": "mappings", "arguments": {"task": 8}}'
        for _ in range(20):
            client = Client(path)
            count = 0
            for _ in range(50):
                line = bytearray(seed)
                for _ in range(rng.randrange(6)):
                    line[rng.randrange(len(line))] = rng.randrange(256)
                client.send(bytes(line) + b"\n")
                count += 1 + bytes(line).count(b"\n")
            client.socket.shutdown(socket.SHUT_WR)
            answers = 0
            while client.receive() is not None:
                answers += 1
            self.assertEqual(answers, count)
            client.close()
        self.assertIsNone(process.poll())

    def test_flood(self):
        """Floods and clients that never read leave the guest, and other clients, their share."""
        process, path = self.guest("flood", "sh", "-c", COUNTER)
        before, boot = count_beyond(process.stdout, 0)
        share = max(1.0, 3 * boot) # seconds: on a busy host it takes more of them to get anywhere
        flood, deaf = Client(path), Client(path)
        request = b'{"command": "mappings", "arguments": {"task": 8}}\n' * 500
        for client in (flood, deaf):
            client.socket.setblocking(False)
        before, start, answered = drain(process.stdout, 0.1) or before, time.monotonic(), 0
        last = before
        while time.monotonic() < start + (1.0 if answered and last > before else share):
            for client in (flood, deaf):
                try:
                    client.socket.send(request)
                except BlockingIOError:
                    pass
            try:
                flood.socket.recv(1 << 20)
            except BlockingIOError:
                pass
            last = drain(process.stdout, 0.05) or last
            if not answered:
                other = Client(path)
                answered = "result" in other.ask("info")
                other.close()
        self.assertTrue(answered)
        self.assertGreater(last, before)
        many = [Client(path) for _ in range(12)]
        self.assertTrue(any(client.receive() is not None for client in many[-2:]))
        self.assertIsNone(process.poll())


if __name__ == "__main__":
    L4UX = sys.argv.pop(1)
    unittest.main(warnings="ignore")
