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
import select
import shutil
import subprocess
import sys
import time

SKIP = 69
QEMU = "qemu-system-x86_64"
FILES = ("fiasco", "bootstrap", "sigma0")
START, END = "TAP TEST START", "TAP TEST FINISH"
RULE = re.compile(r"^(not )?ok (\d+) - (.*)$")
# Fiasco colours its own messages and the log.
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r")


def skip(reason):
    print(f"SKIP {reason}")
    sys.exit(SKIP)


def module(path, arguments=()):
    """A multiboot module of QEMU's -initrd list, in which a comma must be doubled."""
    return " ".join([path, *arguments]).replace(",", ",,")


def command(directory, program, groups):
    files = {name: os.path.join(directory, name) for name in FILES}
    for path in files.values():
        if not os.path.isfile(path):
            skip(f"there is no {path}")
    modules = [
        module(files["fiasco"], ["-serial_esc"]),
        module(files["sigma0"]),
        module(os.path.abspath(program), groups),
    ]
    return [
        QEMU, "-kernel", files["bootstrap"], "-initrd", ",".join(modules), "-cpu", "max",
        "-m", "512", "-nographic", "-monitor", "none", "-serial", "stdio", "-no-reboot",
    ]


def console(argv, limit):
    """The lines on the serial console up to the end marker or until time is up."""
    deadline = time.monotonic() + limit
    qemu = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
    text = b""
    try:
        while END.encode() not in text:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([qemu.stdout], [], [], left)[0]:
                break
            piece = os.read(qemu.stdout.fileno(), 65536)
            if not piece:
                break
            text += piece
    finally:
        qemu.kill()
        qemu.wait()
    return ESCAPES.sub("", text.decode(errors="replace")).split("\n")


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
    args.add_argument("--fiasco", default=os.environ.get("L4UX_FIASCO"), metavar="DIR")
    args.add_argument("--limit", type=float, default=60, metavar="SECONDS")
    args.add_argument("--verbose", action="store_true", help="print everything")
    args.add_argument("program")
    args.add_argument("group", nargs="*")
    args = args.parse_args()
    if not args.fiasco:
        skip("L4UX_FIASCO names no directory with " + ", ".join(FILES))
    if not shutil.which(QEMU):
        skip(f"{QEMU} is not installed")
    lines = console(command(args.fiasco, args.program, args.group), args.limit)
    if "--list" in args.group:
        print("\n".join(lines))
        return 0
    return 0 if judge(lines, args.verbose) else 1


if __name__ == "__main__":
    sys.exit(main())
