#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Networks of a system that was restored.

    snapshot_net.py reset|switch L4UX

reset: a connection with the host that was open when the system was saved is reset, and does not hang; the
next one works. Hosts take their time, and simulated time does not wait for them, so the guest computes until it is
connected.
switch: it is on the switch again.
"""
import os
import socket
import subprocess
import sys
import tempfile
import threading

LIMIT = 60
CONNECT = ("mkfifo f; exec 3<>f; printf P >f; while :; do nc 10.0.2.2 {} <f 2>&1 & "
           "while kill -0 $! 2>/dev/null && ! grep -q ' 01 ' /proc/net/tcp; do :; done; wait; "
           "cut -d. -f1 /proc/uptime; done")
ASK = ("ip addr add 192.168.7.9/24 dev eth0; ip link set eth0 up; sleep 5; "
       "while :; do arping -c 1 -w 1 -I eth0 192.168.7.2; done")
LISTEN = ("ip addr add 192.168.7.2/24 dev eth0; ip link set eth0 up; echo ready; "
          "until grep -q 192.168.7.9 /proc/net/arp; do usleep 10000; done; echo seen")


def run(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                          text=True, check=False)


def save(l4ux, path, net, at, script):
    done = run([l4ux, "linux", "-m", "64M", "--time=virtual", net, f"--snapshot={path}",
                f"--snapshot-at={at}", f"--stop-at={at}", "--", "sh", "-c", script])
    if done.returncode != 123 or not os.path.exists(path):
        sys.exit(f"not ok: saving: status {done.returncode}, {done.stderr!r}")
    return done.stdout


def reset(l4ux, path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        connections = []

        def accept():
            while True:
                connections.append(server.accept()[0])

        threading.Thread(target=accept, daemon=True).start()
        failed = save(l4ux, path, "--net=user", "500s", CONNECT.format(server.getsockname()[1]))
        before = len(connections)
        done = run([l4ux, "restore", "--stop-at=900s", path])
        first = done.stdout.split("\n", maxsplit=1)[0]
        if not before or failed or first not in ("499", "500", "501"):
            sys.exit(f"not ok: {before} connections, {failed!r}, {done.stdout!r}, {done.stderr!r}")
        if len(connections) == before:
            sys.exit("not ok: no connection once it was restored")


def switch(l4ux, path):
    net = f"--net=switch:test-snapshot-{os.getpid()}"
    save(l4ux, path, net, "3s", ASK)
    with subprocess.Popen([l4ux, "linux", f"--timeout={LIMIT}s", net, "--", "sh", "-c", LISTEN],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True) as listener:
        listener.stdout.readline()
        with subprocess.Popen([l4ux, "restore", path], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL) as restored:
            seen = listener.stdout.readline()
            restored.terminate()
    if seen != "seen\n" or listener.returncode:
        sys.exit(f"not ok: {seen!r}, status {listener.returncode}")


def main():
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        {"reset": reset, "switch": switch}[sys.argv[1]](sys.argv[2],
                                                        os.path.join(directory, "snapshot"))
    print("ok")


if __name__ == "__main__":
    main()
