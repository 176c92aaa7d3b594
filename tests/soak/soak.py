#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Mixed load in a guest for some minutes, while the host watches the kernel process.

    soak.py [--seconds N] --initrd FILE L4UX-COMMAND...

Expected: the load's own checks hold, the guest's kernel log has no complaint, and the kernel
process grows neither in private memory nor in open files once it has warmed up.
"""
import argparse
import os
import re
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "boot"))
import leaks  # noqa: E402
from session import Session  # noqa: E402

# Private memory may move by this much between two quarters of the run (page tables, caches).
SLACK_KIB = 1024
SLACK_FILES = 8


def sample(pid):
    """(private KiB, open files) of a process, None when it is gone."""
    try:
        return leaks.private_memory(pid), len(os.listdir(f"/proc/{pid}/fd"))
    except (OSError, AttributeError):
        return None


def growth(samples):
    """Complaints about growth from the second to the last quarter. Maxima: use goes up and down."""
    quarter = len(samples) // 4
    if not quarter:
        return ["too few samples of the kernel process"]
    early, late = samples[quarter:2 * quarter], samples[-quarter:]
    problems = []
    for index, what, slack in ((0, "KiB of private memory", SLACK_KIB),
                               (1, "open files", SLACK_FILES)):
        before, after = max(s[index] for s in early), max(s[index] for s in late)
        print(f"# kernel process: {before} {what} in the second quarter, {after} in the last")
        if after > before + slack:
            problems.append(f"the kernel process grew from {before} to {after} {what}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--initrd", required=True)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    limit = args.seconds * 1.5 + 60
    guest = f"LIMIT={limit:.0f} /tests/run load {args.seconds:.0f}"
    session = Session([*args.command, "linux", "-m", "256M", f"--initrd={args.initrd}", "--", "sh",
                       "-c", guest])
    samples, shown = [], 0
    try:
        deadline = time.monotonic() + limit + 30
        following = time.monotonic() + 2
        while session.pump(0.5) and session.process.poll() is None:
            if time.monotonic() > deadline:
                sys.exit("not ok: the load did not end")
            if time.monotonic() > following:
                following += 1
                found = sample(leaks.kernel_process(session.process.pid))
                samples += [found] if found else []
            lines = session.out.rfind(b"\n") + 1
            sys.stdout.write(session.out[shown:lines].decode(errors="replace"))
            sys.stdout.flush()
            shown = lines
        status = session.finish(time.monotonic() + 20)
        sys.stdout.write(session.out[shown:].decode(errors="replace"))
        sys.stderr.write(session.err.decode(errors="replace"))
    finally:
        session.close()
    problems = growth(samples)
    if status != 0:
        problems.append(f"exit status: expected 0, got {status}")
    if not re.search(rb"^PASS load", session.out, re.MULTILINE):
        problems.append("no PASS from the load")
    if problems:
        sys.exit("not ok: " + "; ".join(problems))
    print(f"ok: {args.seconds:.0f} s of load")


if __name__ == "__main__":
    main()
