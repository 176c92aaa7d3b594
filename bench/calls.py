# SPDX-License-Identifier: MIT
"""Where the time goes: host system calls and context switches per operation.

The kernel process traces the tasks, so `strace -f` cannot follow them, but strace can count the
calls of the kernel process itself. Context switches are those of all processes of the system, from
runs without strace, which itself switches at every call. Each operation is run with two lengths; the
difference is the cost of the loop alone, without boot and power-off.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import leaks

TOTAL = re.compile(r"^\s*100\.00\s+[\d.]+\s+(?:[\d.]+\s+)?(\d+)\s+(?:\d+\s+)?total$", re.MULTILINE)
SWITCHES = re.compile(r"ctxt_switches:\s+(\d+)")
GUEST_LOOP = "while read scale name; do /bench/micro 1 $scale $name; echo looped; done"
SHORT, LONG, QUICK_LONG = 10, 110, 30   # per cent of an operation's loops
L4_SHORT, L4_LONG = 20, 220             # rounds
ATTACH_SECONDS = 10


def switches(root):
    """Context switches so far of root and all below it, every thread."""
    total = 0
    for pid in [root, *leaks.descendants(root)]:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for thread in threads:
            try:
                with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as stream:
                    total += sum(int(number) for number in SWITCHES.findall(stream.read()))
            except OSError:
                pass
    return total


def total_calls(log):
    with open(log, encoding="utf-8") as stream:
        found = TOTAL.search(stream.read())
    return int(found.group(1)) if found else 0


class GuestCounter:
    """One guest that runs operations on demand."""

    def __init__(self, engine):
        self.process = subprocess.Popen(engine.guest_line(["sh", "-c", GUEST_LOOP]),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.loop("1", "getpid")
        self.kernel = leaks.kernel_process(self.process.pid)

    def loop(self, scale, name):
        self.process.stdin.write(f"{scale} {name}\n".encode())
        self.process.stdin.flush()
        output = b""
        while b"looped" not in output:
            part = os.read(self.process.stdout.fileno(), 4096)
            if not part:
                raise RuntimeError(f"the guest ended: {output!r}")
            output += part

    def calls(self, scale, name):
        with tempfile.TemporaryDirectory(prefix="l4ux-bench-") as directory:
            log = os.path.join(directory, "strace")
            with subprocess.Popen(["strace", "-c", "-o", log, "-p", str(self.kernel)],
                                  stderr=subprocess.DEVNULL) as strace:
                deadline = time.monotonic() + ATTACH_SECONDS
                while leaks.status_field(self.kernel, "TracerPid") != str(strace.pid):
                    if strace.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError("strace cannot attach to the kernel process")
                    time.sleep(0.01)
                self.loop(scale, name)
                strace.send_signal(signal.SIGINT)
            return total_calls(log)

    def switches(self, scale, name):
        before = switches(self.process.pid)
        self.loop(scale, name)
        return switches(self.process.pid) - before

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def count_guest(engine, some, results, strace, long):
    counter = GuestCounter(engine)
    for row in some:
        loops = row.loops * (long - SHORT) / 100
        calls = None
        if strace:
            calls = (counter.calls(long, row.name) - counter.calls(SHORT, row.name)) / loops
        switched = (counter.switches(long, row.name) - counter.switches(SHORT, row.name)) / loops
        results.counts.setdefault(row.name, {})[engine.name] = (calls, switched)
    counter.end()


def l4_calls(engine, rounds, name):
    with tempfile.TemporaryDirectory(prefix="l4ux-bench-") as directory:
        log = os.path.join(directory, "strace")
        subprocess.run(["strace", "-c", "-o", log, *engine.l4_line(rounds, name)], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        return total_calls(log)


def l4_switches(engine, rounds, name):
    """Of the whole system from start to end: what the host counted when it was waited for."""
    process = subprocess.Popen(engine.l4_line(rounds, name), stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_nvcsw + usage.ru_nivcsw


def count_l4(engine, some, results, strace):
    rounds = L4_LONG - L4_SHORT
    for row in some:
        calls = None
        if strace:
            calls = (l4_calls(engine, L4_LONG, row.name) -
                     l4_calls(engine, L4_SHORT, row.name)) / rounds
        switched = (l4_switches(engine, L4_LONG, row.name) -
                    l4_switches(engine, L4_SHORT, row.name)) / rounds
        results.counts.setdefault(row.name, {})[engine.name] = (calls, switched)


def count(engines, wanted, results, quick):
    """Fills results.counts for all rows that say how many loops they have."""
    strace = shutil.which("strace") is not None
    if not strace:
        print("l4ux: bench: strace is not installed, host system calls are not counted "
              "(Debian: apt-get install strace)", file=sys.stderr)
    for engine in engines:
        for kind, counter in (("guest", count_guest), ("l4", count_l4)):
            some = [row for row in wanted if row.kind == kind and row.loops]
            if not some:
                continue
            print(f"l4ux: bench: counting host calls: {engine.name}, {len(some)} rows",
                  file=sys.stderr)
            extra = (QUICK_LONG if quick else LONG,) if kind == "guest" else ()
            counter(engine, some, results, strace, *extra)
