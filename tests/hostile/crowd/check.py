#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the crowd program and compare the host's side before and after it.

    check.py L4UX CROWD [TASKS]

Processes, threads, open files and mappings of the kernel process must be what they were; its
private memory too, but for what the host's allocator keeps.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "boot"))
import leaks  # noqa: E402

SLACK_KIB = 1024


def lines_of(path):
    with open(path, encoding="ascii", errors="replace") as stream:
        return len(stream.readlines())


def sample(root):
    """What there is of everything now."""
    kernel = leaks.kernel_process(root)
    below = leaks.descendants(root)
    threads = [int(leaks.status_field(pid, "Threads") or 0) for pid in below]
    return {"processes": len(below), "threads": sum(threads),
            "open files": len(os.listdir(f"/proc/{kernel}/fd")),
            "mappings of the kernel process": lines_of(f"/proc/{kernel}/maps"),
            "KiB of private memory": leaks.private_memory(kernel),
            "KiB of shared memory": int(leaks.status_field(kernel, "RssShmem").split()[0])}


def grown(before, after):
    """What is more than it was."""
    return [f"{what} grew from {before[what]} to {after[what]}" for what in before
            if after[what] > before[what] + (SLACK_KIB if "KiB" in what else 0)]


def sample_at_rest(root, before):
    """The kernel gives memory back when the system is idle, which it is for half a second now."""
    deadline = time.monotonic() + 0.4
    while True:
        found = sample(root)
        if not grown(before, found) or time.monotonic() > deadline:
            return found
        time.sleep(0.02)


def main():
    command, crowd = sys.argv[1:3]
    tasks = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    samples = {}
    with subprocess.Popen([command, "run", "-m", "256M", "--timeout=300", crowd, str(tasks)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if line == ".after\n":
                samples[".after"] = sample_at_rest(process.pid, samples[".before"])
            elif line.startswith("."):
                samples[line.strip()] = sample(process.pid)
            print(line, end="")
    problems = [f"status {process.returncode}"] if process.returncode else []
    if len(samples) != 3:
        sys.exit("not ok: it did not come to its end")
    before, most, after = samples[".before"], samples[".all"], samples[".after"]
    for what in before:
        print(f"# {what}: {before[what]} before, {most[what]} with all, {after[what]} after")
    problems += grown(before, after)
    if most["processes"] < tasks or most["threads"] < 4 * tasks:
        problems.append("there were not as many processes and threads as tasks and theirs")
    sys.exit("not ok: " + "; ".join(problems) if problems else 0)


if __name__ == "__main__":
    main()
