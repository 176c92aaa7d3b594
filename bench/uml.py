#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boot the project's initramfs under Debian's User-Mode Linux, with the command line of l4ux.

    uml.py linux [-m SIZE] [--initrd=FILE] [--timeout=SECONDS] [--cpu=N] -- COMMAND...

It is what the benchmarks compare with, and tells whether a failing guest test is the test's
fault. The archive must contain /tests/uml-init. Exits with the command's status.
"""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests", "guest"))
import mkcpio  # noqa: E402

KERNEL = "linux.uml"
STATUS = re.compile(rb"uml-init: status (\d+)\r?\n")


def available():
    return shutil.which(KERNEL) is not None


def make_initrd(path, base, argv):
    """base + the command, as the CLI of l4ux does it."""
    with open(path, "wb") as stream:
        with open(base, "rb") as source:
            shutil.copyfileobj(source, stream)
        stream.write(b"\0" * (-stream.tell() % 4))
        data = b"".join(argument.encode() + b"\0" for argument in argv)
        stream.write(mkcpio.archive({"l4ux/argv": (0o444, data)}))


def command(initrd, directory, memory="256M", cpu=None):
    """The command line that boots it, console on standard output, pinned to one CPU."""
    line = [KERNEL, f"mem={memory}", f"initrd={initrd}", "rdinit=/tests/uml-init", "con=null",
            "con0=fd:0,fd:1", "ssl=null", "quiet", f"uml_dir={directory}/", "umid=uml",
            "random.trust_cpu=on"]
    return (["taskset", "-c", str(cpu)] if cpu is not None else []) + line


def end(process):
    """All of it: a UML that is killed leaves its helpers behind."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(argv, base, memory="256M", cpu=None, timeout=None, options=()):
    """Boot, run argv in the guest. Returns (status, output); status is None without an end."""
    with tempfile.TemporaryDirectory(prefix="l4ux-uml-") as directory:
        initrd = os.path.join(directory, "initrd")
        make_initrd(initrd, base, argv)
        process = subprocess.Popen([*command(initrd, directory, memory, cpu), *options],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, start_new_session=True,
                                   env={**os.environ, "TMPDIR": directory})
        try:
            output = process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            end(process)
            output = process.communicate()[0]
        finally:
            end(process)
    match = STATUS.search(output)
    if not match:
        return None, output
    return int(match.group(1)), output[:match.start()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("linux", choices=["linux"])
    parser.add_argument("-m", dest="memory", default="256M")
    parser.add_argument("--initrd", required=True)
    parser.add_argument("--timeout", type=lambda text: float(text.rstrip("s")))
    parser.add_argument("--cpu", type=int)
    parser.add_argument("argv", nargs="+")
    args = parser.parse_args()
    if not available():
        sys.exit("uml.py: linux.uml is not installed; on Debian: apt-get install user-mode-linux")
    status, output = run(args.argv, args.initrd, args.memory, args.cpu, args.timeout)
    sys.stdout.buffer.write(output.replace(b"\r\n", b"\n"))
    if status is None:
        sys.exit("uml.py: the guest ended without telling a status; its output is above")
    sys.exit(status)


if __name__ == "__main__":
    main()
