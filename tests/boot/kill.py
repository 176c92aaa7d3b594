#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kill the kernel process with SIGKILL at random moments of boot and load, look what is left.

    kill.py [--times N] [--seed N] [--phase start|boot|load] L4UX-COMMAND...

Each round starts an interactive guest on a terminal, gives it work, kills the process that traces
the others, and expects: no process, no file, the terminal in its old modes.
"""
import argparse
import os
import random
import signal
import sys
import tempfile
import time

import leaks
from session import Session, StepFailed

# Forks, pipes, files and a busy loop, in the background and without end.
LOAD = (b"while :; do ls /proc | sort | wc -l >/tmp/n; done & "
        b"while :; do :; done & dd if=/dev/zero of=/dev/null bs=64k &\r")


def one_round(command, rng, directory, phases):
    """Returns what was wrong, as a list of lines."""
    phase = rng.choice(phases)
    delay = {"start": rng.uniform(0, 0.03), "boot": rng.uniform(0, 0.6),
             "load": rng.uniform(0, 1.0)}[phase]
    env = {**os.environ, "XDG_RUNTIME_DIR": directory, "TMPDIR": directory}
    processes, files = set(leaks.descendants()), leaks.shared_places()
    session = Session([*command, "linux"], env=env, terminal=True)
    problems = []
    try:
        if phase == "load":
            session.expect("#", time.monotonic() + 20)
            session.send(LOAD)
        end = time.monotonic() + delay
        while time.monotonic() < end:
            session.pump(min(0.01, max(0, end - time.monotonic())))
        os.kill(leaks.kernel_process(session.process.pid), signal.SIGKILL)
        status = session.finish(time.monotonic() + 5)
        if status is None:
            problems.append("still running 5 s after its kernel process was killed")
        elif status == 0:
            problems.append("exit status 0 although the kernel process was killed")
        problems += [f"left running: {name}" for name in leaks.leftover_processes(
            processes | ({session.process.pid} if status is None else set()))]
        problems += [f"left behind: {path}" for path in leaks.leftover_files([directory], files)]
        if not session.modes_restored():
            problems.append("the terminal has other modes than before")
    except StepFailed as failure:
        problems.append(str(failure))
    except ProcessLookupError:
        problems.append("it ended before it could be killed")
    finally:
        session.close()
        leaks.leftover_processes(processes)
    return [f"killed {phase} + {delay * 1000:.0f} ms: {problem}" for problem in problems]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--phase", choices=["start", "boot", "load"], default=None)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    seed = args.seed if args.seed is not None else random.randrange(1 << 32)
    rng = random.Random(seed)
    phases = [args.phase] if args.phase else ["start", "boot", "load", "load"]
    print(f"seed {seed}", flush=True)
    leaks.become_reaper()
    failed = 0
    for number in range(args.times):
        with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
            problems = one_round(args.command, rng, directory, phases)
        failed += bool(problems)
        for problem in problems:
            print(f"round {number}: {problem}", flush=True)
    if failed:
        sys.exit(f"not ok: {failed} of {args.times} rounds; again: --seed {seed}")
    print(f"ok: {args.times} rounds")


if __name__ == "__main__":
    main()
