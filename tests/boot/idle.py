#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A guest at its prompt: measure what processor time all its host processes use.

    idle.py [--seconds N] [--percent N] L4UX-COMMAND...
"""
import argparse
import os
import sys
import time

import leaks
from session import Session


def cpu_seconds(root):
    """Processor time of root and all below it, from /proc."""
    ticks = 0
    for pid in [root, *leaks.descendants(root)]:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stream:
                fields = stream.read().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--percent", type=float, default=2)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    session = Session([*args.command, "linux"], terminal=True)
    try:
        session.expect("#", time.monotonic() + 20)
        settled = time.monotonic() + 1
        while time.monotonic() < settled:
            session.pump(0.1)
        before, start = cpu_seconds(session.process.pid), time.monotonic()
        time.sleep(args.seconds)
        used = cpu_seconds(session.process.pid) - before
        percent = 100 * used / (time.monotonic() - start)
        session.send(b"exit 0\r")
        status = session.finish(time.monotonic() + 15)
    finally:
        session.close()
    if status != 0:
        sys.exit(f"not ok: exit status after the measurement: expected 0, got {status}")
    if percent >= args.percent:
        sys.exit(f"not ok: an idle guest used {percent:.1f} % of a CPU, expected less than "
                 f"{args.percent:g} %")
    print(f"ok: an idle guest used {percent:.2f} % of a CPU")


if __name__ == "__main__":
    main()
