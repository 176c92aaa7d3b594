#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Disk and network of the guest beside User-Mode Linux' ubd and vector network, in one run.

    devices.py [--build DIRECTORY] [--rounds N] [--cpu N] [--json FILE]

Both guests use the same file as disk (in the host's cache) and the same server on this host, and
are pinned to the same CPU, by turns. UML's network needs a tap device, which only root can make;
without it the rows of the network have no figures for UML.
"""
import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading

import uml

SAMPLE = re.compile(r"^io (\S+) ([\d.]+) (\S+)\r?$", re.MULTILINE)
DISK_MIB, TCP_MIB = 128, 128
TAP, HOST, GUEST = "l4uxbench", "192.168.241.1", "192.168.241.2"


class Server(threading.Thread):
    """The other end of `io tcp`."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        data = bytes(1 << 20)
        while True:
            connection, _ = self.socket.accept()
            with connection:
                try:
                    if connection.recv(1) == b"R":
                        for _ in range(TCP_MIB):
                            connection.sendall(data)
                    else:
                        while connection.recv(1 << 20):
                            pass
                        connection.sendall(b"!")
                except OSError:
                    pass


def tap_up():
    """Whether UML can have a network here."""
    steps = [["ip", "tuntap", "add", TAP, "mode", "tap"],
             ["ip", "addr", "add", HOST + "/24", "dev", TAP], ["ip", "link", "set", TAP, "up"]]
    return os.geteuid() == 0 and all(
        subprocess.run(step, capture_output=True, check=False).returncode == 0 for step in steps)


def run_l4ux(args, initrd, disk, port):
    command = [os.path.join(args.build, "l4ux"), "linux", "-m", "256M", f"--cpu={args.cpu}",
               f"--initrd={initrd}", f"--disk={disk}", "--net=user", "--", "sh", "-c",
               f"/bench/io disk /dev/vda {DISK_MIB}; /bench/io tcp 10.0.2.2 {port} {TCP_MIB}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout


def run_uml(args, initrd, disk, port, tap):
    script = f"/bench/io disk /dev/ubda {DISK_MIB}"
    if tap:
        script += (f"; ip addr add {GUEST}/24 dev vec0; ip link set vec0 up; "
                   f"/bench/io tcp {HOST} {port} {TCP_MIB}")
    with tempfile.TemporaryDirectory(prefix="l4ux-uml-") as directory:
        own = os.path.join(directory, "initrd")
        uml.make_initrd(own, initrd, ["sh", "-c", script])
        command = uml.command(own, directory, "256M", args.cpu) + [f"ubda={disk}"]
        if tap:
            command.append(f"vec0:transport=tap,ifname={TAP},depth=128,gro=1")
        return subprocess.run(command, capture_output=True, timeout=300, check=False,
                              stdin=subprocess.DEVNULL).stdout.decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(uml.HERE, "..", "build"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--json")
    args = parser.parse_args()

    initrd = os.path.join(args.build, "lib", "l4ux", "bench", "bench.cpio.gz")
    if not os.path.exists(initrd):
        sys.exit(f"{initrd} is not built: make")
    server, samples, units = Server(), {"l4ux": {}, "uml": {}}, {}
    tap = uml.available() and tap_up()
    if not uml.available():
        print("uml: linux.uml is not installed (Debian: apt-get install user-mode-linux)")
    elif not tap:
        print("uml: no tap device can be made here (root can): its network is not measured")
    try:
        with tempfile.TemporaryDirectory(prefix="l4ux-bench-") as directory:
            disk = os.path.join(directory, "disk")
            with open(disk, "wb") as stream:
                for _ in range(DISK_MIB):
                    stream.write(os.urandom(1 << 20))
            for _ in range(args.rounds):
                outputs = {"l4ux": run_l4ux(args, initrd, disk, server.port)}
                if uml.available():
                    outputs["uml"] = run_uml(args, initrd, disk, server.port, tap)
                for system, output in outputs.items():
                    for name, value, unit in SAMPLE.findall(output):
                        samples[system].setdefault(name, []).append(float(value))
                        units[name] = unit
    finally:
        if tap:
            subprocess.run(["ip", "link", "del", TAP], check=False)
    print(f"{'':20} {'l4ux':>10} {'uml':>10} {'ratio':>7}   medians of {args.rounds} rounds")
    for name, unit in units.items():
        have = {s: statistics.median(v[name]) for s, v in samples.items() if name in v}
        ratio = f"{have['l4ux'] / have['uml']:.2f}" if len(have) == 2 else "-"
        print(f"{name:20} {have.get('l4ux', 0):10.1f} {have.get('uml', 0):10.1f} {ratio:>7}   {unit}")
    if args.json:
        with open(args.json, "w", encoding="utf-8") as stream:
            json.dump({"samples": samples, "units": units}, stream, indent=1)


if __name__ == "__main__":
    main()
