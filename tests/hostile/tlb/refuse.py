#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the TLB test while the host refuses mappings.

    refuse.py L4UX ENGINE TLB

The limit of address space of the probing task's process is set to little more than it has, from
outside. The kernel must start over with an empty TLB each time, and nobody must notice. A busy host
may let the task end before it is seen; then it is run again.
"""
import re
import resource
import subprocess
import sys
import time

import limit

SYSTEM = 4         # the template, sigma0, init and the test itself come first
ROOM = 8 << 20     # bytes: the largest flexpage, twice
PAGES, ROUNDS = 5000, 2
RUNS = 5


def size(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as stream:
        return int(stream.read().split()[0]) * resource.getpagesize()


def refuse(kernel, limited):
    """What the probing task may map becomes little."""
    for pid in sorted(limit.tasks(kernel))[SYSTEM:]:
        if pid in limited:
            continue
        try:
            most = size(pid) + ROOM
            resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
            limited.add(pid)
        except OSError:  # it has ended
            pass


def run(command):
    """How often the host refused a mapping."""
    limited = set()
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            refuse(process.pid, limited)
            time.sleep(0.002)
        output, messages = process.communicate()
    print(output + messages, end="")
    if process.returncode or "ok:" not in output:
        sys.exit(f"refuse: the test failed with status {process.returncode}")
    return int(re.search(r"(\d+) refusals", messages)[1])


def main():
    _, l4ux, engine, tlb = sys.argv
    command = [l4ux, "run", "-v", f"--engine={engine}", "--timeout=60", tlb, "5", "200",
               str(PAGES), str(ROUNDS)]
    if not any(run(command) for _ in range(RUNS)):
        sys.exit("refuse: the host has refused nothing, so this tests nothing")


if __name__ == "__main__":
    main()
