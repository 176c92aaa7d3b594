#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Networks of guests, from both ends.

    net.py user|forward|capture|death|off|stop|switch|tap L4UX-COMMAND...

user: DHCP, name server, a transfer each way through --net=user.
forward: TCP and UDP ports of the host lead into the guest.
capture: the pcap file holds what went over the wire.
death: the device process is killed; the guest's next connection works, one of before is reset.
off: the guest ends in the middle of a transfer, and does not hang.
stop: the driver is unbound in the middle of a transfer and bound again; it works as before.
switch: two guests talk; the process that is the switch is killed meanwhile.
tap: a tap device of the host, in a network name space of its own; says SKIP where none can be made.
"""
import argparse
import hashlib
import os
import queue
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import leaks

BLOB = bytes(range(256)) * 16384 # 4 MiB
DIGEST = hashlib.md5(BLOB).hexdigest()
LIMIT = 120
GUEST = "10.0.2.15"


class Failure(Exception):
    """What was expected did not happen."""


def expect(condition, what):
    if not condition:
        raise Failure(what)


class Server(threading.Thread):
    """A TCP server on this host that sends BLOB and keeps what it gets, once per connection."""

    def __init__(self, address="127.0.0.1"):
        super().__init__(daemon=True)
        self.socket = socket.create_server((address, 0))
        self.port = self.socket.getsockname()[1]
        self.got = []
        self.start()

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            kind = connection.recv(1)
            if kind == b"G":
                connection.sendall(BLOB)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536): # what is left unread would cut the connection
                    pass
                return
            if kind == b"E": # endless
                try:
                    while True:
                        connection.sendall(BLOB)
                except OSError:
                    return
            digest = hashlib.md5()
            while data := connection.recv(65536):
                digest.update(data)
            self.got.append(digest.hexdigest())


def start(args, options, script):
    return subprocess.Popen([*args.command, "linux", *options, "--", "sh", "-c", script],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True)


def finish(process, text=None):
    out, err = process.communicate(text, timeout=LIMIT)
    expect(process.returncode == 0, f"status {process.returncode}: {out[-500:]!r} {err!r}")
    return out, err


def device_process(root, name="net-device"):
    return [pid for pid in leaks.descendants(root) if leaks.status_field(pid, "Name") == name]


def user(args):
    server = Server()
    script = f"""
ip addr show eth0; ip route; cat /etc/resolv.conf
echo G | nc 10.0.2.2 {server.port} | md5sum
(printf P; head -c 4194304 /dev/zero) | nc 10.0.2.2 {server.port}
"""
    out, _ = finish(start(args, ["--net=user"], script))
    expect("inet 10.0.2.15/24" in out, f"no address: {out!r}")
    expect("default via 10.0.2.2" in out, f"no route: {out!r}")
    expect("nameserver 10.0.2.3" in out, f"no name server: {out!r}")
    expect(DIGEST in out, f"the guest received something else: {out!r}")
    deadline = time.monotonic() + 10
    while not server.got and time.monotonic() < deadline:
        time.sleep(0.05)
    expect(server.got == [hashlib.md5(bytes(4194304)).hexdigest()],
           f"the host received something else: {server.got}")


def forwarded_port(process):
    """The port that was chosen for port 0, from the message."""
    while line := process.stderr.readline():
        if match := re.search(r"port (\d+) of [\d.]+ leads to", line):
            return int(match.group(1))
    raise Failure("no port was reported")


def fetch(port):
    data = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            while part := connection.recv(65536):
                data += part
    except ConnectionError:
        pass # nobody listens yet
    return data


def forward(args):
    script = """
echo served | nc -l -p 80
echo ready
until awk '/^Udp: [0-9]/ && $3 > 0 { good = 1 } END { exit !good }' /proc/net/snmp; do
	sleep 0.2
done
echo arrived
""" # there is no UDP server in the small system, but it counts what nobody listens for
    process = start(args, [f"--net=user,hostfwd=tcp::0-:80,hostfwd=udp::0-{GUEST}:53"], script)
    tcp, udp = forwarded_port(process), forwarded_port(process)
    deadline, data = time.monotonic() + LIMIT, b""
    while data != b"served\n" and time.monotonic() < deadline:
        time.sleep(0.2) # the guest may not listen yet: then the connection ends at once
        data = fetch(tcp)
    expect(data == b"served\n", f"TCP: {data!r}")
    expect("ready" in process.stdout.readline(), "the guest's server did not end")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        while process.poll() is None and time.monotonic() < deadline:
            sender.sendto(b"ping", ("127.0.0.1", udp))
            time.sleep(0.2)
    out, err = finish(process)
    expect("arrived" in out, f"UDP: {out!r} {err!r}")


def frames(path):
    with open(path, "rb") as stream:
        data = stream.read()
    magic, _, _, _, _, _, link = struct.unpack_from("<IHHIIII", data)
    expect((magic, link) == (0xa1b23c4d, 1), "not a capture file")
    at, found = 24, []
    while at < len(data):
        _, _, length, whole = struct.unpack_from("<IIII", data, at)
        expect(length == whole and at + 16 + length <= len(data), "a frame was cut")
        found.append(data[at + 16:at + 16 + length])
        at += 16 + length
    return found


def capture(args):
    path = os.path.join(args.tmp, "capture")
    finish(start(args, [f"--net=user,pcap={path},mac=02:11:22:33:44:55"], "ping -c 2 10.0.2.2"))
    found = frames(path)
    discover = [f for f in found if f[6:12] == bytes.fromhex("021122334455") and
                f[12:14] == b"\x08\x00" and f[23] == 17 and f[36:38] == b"\x00\x43"]
    expect(discover, "no DHCP request in the capture")
    pings = [f for f in found if f[12:14] == b"\x08\x00" and f[23] == 1]
    expect(sum(f[34] == 8 for f in pings) == 2 and sum(f[34] == 0 for f in pings) == 2,
           "two pings and two answers should be there")


def death(args):
    server = Server()
    get = f"echo G | nc 10.0.2.2 {server.port} | md5sum"
    idle = f"mkfifo f; exec 3<>f; printf P >f; (nc 10.0.2.2 {server.port} <f; echo cut) & " \
           "until netstat -tn 2>/dev/null | grep -q ESTABLISHED; do usleep 10000; done"
    process = start(args, ["--net=user"], f"{get}; {idle}; echo idle; read go; {get}; wait")
    expect(DIGEST in process.stdout.readline(), "nothing was received")
    line = process.stdout.readline()
    expect(line == "idle\n", f"it did not connect: {line!r}")
    for pid in device_process(process.pid):
        os.kill(pid, signal.SIGKILL)
    out, err = finish(process, "go\n")
    expect(DIGEST in out, f"nothing was received afterwards: {out!r}")
    expect("cut\n" in out, "a connection of before waits for ever")
    expect("was killed by signal 9; started again, the guest's connections are lost" in err, err)


def off(args):
    server = Server()
    for _ in range(8):
        finish(start(args, ["--net=user"],
                     f"echo E | nc 10.0.2.2 {server.port} >/dev/null & sleep 0.3"))


def stop(args):
    server = Server()
    script = f"""
d=$(basename $(readlink /sys/class/net/eth0/device))
cd /sys/bus/virtio/drivers/virtio_net
for i in 1 2 3; do
	echo E | nc 10.0.2.2 {server.port} >/dev/null &
	sleep 0.3
	echo $d >unbind
	kill $!
	echo $d >bind
	ip addr add {GUEST}/24 dev eth0; ip link set eth0 up
	echo G | nc 10.0.2.2 {server.port} | md5sum
done
"""
    out, _ = finish(start(args, ["--net=user"], script))
    expect(out.count(DIGEST) == 3, f"something else was received: {out!r}")


def switch(args):
    name = f"test-{os.getpid()}"
    up = "ip addr add 192.168.7.%d/24 dev eth0; ip link set eth0 up; "
    give = up % 1 + "echo up; read go; i=0; while read go; do " \
        "head -c 4194304 /dev/zero | nc -l -p 80; done"
    take = up % 2 + "while read go; do nc -w 5 192.168.7.1 80 | md5sum; done"
    lines = queue.Queue()
    right = hashlib.md5(bytes(4194304)).hexdigest()
    option = [f"--net=switch:{name}"]
    with start(args, option, give) as one, start(args, option, take) as two:
        threading.Thread(target=lambda: [lines.put(line) for line in two.stdout],
                         daemon=True).start()
        one.stdout.readline()
        print("go", file=one.stdin, flush=True)
        for number in range(3):
            print("go", file=one.stdin, flush=True)
            deadline = time.monotonic() + LIMIT
            line = ""
            while right not in line and time.monotonic() < deadline:
                time.sleep(0.3) # the other one may not listen yet
                print("go", file=two.stdin, flush=True)
                line = lines.get(timeout=LIMIT)
            expect(right in line, f"transfer {number}: {line!r}")
            if number < 2: # the switch is one of these: its own process, then the whole device
                for guest in (one, two):
                    pids = device_process(guest.pid)
                    os.kill(max(pids) if number == 0 else min(pids), signal.SIGKILL)
        one.stdin.close()
        two.stdin.close()
        for guest in (one, two):
            guest.wait(LIMIT)


def skip(why):
    print(f"SKIP {why}")
    sys.exit(69)


def transfer_through_tap(args, option, offload):
    """A transfer each way; whether the guest has left segmentation to the host."""
    server = Server("192.168.9.1")
    script = f"""
ip addr add 192.168.9.2/24 dev eth0; ip link set eth0 up
echo offload $(cut -c 12 /sys/class/net/eth0/device/features)
echo G | nc 192.168.9.1 {server.port} | md5sum
(printf P; head -c 4194304 /dev/zero) | nc 192.168.9.1 {server.port}
"""
    out, _ = finish(start(args, [option], script))
    expect(f"offload {offload}" in out, f"segmentation should be left to the host, or not: {out!r}")
    expect(DIGEST in out, f"the guest received something else: {out!r}")
    deadline = time.monotonic() + LIMIT
    while not server.got and time.monotonic() < deadline:
        time.sleep(0.05)
    expect(server.got == [hashlib.md5(bytes(4194304)).hexdigest()],
           f"the host received something else: {server.got}")


def tap(args):
    own = ["unshare", "--net"] + (["--map-root-user"] if os.getuid() else [])
    if subprocess.run([*own, "true"], check=False).returncode:
        skip("no network name space can be made here")
    if not os.environ.get("L4UX_TEST_OWN_NET"):
        sys.exit(subprocess.run([*own, sys.executable, __file__, "tap", f"--tmp={args.tmp}",
                                 *args.command], check=False,
                                env={**os.environ, "L4UX_TEST_OWN_NET": "1"}).returncode)
    for step in ("tuntap add dev tap9 mode tap", "addr add 192.168.9.1/24 dev tap9",
                 "link set tap9 up"):
        done = subprocess.run(["ip", *step.split()], capture_output=True, text=True, check=False)
        if done.returncode:
            skip(f"no tap device can be made here: {done.stderr}")
    path = os.path.join(args.tmp, "capture")
    transfer_through_tap(args, "--net=tap:tap9", 1)
    transfer_through_tap(args, f"--net=tap:tap9,pcap={path}", 0)
    expect(len(frames(path)) > 4194304 // 1500, "frames are missing in the capture")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["user", "forward", "capture", "death", "off", "stop",
                                         "switch", "tap"])
    parser.add_argument("--tmp", default="/tmp")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()
    leaks.become_reaper()
    try:
        globals()[args.what](args)
        left = leaks.leftover_processes(set())
        expect(not left, f"left running: {left}")
    except Failure as failure:
        sys.exit(f"not ok: {failure}")
    print("ok")


if __name__ == "__main__":
    main()
