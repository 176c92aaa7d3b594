#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the escape program and look from outside whether anything got out.

    check.py L4UX ESCAPE

While it runs, every task process must be traced by the kernel process, locked in its seccomp
filter, and have nothing mapped and nothing open but what the kernel gave it; a thread that is not
traced must be locked in a second filter. Afterwards no trace of the host calls it tried may exist.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

TRACE = "/tmp/l4ux-escaped"
# The stub's pages with these rights, whatever a program has asked the host for.
MAPS = re.compile(r"^[0-9a-f]+-[0-9a-f]+ (?:(?:"
                  r"r-xs \S+ \S+ \d+ +/memfd:l4ux-stub|r--s \S+ \S+ \d+ +/memfd:l4ux-ops|"
                  r"rw-s \S+ \S+ \d+ +/memfd:l4ux-cells|"
                  r"\S+ \S+ \S+ \d+ +/memfd:l4ux-(?:ram|ku)) \(deleted\)|"
                  r"\S+ \S+ \S+ \d+ +\[vsyscall\])$")
FILES = {f"/memfd:l4ux-{name} (deleted)" for name in ("ram", "ku", "cells")}
# The first thread's, to let others of its process go; theirs can do nothing with it.
LISTENER = ("0", "anon_inode:seccomp notify")
# A program that attacks its own stub may lose its process, and the kernel says so.
EXPECTED = re.compile(r"^l4ux: L4 thread \d+ has made its host process \d+ unusable")


def read(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def children(parent):
    """Process ids of the children of a process."""
    for path in glob.glob("/proc/[0-9]*/stat"):
        fields = read(path).rpartition(")")[2].split()
        if fields and int(fields[1]) == parent:
            yield int(path.split("/")[2])


def task_processes(command):
    """Pairs of kernel process and child that runs guest code. The kernel may be the command."""
    for kernel in [command, *children(command)]:
        for pid in children(kernel):
            if "l4ux-task" in read(f"/proc/{pid}/comm"):
                yield kernel, pid


def status_of(path):
    """Lines of a process' or thread's status file."""
    return dict(line.split(":\t", 1) for line in read(f"/proc/{path}/status").splitlines()
                if ":\t" in line)


def wrong(pid, kernel):
    """What a task process has that it must not have, as a set of lines."""
    status = status_of(pid)
    found = set()
    for key, value in (("Seccomp", "2"), ("NoNewPrivs", "1"), ("TracerPid", str(kernel))):
        if status and status.get(key, "").strip() != value:
            found.add(f"{key} is {status.get(key)}")
    for path in glob.glob(f"/proc/{pid}/task/*"):
        thread = status_of(path[6:])
        filters = int(thread.get("Seccomp_filters", "2"))
        if filters < (1 if thread.get("TracerPid", "").strip() == str(kernel) else 2):
            found.add(f"has an untraced thread with {filters} filters")
    for line in read(f"/proc/{pid}/maps").splitlines():
        if not MAPS.match(line):
            found.add(f"maps {line.split(maxsplit=5)[-1]}")
    for path in glob.glob(f"/proc/{pid}/fd/*"):
        try:
            file = os.readlink(path)
            if file not in FILES and (os.path.basename(path), file) != LISTENER:
                found.add(f"has {file} open")
        except OSError:
            pass
    return found


def watch(process):
    """Look until it ends. What is wrong twice in a row is not just the moment of its start."""
    before, problems, seen = {}, set(), set()
    while process.poll() is None:
        for kernel, pid in task_processes(process.pid):
            now = wrong(pid, kernel)
            seen.add(pid)
            problems |= {f"process {pid} {what}" for what in now & before.get(pid, set())}
            before[pid] = now
        time.sleep(0.02)
    return problems, seen


def main():
    command, escape = sys.argv[1:3]
    with tempfile.TemporaryFile("w+", encoding="ascii") as file:
        with subprocess.Popen([command, "run", "--timeout=60", escape, "1"],
                              stdout=file, stderr=subprocess.STDOUT) as process:
            problems, seen = watch(process)
        file.seek(0)
        output = file.read()
    if process.returncode or not re.search(r"^ok: \d+ attempts\n\Z", output, re.MULTILINE):
        problems.add(f"status {process.returncode}: {output[-300:]}")
    problems |= {f"the kernel complains: {line}" for line in output.splitlines()
                 if line.startswith("l4ux: ") and not EXPECTED.match(line)}
    if not seen:
        problems.add("no task process was seen")
    if os.path.exists(TRACE):
        problems.add(f"{TRACE} was made")
        os.rmdir(TRACE)
    for problem in sorted(problems):
        print("not ok:", problem)
    print(f"{len(output.splitlines())} attempts, {len(seen)} processes looked at")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
