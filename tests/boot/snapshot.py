#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Save a system and restore it: both must end the same way.

    snapshot.py --at TIME [--status N] [--damage N] L4UX-COMMAND...

Compared are trace hash, exit status, and the output behind the snapshot. --damage: the file is cut and
changed at random N times instead, and each time it must be refused with one line.
"""
import argparse
import os
import random
import re
import subprocess
import sys
import tempfile

TRACE = re.compile(r"^l4ux: trace .*$", re.M)
LIMIT = 60


def run(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                          check=False)


def trace(result):
    found = TRACE.search(result.stderr.decode(errors="replace"))
    return found.group(0) if found else f"no trace: {result.stderr!r}"


def damaged(data, generator):
    """One way in which a file can be broken."""
    data = bytearray(data)
    if generator.random() < 0.3:
        return data[:generator.randrange(len(data))]
    for _ in range(generator.randrange(1, 4)):
        # every second time in the header, where little is checked by accident
        end = 2400 if generator.random() < 0.5 else len(data)
        data[generator.randrange(end)] ^= 1 << generator.randrange(8)
    return data


def check_damage(l4ux, path, times):
    with open(path, "rb") as stream:
        good = stream.read()
    for seed in range(times):
        bad = damaged(good, random.Random(seed))
        with open(path, "wb") as stream:
            stream.write(bad)
        result = run([l4ux, "restore", path])
        text = result.stderr.decode(errors="replace")
        if bad != good and (result.returncode != 125 or text.count("\n") != 1 or
                            not text.startswith("l4ux: cannot restore the snapshot")):
            sys.exit(f"not ok: seed {seed}: status {result.returncode}, messages:\n{text}")
    print(f"ok: {times} damaged files were refused")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--at", required=True)
    parser.add_argument("--status", type=int, default=0)
    parser.add_argument("--damage", type=int, default=0)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()

    l4ux = args.command[0]
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "snapshot")
        saved = run([l4ux, args.command[1], "--time=virtual", "--trace-hash", f"--snapshot={path}",
                     f"--snapshot-at={args.at}", *args.command[2:]])
        if saved.returncode != args.status or os.listdir(directory) != ["snapshot"]:
            sys.exit(f"not ok: saving: status {saved.returncode}, {saved.stderr!r}")
        if args.damage:
            check_damage(l4ux, path, args.damage)
            return
        for _ in range(2):
            restored = run([l4ux, "restore", "--trace-hash", path])
            if restored.returncode != saved.returncode or trace(restored) != trace(saved):
                sys.exit(f"not ok: saved: {saved.returncode}, {trace(saved)}\n"
                         f"  restored: {restored.returncode}, {trace(restored)}")
            if not restored.stdout or not saved.stdout.endswith(restored.stdout):
                sys.exit(f"not ok: output: saved {saved.stdout!r}, restored {restored.stdout!r}")
        print(f"ok: {trace(saved)}")


if __name__ == "__main__":
    main()
