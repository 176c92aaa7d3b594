#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A system with nothing to do has host processes for the next tasks, a few, and no more after that.

    ahead.py L4UX-COMMAND...

The command is that of a native program that sleeps most of the time, and makes no tasks.
"""
import json
import subprocess
import sys
import time

import leaks

FIXED = 2  # the process that others are copies of, and the IRQ emulator
AHEAD = 2


def beyond_tasks(command, root):
    """Processes without a task; None: it does not answer yet."""
    answer = subprocess.run([command, "monitor", "--json", str(root), "tasks"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if answer.returncode:
        return None
    return len(leaks.descendants(root)) - len(json.loads(answer.stdout)["tasks"])


def look(command, root):
    deadline = time.monotonic() + 10
    while (found := beyond_tasks(command, root)) != FIXED + AHEAD:
        if time.monotonic() > deadline:
            return f"{found} processes beyond those of tasks, expected {FIXED + AHEAD}"
        time.sleep(0.02)
    time.sleep(0.3)
    found = beyond_tasks(command, root)
    return None if found == FIXED + AHEAD else f"then there were {found}"


def main():
    with subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL) as process:
        try:
            problem = look(sys.argv[1], process.pid)
        finally:
            process.kill()
    sys.exit(f"not ok: {problem}" if problem else 0)


if __name__ == "__main__":
    main()
