#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The walk-through of docs/fault-injection.md, word for word: each command prints what stands there.

    walkthrough.py SOURCE BUILD

The commands run where they would in a fresh clone that has been built. `make` is not run, but its
target must be there and lead to all that the others use.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

DOCUMENT, SECTION = "docs/fault-injection.md", "## Walk-through"
TIMEOUT = 60


def examples(text):
    """(command, lines it prints) as they stand in the section."""
    section = text[text.index("\n" + SECTION):]
    section = section[:section.index("\n## ", 2)]
    found = []
    for line in section.splitlines():
        if line.startswith("    $ "):
            found.append((line[6:], []))
        elif line.startswith("    ") and found:
            found[-1][1].append(line[4:])
    return found


def pattern(lines):
    """"..." stands for anything, blanks for any number of them."""
    parts = []
    for line in lines:
        words = " ".join(line.split())
        parts.append(r"\s+".join(re.escape(word) for word in words.split())
                     .replace(re.escape("..."), r"[\s\S]*"))
    return re.compile(r"\s*".join(parts))


def check_make(source, command):
    """What `make` would do, without doing it."""
    done = subprocess.run([*shlex.split(command), "-n"], cwd=source, capture_output=True, text=True,
                          timeout=TIMEOUT, check=False)
    if done.returncode or "--target native" not in done.stdout or "--for native" not in done.stdout:
        sys.exit(f"not ok: {command}: status {done.returncode}: {done.stdout}{done.stderr}")


def main():
    source, build = (os.path.abspath(path) for path in sys.argv[1:3])
    with open(os.path.join(source, DOCUMENT), encoding="utf-8") as file:
        found = examples(file.read())
    campaigns = [command for command, _ in found if "careless.json" in command]
    if len(found) < 5 or not campaigns or not found[0][0].startswith("make "):
        sys.exit(f"not ok: {DOCUMENT} has lost its walk-through: {found}")
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        for name, target in ("build", build), ("examples", os.path.join(source, "examples")):
            os.symlink(target, os.path.join(directory, name))
        for command, lines in found:
            if command.startswith("make "):
                check_make(source, command)
                continue
            done = subprocess.run(["sh", "-c", command], cwd=directory, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=TIMEOUT, check=False)
            if done.returncode or not pattern(lines).search(done.stdout):
                sys.exit(f"not ok: {command}: status {done.returncode}:\n{done.stdout}"
                         f"{done.stderr}expected:\n" + "\n".join(lines))
            print(f"ok: {command}")


if __name__ == "__main__":
    main()
