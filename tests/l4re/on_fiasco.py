#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boots an entry of modules.list on a real Fiasco in QEMU and on l4ux, and compares what they print.

    on_fiasco.py [--fiasco DIR] [--l4re DIR] [--limit SECONDS] [--verbose] L4UX ENTRY

Both get the same binaries and read until they have printed all that the section ENTRY of l4re.test
waits for. From the first line of moe on, the lines of each program must be the same, one by one,
apart from addresses and sizes; which of several programs comes first is left to chance. Exit
status: 0 the same, 1 not, 69 skipped because QEMU, Fiasco or a program is missing.
"""

import argparse
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, os.pardir), os.path.join(HERE, os.pardir, "boot")]
import case as cases
import fiasco
import runner

FIRST = "MOE: Hello world"
# The log of a program; with a colon the rest of a line that another program came between.
TASK = re.compile(r"^(\S+) +([|:]) ?")
ADDRESS = re.compile(r"\b(0x)?[0-9a-f]{4,}\b|(?<=\[)0(?=-)")
SIZE = re.compile(r"\b[0-9]+(\.[0-9]+)? [KMG]iB")
# QEMU's emulation takes the number of `int N` times 16 for the error code, a processor times 8.
INT_CODE = re.compile(r"(Trap = 0*d Err = 0*)302(,.* SC-Nr: )60$", re.MULTILINE)


def programs(entry):
    """The lines of modules.list below the entry, root task first, as file names and arguments."""
    root, modules, ours = "moe", [], False
    with open(os.path.join(HERE, "modules.list"), encoding="utf-8") as stream:
        for line in stream:
            word, _, rest = line.split("#")[0].strip().partition(" ")
            if word == "entry":
                ours = rest == entry
            elif ours and word == "roottask":
                root = rest
            elif ours and word == "moe":
                root = f"moe rom/{rest}"
                modules.append(os.path.join(HERE, rest))
            elif ours and word == "module":
                modules.append(rest)
    return [root, *modules]


def libraries(modules, l4re):
    """The shared libraries and the loader that modules name, and what these name in turn."""
    directory = os.path.join(l4re, *[os.pardir] * 3, "lib", "amd64_gen", "std", "l4f")
    found, queue = [], [os.path.join(l4re, module.split()[0]) for module in modules]
    while queue:
        text = subprocess.run(["readelf", "-ld", queue.pop()], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=False).stdout
        for name in re.findall(r"(?:Shared library: \[|interpreter: .*/)([^]\s]+)\]", text):
            path = os.path.join(directory, name)
            if path not in found:
                found.append(path)
                queue.append(path)
    return sorted(found)


def expected(entry, l4re):
    """What l4re.test waits for, one after the other."""
    found = {case.name: case for case in cases.load(os.path.join(HERE, "l4re.test"), {
        "l4ux": "", "here": HERE, "l4re": l4re})}[entry]
    for path in found.needs[1:]:
        if not os.path.exists(path):
            fiasco.skip(f"needs {path}")
    return found.patterns["stdout"] + [text for verb, text in found.steps if verb == "expect"]


def as_processor(text):
    return INT_CODE.sub(r"\g<1>182\g<2>30", text)


def complete(text, patterns):
    text, position = as_processor(text), 0
    for pattern in patterns:
        match = re.compile(pattern, re.MULTILINE).search(text, position)
        if not match:
            return False
        position = match.end()
    return True


def by_program(text):
    """The lines of each program. Without the last one, which may have been cut."""
    lines = as_processor(text).split("\n")[:-1]
    start = next((i for i, line in enumerate(lines) if FIRST in line), len(lines))
    found = {}
    for line in lines[start:]:
        line = ADDRESS.sub("ADDRESS", SIZE.sub("SIZE", line))
        task = TASK.match(line)
        if task and task[2] == ":" and task[1] in found:
            found[task[1]][-1] = (found[task[1]][-1] + line[task.end():]).rstrip()
        else:
            task = task if task and task[2] == "|" else None
            found.setdefault(task[1] if task else "", []).append(line.rstrip())
    return found


def differences(there, here):
    """Lines that differ. One of both may have gone on for longer, so it is up to the shorter."""
    for name in sorted(there.keys() | here.keys()):
        pair = there.get(name, []), here.get(name, [])
        if not all(pair):
            yield f"{name or 'untagged lines'}: {len(pair[0])} lines on Fiasco, {len(pair[1])} here"
        for a, b in zip(*pair):
            if a != b:
                yield f"Fiasco: {a}\nl4ux:   {b}"


def main():
    args = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    fiasco.add_option(args)
    args.add_argument("--l4re", default=runner.l4re_programs(), metavar="DIR")
    args.add_argument("--limit", type=float, default=100, metavar="SECONDS")
    args.add_argument("--verbose", action="store_true", help="print both consoles")
    args.add_argument("l4ux")
    args.add_argument("entry")
    args = args.parse_args()
    if not os.path.exists(os.path.join(args.l4re, "moe")):
        fiasco.skip("L4UX_L4RE names no bin directory of an L4Re build")
    patterns = expected(args.entry, args.l4re)
    root, *modules = programs(args.entry)
    modules += libraries(modules, args.l4re)
    here = [os.path.abspath(args.l4ux), "boot", "-m", "512M", "-R", root]
    here += [word for module in modules for word in ("-l", module)]
    found = []
    for name, argv in (("Fiasco", fiasco.command(args.fiasco, [root, *modules])), ("l4ux", here)):
        text = fiasco.console(argv, lambda text: complete(text, patterns), args.limit, args.l4re)
        if args.verbose:
            print(f"--- {name}\n{text}")
        if not complete(text, patterns):
            print(f"{name} did not print all that l4re.test waits for; the last lines:")
            print("\n".join(text.split("\n")[-15:]))
            return 1
        found.append(by_program(text))
    wrong = list(differences(*found))
    print("\n".join(wrong))
    same = sum(min(len(found[0][name]), len(found[1][name])) for name in found[0]) if not wrong else 0
    print(f"{len(wrong)} differences" if wrong else f"{same} lines are the same")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
