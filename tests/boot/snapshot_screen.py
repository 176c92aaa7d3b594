#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Save a system with a screen in the middle of things, and restore it.

    snapshot_screen.py L4UX [--at TIME]...

An input script types, waits and takes pictures. Without a snapshot, with one, and restored from it the system
must end with the same trace, the same output and the same pictures. A text that a screenshot waits for is seen
when half of it was printed before.
"""
import argparse
import os
import subprocess
import sys
import tempfile

LIMIT = 60
SCRIPT = """wait text "go"
pace 4ms
type "aBCd"
press ctrl+alt+z
wait 300ms
wait still 2s
screenshot middle.png
pace 1ms
type "ABcdEFgh"
wait text "end"
press power
"""
COMMAND = ("echo go; cat /dev/input/event0 >x & for i in 1 2 3 4 5 6 7; do sleep 0.1; echo $i >/dev/tty1; done; "
           "sleep 4; kill %1; hexdump -v -e '24/1 \"%02x\" \"\\n\"' x | cut -c33-; echo end; sleep 100")
OPTIONS = ["-m", "64M", "--gui=640x400,headless", "--time=virtual", "--input-script=script"]


def run(directory, *command):
    """Trace and messages, output, and the pictures it has made."""
    for name in "middle.png", "last.png":
        if os.path.exists(os.path.join(directory, name)):
            os.unlink(os.path.join(directory, name))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                          cwd=directory, check=False)
    if done.returncode or b"trace" not in done.stderr:
        sys.exit(f"not ok: {command}: status {done.returncode}, {done.stderr!r}")
    pictures = {}
    for name in "middle.png", "last.png":
        if os.path.exists(os.path.join(directory, name)):
            with open(os.path.join(directory, name), "rb") as stream:
                pictures[name] = stream.read()
    return done.stderr, done.stdout, pictures


def compare(what, one, other):
    if one[0] != other[0]:
        sys.exit(f"not ok: {what}: {one[0]!r} and {other[0]!r}")
    if not one[1].endswith(other[1]):
        sys.exit(f"not ok: {what}: output {one[1]!r} and {other[1]!r}")
    for name, picture in other[2].items():
        if one[2].get(name) != picture:
            sys.exit(f"not ok: {what}: {name} is another picture")
    if "last.png" not in other[2]:
        sys.exit(f"not ok: {what}: no picture")


def cut_text(directory, l4ux):
    run(directory, l4ux, "linux", *OPTIONS[:-1], "--trace-hash", "--snapshot=cut", "--snapshot-at=3s", "--",
        "sh", "-c", "printf 'the ababa'; sleep 6; echo bc and more")
    texts = {"middle.png": "ababc", "last.png": "e ababa"}
    shots = [f"--screenshot={name},at={text}" for name, text in texts.items()]
    _, output, pictures = run(directory, l4ux, "restore", "--trace-hash", *shots, "cut")
    if output.strip() != b"bc and more":
        sys.exit(f"not ok: the snapshot is not between the halves: {output!r}")
    if list(pictures) != ["middle.png"]:
        sys.exit(f"not ok: a text was printed in halves, another one was complete; seen: {list(pictures)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("l4ux")
    parser.add_argument("--at", action="append", default=[])
    args = parser.parse_args()
    args.l4ux = os.path.abspath(args.l4ux)
    end = ["--trace-hash", "--screenshot=last.png"]
    system = ["--", "sh", "-c", COMMAND]
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        with open(os.path.join(directory, "script"), "w", encoding="utf-8") as script:
            script.write(SCRIPT)
        whole = run(directory, args.l4ux, "linux", *OPTIONS, *end, *system)
        if len(whole[2]) != 2 or whole[1].count(b"\n") < 40:
            sys.exit(f"not ok: {whole[1]!r}, {list(whole[2])}")
        for at in args.at:
            saved = run(directory, args.l4ux, "linux", *OPTIONS, *end, "--snapshot=s",
                        "--snapshot-at=" + at, *system)
            compare(f"with and without a snapshot at {at}", whole, saved)
            for _ in range(2):
                compare(f"restored from {at}", whole, run(directory, args.l4ux, "restore", *end, "s"))
        cut_text(directory, args.l4ux)
    print(f"ok: {whole[0].decode().strip()}")


if __name__ == "__main__":
    main()
