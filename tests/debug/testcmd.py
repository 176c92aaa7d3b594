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

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "boot"))
import picture  # pylint: disable=wrong-import-position

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

    def run_test(self, text, *options, meanwhile=None, patience=60):
        """Runs a file: (status, TAP, JUnit's testcase, bundle's directory, messages)."""
        junit, bundles = self.path("junit.xml"), self.path("bundles")
        process = subprocess.Popen(
            [L4UX, "test", f"--junit={junit}", f"--bundles={bundles}", *options, self.write(text)],
            env=self.runtime.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        if meanwhile:
            meanwhile()
        out, err = process.communicate(timeout=patience)
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
                   "signal 6", meanwhile=self.signal_kernel(signal.SIGABRT))

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

    def test_output_lost(self):
        """What the system itself could not write."""
        self.fails("[x]\nboot = linux -m 64M --gui=320x200,headless --screenshot=/proc/none/x.png "
                   "-- echo DONE\nexpect = DONE\n", "output-lost", "error",
                   "could not be written: .*/proc/none/x.png", self.DUMP)

    def test_too_much_output(self):
        self.fails("[x]\nboot = linux -m 64M --serial=1:stdio -- \n"
                   "  sh -c 'cat /dev/zero >/dev/hvc1'\nexpect = DONE\ntimeout = 200s\n",
                   "output-lost", "error", "more than 64 MiB of output", self.DUMP, patience=250)

    def test_disk_full_bundle(self):
        """A file system without room: what cannot be kept of a failure is said."""
        place = self.path("full")
        os.mkdir(place)
        self.write("[x]\nboot = linux -m 64M -- seq 9999\nexpect = DONE\n")
        script = ('mount -t tmpfs -o size=8k none "$1" || exit 99; '
                  '"$2" test --bundles="$1/b" --junit="$4" "$3"; exit $?')
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", place, L4UX,
                               self.path("a.l4test"), self.path("full.xml")],
                              env=self.runtime.env, check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=60)
        if done.returncode in (1, 99) and "not ok" not in done.stdout:
            self.skipTest("this host gives out no name spaces: " + done.stderr)
        self.assertEqual(done.returncode, 74, done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"cannot write .*/console.log: No space left")
        self.assertRegex(done.stdout, "(?m)^not ok 1 ")
        case = xml.parse(self.path("full.xml")).getroot().find(".//testcase")
        self.assertEqual(case.find("error").get("type"), "output-lost")

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

    WHITE = ("tr '\\\\000' '\\\\377' </dev/zero | head -c 256000 >/dev/fb0; ")

    def screen_case(self, draw, screen):
        return ("[x]\nboot = linux -m 64M --time=virtual --gui=320x200,headless -- sh -c \n"
                f"  \"{self.WHITE}{draw} echo DONE\"\nexpect = DONE\nscreen = {screen}\n")

    def test_screen(self):
        """Pictures: missing, accepted, as expected, not as expected, nearly, elsewhere."""
        dots = "head -c 40 /dev/zero >/dev/fb0;" # ten black pixels
        message = r"the screen is not white\.png: 10 of 64000 pixels differ, the first at 0,0"
        self.fails(self.screen_case("", "white.png"), "screen-differs", "failure",
                   "cannot read white.png; --accept makes it", ("1-white.actual.png",))
        status, out, _, _, err = self.run_test(self.screen_case("", "white.png"), "--accept")
        self.assertEqual(status, 0, out + err)
        with open(self.path("white.png"), "rb") as stream:
            self.assertEqual(stream.read(4), b"\x89PNG")
        status, out, _, bundle, err = self.run_test(self.screen_case("", "white.png"))
        self.assertEqual((status, bundle), (0, None), out + err)
        bundle = self.fails(self.screen_case(dots, "white.png"), "screen-differs", "failure",
                            message, (*self.DUMP, "1-white.actual.png", "1-white.expected.png",
                                      "1-white.difference.png"))
        red = picture.read_png(os.path.join(bundle, "1-white.difference.png"))
        self.assertEqual([red.pixel(x, 0) for x in (0, 9, 10)],
                         [(255, 0, 0), (255, 0, 0), (255, 255, 255)])
        for good in "differ=10", "differ=0.1%", "tolerance=255", "region=10,0,300x200":
            status, out, _, _, err = self.run_test(self.screen_case(dots, "white.png " + good))
            self.assertEqual(status, 0, out + err)
        for bad in "differ=9", "differ=0.01%", "tolerance=254", "region=9,0,1x1":
            self.fails(self.screen_case(dots, "white.png " + bad), "screen-differs", "failure",
                       "pixels differ")
        self.fails(self.screen_case("", "white.png at=never"), "screen-differs", "failure",
                   "never.*was not printed")
        self.fails(self.screen_case("", "white.png region=400,0,1x1"), "screen-differs",
                   "failure", "no region of white.png is on the screen")
        self.fails(self.screen_case("", "a.l4test"), "screen-differs", "failure",
                   "cannot read a.l4test")

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
                ("[a]\nboot = linux\nexpect = x\nscreen =\n", 4, "name of a PNG"),
                ("[a]\nboot = linux\nexpect = x\nscreen = a tolerance=256\n", 4, "tolerance="),
                ("[a]\nboot = linux\nexpect = x\nscreen = a region=1,2,0x4\n", 4, "region="),
                ("[a]\nboot = linux\nexpect = x\nscreen = a\nscreen = b\n", 5, "at=TEXT"),
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
                b"screen = a.png at=\"x y\" tolerance=3 differ=1% region=1,2,3x4\n"
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
