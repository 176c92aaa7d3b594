# SPDX-License-Identifier: MIT
"""Run one command with pipes or on a pseudo terminal, with a time limit, keeping all it prints."""
import fcntl
import os
import pty
import re
import selectors
import signal
import struct
import subprocess
import termios
import time


class StepFailed(Exception):
    """A step of a terminal dialogue did not come out."""


class Session:
    """A started command. `out` and `err` grow while pump() runs; on a terminal `out` has both."""

    def __init__(self, argv, env=None, cwd=None, stdin=None, terminal=False):
        self.out, self.err = b"", b""
        self.started = time.monotonic()
        self.first_output = None
        self.master = self.slave = None
        self._stdin = stdin
        self._seen = 0
        self._selector = selectors.DefaultSelector()
        if terminal:
            self.master, self.slave = pty.openpty()
            self.resize(24, 80)
            self.modes = termios.tcgetattr(self.slave)
            self.process = subprocess.Popen(argv, env=env, cwd=cwd, stdin=self.slave,
                                            stdout=self.slave, stderr=self.slave,
                                            preexec_fn=self._own_terminal)
            self._selector.register(self.master, selectors.EVENT_READ, "out")
        else:
            self.process = subprocess.Popen(
                argv, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                start_new_session=True)
            self._selector.register(self.process.stdout, selectors.EVENT_READ, "out")
            self._selector.register(self.process.stderr, selectors.EVENT_READ, "err")
            if stdin is not None:
                os.set_blocking(self.process.stdin.fileno(), False)
                self._selector.register(self.process.stdin, selectors.EVENT_WRITE, "in")

    def _own_terminal(self):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _feed(self):
        """Give the command the next piece of its standard input."""
        stream = self.process.stdin
        try:
            self._stdin = self._stdin[os.write(stream.fileno(), self._stdin[:65536]):]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._stdin = b""
        if not self._stdin:
            self._selector.unregister(stream)
            stream.close()

    def pump(self, seconds):
        """Let the command go on for at most that long. False at the end of all its output."""
        for key, _ in self._selector.select(max(0, seconds)):
            if key.data == "in":
                self._feed()
                continue
            try:
                data = os.read(key.fd, 65536)
            except OSError:
                data = b""
            if not data:
                self._selector.unregister(key.fileobj)
                continue
            if key.data == "err":
                self.err += data
                continue
            self.first_output = self.first_output or time.monotonic() - self.started
            self.out += data
        return any(key.data != "in" for key in self._selector.get_map().values())

    def expect(self, pattern, deadline):
        """Wait until the output after the last match matches. Returns the match."""
        regex = re.compile(pattern.encode(), re.MULTILINE)
        while True:
            match = regex.search(self.out, self._seen)
            if match:
                self._seen = match.end()
                return match
            left = deadline - time.monotonic()
            tail = self.out[self._seen:][-600:].decode(errors="replace")
            if left <= 0:
                raise StepFailed(f"waited for /{pattern}/, got: {tail!r}")
            ended = self.process.poll() is not None
            if not self.pump(min(left, 0.1)) or ended:
                self._drain()
                if not regex.search(self.out, self._seen):
                    tail = self.out[self._seen:][-600:].decode(errors="replace")
                    raise StepFailed(f"ended while waiting for /{pattern}/, got: {tail!r}")

    def _drain(self):
        """What is still in the pipes; a leaked child may hold them open, so do not wait."""
        while self._selector.get_map() and self._selector.select(0) and self.pump(0):
            pass

    def send(self, data):
        os.write(self.master, data)

    def finish(self, deadline):
        """Wait for the end. Returns the exit status (negative: signal), None past the deadline."""
        while time.monotonic() < deadline:
            more = self.pump(0.05)
            if self.process.poll() is not None:
                self._drain()
                return self.process.returncode
            if not more:
                time.sleep(0.01)
        return None

    def modes_restored(self):
        return termios.tcgetattr(self.slave) == self.modes

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream and not stream.closed:
                stream.close()
        for descriptor in (self.master, self.slave):
            if descriptor is not None:
                os.close(descriptor)
        self._selector.close()
