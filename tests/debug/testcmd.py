#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`l4ux test` tells the truth: each way a case can end, with status, TAP, JUnit and bundle.

    testcmd.py L4UX [TEST...]
"""
import os
import random
import re
import signal
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as xml

from system import Runtime

L4UX = ""
GOOD = "[good]\nboot = linux -- echo DONE\nexpect = ^DONE$\n"


class Test(unittest.TestCase):
    def setUp(self):
        self.runtime = Runtime(L4UX)

    def tearDown(self):
        self.runtime.end()

    def path(self, name):
        return self.runtime.beside(name)

    def write(self, text, name="a.l4test"):
        with open(self.path(name), "wb") as stream:
            stream.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    def run_test(self, text, *options, meanwhile=None):
        """Runs a file: (status, TAP, JUnit's testcase, bundle's directory, messages)."""
        junit, bundles = self.path("junit.xml"), self.path("bundles")
        process = subprocess.Popen(
            [L4UX, "test", f"--junit={junit}", f"--bundles={bundles}", *options, self.write(text)],
            env=self.runtime.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        if meanwhile:
            meanwhile()
        out, err = process.communicate(timeout=60)
        case = xml.parse(junit).getroot().find("testsuite/testcase")
        found = os.listdir(bundles) if os.path.exists(bundles) else []
        return (process.returncode, out, case, os.path.join(bundles, found[0]) if found else None,
                err)

    def fails(self, text, outcome, element, message, files=(), **options):
        status, out, case, bundle, err = self.run_test(text, **options)
        self.assertEqual(status, 1, out + err)
        self.assertRegex(out, r"(?m)^TAP version 14$")
        self.assertRegex(out, r"(?m)^not ok 1 - .*a\.l4test: \w+ # ")
        self.assertIn(f'outcome: "{outcome}"', out)
        self.assertRegex(out, message)
        told = case.find(element)
        self.assertIsNotNone(told, xml.tostring(case))
        self.assertEqual(told.get("type"), outcome)
        self.assertRegex(told.get("message"), message)
        self.assertIsNotNone(bundle)
        have = set(os.listdir(bundle))
        self.assertLessEqual({"console.log", "messages.log", "result.txt", "repeat.sh", *files},
                             have)
        with open(os.path.join(bundle, "result.txt"), encoding="utf-8") as stream:
            self.assertIn(f"outcome: {outcome}", stream.read())
        self.assertEqual(self.runtime.leftovers(), [])
        return bundle

    def signal_kernel(self, number):
        def act():
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                for name, row in self.runtime.running().items():
                    if name.startswith("test-"):
                        self.runtime.wait_for(name)
                        os.kill(row["pid"], number)
                        return
                time.sleep(0.02)
        return act

    DUMP = ("threads.json", "trace.json")

    def test_success(self):
        status, out, case, bundle, err = self.run_test(GOOD)
        self.assertEqual((status, bundle, err), (0, None, ""), out)
        self.assertRegex(out, r"(?m)^1\.\.1\nok 1 - .*a\.l4test: good # ")
        self.assertIsNone(case.find("failure"))

    def test_failure_code(self):
        bundle = self.fails("[x]\nboot = linux -- sh -c 'echo DONE; exit 3'\nexpect = DONE\n",
                            "wrong-status", "failure", "expected 0, got 3", self.DUMP)
        with open(os.path.join(bundle, "console.log"), encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "DONE\n")
        again = subprocess.run(["sh", os.path.join(bundle, "repeat.sh")], env=self.runtime.env,
                               check=False, stdout=subprocess.PIPE, cwd=self.path("."), text=True)
        self.assertEqual(again.returncode, 1)
        self.assertIn("wrong-status", again.stdout)

    def test_expected_code(self):
        status, out, _, _, _ = self.run_test("[x]\nboot = linux -- sh -c 'echo DONE; exit 3'\n"
                                             "expect = DONE\nexit = 3\n")
        self.assertEqual(status, 0, out)

    def test_panic(self):
        self.fails("[x]\nboot = linux -- sh -c 'echo c > /proc/sysrq-trigger'\nexpect = DONE\n",
                   "panic", "failure", "panicked", self.DUMP)

    def test_timeout(self):
        self.fails("[x]\nboot = linux -- sleep 100\nexpect = DONE\ntimeout = 2s\n",
                   "timeout-host", "failure", "not finished after 2 s", self.DUMP)

    def test_simulated_timeout(self):
        self.fails("[x]\nboot = linux --time=virtual --stop-at=60s -- sleep 3600\nexpect = DONE\n",
                   "timeout-simulated", "failure", "stop-at reached", self.DUMP)

    def test_marker(self):
        self.fails("[x]\nboot = linux -- echo done\nexpect = ^DONE$\n", "marker-missing",
                   "failure", "did not print /.DONE", self.DUMP)

    def test_rejected(self):
        self.fails("[x]\nboot = linux -- sh -c 'echo WARNING; echo DONE'\nexpect = DONE\n"
                   "reject = WARN\n", "rejected-output", "failure", "WARN", self.DUMP)

    def test_not_started(self):
        self.fails("[x]\nboot = linux --initrd=none -- true\nexpect = DONE\n", "not-started",
                   "error", "none")

    def test_crash(self):
        self.fails("[x]\nboot = linux -- sleep 100\nexpect = DONE\n", "kernel-crash", "error",
                   "signal 11", meanwhile=self.signal_kernel(signal.SIGSEGV))

    def test_killed(self):
        self.fails("[x]\nboot = linux -- sleep 100\nexpect = DONE\n", "killed", "error",
                   "signal 9", meanwhile=self.signal_kernel(signal.SIGKILL))

    def test_hang(self):
        self.fails("[x]\nboot = linux -- sleep 100\nexpect = DONE\ntimeout = 1s\n", "kernel-hang",
                   "error", "did not end", meanwhile=self.signal_kernel(signal.SIGSTOP))

    def test_disk_full(self):
        self.write(GOOD)
        status, _, err = self.runtime.call("test", "--junit=/dev/full",
                                           f"--bundles={self.path('b')}", self.path("a.l4test"))
        self.assertEqual(status, 74)
        self.assertRegex(err, "cannot write /dev/full: No space")
        status, out, err = self.runtime.call("test", "--bundles=/proc/none", self.path("a.l4test"))
        self.assertEqual(status, 74, out)
        self.assertRegex(err, "cannot make the directory /proc/none")
        with open("/dev/full", "w", encoding="utf-8") as full:
            status = subprocess.run([L4UX, "test", f"--bundles={self.path('b')}",
                                     self.path("a.l4test")], env=self.runtime.env, stdout=full,
                                    check=False).returncode
        self.assertEqual(status, 74)

    def test_dialogue(self):
        status, out, _, _, _ = self.run_test(
            "[x]\nboot = linux -- sh -c 'echo ready; read x; echo got $x; exec sleep 100'\n"
            "expect = ^ready$\nsend = hello world\nexpect = ^got hello world$\nend = stop\n")
        self.assertEqual(status, 0, out)

    def test_many(self):
        text = "".join(f"[case {i}]\nboot = linux -- echo DONE\nexpect = ^DONE$\ntags = t{i % 2}\n"
                       for i in range(6))
        status, out, _, _, _ = self.run_test(text, "-j3", "--tag=t1")
        self.assertEqual(status, 0, out)
        self.assertEqual(re.findall(r"(?m)^ok \d - .*: (case \d) #", out).sort(),
                         ["case 1", "case 3", "case 5"].sort())
        self.assertIn("1..3", out)
        listed = self.runtime.call("test", "--list", "-k", "case [45]", self.path("a.l4test"))
        self.assertEqual(listed[0], 0)
        self.assertEqual(len(listed[1].splitlines()), 2)
        self.assertEqual(self.runtime.call("test", "-k", "nothing", self.path("a.l4test"))[0], 64)

    def test_mistakes(self):
        for text, line, message in (
                ("boot = x\n", 1, "before the first"),
                ("[a]\nboot = linux\nboo = x\n", 3, "no such key: boo"),
                ("[a]\nexpect = x\n", 2, "boot is missing"),
                ("[a]\nboot = ls\nexpect = x\n", 3, "begins with run, linux or boot"),
                ("[a]\nboot = linux\n", 2, "expect is missing"),
                ("[a]\nboot = linux 'x\n", 2, "quote is not closed"),
                ("[a]\nboot = linux\nexpect = (\n", 3, "not a regular expression"),
                ("[a]\nboot = linux\nexpect = x\nexit = 300\n", 4, "from 0 to 255"),
                ("[a]\nboot = linux\nexpect = x\ntimeout = soon\n", 4, "not a time"),
                ("[a]\nboot = linux\nexpect = x\nsend = \\q\n", 4, "known here"),
                ("[a]\nboot = linux\nexpect = x\nthis is nothing\n", 4, "neither"),
                (b"[a]\nboot = linux\nexpect = \x01\n", 3, "control character"),
                ("[a]\nboot = linux\nexpect = " + "x" * 300 + "\n", 3, "longer than"),
                ("", 0, "no case")):
            path = self.write(text)
            status, out, err = self.runtime.call("test", path)
            self.assertEqual((status, out), (64, ""), text)
            self.assertRegex(err, rf"{re.escape(path)}:\d+: .*{message}")
            self.assertLessEqual(abs(int(re.search(r":(\d+): ", err).group(1)) - line), 1, err)
        self.assertEqual(self.runtime.call("test", self.path("none.l4test"))[0], 64)

    def test_fuzz(self):
        """Damaged files: understood or refused with a line number, never a crash."""
        rng = random.Random(int(os.environ.get("L4UX_FUZZ_SEED", "1")))
        seconds = float(os.environ.get("L4UX_FUZZ_SECONDS", "2"))
        seed = (b"[one]\nabout = x\nboot = linux -m 64M -- sh -c 'echo \"a b\" '\n  c d\n"
                b"expect = ^(a|b)[0-9]+$\nsend = \\x41\\n\\c\nreject = z\nexit = 3\n"
                b"timeout = 5s\ntags = a b\n[two]\nboot = run x\nexpect = y\nend = stop\n")
        end, rounds = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            data = bytearray(seed)
            for _ in range(rng.randrange(1, 12)):
                at = rng.randrange(len(data))
                if rng.random() < 0.3:
                    del data[at:at + rng.randrange(20)]
                elif rng.random() < 0.5:
                    data[at:at] = bytes(rng.choice(b"[]=\\'\"();#\n\0 \xff*") for _ in range(3))
                else:
                    data[at] = rng.randrange(256)
            path = self.write(bytes(data))
            status, _, err = self.runtime.call("test", "--list", path)
            self.assertIn(status, (0, 64), data)
            if status:
                self.assertRegex(err, rf"{re.escape(path)}:\d+: ", data)
            rounds += 1
        self.assertGreater(rounds, 5)


if __name__ == "__main__":
    L4UX = sys.argv.pop(1)
    unittest.main(warnings="ignore")
