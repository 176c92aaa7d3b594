#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure guest operations native, under User-Mode Linux and under l4ux, interleaved in one run.

    run.py [--build DIRECTORY] [--rounds N] [--cpu N] [--only native,uml,l4ux] [--json FILE]
           [--calls]

Everything is pinned to one CPU. Each round runs native, then UML, then l4ux, so that a change in
the machine's mood hits all three; the table shows minimum and median over all rounds. The target is
for the ratio of minima. What is not installed or not built is left out, and said.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import calls
import table
import uml

SAMPLE = re.compile(r"^micro (\S+) ([\d.]+)\r?$", re.MULTILINE)
FLOOR = re.compile(r"^floor (\S+) min (\d+) ns (\d+) cycles median (\d+) ns (\d+) cycles$",
                   re.MULTILINE)


class Bench:
    """Where things are, and what was measured: samples[system][operation] = [ns, ...]."""

    def __init__(self, build, cpu, repetitions, memory):
        self.build, self.cpu, self.memory = build, cpu, memory
        self.micro = ["/bench/micro", str(repetitions)]
        self.initrd = os.path.join(build, "bench", "bench.cpio.gz")
        self.l4ux = os.path.join(build, "l4ux")
        self.samples = {}
        self.floors = {}
        self.pingpong = {}

    def add(self, system, operation, value):
        self.samples.setdefault(system, {}).setdefault(operation, []).append(value)

    def absent(self, system):
        """Why a system cannot be measured, or None."""
        if system == "uml" and not uml.available():
            return "linux.uml is not installed (Debian: apt-get install user-mode-linux)"
        if system == "l4ux" and not os.path.exists(self.l4ux):
            return f"{self.l4ux} is not built"
        if system != "native" and not os.path.exists(self.initrd):
            return f"{self.initrd} is not built"
        return None

    def guest_command(self, argv):
        return [self.l4ux, "linux", "-m", self.memory, f"--cpu={self.cpu}",
                f"--initrd={self.initrd}", "--", *argv]

    def run_micro(self, system):
        if system == "native":
            output = subprocess.run(
                ["taskset", "-c", str(self.cpu), os.path.join(self.build, "bench", "micro"),
                 *self.micro[1:]], check=True, stdout=subprocess.PIPE).stdout
        elif system == "uml":
            status, output = uml.run(self.micro, self.initrd, self.memory, self.cpu, 600)
            if status != 0:
                raise RuntimeError(f"micro under UML: status {status}")
        else:
            output = subprocess.run(self.guest_command(self.micro), check=True, timeout=600,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout
        found = SAMPLE.findall(output.decode(errors="replace"))
        if not found:
            raise RuntimeError(f"micro, {system}: no results in {output[-300:]!r}")
        for operation, value in found:
            self.add(system, operation, float(value))

    def run_boot(self, system):
        """From the start of the command to the first output of the guest's command."""
        with tempfile.TemporaryDirectory(prefix="l4ux-uml-") as directory:
            env = dict(os.environ)
            if system == "uml":
                initrd = os.path.join(directory, "initrd")
                uml.make_initrd(initrd, self.initrd, ["echo", "READY"])
                line = uml.command(initrd, directory, self.memory, self.cpu)
                env["TMPDIR"] = directory
            else:
                line = self.guest_command(["echo", "READY"])
            start = time.monotonic()
            process = subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, env=env)
            output, ready = b"", None
            while True:
                data = os.read(process.stdout.fileno(), 65536)
                output += data
                if ready is None and b"READY" in output:
                    ready = time.monotonic() - start
                if not data:
                    break
            process.wait()
        if ready is None:
            raise RuntimeError(f"boot, {system}: no output of the command in {output[-300:]!r}")
        self.add(system, "boot to first output", ready * 1e9)

    def run_floors(self):
        path = os.path.join(self.build, "bench", "floor")
        text = subprocess.run([path, str(self.cpu)], check=True, stdout=subprocess.PIPE,
                              text=True).stdout
        for name, *numbers in FLOOR.findall(text):
            self.floors.setdefault(name, []).append([int(number) for number in numbers])

    def run_pingpong(self):
        path = os.path.join(self.build, "examples", "pingpong")
        if not os.path.exists(path) or not os.path.exists(self.l4ux):
            return
        text = subprocess.run([self.l4ux, "run", f"--cpu={self.cpu}", path], check=True,
                              stdout=subprocess.PIPE, text=True, timeout=120).stdout
        for name, values in table.pingpong_lines(text):
            self.pingpong.setdefault(name, []).append(values)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(here, "..", "build"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repetitions", type=int, default=3, help="within a round")
    parser.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--only", default="native,uml,l4ux")
    parser.add_argument("--json", help="also write all samples to this file")
    parser.add_argument("--calls", action="store_true",
                        help="count the kernel process's host system calls per operation (strace)")
    args = parser.parse_args()

    bench = Bench(os.path.abspath(args.build), args.cpu, args.repetitions, args.memory)
    systems = []
    for system in args.only.split(","):
        reason = bench.absent(system)
        if reason:
            print(f"bench: without {system}: {reason}", file=sys.stderr)
        else:
            systems.append(system)
    if args.calls:
        calls.report(bench)
        return
    for number in range(args.rounds):
        print(f"bench: round {number + 1} of {args.rounds}: {', '.join(systems)}",
              file=sys.stderr)
        for system in systems:
            bench.run_micro(system)
            if system != "native":
                bench.run_boot(system)
        bench.run_floors()
        bench.run_pingpong()
    table.show(bench)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as stream:
            json.dump({"unit": "ns", "cpu": args.cpu, "memory": args.memory,
                       "host": " ".join(os.uname()), "samples": bench.samples,
                       "floors": bench.floors, "pingpong": bench.pingpong}, stream, indent=1)


if __name__ == "__main__":
    main()
