#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Serial lines, from both ends.

    serial.py lines|stdio L4UX-COMMAND...

lines: a socket and a pseudo terminal, with connections that come and go and a device that dies.
stdio: binary data through standard input and output.
"""
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time

import leaks

LIMIT = 60
SCRIPT = """
exec 3<>/dev/hvc1 4<>/dev/hvc2
stty raw -echo <&3; stty raw -echo <&4
cat <&3 >&3 &
cat <&4 >&4 &
echo ready
read end
"""


STDIO_SCRIPT = """
exec 3<>/dev/hvc1; stty raw -echo <&3
printf r >&3
head -c 1000000 <&3 >/tmp/f
cat /tmp/f >&3
"""


class Failure(Exception):
    """What was expected did not happen."""


def echo(fd, text):
    """What goes in must come back."""
    deadline, got = time.monotonic() + LIMIT, b""
    os.write(fd, text)
    while len(got) < len(text) and time.monotonic() < deadline:
        if select.select([fd], [], [], 1)[0]:
            got += os.read(fd, 4096)
    if got != text:
        raise Failure(f"sent {text!r}, got {got!r}")


def try_socket(path):
    for number in range(2):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(path)
            echo(line.fileno(), b"socket %d\0\xff\n\r\x04\x11\x13" % number)
        time.sleep(0.2)


def try_terminal(path):
    for number in range(2):
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        echo(fd, b"terminal %d\0\xff\n\r\x04\x03" % number)
        os.close(fd)
        time.sleep(0.2)


def kill_devices(root):
    for pid in leaks.descendants(root):
        if leaks.status_field(pid, "Name") == "serial-device":
            os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)


def stdio(command, _):
    data = os.urandom(1000000)
    with subprocess.Popen([*command, "linux", "--timeout=60s", "--serial=1:stdio", "--", "sh", "-c",
                           STDIO_SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout.read(1) != b"r":
            raise Failure("the guest is not ready")
        out, _ = process.communicate(data, timeout=LIMIT)
    if process.returncode or out != data:
        raise Failure(f"status {process.returncode}, {len(out)} bytes of {len(data)}")


def lines(command, directory):
    line, link = os.path.join(directory, "line"), os.path.join(directory, "link")
    with subprocess.Popen([*command, "linux", "--serial=1:unix:" + line,
                           "--serial=2:pty,link=" + link, "--", "sh", "-c", SCRIPT],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as process:
        process.stdout.readline()
        for kill in (False, True):
            if kill:
                kill_devices(process.pid)
            try_socket(line)
            try_terminal(link)
        _, err = process.communicate("end\n", timeout=LIMIT)
    if process.returncode:
        raise Failure(f"status {process.returncode}: {err}")
    if not re.search(r"the serial line is /dev/pts/\d+", err) or err.count("started again") != 2:
        raise Failure(err)
    if os.listdir(directory):
        raise Failure(f"left behind: {os.listdir(directory)}")


def main():
    leaks.become_reaper()
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        try:
            {"stdio": stdio, "lines": lines}[sys.argv[1]](sys.argv[2:], directory)
        except Failure as failure:
            sys.exit(f"not ok: {failure}")
    print("ok")


if __name__ == "__main__":
    main()
