#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Output of a serial line that waits in the device when a snapshot is made.

    snapshot_serial.py pipe|socket L4UX

Nobody reads the other end of the line before the snapshot. What comes behind what was in there then must be
what a restored system hands over.
"""
import array
import fcntl
import os
import socket
import subprocess
import sys
import tempfile
import termios
import time

LIMIT = 60
SIZE = 100000 # more than a pipe or socket takes, less than the device
WAITING = 20000
SCRIPT = ("exec 3>/dev/hvc1; stty raw <&3; "
          f"yes 'some line or other' | cat -n | head -c {SIZE} >&3; read end; echo end")


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
    out, err = process.communicate("end\n", timeout=LIMIT)
    if process.returncode or out != "end\n":
        sys.exit(f"not ok: status {process.returncode}, {out!r}, {err}")


def start(command):
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def save(l4ux, directory, line, pipe):
    """Saves a system whose output nobody takes yet: all of it, and how much was taken then."""
    path = os.path.join(directory, "snapshot")
    with start([l4ux, "linux", "-v", "-m", "64M", "--time=virtual", f"--serial=1:{line}",
                f"--snapshot={path}", "--snapshot-at=3s", "--", "sh", "-c", SCRIPT]) as process:
        other = pipe()
        for text in process.stderr:
            if "saved the system" in text:
                break
        taken = held(other)
        whole = read(other, SIZE) if taken else b""
        finish(process)
    return path, whole, taken


def compare(rest, whole):
    if not rest or rest != whole:
        sys.exit(f"not ok: {rest[:80]!r}... in place of {whole[:80]!r}...")


def in_pipe(l4ux, directory):
    line = os.path.join(directory, "line")
    os.mkfifo(line)
    pipe = os.open(line, os.O_RDWR)
    path, whole, taken = save(l4ux, directory, f"file:{line}", lambda: pipe)
    with start([l4ux, "restore", path]) as process:
        rest = read(pipe, SIZE - taken)
        finish(process)
    compare(rest, whole[taken:])


def connect(path):
    """Connects as soon as somebody listens."""
    end = time.monotonic() + LIMIT
    while True:
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(path)
            return line
        except OSError:
            line.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.01)


def in_socket(l4ux, directory):
    """It comes first to whoever connects. Simulated time does not wait for him, so it is saved anew until
    he was in time."""
    line = os.path.join(directory, "line")
    taken = 0
    while not taken:
        lines = []
        path, whole, taken = save(l4ux, directory, f"unix:{line}",
                                  lambda: lines.append(connect(line)) or lines[0].fileno())
        lines[0].close()
    with start([l4ux, "restore", path]) as process:
        with connect(line) as other:
            rest = read(other.fileno(), WAITING)
        finish(process)
    compare(rest, whole[taken:taken + WAITING])


def main():
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        {"pipe": in_pipe, "socket": in_socket}[sys.argv[1]](sys.argv[2], directory)
    print("ok")


if __name__ == "__main__":
    main()
