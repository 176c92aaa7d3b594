#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the index in README.md with the programs: every program and group is there, none other;
and what COVERAGE.md names with what there is.

    index.py [--write] L4UX DIRECTORY

DIRECTORY holds the built programs. With --write, the numbers of rules and the groups are brought
up to date; a program that is new gets a row whose text is to be filled in.
"""

import argparse
import pathlib
import re
import subprocess
import sys

README = pathlib.Path(__file__).with_name("README.md")
COVERAGE = pathlib.Path(__file__).with_name("COVERAGE.md")
TESTS = re.compile(r"^\| [^|]+ \| (`[^|]+) \|$")
ROW = re.compile(r"^\| `(\w+)\.c` \| (\d+) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$")


def output(l4ux, program, *arguments):
    command = [l4ux, "run", "--root", "--timeout=60s", program, *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False).stdout.splitlines()


def groups(l4ux, program):
    return ", ".join(line for line in output(l4ux, program, "--list") if "TAP" not in line)


def rules(l4ux, program):
    return sum(re.match(r"(not )?ok ", line) is not None for line in output(l4ux, program))


def rewritten(lines, found, l4ux):
    """The lines with fresh rows; new programs go behind the last row."""
    old = {row[1]: row for row in map(ROW.match, lines) if row}
    table = []
    for name, (program, names) in found.items():
        text = (old[name][3], old[name][4]) if name in old else ("", "")
        table.append(f"| `{name}.c` | {rules(l4ux, program)} | {text[0]} | {text[1]} | {names} |")
    first = next(i for i, line in enumerate(lines) if ROW.match(line))
    rest = [line for line in lines if not ROW.match(line)]
    return rest[:first] + table + rest[first:]


def coverage(found):
    """What COVERAGE.md names and is not there, and groups it does not name."""
    named = set()
    for line in filter(TESTS.match, COVERAGE.read_text().splitlines()):
        for item in TESTS.match(line)[1].split("; "):
            name, rest = re.fullmatch(r"`([^`]+)` ?(.*)", item).groups()
            if "/" in name:
                if rest or not (README.parents[1] / name).exists():
                    yield f"COVERAGE.md names {item}, which is no file below tests"
                continue
            program = name.removesuffix(".c")
            named |= {(program, group) for group in rest.split(", ")}
    there = {(name, group) for name, (_, groups_) in found.items() for group in groups_.split(", ")}
    # Of extensions the interface knows nothing, and random calls belong to all of it.
    there -= {item for item in there if item[0] in ("entry", "random")}
    for program, group in sorted(named - there - {("random", "trees")}):
        yield f"COVERAGE.md names group {group} of {program}.c, which is not there"
    for program, group in sorted(there - named):
        yield f"COVERAGE.md does not say what group {group} of {program}.c is for"


def main():
    args = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--write", action="store_true")
    args.add_argument("l4ux")
    args.add_argument("directory", type=pathlib.Path)
    args = args.parse_args()
    lines = README.read_text().splitlines()
    found = {}
    for source in sorted(README.parent.glob("*.c")):
        program = args.directory / f"abi-{source.stem}"
        if re.search(r"^(TAP_MAIN|int main)\(", source.read_text(), re.MULTILINE):
            found[source.stem] = (program, groups(args.l4ux, program))
    if args.write:
        README.write_text("\n".join(rewritten(lines, found, args.l4ux)) + "\n")
        return 0
    wrong = 0
    listed = {row[1]: row[5] for row in map(ROW.match, lines) if row}
    for name in sorted(found.keys() | listed.keys()):
        names = found[name][1] if name in found else None
        if listed.get(name) != names:
            print(f"{name}: README.md has {listed.get(name)!r}, the program has {names!r}")
            wrong += 1
    for complaint in coverage(found):
        print(complaint)
        wrong += 1
    print(f"{len(found)} programs, {wrong} complaints; {sys.argv[0]} --write brings the rows in line")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())
