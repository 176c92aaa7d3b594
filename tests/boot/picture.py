# SPDX-License-Identifier: MIT
"""Pictures of the screen: reading PNG and xwd files, comparing regions, reading text.

The text console draws each character in a cell of 8 x 16 pixels, a terminal in cells of its own.
What the cells look like is learned from a line whose text is known, so no font is needed here.
"""
import struct
import zlib

CONSOLE_CELL = (8, 16)


class Picture:
    """Lines of RGB bytes."""

    def __init__(self, width, height, lines):
        self.width, self.height, self.lines = width, height, lines

    def region(self, x, y, width, height):
        return [self.lines[row][3 * x:3 * (x + width)] for row in range(y, y + height)]

    def crop(self, x, y, width, height):
        return Picture(width, height, self.region(x, y, width, height))

    def pixel(self, x, y):
        return tuple(self.lines[y][3 * x:3 * x + 3])

    def colours(self, x, y, width, height):
        """The set of colours of a region."""
        return {bytes(line[i:i + 3]) for line in self.region(x, y, width, height)
                for i in range(0, len(line), 3)}


def _unfilter(kind, line, before, step):
    """One line of a PNG, in place."""
    for i, value in enumerate(line):
        left = line[i - step] if i >= step else 0
        up = before[i]
        corner = before[i - step] if i >= step else 0
        if kind == 1:
            add = left
        elif kind == 2:
            add = up
        elif kind == 3:
            add = (left + up) // 2
        elif kind == 4:
            guess = left + up - corner
            add = min((abs(guess - left), 0, left), (abs(guess - up), 1, up),
                      (abs(guess - corner), 2, corner))[2]
        else:
            return
        line[i] = (value + add) & 0xff


def read_png(path):
    with open(path, "rb") as stream:
        data = stream.read()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError(f"{path} is no PNG")
    at, body = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk = data[at + 8:at + 8 + length]
        if zlib.crc32(kind + chunk) != struct.unpack(">I", data[at + 8 + length:][:4])[0]:
            raise ValueError(f"{path}: a chunk is damaged")
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
        elif kind == b"IDAT":
            body += chunk
        at += 12 + length
    if (depth, colour) != (8, 2):
        raise ValueError(f"{path}: not 8 bit RGB")
    body, lines, before = zlib.decompress(body), [], bytes(3 * width)
    for row in range(height):
        start = row * (3 * width + 1)
        line = bytearray(body[start + 1:start + 1 + 3 * width])
        _unfilter(body[start], line, before, 3)
        lines.append(bytes(line))
        before = line
    return Picture(width, height, lines)


def read_xwd(path):
    """The screen of Xvfb -fbdir, 32 bits a pixel."""
    with open(path, "rb") as stream:
        data = stream.read()
    header = struct.unpack(">25I", data[:100])
    width, height, stride = header[4], header[5], header[12]
    start, lines = header[0] + 12 * header[19], []
    for row in range(height):
        raw = data[start + row * stride:][:4 * width]
        line = bytearray(3 * width)
        line[0::3], line[1::3], line[2::3] = raw[2::4], raw[1::4], raw[0::4]
        lines.append(bytes(line))
    return Picture(width, height, lines)


class TextScreen:
    """The cells of a text console, or of what else has them from its first pixel on."""

    def __init__(self, picture, cell=CONSOLE_CELL):
        self.width, self.height = cell
        self.columns = picture.width // self.width
        self.cells = []
        for row in range(picture.height // self.height):
            lines = picture.lines[row * self.height:(row + 1) * self.height]
            self.cells.append([self._shape(lines, column) for column in range(self.columns)])

    def _shape(self, lines, column):
        """Which pixels of a cell are not of the background, the colour of its first pixel."""
        start, end = 3 * self.width * column, 3 * self.width * (column + 1)
        cell = b"".join(line[start:end] for line in lines)
        ground = cell[:3]
        return bytes(cell[i:i + 3] != ground for i in range(0, len(cell), 3))

    def learn(self, text):
        """The look of the characters of a text that stands at the end of one line, behind a command,
        and at the beginning of the next: as the shell shows it when "echo TEXT" was typed."""
        blank = bytes(self.width * self.height)
        for row in range(1, len(self.cells)):
            line = self.cells[row][:len(text)]
            if self.cells[row][len(text)] != blank or blank in line:
                continue
            for start in range(1, self.columns - len(text) + 1):
                if self.cells[row - 1][start:start + len(text)] == line:
                    known = dict(zip(line, text))
                    if len(known) == len(set(text)):
                        return {**known, blank: " "}
        return None

    def read(self, known):
        """All lines; "?" for what is not known."""
        return ["".join(known.get(cell, "?") for cell in row).rstrip() for row in self.cells]
