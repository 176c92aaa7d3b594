#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the same system many times in simulated time; all runs must do the same, bit for bit.

    repeat.py [--runs N] [--gdb N] [--stress] [--status N] L4UX-COMMAND...

Some runs go under gdb, half have busy neighbours on every CPU. {disk} in the command becomes a fresh
disk of 4 MiB in each run. Compared are the trace hash, the output, the exit status and the disk.
"""
import argparse
import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TRACE = re.compile(r"^l4ux: trace ([0-9a-f]{16}: \d+ kernel entries, \d+\.\d{6} s .*)$", re.M)
GDB = ["gdb", "-batch", "-nx", "-ex", "handle all nostop noprint pass", "-ex",
       "run {args} < /dev/null > {out} 2> {err}", "-ex", "p $_exitcode"]
DISK_BYTES = 4 << 20
SKIPPED = 69
LIMIT = 120


def neighbours(stress):
    """Processes that keep every CPU busy."""
    cpus = os.cpu_count() or 1
    if stress:
        return [subprocess.Popen(["stress-ng", "--quiet", "--cpu", str(cpus), "--vm", "1", "--vm-bytes",
                                  "32M", "--switch", "1", "--timeout", "600"])]
    spin = [sys.executable, "-c", "while True: pass"]
    return [subprocess.Popen(spin) for _ in range(cpus)]


def stop(processes):
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait()


def run(command, directory, under_gdb):
    """(what must be equal, name) of one run."""
    disk, out, err = (os.path.join(directory, name) for name in ("disk", "out", "err"))
    with open(disk, "wb") as stream:
        stream.truncate(DISK_BYTES)
    command = [word.replace("{disk}", disk) for word in command]
    if under_gdb:
        gdb = [word.format(args=shlex.join(command[1:]), out=out, err=err) for word in GDB]
        text = subprocess.run([*gdb, command[0]], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=LIMIT, check=False).stdout
        found = re.search(r"^\$1 = (\d+)$", text, re.M)
        status = int(found.group(1)) if found else text
    else:
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=stdout,
                                    stderr=stderr, timeout=LIMIT, check=False).returncode
    with open(err, encoding="utf-8", errors="replace") as stream:
        messages = stream.read()
    trace = TRACE.search(messages)
    if not trace:
        sys.exit(f"not ok: no trace hash; status {status}, messages:\n{messages}")
    sums = []
    for path in (out, disk):
        with open(path, "rb") as stream:
            sums.append(hashlib.sha256(stream.read()).hexdigest()[:16])
    return (trace.group(1), status, *sums)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--gdb", type=int, default=0)
    parser.add_argument("--stress", action="store_true")
    parser.add_argument("--status", type=int, default=0)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()

    for tool in ["gdb"] * bool(args.gdb) + ["stress-ng"] * args.stress:
        if not shutil.which(tool):
            print(f"SKIP there is no {tool}")
            sys.exit(SKIPPED)
    command = [args.command[0], args.command[1], "--time=virtual", "--trace-hash",
               *args.command[2:]]
    first = None
    with tempfile.TemporaryDirectory() as directory:
        for i in range(args.runs):
            busy = neighbours(args.stress) if i % 2 else []
            try:
                this = run(command, directory, i >= args.runs - args.gdb)
            finally:
                stop(busy)
            first = first or this
            if this != first:
                sys.exit(f"not ok: run {i + 1} differs (trace, status, output, disk):\n"
                         f"  first {first}\n  this  {this}")
    if first[1] != args.status:
        sys.exit(f"not ok: exit status: expected {args.status}, got {first[1]}")
    print(f"ok: {args.runs} runs, one trace: {first[0]}")


if __name__ == "__main__":
    main()
