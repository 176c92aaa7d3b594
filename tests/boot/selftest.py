#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The runner judged by cases whose outcome is known: what must fail does fail, and says why."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "runner.py")


def run(text, *options):
    """The text as a test file. Returns (exit status of the runner, its output)."""
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        path = os.path.join(directory, "case.test")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        done = subprocess.run([sys.executable, RUNNER, *options, path], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


class Runner(unittest.TestCase):
    def passes(self, text):
        status, output = run(text)
        self.assertEqual(status, 0, output)

    def fails(self, text, reason):
        status, output = run(text)
        self.assertEqual(status, 1, output)
        self.assertRegex(output, reason)

    def test_pass(self):
        self.passes("[a]\nrun = sh -c 'echo one; echo two >&2; exit 5'\nexit = 5\n"
                    "stdout = ^one$\nstderr = ^two$\n")

    def test_status(self):
        self.fails("[a]\nrun = sh -c 'exit 5'\n", "expected 0, got 5")
        self.fails("[a]\nrun = sh -c 'kill -9 $$'\n", "expected 0, got signal 9")

    def test_output(self):
        self.fails("[a]\nrun = echo one\nstdout = two\n", "expected /two/")
        self.fails("[a]\nrun = echo one\nstdout = empty\n", "expected nothing")
        self.fails("[a]\nrun = printf 'b\\na\\n'\nstdout = ^a$\n\t^b$\n", "expected /\\^b\\$/")
        self.fails("[a]\nrun = echo WARNING\nabsent = WARN\n", "expected no /WARN/")

    def test_complaint(self):
        self.passes("[a]\nrun = sh -c 'echo l4ux: x: bad >&2'\ncomplaint = bad\n")
        self.fails("[a]\nrun = sh -c 'echo l4ux: bad >&2; echo more >&2'\ncomplaint = bad\n",
                   "expected one line")
        self.fails("[a]\nrun = sh -c 'echo bad >&2'\ncomplaint = bad\n", "begins with 'l4ux: '")

    def test_time(self):
        self.fails("[a]\nrun = sleep 20\nlimit = 0.5\n", "not finished after 0.5 s")
        self.fails("[a]\nrun = sh -c 'sleep 0.5; echo x'\nwithin = 0.2\n", "first output")

    def test_leaks(self):
        self.fails("[a]\nrun = sh -c 'setsid sleep 50 >/dev/null 2>&1 & exit 0'\n",
                   "left running: .*sleep")
        self.fails("[a]\nrun = sh -c 'touch $XDG_RUNTIME_DIR/socket'\n", "left behind: .*/socket")

    def test_terminal(self):
        self.passes("[a]\nrun = sh -c 'read x; echo got $x; exit 3'\n"
                    "pty = send hello\\r\n\texpect ^got hello\nexit = 3\n")
        self.fails("[a]\nrun = stty raw -echo\npty = sleep 0.1\n", "terminal: its modes")
        self.fails("[a]\nrun = sh -c 'sleep 0.2; echo b'\npty = expect a\n",
                   "ended while waiting for /a/")
        self.fails("[a]\nrun = sleep 50\npty = expect never\nlimit = 0.5\n", "waited for /never/")

    def test_skip(self):
        status, output = run("[a]\nneeds = no-such-command\nrun = true\n")
        self.assertEqual(status, 69)
        self.assertIn("# SKIP needs the command", output)

    def test_input(self):
        self.passes("[a]\nrun = wc -c\nstdin = four\\n\nstdout = ^5$\n")
        self.fails("[a]\nrun = true\nwhat = x\n", "no such key: what")

    def test_junit(self):
        with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
            path = os.path.join(directory, "junit.xml")
            run("[good]\nrun = true\n[bad]\nrun = false\n", "--junit", path)
            with open(path, encoding="utf-8") as stream:
                text = stream.read()
        self.assertTrue(re.search('tests="2" failures="1"', text), text)


if __name__ == "__main__":
    unittest.main()
