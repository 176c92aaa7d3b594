#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A port that the devices of a snapshot want and that somebody else has.

    snapshot_port.py L4UX PROGRAM
"""
import os
import socket
import subprocess
import sys
import tempfile


def main():
    l4ux, program = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        path = os.path.join(directory, "snapshot")
        with socket.create_server(("127.0.0.1", 0)) as server: # a number that is free
            port = server.getsockname()[1]
        subprocess.run([l4ux, "run", "--time=virtual", f"--net=user,hostfwd=tcp::{port}-:80",
                        f"--snapshot={path}", "--snapshot-at=1ms", program, "5"], check=True,
                       stdout=subprocess.DEVNULL, timeout=60)
        with socket.create_server(("127.0.0.1", port)):
            done = subprocess.run([l4ux, "restore", path], capture_output=True, text=True,
                                  timeout=60, check=False)
    if done.returncode != 125 or f"cannot forward TCP port {port}" not in done.stderr or \
            done.stderr.count("\n") != 1:
        sys.exit(f"not ok: status {done.returncode}, {done.stderr!r}")
    print("ok")


if __name__ == "__main__":
    main()
