#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Output of a serial line that waits in the device when a snapshot is made.

    snapshot_serial.py L4UX

The line is a pipe that nobody reads before the snapshot. What comes behind what was in it then must be
what a restored system hands over.
"""
import array
import fcntl
import os
import subprocess
import sys
import tempfile
import termios

LIMIT = 60
SIZE = 200000
SCRIPT = ("exec 3>/dev/hvc1; stty raw <&3; "
          f"yes 'some line or other' | cat -n | head -c {SIZE} >&3; sleep 9; echo end")


def held(pipe):
    """Bytes that are in it."""
    size = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, size)
    return size[0]


def read(pipe, size):
    got = b""
    while len(got) < size:
        got += os.read(pipe, size - len(got))
    return got


def finish(process):
    out, err = process.communicate(timeout=LIMIT)
    if process.returncode or out != "end\n":
        sys.exit(f"not ok: status {process.returncode}, {out!r}, {err}")


def start(command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def main():
    l4ux = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        line, path = os.path.join(directory, "line"), os.path.join(directory, "snapshot")
        os.mkfifo(line)
        pipe = os.open(line, os.O_RDWR)
        with start([l4ux, "linux", "-v", "-m", "64M", "--time=virtual", f"--serial=1:file:{line}",
                    f"--snapshot={path}", "--snapshot-at=2s", "--", "sh", "-c", SCRIPT]) as process:
            for text in process.stderr:
                if "saved the system" in text:
                    break
            taken = held(pipe)
            whole = read(pipe, SIZE)
            finish(process)
        with start([l4ux, "restore", path]) as process:
            rest = read(pipe, SIZE - taken)
            finish(process)
        if not 0 < taken < SIZE or rest != whole[taken:]:
            sys.exit(f"not ok: {rest[:80]!r}... in place of {whole[taken:taken + 80]!r}...")
    print("ok")


if __name__ == "__main__":
    main()
