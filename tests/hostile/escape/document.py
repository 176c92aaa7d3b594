#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make README.md from the table of attempts, or check that it is what the table says.

    document.py [--check]
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ENTRY = re.compile(r'\{\s*"([^"]+)",\s*(\w+),\s*(ONE\((\w+)\)|(\w+),\s*(\w+)),\s*([^}]+?)\s*\}')
STOP = re.compile(r"^\t(STOP_\w+) = \w+,?\s*/\* (.+?) \*/", re.MULTILINE)
INTRODUCTION = """<!-- Made from table.h by document.py; not to be edited. -->
# Attempts to reach the host

The escape program (`main.c`) makes each of these attempts in a task of its own, {count} in all, and
fails when something else stops one than is said here, or nothing does. `check.py` watches the host
meanwhile: every task process must be traced and in its seccomp filter, its
untraced threads in a second one; it must have nothing open and nothing
mapped but what the kernel gave it, and no directory may appear.

| What can stop an attempt | |
|---|---|
"""


def read(name):
    with open(os.path.join(HERE, name), encoding="ascii") as stream:
        return stream.read()


def document():
    stops = STOP.findall(read("escape.h"))
    races = re.findall(r'#define (?:RACE|SCRIBBLE)_NAME "(.*)"', read("escape.h"))
    rows, count = [], len(races)
    for entry in ENTRY.finditer(read("table.h")):
        name, _, _, one, first, last, stop = entry.groups()
        low, high = int(one or first, 0), int(one or last, 0)
        count += high - low + 1
        arguments = f"{low:#x}" if low == high else f"{low:#x} to {high:#x}"
        names = ", ".join(word[5:].lower() for word in re.findall(r"STOP_\w+", stop))
        rows.append(f"| {name} {arguments} | {names} |")
    rows.extend(f"| {race} | time |" for race in races)
    text = INTRODUCTION.format(count=count)
    text += "".join(f"| {name[5:].lower()} | {meaning} |\n" for name, meaning in stops)
    return text + "\n| Attempt | Stopped by |\n|---|---|\n" + "\n".join(rows) + "\n"


def main():
    text, path = document(), os.path.join(HERE, "README.md")
    if sys.argv[1:] != ["--check"]:
        with open(path, "w", encoding="ascii") as stream:
            stream.write(text)
    elif read("README.md") != text:
        sys.exit("README.md is not what table.h says: run document.py")


if __name__ == "__main__":
    main()
