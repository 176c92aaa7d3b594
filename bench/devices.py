# SPDX-License-Identifier: MIT
"""Disk and network of a guest, beside User-Mode Linux' ubd and its networks.

Both guests use the same file as disk, which lies in the host's memory, and the same server on this
host. Networks have peers of their kind: the one that needs no rights (here libslirp, there the
program slirp), and a tap device of the host, which only root can make.
"""
import os
import shutil
import socket
import struct
import subprocess
import threading

import systems

MIB = 128          # of a full run
SLIRP_SHARE = 8    # of that for a peer that takes ten times as long
TIMEOUT = 180
SHARED_MEMORY = "/dev/shm"


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
                    what, mib = struct.unpack("<cI", connection.recv(5, socket.MSG_WAITALL))
                    if what == b"R":
                        for _ in range(mib):
                            connection.sendall(data)
                        continue
                    left = mib << 20
                    while left:
                        left -= len(connection.recv(1 << 20)) or left
                    connection.sendall(b"!")
                except (OSError, struct.error):
                    pass # that guest has failed, and says so


class User:
    """The network that needs no rights."""
    name, host = "user", "10.0.2.2"
    share = {"uml": SLIRP_SHARE}

    def __init__(self):
        self.slirp = shutil.which("slirp-fullbolt") or shutil.which("slirp")
        self.missing = None

    def options(self, system):
        """(options, commands in the guest), or None with the reason in missing."""
        if system.name != "uml":
            return ["--net=user"], ""
        if not self.slirp:
            self.missing = "slirp is not installed (Debian: apt-get install slirp)"
            return None
        return ([f"eth0=slirp,,{self.slirp}"],
                "ip addr add 10.0.2.15/24 dev eth0; ip link set eth0 up; ")

    def close(self):
        pass


class Tap:
    """A tap device, the same for all."""
    name, share = "tap", {}

    def __init__(self):
        net = f"10.254.{os.getpid() % 254}"
        self.device = f"l4b{os.getpid()}"
        self.host, self.guest = f"{net}.1", f"{net}.2/24"
        self.missing = None
        for step in (f"tuntap add {self.device} mode tap",
                     f"addr add {self.host}/24 dev {self.device}", f"link set {self.device} up"):
            done = subprocess.run(["ip", *step.split()], capture_output=True, text=True, check=False)
            if done.returncode and not self.missing:
                self.missing = f"no tap device can be made here (root can): {done.stderr.strip()}"

    def options(self, system):
        if self.missing:
            return None
        name = "vec0" if system.name == "uml" else "eth0"
        options = ([f"vec0:transport=tap,ifname={self.device},depth=128,gro=1"]
                   if system.name == "uml" else [f"--net=tap:{self.device}"])
        return options, f"ip addr add {self.guest} dev {name}; ip link set {name} up; "

    def close(self):
        subprocess.run(["ip", "link", "del", self.device], capture_output=True, check=False)


class Devices:
    """What the measured devices have behind them."""

    def __init__(self, directory, wanted, scale):
        self.mib = max(MIB * scale // 100, SLIRP_SHARE)
        self.names = {row.name for row in wanted if row.kind == "device"}
        self.server = Server()
        place = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else directory
        self.disk = os.path.join(place, f"l4ux-bench-disk-{os.getpid()}")
        with open(self.disk, "wb") as stream:
            for _ in range(self.mib):
                stream.write(os.urandom(1 << 20))
        self.networks = [kind() for kind in (User, Tap)
                         if any(name.endswith("-" + kind.name) for name in self.names)]

    def close(self):
        os.unlink(self.disk)
        for network in self.networks:
            network.close()

    def measure(self, system, results):
        if any(name.startswith("disk-") for name in self.names):
            option, device = (f"ubda={self.disk}", "ubda") if system.name == "uml" else \
                             (f"--disk={self.disk}", "vda")
            self.add(system, results, [option], f"/bench/io disk /dev/{device} {self.mib}", "")
        for network in self.networks:
            found = network.options(system)
            if not found:
                for name in self.names:
                    if name.endswith("-" + network.name):
                        results.skip(name, system.name, network.missing)
                continue
            mib = self.mib // network.share.get(system.name, 1)
            self.add(system, results, found[0],
                     f"{found[1]}/bench/io tcp {network.host} {self.server.port} {mib}",
                     "-" + network.name)

    def add(self, system, results, options, script, suffix):
        output = system.run_guest(["sh", "-c", script], systems.data("bench.cpio.gz"),
                                  system.memory, TIMEOUT, options)
        found = systems.micro_samples(output)
        if not found:
            raise systems.Failure(f"{system.name}: nothing measured by {script}: {output[-300:]!r}")
        for name, value in found:
            if name + suffix in self.names:
                results.add(name + suffix, system.name, value)
