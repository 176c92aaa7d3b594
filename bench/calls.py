# SPDX-License-Identifier: MIT
"""Where the time goes: host system calls and context switches of the kernel process per operation.

The kernel process traces the tasks, so `strace -f` cannot follow them, but strace can count the
calls of the kernel process itself. One loop is run with two lengths; the difference is the cost
of the loop alone, without boot and power-off.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import table

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "boot"))
import leaks  # noqa: E402

OPERATIONS = {"getpid": 40000, "page-fault": 4000, "cow-fault": 4000, "fork+exit+wait": 200,
              "fork+exec-tiny": 100, "pipe-pingpong": 4000, "signal": 8000, "mprotect-pair": 4000}
ROW = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", re.MULTILINE)


def status_numbers(pid):
    """Context switches of a process so far: (voluntary, involuntary)."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as stream:
        text = stream.read()
    return [int(number) for number in re.findall(r"ctxt_switches:\s+(\d+)", text)]


def run_loop(bench, operation, percent, log=None):
    """One run of micro, the kernel process under strace when a log is given: its switches."""
    # The guest waits for a line, so that strace is attached before the loop starts.
    loop = f"read x; /bench/micro 1 {percent} {operation}; echo looped; read x"
    process = subprocess.Popen(bench.guest_command(["sh", "-c", loop]),
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    time.sleep(1)
    kernel = leaks.kernel_process(process.pid)
    strace = None
    if log:
        strace = subprocess.Popen(["strace", "-c", "-o", log, "-p", str(kernel)],
                                  stderr=subprocess.DEVNULL)
        time.sleep(0.5)
    before = status_numbers(kernel)
    process.stdin.write(b"go\n")
    process.stdin.flush()
    output = b""
    while b"looped" not in output:
        data = os.read(process.stdout.fileno(), 4096)
        if not data:
            raise RuntimeError(f"the guest ended: {output!r}")
        output += data
    after = status_numbers(kernel)
    if strace:
        strace.send_signal(signal.SIGINT)
        strace.wait()
    process.stdin.write(b"end\n")
    process.stdin.close()
    process.wait()
    return sum(after) - sum(before)


def count(bench, operation, percent):
    """Calls by name, and switches, of the kernel process over one loop each.

    The switches come from a run of their own: strace itself switches at every call."""
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        log = os.path.join(directory, "strace")
        run_loop(bench, operation, percent, log)
        with open(log, encoding="utf-8") as stream:
            calls = {name: int(number) for number, name in ROW.findall(stream.read())
                     if name != "total"}
    calls["context switches"] = run_loop(bench, operation, percent)
    return calls


def report(bench):
    """Print a table: rows are operations, columns the calls that matter."""
    if not shutil.which("strace"):
        sys.exit("bench: strace is not installed; on Debian: apt-get install strace")
    reason = bench.absent("l4ux")
    if reason:
        sys.exit(f"bench: {reason}")
    found = {}
    for operation, loops in OPERATIONS.items():
        print(f"bench: counting {operation}", file=sys.stderr)
        short, long = count(bench, operation, 10), count(bench, operation, 110)
        found[operation] = {name: (long[name] - short.get(name, 0)) / loops for name in long}
    names = sorted({name for calls in found.values() for name, n in calls.items() if n >= 0.05},
                   key=lambda name: -sum(calls.get(name, 0) for calls in found.values()))
    table.print_table(["host calls per operation", *names],
                      [[operation, *(f"{calls.get(name, 0):.1f}" for name in names)]
                       for operation, calls in found.items()])
