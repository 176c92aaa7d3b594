#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The benchmark's machinery judged by results that are known: ratios, verdicts, chart, options.

    selftest.py DIRECTORY-OF-THE-BENCHMARK
"""
import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import xml.dom.minidom

DIRECTORY = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, DIRECTORY)

import chart  # noqa: E402
import rows  # noqa: E402
import run  # noqa: E402
import systems  # noqa: E402
import table  # noqa: E402

GETPID = next(row for row in rows.ROWS if row.name == "getpid")
IPC = next(row for row in rows.ROWS if row.name == "ipc_two_tasks")


def results_of(ours, uml):
    results = run.Results()
    for value in ours:
        results.add("getpid", "l4ux", value)
    results.add("getpid", "uml", uml)
    return results


def bench(*arguments):
    done = subprocess.run([sys.executable, os.path.join(DIRECTORY, "run.py"), "--l4ux", "/no/l4ux",
                           *arguments], check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


class Table(unittest.TestCase):
    def test_verdict(self):
        self.assertEqual(table.verdict(GETPID, "l4ux", 6, results_of([6], 10))[1], "yes")
        self.assertEqual(table.verdict(GETPID, "l4ux", 6.1, results_of([6.1], 10))[1], "NO")

    def test_each_engine_has_its_floor(self):
        results = run.Results()
        results.floors = {"futex": [(1000, 2000)], "ptrace": [(4000, 8000)]}
        self.assertEqual(table.verdict(IPC, "stub", 3000, results), ("<= 2.5 futex", "NO"))
        self.assertEqual(table.verdict(IPC, "ptrace", 3000, results), ("<= 2.3 ptrace", "yes"))

    def test_median_and_spread(self):
        out = io.StringIO()
        with unittest.mock.patch("sys.stdout", out):
            table.show([GETPID], ["uml", "l4ux"], results_of([1000, 1200, 9000], 600))
        self.assertRegex(out.getvalue(), r"getpid +2\.00 +<= 0\.6 uml +NO +600 ns ±0% +1\.2 us ±")

    def test_units(self):
        self.assertEqual(table.shown(1500, "ns"), "1.5 us")
        self.assertEqual(table.shown(2 << 20, "bytes"), "2.0 MB")


class Chart(unittest.TestCase):
    def test_svg_is_xml(self):
        with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
            path = os.path.join(directory, "ratios.svg")
            chart.draw(path, [GETPID], ["uml", "l4ux"], results_of([6], 10))
            text = xml.dom.minidom.parse(path).toxml()
        self.assertIn("0.60", text)
        self.assertIn("getpid / uml", text)

    def test_bad_names(self):
        self.assertIn("must end", chart.impossible("x.gif"))
        self.assertIn("not a directory", chart.impossible("/no/where.svg"))


class Programs(unittest.TestCase):
    def test_micro_knows_its_rows(self):
        """One repetition of every row that can be run natively in a moment."""
        names = [row.name for row in rows.ROWS
                 if row.kind == "guest" and row.name not in ("compile", "quantum-noise")]
        output = subprocess.run([os.path.join(DIRECTORY, "micro"), "1", "1", *names], check=True,
                                stdout=subprocess.PIPE, text=True).stdout
        found = systems.micro_samples(output)
        self.assertEqual({name for name, _ in found}, set(names))
        self.assertTrue(all(value is None or value > 0 for _, value in found), found)

    def test_rows_have_names_of_their_own(self):
        names = [row.name for row in rows.ROWS]
        self.assertEqual(len(names), len(set(names)))


class Options(unittest.TestCase):
    def test_rows(self):
        status, output = bench("--list", "--only=fork*")
        self.assertEqual(status, 0)
        self.assertIn("fork+exec-dynamic", output)
        self.assertNotIn("getpid", output)

    def test_sections(self):
        self.assertIn("vfork+exit+wait", bench("--list", "--only=thesis 5.4")[1])

    def test_mistakes(self):
        for argument, status, says in (("--only=nothing", 64, "matches no row"),
                                       ("--systems=vax", 64, "'vax' is none of"),
                                       ("--systems=l4ux", 69, "/no/l4ux cannot be run"),
                                       ("--plot=x.gif", 64, "must end"),
                                       ("--json=/no/where/x", 64, "cannot be written"),
                                       ("--rounds=0", 64, "at least 1"),
                                       ("--rounds=many", 64, "invalid int"),
                                       ("--cpu=9999", 64, "may use")):
            got, output = bench(argument)
            self.assertEqual(got, status, output)
            self.assertIn(says, output)

    def test_without_programs(self):
        """The scripts alone: says what is missing."""
        with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
            for name in os.listdir(DIRECTORY):
                if name.endswith(".py"):
                    shutil.copy(os.path.join(DIRECTORY, name), directory)
            done = subprocess.run([sys.executable, os.path.join(directory, "run.py"),
                                   "--l4ux=/bin/true", "--systems=l4ux"], check=False, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 69, done.stdout)
        self.assertIn("is not built (make)", done.stdout)


if __name__ == "__main__":
    unittest.main()
