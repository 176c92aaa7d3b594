#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run the system call fuzzer and look at the kernel process from outside.

    run.py [--seconds N] [--seed N] L4UX FUZZ MODE

The kernel must end with status 0 and its own last line, without a report of a sanitizer or of its
own checks; its memory and its open files may not grow from the second quarter of the time to the
last, and it may never have more processes than its tasks and the engine's store account for. What
the programs do to themselves it reports too: that is expected.
"""
import argparse
import ctypes
import json
import os
import random
import re
import select
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "boot"))
import leaks  # noqa: E402

BAD = re.compile(rb"AddressSanitizer|runtime error|LeakSanitizer|not true|the system ends")
# Quotas bound what a round can hold; the rest are caches that fill (spare processes, quarantine).
ENVIRONMENT = {"ASAN_OPTIONS": "quarantine_size_mb=8", "UBSAN_OPTIONS": "print_stacktrace=1"}
SLACK = {"KiB of private memory": 24 << 10, "open files": 8}
# Each task has a process at most. Beyond those there are the ones that tasks have left, in the
# engine's store (SPARE_MAX), two that others are copies of, and the IRQ emulator. How many tasks
# there are is thrown with dice; some make each other immortal (CAVEATS), so in the long run more.
BEYOND_TASKS = 32 + 2 + 1
SYS_PIDFD_GETFD = 438


def has_thread(pidfd, number):
    """Whether a file is the end of a seccomp filter that some thread has: they go together."""
    fd = ctypes.CDLL(None).syscall(SYS_PIDFD_GETFD, pidfd, number, 0)
    if fd < 0:
        return False
    try:
        poll = select.poll()
        poll.register(fd, 0)
        return not poll.poll(0)
    finally:
        os.close(fd)


def open_files(pid):
    """How many there are, without those that belong to threads of tasks, which come and go."""
    number, pidfd = 0, os.pidfd_open(pid)
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                notifier = "seccomp notify" in os.readlink(f"/proc/{pid}/fd/{name}")
            except FileNotFoundError:
                continue
            number += not (notifier and has_thread(pidfd, int(name)))
    finally:
        os.close(pidfd)
    return number


def monitor(command, root, *words):
    """The answer of the running system; LookupError: it has ended."""
    answer = subprocess.run([command, "monitor", "--json", str(root), *words],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if answer.returncode:
        raise LookupError(words)
    return json.loads(answer.stdout)


def processes_beyond_tasks(command, root):
    """Counted while the system lies still."""
    monitor(command, root, "pause")
    try:
        processes = len(leaks.descendants(root))
        return processes - len(monitor(command, root, "tasks")["tasks"])
    finally:
        monitor(command, root, "resume")


def sample(command, root):
    """What the kernel process uses now."""
    kernel = leaks.kernel_process(root)
    memory = leaks.status_field(kernel, "RssAnon")
    try:
        return {"KiB of private memory": int(memory.split()[0]),
                "open files": open_files(kernel),
                "processes beyond tasks": processes_beyond_tasks(command, root)}
    except (OSError, AttributeError, LookupError):
        return None


def growth(samples):
    """Lines about what grew. Maxima, because use goes up and down."""
    quarter = len(samples) // 4
    if not quarter:
        yield "it could not be watched"
        return
    for what, slack in SLACK.items():
        early = max(s[what] for s in samples[quarter:2 * quarter])
        late = max(s[what] for s in samples[-quarter:])
        print(f"# {what}: at most {early} in the second quarter, {late} in the last")
        if late > early + slack:
            yield f"{what} grew from {early} to {late}"
    beyond = max(s["processes beyond tasks"] for s in samples)
    print(f"# processes beyond those of tasks: at most {beyond}, of {BEYOND_TASKS}")
    if beyond > BEYOND_TASKS:
        yield f"{beyond} processes that no task has"


def watch(process, command, seconds):
    """Samples until it ends or has overrun its time."""
    samples, end = [], time.monotonic() + 2 * seconds + 60
    try:
        while process.poll() is None:
            if time.monotonic() > end:
                return samples, [f"not finished after {2 * seconds + 60:.0f} s"]
            found = sample(command, process.pid)
            samples += [found] if found else []
            time.sleep(max(0.25, seconds / 200))
    finally:
        if process.poll() is None:
            process.kill()
    return samples, []


class Complaints(threading.Thread):
    """Reads standard error as it comes: there can be much of it, and little of it is of interest."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.lines, self.bad, self.last = stream, 0, [], []

    def run(self):
        for line in self.stream:
            self.lines += 1
            self.last = self.last[-40:] + [line]
            if BAD.search(line) or self.bad:
                self.bad = (self.bad + [line])[:60]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1000000))
    parser.add_argument("l4ux")
    parser.add_argument("fuzz")
    parser.add_argument("mode")
    args = parser.parse_args()

    command = [args.l4ux, "run", args.fuzz, args.mode, str(args.seconds), str(args.seed)]
    print("#", " ".join(command), flush=True)
    with tempfile.TemporaryFile() as out:
        # The input is a pipe that says nothing: the log is for the programs to play with.
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out,
                              stderr=subprocess.PIPE,
                              env={**os.environ, **ENVIRONMENT}) as process:
            complaints = Complaints(process.stderr)
            complaints.start()
            samples, problems = watch(process, args.l4ux, args.seconds)
            complaints.join(10)
        out.seek(0)
        text = out.read().decode(errors="replace")
    if process.returncode:
        problems.append(f"status {process.returncode}")
    if complaints.bad:
        problems.append("the kernel complains")
    problems += growth(samples)
    end = re.search(r"^fuzz: calls made.*", text, re.MULTILINE | re.DOTALL)
    rounds = re.findall(r"at most 1 s after this: (.*)", text)
    if not problems and re.search(r"^ok: ", text, re.MULTILINE):
        print(end.group(0).strip())
        print(f"# {complaints.lines} lines on standard error")
        return 0
    print(text[-2000:])
    for line in complaints.bad or complaints.last:
        print(line.decode(errors="replace").rstrip())
    print("not ok:", "; ".join(problems) or "no last line")
    if rounds:
        print("again:", args.l4ux, "run", args.fuzz, rounds[-1][5:])
    return 1


if __name__ == "__main__":
    sys.exit(main())
