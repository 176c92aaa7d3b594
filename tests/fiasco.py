# SPDX-License-Identifier: MIT
"""A real Fiasco in QEMU: boot modules in, the lines on its serial console out."""

import os
import re
import select
import shutil
import subprocess
import sys
import time

SKIP = 69
QEMU = "qemu-system-x86_64"
# Fiasco colours its own messages and the log.
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\r")


def skip(reason):
    print(f"SKIP {reason}")
    sys.exit(SKIP)


def add_option(parser):
    parser.add_argument("--fiasco", default=os.environ.get("L4UX_FIASCO"), metavar="DIR",
                        help="holds fiasco, bootstrap and sigma0; default: L4UX_FIASCO")


def files(directory):
    """Where fiasco, bootstrap and sigma0 are; skips the test when something is missing."""
    if not directory:
        skip("L4UX_FIASCO names no directory with fiasco, bootstrap, sigma0")
    found = {name: os.path.join(directory, name) for name in ("fiasco", "bootstrap", "sigma0")}
    for path in found.values():
        if not os.path.isfile(path):
            skip(f"there is no {path}")
    if not shutil.which(QEMU):
        skip(f"{QEMU} is not installed")
    return found


def command(directory, modules):
    """QEMU's command line; a module is its file name and arguments, the first the root task."""
    own = files(directory)
    modules = [own["fiasco"] + " -serial_esc", own["sigma0"], *modules]
    return [
        QEMU, "-kernel", own["bootstrap"], "-initrd",
        # In this list of QEMU's, a comma must be doubled.
        ",".join(module.replace(",", ",,") for module in modules), "-cpu", "max",
        "-m", "512", "-nographic", "-monitor", "none", "-serial", "stdio", "-no-reboot",
    ]


def console(argv, ended, limit, cwd=None):
    """What a command prints until ended(text) says so, or it ends, or time is up."""
    deadline = time.monotonic() + limit
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, cwd=cwd)
    raw = text = ""
    try:
        while not ended(text):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
                break
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                break
            raw += piece.decode("latin-1")
            text = ESCAPES.sub("", raw)
    finally:
        process.kill()
        process.wait()
    return text
