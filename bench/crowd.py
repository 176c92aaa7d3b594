#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many guests at once: does each answer a command, what do they cost when idle?

    crowd.py --l4ux COMMAND [--guests N] [--percent N]

Each guest is a shell that reads commands. As a program it is a test: it fails when one does not
answer, or when all of them together use more than so many per cent of one processor.
"""
import argparse
import os
import subprocess
import sys
import time

import leaks
import systems

MEMORY = "64M"
ANSWER_SECONDS = 300
SETTLE_SECONDS, IDLE_SECONDS = 5, 10


class Member:
    """One guest; ask() has it compute something only it can know."""

    def __init__(self, system, number):
        self.number = number
        self.process = subprocess.Popen(
            system.guest_line(["sh", "-c", "while read x; do echo answer $((x * x)); done"],
                              memory=MEMORY),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self):
        self.process.stdin.write(f"{self.number}\n".encode())
        self.process.stdin.flush()

    def answered(self, deadline):
        wanted = f"answer {self.number ** 2}".encode()
        output = b""
        while wanted not in output:
            if time.monotonic() > deadline:
                raise systems.Failure(f"guest {self.number} has not answered in time: {output!r}")
            part = os.read(self.process.stdout.fileno(), 4096)
            if not part:
                raise systems.Failure(f"guest {self.number} has ended: {output!r}")
            output += part

    def end(self):
        self.process.stdin.close()
        return self.process.wait(timeout=ANSWER_SECONDS)


def cpu_seconds(pids):
    ticks = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stream:
                fields = stream.read().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def run(system, guests):
    """(seconds until all have answered, per cent of a CPU when idle, bytes of one)."""
    start = time.monotonic()
    members = [Member(system, number) for number in range(1, guests + 1)]
    try:
        for member in members:
            member.ask()
        for member in members:
            member.answered(start + ANSWER_SECONDS)
        seconds = time.monotonic() - start
        time.sleep(SETTLE_SECONDS)
        pids = leaks.descendants()
        before, begin = cpu_seconds(pids), time.monotonic()
        time.sleep(IDLE_SECONDS)
        percent = 100 * (cpu_seconds(pids) - before) / (time.monotonic() - begin)
        size = sum(systems.proportional_bytes(pid) for pid in pids) / guests
        for member in members:
            status = member.end()
            if status != 0:
                raise systems.Failure(f"guest {member.number} ended with status {status}")
    finally:
        for member in members:
            if member.process.poll() is None:
                member.process.kill()
                member.process.wait()
    return seconds, percent, size


def measure(system, guests, results):
    print(f"l4ux: bench: {guests} guests of {MEMORY} at once: {system.name}", file=sys.stderr)
    seconds, percent, size = run(system, guests)
    results.add("crowd-answer", system.name, seconds * 1e9)
    results.add("crowd-cpu", system.name, percent)
    results.add("crowd-memory", system.name, size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--l4ux", required=True)
    parser.add_argument("--guests", type=int, default=100)
    parser.add_argument("--percent", type=float, default=5)
    args = parser.parse_args()
    system = systems.L4ux("none", MEMORY, args.l4ux)
    try:
        seconds, percent, size = run(system, args.guests)
    except systems.Failure as failure:
        sys.exit(f"not ok: {failure}")
    print(f"{args.guests} guests answered after {seconds:.1f} s, idle they use {percent:.2f} % of a "
          f"CPU, {size / (1 << 20):.1f} MB each")
    if percent >= args.percent:
        sys.exit(f"not ok: {percent:.2f} % of a CPU when idle, expected less than "
                 f"{args.percent:g} %")


if __name__ == "__main__":
    main()
