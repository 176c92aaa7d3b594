# SPDX-License-Identifier: MIT
"""A running l4ux with a runtime directory of its own, and a client for its control socket."""
import json
import os
import socket
import subprocess
import tempfile
import time


class Runtime:
    """A directory for XDG_RUNTIME_DIR that must be empty in the end."""

    def __init__(self, l4ux):
        self.l4ux = l4ux
        self._directory = tempfile.TemporaryDirectory(prefix="l4ux-test-")
        self.path = os.path.join(self._directory.name, "run")
        os.mkdir(self.path, 0o700)
        self.env = {**os.environ, "XDG_RUNTIME_DIR": self.path}
        self._processes = []

    def beside(self, name):
        """A path for a test's own files, which vanish with the directory."""
        return os.path.join(self._directory.name, name)

    def start(self, *args, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("bufsize", 0)
        process = subprocess.Popen([self.l4ux, *args], env=self.env, **options)
        self._processes.append(process)
        return process

    def call(self, *args, **options):
        """Runs a command to its end: (status, stdout, stderr)."""
        done = subprocess.run([self.l4ux, *args], env=self.env, check=False, text=True,
                              errors="replace",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, **options)
        return done.returncode, done.stdout, done.stderr

    def running(self):
        return {row["name"]: row for row in
                map(json.loads, self.call("list", "--json")[1].splitlines())}

    def wait_for(self, name, patience=20):
        """Until a system answers; its directory."""
        path = os.path.join(self.path, "l4ux", name)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                Client(path).close()
                return path
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"{name} does not answer")

    def leftovers(self, patience=3):
        deadline = time.monotonic() + patience
        while os.listdir(self.path) and time.monotonic() < deadline:
            time.sleep(0.02)
        return [os.path.join(path, name) for path, names, files in os.walk(self.path)
                for name in names + files]

    def end(self):
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()
        self._directory.cleanup()


class Client:
    """One connection; lines out, objects in."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(20)
        try:
            self.socket.connect(os.path.join(path, "control.sock"))
        except OSError:
            self.socket.close()
            raise
        self._stream = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        try:
            line = self._stream.readline()
        except ConnectionResetError:
            return None
        return json.loads(line) if line else None

    def ask(self, command, **arguments):
        request = {"version": 1, "id": command, "command": command, "arguments": arguments}
        self.send(json.dumps(request).encode() + b"\n")
        answer = self.receive()
        assert answer["id"] == command and answer["version"] == 1, answer
        return answer

    def close(self):
        self._stream.close()
        self.socket.close()
