#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Linux on the screen, driven by an input script, and looked at in screenshots.

    screen.py [--gui=OPTIONS] L4UX-COMMAND...

The shell on the frame buffer is typed into; what it answers is read from the picture.
"""
import argparse
import os
import string
import subprocess
import sys
import tempfile

import picture

EVENTS = 3 + 3 + 2 + 2 + 2 # two positions, a click, the wheel; each report ends with one more
ALPHABET = string.ascii_lowercase + string.digits + "ABCDEFGHILMOPRSTUX.:-_/="

# For the shell on the terminal: a key is lost on a screen that nobody has opened yet.
READY = b"until ls -l /proc/[0-9]*/fd/0 2>/dev/null | grep -q tty1; do :; done; echo rea''dy\n"

SCRIPT = f"""
# What is typed says on the terminal that it is done, since nobody can wait for pixels alone.
pace 5ms
wait text "ready" within 60s
type "clear; echo up >/dev/hvc0\\n"
wait text "up" within 60s
type "echo {ALPHABET}\\n"
type "echo first >/dev/hvc0\\n"
wait text "first" within 20s
wait still 700ms
screenshot first.png
type "uname -s -n; cat /sys/class/graphics/fb0/virtual_size; grep -c . /proc/bus/input/devices\\n"
type "i=0; while [ $i -lt 120 ]; do echo line:$i; i=$((i+1)); done; echo second >/dev/hvc0\\n"
wait text "second" within 20s
press shift+b
type "\\t"
press ctrl+u
wait still 700ms
screenshot second.png
type "exec 3</dev/input/event0; echo open >/dev/hvc0\\n"
wait text "open" within 20s
move 10 20
move 30 40
click left
wheel 3
type "dd bs=24 count={EVENTS} <&3 2>/dev/null | wc -c >/dev/hvc0; echo moved >/dev/hvc0\\n"
wait text "moved" within 20s
type "poweroff\\n"
"""


def check(good, what):
    if not good:
        sys.exit(f"not ok: {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gui", default="640x400,headless")
    parser.add_argument("--keep", help="directory for the pictures")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        where = args.keep or directory
        script = os.path.join(where, "script")
        with open(script, "w", encoding="utf-8") as stream:
            stream.write(SCRIPT)
        run = subprocess.run([*args.command, "linux", f"--gui={args.gui}",
                              f"--input-script={script}", "--screenshot=last.png",
                              "--timeout=150s"], cwd=where, input=READY,
                             capture_output=True, check=False)
        output = run.stdout.decode(errors="replace")
        check(run.returncode == 0, f"exit status {run.returncode}, {run.stderr.decode()}")
        first = picture.read_png(os.path.join(where, "first.png"))
        second = picture.read_png(os.path.join(where, "second.png"))
        picture.read_png(os.path.join(where, "last.png"))

    text = picture.TextScreen(first)
    known = text.learn(ALPHABET)
    check(known, "the text that was typed is not to be seen twice, as input and as output")
    check(any("echo " + ALPHABET in line for line in text.read(known)),
          "the typed command is not where it must be")
    lines = picture.TextScreen(second).read(known)
    rows = len(lines)
    check("line:119" in lines, "the last line of the output is not on the screen")
    last = lines.index("line:119")
    check(lines[last - 20:last] == [f"line:{n}" for n in range(99, 119)],
          "the screen has not scrolled rightly")
    check(last in (rows - 2, rows - 3), f"line:119 is line {last} of {rows}")
    check("Linux" not in lines, "what was scrolled off is still to be seen")
    check(str(24 * EVENTS) in output.split(),
          f"too little arrived in /dev/input/event0: {output!r}")
    print("ok")


if __name__ == "__main__":
    main()
