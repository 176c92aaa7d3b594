# SPDX-License-Identifier: MIT
"""As much of the X11 protocol as a test needs: find a window, close it, press keys (XTEST), be
where the clipboard comes from."""
import os
import socket
import struct
import subprocess
import time

SELECTION_REQUEST, SELECTION_NOTIFY = 30, 31
WM_DELETE, KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, MOTION = 33, 2, 3, 4, 6


class Display:
    """A server of our own, with its screen in a file, and a connection to it."""

    def __init__(self, directory, width=1400, height=900):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24",
             "-nolisten", "tcp", "-fbdir", directory], pass_fds=[write],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as stream:
            number = stream.readline().strip()
        self.name = f":{number}"
        self.file = os.path.join(directory, "Xvfb_screen0")
        self.events = []  # that came between answers
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"/tmp/.X11-unix/X{number}")
        self.socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        head = self._read(8)
        setup = self._read(4 * struct.unpack("<H", head[6:8])[0])
        vendor, formats = struct.unpack("<H", setup[16:18])[0], setup[21]
        screen = 32 + (vendor + 3) // 4 * 4 + 8 * formats
        self.root = struct.unpack("<I", setup[screen:screen + 4])[0]
        self.base = struct.unpack("<I", setup[4:8])[0]  # of the numbers we may give
        self.xtest = self._request(98, 0, struct.pack("<Hxx", 5) + b"XTEST\0\0\0")[9]

    def close(self):
        self.socket.close()
        self.server.terminate()
        self.server.wait()

    def _read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError("the display server is gone")
            data += piece
        return data

    def _send(self, opcode, detail, body):
        self.socket.sendall(struct.pack("<BBH", opcode, detail, 1 + len(body) // 4) + body)

    def _request(self, opcode, detail, body):
        self._send(opcode, detail, body)
        while True:
            answer = self._read(32)
            if answer[0] == 0:
                raise RuntimeError(f"the display server refused request {opcode}: {answer[1]}")
            if answer[0] == 1:
                return answer + self._read(4 * struct.unpack("<I", answer[4:8])[0])
            self.events.append(answer)

    def atom(self, name):
        body = struct.pack("<Hxx", len(name)) + name.encode().ljust((len(name) + 3) // 4 * 4, b"\0")
        return struct.unpack("<I", self._request(16, 0, body)[8:12])[0]

    def windows(self):
        answer = self._request(15, 0, struct.pack("<I", self.root))
        count = struct.unpack("<H", answer[16:18])[0]
        return struct.unpack(f"<{count}I", answer[32:32 + 4 * count])

    def geometry(self, window):
        return struct.unpack("<hhHH", self._request(14, 0, struct.pack("<I", window))[12:20])

    def viewable(self, window):
        return self._request(3, 0, struct.pack("<I", window))[26] == 2

    def find(self, width, height, seconds=20):
        """The window of that size; waits for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for window in self.windows():
                try:
                    if self.geometry(window)[2:] == (width, height) and self.viewable(window):
                        return window
                except RuntimeError:
                    continue  # it has gone meanwhile
            time.sleep(0.05)
        return None

    def close_window(self, window):
        """What a window manager does when the user closes it."""
        event = struct.pack("<BBHII5I", WM_DELETE, 32, 0, window, self.atom("WM_PROTOCOLS"),
                            self.atom("WM_DELETE_WINDOW"), 0, 0, 0, 0)
        self._send(25, 0, struct.pack("<II", window, 0) + event)
        self.geometry(window)  # an answer: it has arrived

    def focus(self, window):
        self._send(42, 1, struct.pack("<II", window, 0))
        self.geometry(window)

    def give_clipboard(self, text, ask, seconds=20):
        """Owns the clipboard, calls ask(), and answers who asks for it once. False: nobody did."""
        owner, utf8 = self.base, self.atom("UTF8_STRING")
        self._send(1, 0, struct.pack("<IIhhHHHHII", owner, self.root, 0, 0, 1, 1, 0, 2, 0, 0))
        self._send(22, 0, struct.pack("<III", owner, self.atom("CLIPBOARD"), 0))
        ask()
        self.socket.settimeout(seconds)
        try:
            event = None
            while not event or event[0] & 0x7f != SELECTION_REQUEST:
                event = self.events.pop(0) if self.events else self._read(32)
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(None)
        when, _, asks, selection, target, where = struct.unpack("<6I", event[4:28])
        data = text.encode()
        if target == utf8:
            self._send(18, 0, struct.pack("<IIIBxxxI", asks, where, utf8, 8, len(data))
                       + data.ljust((len(data) + 3) // 4 * 4, b"\0"))
        self._send(25, 0, struct.pack("<II", asks, 0)
                   + struct.pack("<BxHIIIII8x", SELECTION_NOTIFY, 0, when, asks, selection, target,
                                 where if target == utf8 else 0))
        return target == utf8

    def fake(self, kind, detail, x=0, y=0):
        """A key (detail: evdev code + 8), a button or the pointer, as if somebody did it."""
        self._send(self.xtest, 2, struct.pack("<BBxxIIxxxxxxxxhhxxxxxxxx", kind, detail, 0,
                                              self.root if kind == MOTION else 0, x, y))
        self.geometry(self.root)
