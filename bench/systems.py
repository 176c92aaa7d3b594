# SPDX-License-Identifier: MIT
"""The systems that are compared, and how a benchmark program is run in each.

Every system is pinned to the same CPU: a hand-over between two processes costs ten times as much
when it crosses CPUs, and that would be measured instead of anything else.
"""
import os
import re
import shutil
import subprocess
import tempfile
import time

import leaks
import uml

HERE = os.path.dirname(os.path.abspath(__file__))
MICRO = re.compile(r"^micro (\S+) (?:([\d.]+)|skipped)\r?$", re.MULTILINE)
FLOOR = re.compile(r"^floor (\S+) min (\d+) ns (\d+) cycles median (\d+) ns (\d+) cycles$",
                   re.MULTILINE)
ENGINE = re.compile(r"\b(\w+) engine\b")
L4 = re.compile(r"^bench=(\S+) .*\bmin=(\d+) median=(\d+) max=(\d+)", re.MULTILINE)
L4_NOISE = re.compile(r"^quantum .*\bnoise=(\d+) unit=permille", re.MULTILINE)


class Failure(Exception):
    """A system did not do what it was asked for; the text says which and what it said."""


def data(name):
    """A file beside this one."""
    return os.path.join(HERE, name)


def checked(system, line, timeout, env=None):
    """Output of a command that must succeed."""
    try:
        done = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout, check=False,
                              env={**os.environ, **(env or {})})
    except subprocess.TimeoutExpired as error:
        raise Failure(f"{system}: not finished after {timeout} s: {' '.join(line)}") from error
    output = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        last = (output + done.stderr.decode(errors="replace")).strip()[-300:]
        raise Failure(f"{system}: status {done.returncode} of {' '.join(line)}: {last}")
    return output


class Native:
    """The host itself."""
    name, boots = "native", False

    def __init__(self, cpu):
        self.pin = ["taskset", "-c", str(cpu)]

    def absent(self):
        return None if shutil.which("taskset") else "taskset is not installed (util-linux)"

    def run(self, argv, job=None, timeout=600):
        env = job.environment() if job else None
        return checked(self.name, [*self.pin, data(argv[0]), *argv[1:]], timeout, env)


class Guest:
    """What the two Linux guests have in common."""
    boots = True

    def __init__(self, cpu, memory):
        self.cpu, self.memory = cpu, memory

    def absent(self):
        path = data("bench.cpio.gz")
        return None if os.path.exists(path) else f"{path} is not built (make)"

    def run(self, argv, job=None, timeout=600):
        initrd, memory = data("bench.cpio.gz"), self.memory
        if job:
            initrd, memory = job.initrd(initrd), job.memory
        return self.run_guest(["/bench/" + argv[0], *argv[1:]], initrd, memory, timeout)

    def ready(self, argv, memory=None):
        """Starts a guest; (process, seconds to the line READY). The caller ends it."""
        with tempfile.TemporaryDirectory(prefix="l4ux-uml-") as directory:
            line, env = self.command_line(argv, memory or self.memory, directory)
            start = time.monotonic()
            process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, env=env)
            output = b""
            while b"READY" not in output:
                part = os.read(process.stdout.fileno(), 65536)
                if not part:
                    process.wait()
                    raise Failure(f"{self.name}: no READY in {output[-300:]!r}")
                output += part
            return process, time.monotonic() - start

    def boot_seconds(self):
        process, seconds = self.ready(["echo", "READY"])
        process.communicate()
        return seconds

    def idle_bytes(self, memory="64M"):
        """Host memory of an idle guest: what its processes have, shared parts divided."""
        process, _ = self.ready(["sh", "-c", "echo READY; sleep 600"], memory)
        time.sleep(1)
        total = sum(proportional_bytes(pid) for pid in [process.pid,
                                                       *leaks.descendants(process.pid)])
        self.end(process)
        return total

    def end(self, process):
        process.terminate()
        process.wait()


class Uml(Guest):
    """Debian's User-Mode Linux with the same initial file system."""
    name = "uml"

    def absent(self):
        if not uml.available():
            return "linux.uml is not installed (Debian: apt-get install user-mode-linux)"
        return super().absent()

    def run_guest(self, argv, initrd, memory, timeout, options=()):
        status, output = uml.run(argv, initrd, memory, self.cpu, timeout, options)
        if status != 0:
            raise Failure(f"uml: status {status} of {' '.join(argv)}: {output[-300:]!r}")
        return output.decode(errors="replace")

    def command_line(self, argv, memory, directory):
        initrd = os.path.join(directory, "initrd")
        uml.make_initrd(initrd, data("bench.cpio.gz"), argv)
        return (uml.command(initrd, directory, memory, self.cpu),
                {**os.environ, "TMPDIR": directory})

    def end(self, process):
        """UML asked to end does so slowly; its processes are ours."""
        for pid in [*leaks.descendants(process.pid), process.pid]:
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass
        process.wait()


class L4ux(Guest):
    """Linux on l4ux, and native L4 programs on it; with the engine it chooses, or a named one."""

    def __init__(self, cpu, memory, command, engine=None):
        super().__init__(cpu, memory)
        self.command = command
        self.name = engine or "l4ux"
        self.options = [f"--cpu={cpu}"] + ([f"--engine={engine}"] if engine else [])

    def ask_engine(self):
        """Names the system by the engine it has chosen: that decides what it is judged by."""
        line = [self.command, "run", "-v", *self.options, data("l4bench"), "1"]
        try:
            done = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"l4ux: not finished after 60 s: {' '.join(line)}") from error
        found = ENGINE.search(done.stderr)
        if found:
            self.name = found.group(1)

    def absent(self):
        if not os.access(self.command, os.X_OK):
            return f"{self.command} cannot be run"
        return super().absent()

    def guest_line(self, argv, initrd=None, memory=None, options=()):
        return [self.command, "linux", *self.options, *options, "-m", memory or self.memory,
                f"--initrd={initrd or data('bench.cpio.gz')}", "--", *argv]

    def run_guest(self, argv, initrd, memory, timeout, options=()):
        return checked(self.name, self.guest_line(argv, initrd, memory, options), timeout)

    def command_line(self, argv, memory, directory):
        return self.guest_line(argv, memory=memory), dict(os.environ)

    def l4_line(self, rounds, name=None):
        return [self.command, "run", *self.options, data("l4bench"), str(rounds),
                *([name] if name else [])]

    def run_l4(self, rounds):
        return checked(self.name, self.l4_line(rounds), 300)


def proportional_bytes(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as stream:
            return int(re.search(r"^Pss:\s+(\d+) kB", stream.read(), re.MULTILINE).group(1)) << 10
    except OSError:
        return 0


def micro_samples(output):
    """(name, ns or None when the system cannot do it) for each line of a run of micro."""
    return [(name, float(value) if value else None) for name, value in MICRO.findall(output)]


def floors(cpu):
    """{name: (median ns, median cycles)} of the bare mechanisms of this host."""
    text = checked("floor", [data("floor"), str(cpu)], 120)
    return {name: (int(ns), int(cycles)) for name, _, _, ns, cycles in FLOOR.findall(text)}
