#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measure l4ux beside its peers and floors, interleaved in one run: l4ux bench [OPTION...]"""
import argparse
import fnmatch
import json
import os
import sys
import tempfile

import calls
import chart
import compiler
import crowd
import devices
import laboratory
import rows
import systems
import table

DEFAULT_ROUNDS, QUICK_ROUNDS = 5, 3
DEFAULT_SCALE, QUICK_SCALE = 100, 20  # per cent of each operation's loops
L4_ROUNDS = 1000
EXIT_USAGE, EXIT_UNAVAILABLE = 64, 69


class Results:
    """samples[row][system] = [value, ...] in the row's unit; floors[name] = [(ns, cycles), ...];
    counts[row][engine] = (host calls, context switches); skipped[row][system] = reason."""

    def __init__(self):
        self.samples, self.floors, self.counts, self.skipped = {}, {}, {}, {}

    def add(self, row, system, value):
        self.samples.setdefault(row, {}).setdefault(system, []).append(value)

    def skip(self, row, system, reason):
        self.skipped.setdefault(row, {})[system] = reason


def usage(message):
    print(f"l4ux: bench: {message}; 'l4ux bench --help' shows the usage", file=sys.stderr)
    sys.exit(EXIT_USAGE)


class Parser(argparse.ArgumentParser):
    """Mistakes end as those of any other subcommand do."""

    def error(self, message):
        usage(message)


def options():
    parser = Parser(prog="l4ux bench", description=__doc__.split(":")[0] + ".")
    parser.add_argument("--only", default="*", metavar="ROW,...",
                        help="rows by name, with wildcards, or part of their section's heading")
    parser.add_argument("--list", action="store_true", help="say which rows there are")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--rounds", type=int, help=f"default {DEFAULT_ROUNDS}, quick {QUICK_ROUNDS}")
    parser.add_argument("--systems", default="native,uml,l4ux", metavar="NAME,...")
    parser.add_argument("--engine", default="", metavar="NAME,...",
                        help="engines of l4ux to compare, for example ptrace,stub")
    parser.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("-m", "--memory", default="256M", help="of the guests")
    parser.add_argument("--guests", type=int, default=100, help="in the crowd")
    parser.add_argument("--no-calls", action="store_true",
                        help="do not count host system calls and context switches")
    parser.add_argument("--json", metavar="FILE", help="also write every sample to this file")
    parser.add_argument("--plot", metavar="FILE.svg|.png", help="also draw the ratios")
    parser.add_argument("--l4ux", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def check_options(args):
    """What would otherwise be found out after minutes."""
    for name, value in (("--rounds", args.rounds), ("--guests", args.guests)):
        if value is not None and value < 1:
            usage(f"{name}={value}: at least 1")
    if args.cpu not in os.sched_getaffinity(0):
        usage(f"--cpu={args.cpu}: this process may use {sorted(os.sched_getaffinity(0))}")
    if args.json and not os.access(os.path.dirname(os.path.abspath(args.json)), os.W_OK):
        usage(f"--json={args.json}: its directory cannot be written")
    reason = chart.impossible(args.plot) if args.plot else None
    if reason:
        usage(f"--plot={args.plot}: {reason}")


def choose(only):
    def wanted(row):
        return any(fnmatch.fnmatchcase(row.name, pattern) or
                   pattern != "*" and pattern.lower() in row.section.lower()
                   for pattern in only.split(","))
    return [row for row in rows.ROWS if wanted(row)]


def choose_systems(args):
    known = {"native": [systems.Native(args.cpu)],
             "uml": [systems.Uml(args.cpu, args.memory)],
             "l4ux": [systems.L4ux(args.cpu, args.memory, args.l4ux, engine)
                      for engine in args.engine.split(",")]}
    found = []
    for name in args.systems.split(","):
        if name not in known:
            usage(f"--systems: '{name}' is none of {', '.join(known)}")
        for system in known[name]:
            reason = system.absent()
            if reason:
                print(f"l4ux: bench: without {name}: {reason}", file=sys.stderr)
            else:
                found.append(system)
            if not reason and name == "l4ux" and not args.engine:
                system.ask_engine()
    return found


def measure_micro(system, wanted, scale, results, job):
    """One start of micro for all ordinary rows, one for the job that brings its own archive."""
    own = [row.name for row in wanted if row.name == "compile"]
    names = [row.name for row in wanted
             if row.kind == "guest" or row.name == "quantum-noise"]
    for group, extra in ((names, None), (own, job)):
        group = [name for name in group if extra or name not in own]
        if not group:
            continue
        for name, value in systems.micro_samples(
                system.run(["micro", "1", str(scale), *group], extra)):
            if value is None:
                results.skip(name, system.name, "not possible there")
            else:
                results.add(name, system.name, value)


def measure_l4(system, wanted, rounds, floors, results):
    names = {row.name for row in wanted}
    output = system.run_l4(rounds)
    ns_per_cycle = floors["getpid"][0] / floors["getpid"][1]
    for name, _, middle, _ in systems.L4.findall(output):
        if name in names:
            results.add(name, system.name, int(middle) * ns_per_cycle)
    for noise in systems.L4_NOISE.findall(output):
        if "quantum" in names:
            results.add("quantum", system.name, int(noise) / 10)


def measure_round(args, wanted, systems_, results, job, scale, behind, lab):
    kinds = {row.kind for row in wanted}
    floors = systems.floors(args.cpu)
    for name, values in floors.items():
        results.floors.setdefault(name, []).append(values)
    for system in systems_:
        if kinds & {"guest", "noise"}:
            measure_micro(system, wanted, scale, results, job)
        if "boot" in kinds and system.boots:
            results.add("boot", system.name, system.boot_seconds() * 1e9)
        if "memory" in kinds and system.boots:
            results.add("memory", system.name, system.idle_bytes())
        if behind and system.boots:
            behind.measure(system, results)
        if lab and isinstance(system, systems.L4ux):
            lab.measure(system, results)
        l4_rows = [row for row in wanted if row.kind == "l4" or row.name == "quantum"]
        if l4_rows and isinstance(system, systems.L4ux):
            measure_l4(system, l4_rows, L4_ROUNDS * scale // 100, floors, results)


def measure(args, wanted, systems_, directory):
    results = Results()
    rounds = args.rounds or (QUICK_ROUNDS if args.quick else DEFAULT_ROUNDS)
    scale = QUICK_SCALE if args.quick else DEFAULT_SCALE
    job = compiler.Job(directory)
    if any(row.name == "compile" for row in wanted):
        reason = job.absent()
        if reason:
            wanted = [row for row in wanted if row.name != "compile"]
            for system in systems_:
                results.skip("compile", system.name, reason)
    in_rounds = [row for row in wanted if row.kind != "crowd"]
    behind = devices.Devices(directory, wanted, scale) \
        if any(row.kind == "device" for row in wanted) else None
    lab = laboratory.Laboratory(directory, wanted, scale) \
        if any(row.kind == "lab" for row in wanted) else None
    try:
        for number in range(rounds if in_rounds else 0):
            print(f"l4ux: bench: round {number + 1} of {rounds}: "
                  f"{', '.join(system.name for system in systems_)}", file=sys.stderr)
            measure_round(args, in_rounds, systems_, results, job, scale, behind, lab)
    finally:
        if behind:
            behind.close()
    engines = [system for system in systems_ if isinstance(system, systems.L4ux)]
    if any(row.kind == "crowd" for row in wanted):
        for engine in engines:
            crowd.measure(engine, args.guests, results)
    if not args.no_calls:
        calls.count(engines, wanted, results, args.quick)
    return results


def write_json(path, args, wanted, systems_, results):
    with open(path, "w", encoding="utf-8") as stream:
        json.dump({"version": 1, "cpu": args.cpu, "memory": args.memory,
                   "host": " ".join(os.uname()), "systems": [s.name for s in systems_],
                   "rows": {row.name: {"title": row.title, "section": row.section,
                                       "unit": row.unit} for row in wanted},
                   "samples": results.samples, "floors": results.floors,
                   "counts": results.counts, "skipped": results.skipped}, stream, indent=1)
        stream.write("\n")


def main():
    args = options()
    wanted = choose(args.only)
    if not wanted:
        usage(f"--only={args.only} matches no row; --list says which there are")
    if args.list:
        for row in wanted:
            print(f"{row.name:22} {row.title} ({row.section})")
        return
    check_options(args)
    try:
        systems_ = choose_systems(args)
        if not systems_:
            sys.exit(EXIT_UNAVAILABLE)
        with tempfile.TemporaryDirectory(prefix="l4ux-bench-") as directory:
            results = measure(args, wanted, systems_, directory)
    except systems.Failure as failure:
        sys.exit(f"l4ux: bench: {failure}")
    table.show(wanted, [system.name for system in systems_], results)
    if args.json:
        write_json(args.json, args, wanted, systems_, results)
    if args.plot:
        chart.draw(args.plot, wanted, [system.name for system in systems_], results)


if __name__ == "__main__":
    main()
