#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the TLB test with a small limit of host mappings and look at the host's own count.

    limit.py L4UX TLB

No task process may ever have more mappings than the limit, whatever its task does, and a task that
goes round and round over somewhat more pages than fit must still find most of them.
"""
import glob
import os
import re
import signal
import subprocess
import sys
import time

SMALL, LIMIT = 128, 1000
PAGES = 1150  # scattered, one mapping each
ROUNDS = 10


def tasks(kernel):
    """The task processes of that kernel process."""
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="ascii", errors="replace") as stream:
                name, _, rest = stream.read().rpartition(")")
            if int(rest.split()[1]) == kernel and "l4ux-task" in name:
                yield int(path.split("/")[2])
        except OSError:  # it has ended
            pass


def state(pid):
    """The letter /proc has for what it does; None: it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()[0]
    except OSError:
        return None


def maps(pid):
    """The mappings of a process, as the host tells them piece by piece."""
    try:
        with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as stream:
            return [line for line in stream if "vsyscall" not in line]
    except OSError:  # it has ended
        return []


def mappings(kernel):
    """
    The number of mappings of each, while nobody changes them: a list that is read while they change
    has some that are no more and some that are there only since. Nothing is let go and nothing is
    asked for while the kernel process is stopped; what was under way ends soon.
    """
    os.kill(kernel, signal.SIGSTOP)
    try:
        while state(kernel) not in ("T", "t", "Z", "X", None):
            time.sleep(0.0005)
        for pid in list(tasks(kernel)):
            before, after = None, maps(pid)
            while before != after:
                before, after = after, maps(pid)
            yield len(after)
    finally:
        os.kill(kernel, signal.SIGCONT)


def run(command, limit, *arguments):
    """Its messages, and the most mappings that were seen."""
    env = dict(os.environ, L4UX_MAX_MAPS=str(limit))
    with subprocess.Popen([*command, *map(str, arguments)], env=env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        most = 0
        while process.poll() is None:
            most = max([most, *mappings(process.pid)])
            time.sleep(0.005)
        output, messages = process.communicate()
    print(output + messages, end="")
    if process.returncode or "ok:" not in output:
        sys.exit(f"limit: the test failed with status {process.returncode}")
    print(f"limit: {most} mappings at most")
    if most > limit:
        sys.exit(f"limit: that is more than {limit}")
    if not int(re.search(r"(\d+) evictions", messages)[1]):
        sys.exit("limit: there was no eviction, so this tests nothing")
    return messages


def main():
    command = [sys.argv[1], "run", "-v", "--timeout=60", sys.argv[2]]
    run(command, SMALL, 3, 200)
    messages = run(command, LIMIT, 4, 0, PAGES, ROUNDS)
    misses = int(re.search(r"(\d+) misses", messages)[1])
    # The first round misses all. Emptying the TLB at the limit would do so in each.
    share = (misses - PAGES) / (PAGES * (ROUNDS - 1))
    print(f"limit: {share:.0%} of the accesses of a round missed")
    if share > 0.5:
        sys.exit("limit: that is too many")


if __name__ == "__main__":
    main()
