# SPDX-License-Identifier: MIT
"""The Debian of the tests: a disk made by `l4ux image`, kept in the cache of l4ux.

It is made again when what goes into it changes; tests that run side by side wait for each other. A
test writes to a copy or an overlay of it.
"""
import fcntl
import hashlib
import os
import subprocess
import sys

PACKAGES = ("gcc,libc6-dev,python3-minimal,openssh-server,xserver-xorg-core,"
            "xserver-xorg-video-fbdev,xserver-xorg-input-libinput,xinit,xterm,openbox,xfonts-base")
HOSTNAME = "debian"
LIMIT = 600  # seconds, for all that is to be fetched and unpacked
KEEP = 3     # disks: those of other checkouts may be in use
SKIP = 69


def cache_directory():
    base = os.environ.get("L4UX_CACHE")
    if not base:
        base = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
                            "l4ux")
    path = os.path.join(base, "images")
    os.makedirs(path, exist_ok=True)
    return path


def inputs(init):
    here = os.path.dirname(os.path.abspath(__file__))
    text = f"{PACKAGES} {init}".encode()
    for name in ("setup.sh", "make.c"):
        with open(os.path.join(here, "..", "..", "cli", "image", name), "rb") as stream:
            text += stream.read()
    return hashlib.sha256(text).hexdigest()[:16]


def skip(why):
    print("SKIP", why, flush=True)
    sys.exit(SKIP)


def make(command, init, disk, key):
    for path in (key, key + ".pub"):
        if os.path.exists(path):
            os.unlink(path)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    print("making a disk; it is kept in", os.path.dirname(disk), flush=True)
    try:
        made = subprocess.run(
            [*command, "image", "--output", disk, "--size=2G", "--packages", PACKAGES, "--init",
             init, "--hostname", HOSTNAME, "--ssh-key", key + ".pub"], capture_output=True,
            text=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        skip(f"no Debian disk after {LIMIT} s: are the package sources reachable?")
    if made.returncode:
        skip(f"this host cannot make a Debian disk: {made.stderr[-600:]}")


def prune(directory):
    """Removes the disks that were made first, and their keys; who has one open keeps it."""
    disks = [os.path.join(directory, name) for name in os.listdir(directory)
             if name.startswith("debian-") and name.endswith(".img")]
    for disk in sorted(disks, key=os.path.getmtime)[:-KEEP]:
        for path in (disk, disk[:-4] + ".key", disk[:-4] + ".key.pub"):
            if os.path.exists(path):
                os.unlink(path)


def get(command, init="sysvinit"):
    """(disk, private key of root), made now or before. Ends the test where that is impossible."""
    directory = cache_directory()
    base = os.path.join(directory, f"debian-{inputs(init)}")
    disk, key = base + ".img", base + ".key"
    with open(os.path.join(directory, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(disk):
            make(command, init, disk, key)
            prune(directory)
    return disk, key
