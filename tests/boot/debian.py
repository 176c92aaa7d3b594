#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A Debian on a disk, as people would use it.

    debian.py [--init sysvinit|systemd] L4UX-COMMAND...

Starts the disk of debian_disk.py with a network, comes in by ssh through a forwarded port, installs
a package from a repository that a server on this host offers, compiles a C program of 10,000 lines,
and switches off. The file system must be clean afterwards. Skipped, with status 69, where the host cannot make such a disk.
"""
import argparse
import functools
import hashlib
import http.server
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

import debian_disk
import leaks

BOOT_LIMIT, STEP_LIMIT = 300, 300
LINES = 10000
SCHEME = "http://"
HOST = "10.0.2.2" # as the guest sees it


class Failure(Exception):
    """What was expected did not happen."""


def run(argv, limit=STEP_LIMIT, text=None):
    return subprocess.run(argv, capture_output=True, text=True, timeout=limit, input=text,
                          check=False)


def make_repository(directory):
    """A package that only we have, and its index, in the shape apt calls flat."""
    root = os.path.join(directory, "hello")
    os.makedirs(os.path.join(root, "DEBIAN"))
    os.makedirs(os.path.join(root, "usr/bin"))
    control = ("Package: l4ux-greeting\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody\n"
               "Description: says something\n")
    with open(os.path.join(root, "DEBIAN/control"), "w", encoding="utf-8") as stream:
        stream.write(control)
    program = os.path.join(root, "usr/bin/l4ux-greeting")
    with open(program, "w", encoding="utf-8") as stream:
        stream.write("#!/bin/sh\necho installed over the network\n")
    os.chmod(program, 0o755)
    package = os.path.join(directory, "greeting.deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, package], check=True,
                   capture_output=True)
    with open(package, "rb") as stream:
        data = stream.read()
    with open(os.path.join(directory, "Packages"), "w", encoding="utf-8") as stream:
        stream.write(f"{control}Filename: ./greeting.deb\nSize: {len(data)}\n"
                     f"SHA256: {hashlib.sha256(data).hexdigest()}\n\n")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, *_):
        pass


def serve(directory):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                             functools.partial(Quiet, directory=directory))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def program_source():
    """10,000 lines whose result can be checked."""
    lines = ["#include <stdio.h>", "#include <stdint.h>"]
    count = (LINES - 10) // 4
    for i in range(count):
        lines += [f"static uint32_t f{i}(uint32_t x)", "{",
                  f"\treturn (x << {i % 13 + 1} ^ x >> {i % 7 + 1}) + {i * 2654435761 % 2**32}u;",
                  "}"]
    lines += ["int main(void)", "{", "\tuint32_t x = 1;"]
    calls = " ".join(f"x = f{i}(x);" for i in range(count))
    lines += ["\t" + calls, '\tprintf("%u\\n", x);', "}"]
    lines += ["/* */"] * (LINES - len(lines))
    x = 1
    for i in range(count):
        x = ((x << (i % 13 + 1) ^ x >> (i % 7 + 1)) + i * 2654435761) % 2**32
    return "\n".join(lines) + "\n", x


class Guest:
    """The system on the disk, and commands in it by way of ssh."""

    def __init__(self, args, disk, key):
        self.key = key
        self.output = []
        self.process = subprocess.Popen(
            [*args.command, "linux", "--disk", disk, "--entropy",
             "--net=user,hostfwd=tcp::0-:22", "--append=quiet"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="replace")
        self.port = None
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self.collect, args=(stream,), daemon=True).start()

    def collect(self, stream):
        for line in stream:
            self.output.append(line)
            if match := re.search(r"port (\d+) of 127.0.0.1 leads to", line):
                self.port = int(match.group(1))

    def text(self):
        return "".join(self.output)

    def ssh(self, command, text=None, limit=STEP_LIMIT):
        return run(["ssh", "-q", "-F", "none", "-i", self.key, "-p", str(self.port),
                    "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                    "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "root@127.0.0.1", command],
                   limit, text)

    def wait_for_login(self):
        deadline = time.monotonic() + BOOT_LIMIT
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.port and self.ssh("true", limit=60).returncode == 0:
                return
            time.sleep(1)
        raise Failure(f"no way in by ssh: {self.text()[-1500:]!r}")

    def expect(self, command, pattern, text=None):
        done = self.ssh(command, text)
        if done.returncode or not re.search(pattern, done.stdout, re.MULTILINE):
            raise Failure(f"{command}: status {done.returncode}: {done.stdout[-800:]!r} "
                          f"{done.stderr[-800:]!r}")


def use(guest, directory):
    began = time.monotonic()
    guest.wait_for_login()
    print(f"# a login by ssh {time.monotonic() - began:.0f} s after the start", flush=True)
    guest.expect("cat /etc/debian_version; hostname", r"^12[.\d]*\ndebian$")
    port = serve(directory)
    source = f"deb [trusted=yes] {SCHEME}{HOST}:{port}/ ./"
    guest.expect("rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*; "
                 f"echo '{source}' >/etc/apt/sources.list; apt-get -q update && "
                 "apt-get -q -y install l4ux-greeting && l4ux-greeting",
                 "^installed over the network$")
    text, result = program_source()
    guest.expect("cat >p.c; wc -l <p.c; gcc -O1 -o p p.c && ./p",
                 rf"^{LINES}\n{result}$", text)
    guest.expect("python3 -c 'print(6 * 7)'", "^42$")
    guest.ssh("poweroff")
    try:
        guest.process.wait(STEP_LIMIT)
    except subprocess.TimeoutExpired as error:
        raise Failure(f"it does not switch off: {guest.text()[-800:]!r}") from error
    if guest.process.returncode:
        raise Failure(f"status {guest.process.returncode}: {guest.text()[-800:]!r}")
    if not re.search(r"root@debian:|debian login:", guest.text()):
        raise Failure(f"no login on the console: {guest.text()[-1500:]!r}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--init", default="sysvinit", choices=["sysvinit", "systemd"])
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    leaks.become_reaper()
    base, key = debian_disk.get(args.command, args.init)
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        disk = os.path.join(directory, "disk")
        subprocess.run(["cp", "--sparse=always", "--reflink=auto", base, disk], check=True)
        make_repository(directory)
        guest = Guest(args, disk, key)
        try:
            use(guest, directory)
            fsck = run(["e2fsck", "-fn", disk])
            if fsck.returncode:
                raise Failure(f"e2fsck: {fsck.stdout[-500:]}")
        except (Failure, subprocess.TimeoutExpired) as failure:
            guest.process.kill()
            sys.exit(f"not ok: {failure}")
        left = leaks.leftover_processes(set())
        if left:
            sys.exit(f"not ok: left running: {left}")
    print("ok")


if __name__ == "__main__":
    main()
