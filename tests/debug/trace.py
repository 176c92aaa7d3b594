#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Traces: Chrome's JSON has what Perfetto needs, CTF reads in babeltrace2, both tell the same.

    trace.py L4UX PINGPONG [TEST...]
"""
import collections
import json
import re
import shutil
import subprocess
import sys
import time
import unittest

from system import Runtime

L4UX = PINGPONG = ""


class Trace(unittest.TestCase):
    def setUp(self):
        self.runtime = Runtime(L4UX)

    def tearDown(self):
        self.runtime.end()

    def path(self, name):
        return self.runtime.beside(name)

    def chrome(self, path):
        """Checks a file; how often each kind of event is in it."""
        with open(path, encoding="utf-8") as stream:
            trace = json.load(stream)
        kinds, last = collections.Counter(), 0.0
        for event in trace["traceEvents"]:
            for field in ("name", "ph", "pid", "tid"):
                self.assertIn(field, event)
            if event["ph"] == "M":
                continue
            self.assertIn(event["ph"], "Xi")
            self.assertGreaterEqual(event["ts"], last, "events are in the order of time")
            last = event["ts"]
            if event["ph"] == "X":
                self.assertGreaterEqual(event["dur"], 0)
            kinds[event["name"]] += 1
        return kinds

    def test_at_end(self):
        self.assertEqual(self.runtime.call("linux", f"--trace={self.path('t.json')}", "--",
                                           "sh", "-c", "ls / | wc -l")[0], 0)
        kinds = self.chrome(self.path("t.json"))
        for kind in ("run", "call", "upcall", "resume", "map", "unmap", "irq", "line"):
            self.assertGreater(kinds[kind], 0, kinds)
        self.assertEqual(self.runtime.call("run", f"--trace={self.path('p.json')}", PINGPONG)[0], 0)
        kinds = self.chrome(self.path("p.json"))
        for kind in ("run", "call", "ipc", "page_fault", "exception"):
            self.assertGreater(kinds[kind], 0, kinds)

    def test_ctf(self):
        if not shutil.which("babeltrace2"):
            self.skipTest("SKIP babeltrace2 is not installed")
        guest = self.runtime.start("linux", "--name=live", "--", "sh", "-c",
                                   "echo up; while :; do ls / >/dev/null; done")
        self.assertIn(b"up", guest.stdout.readline())
        time.sleep(0.2)
        self.assertEqual(self.runtime.call("pause", "live")[0], 0)
        for form, name in (("ctf", "ctf"), ("chrome", "live.json")):
            status, _, err = self.runtime.call("trace", "live", f"--format={form}", "-o",
                                               self.path(name))
            self.assertEqual(status, 0, err)
        kinds = self.chrome(self.path("live.json"))
        done = subprocess.run(["babeltrace2", self.path("ctf")], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        seen = collections.Counter(re.findall(r"(?m)^\[.*?\] \(.*?\) (\w+):", done.stdout))
        # The pause itself, and what arrives meanwhile, is all that may lie between the two.
        self.assertLessEqual(abs(seen.total() - kinds.total()), 50, (seen, kinds))
        self.assertGreater(seen["run"], 0, seen)

    def test_errors(self):
        status, _, err = self.runtime.call("run", "--trace=/proc/none/x.json", PINGPONG)
        self.assertEqual(status, 74)
        self.assertRegex(err, "cannot write the trace to /proc/none/x.json")
        self.assertEqual(self.runtime.call("run", "--trace=/dev/full/", PINGPONG)[0], 74)
        self.assertEqual(self.runtime.call("trace", "none")[0], 69)
        self.assertEqual(self.runtime.call("trace", "--format=x", "none")[0], 64)


if __name__ == "__main__":
    L4UX, PINGPONG = sys.argv.pop(1), sys.argv.pop(1)
    unittest.main(warnings="ignore")
