#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs ABI tests, unchanged, as root task of a real Fiasco in QEMU and reads their TAP.

    on_fiasco.py [--fiasco DIR] [--limit SECONDS] [--verbose] PROGRAM [GROUP...]

DIR (or the environment's L4UX_FIASCO) holds three files built for amd64: fiasco, bootstrap and
sigma0. Exit status: 0 all rules hold, 1 a rule does not or the test did not end, 69 skipped
because QEMU or a file is missing.
"""

import argparse
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
import fiasco

START, END = "TAP TEST START", "TAP TEST FINISH"
RULE = re.compile(r"^(not )?ok (\d+) - (.*)$")


def judge(lines, verbose):
    """Prints what failed; result: whether the test ended and every rule holds."""
    if START in lines:
        lines = lines[lines.index(START) + 1:]
    count = failed = skipped = 0
    plan = None
    for line in lines:
        found = RULE.match(line)
        if found:
            count += 1
            failed += found[1] is not None
            skipped += "# SKIP" in found[3]
            if int(found[2]) != count:
                print(f"rule {count} is missing on the console: {line}")
                failed += 1
        elif line.startswith("1.."):
            plan = int(line[3:])
        if verbose or (found and found[1]) or line.startswith("Bail out!"):
            print(line)
    ended = END in lines and plan == count and count > 0
    if not ended:
        print(f"the test did not end properly: {count} rules, plan {plan}; last lines:")
        print("\n".join(lines[-15:]))
    print(f"{count} rules, {failed} do not hold, {skipped} skipped")
    return ended and not failed


def main():
    args = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    fiasco.add_option(args)
    args.add_argument("--limit", type=float, default=60, metavar="SECONDS")
    args.add_argument("--verbose", action="store_true", help="print everything")
    args.add_argument("program")
    args.add_argument("group", nargs="*")
    args = args.parse_args()
    module = " ".join([os.path.abspath(args.program), *args.group])
    lines = fiasco.console(fiasco.command(args.fiasco, [module]), lambda text: END in text,
                           args.limit).split("\n")
    if "--list" in args.group:
        print("\n".join(lines))
        return 0
    return 0 if judge(lines, args.verbose) else 1


if __name__ == "__main__":
    sys.exit(main())
