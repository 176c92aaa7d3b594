#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pack files into a gzipped initramfs (newc cpio) for the guest tests.

    mkcpio.py [--base ARCHIVE] OUTPUT [PATH-IN-GUEST=FILE]...

Directories on the way are made. Owners are root, times are zero: the same input gives the same
bytes. With --base the archive is appended to another one, padded to four bytes as the kernel
wants it; later entries replace earlier ones when the guest unpacks them.
"""
import argparse
import gzip
import os
import shutil


def entry(number, name, mode, data=b""):
    """One newc record: header, name, data, each padded to four bytes."""
    path = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 2 if mode & 0o040000 else 1, 0, len(data), 0, 0, 0, 0,
              len(path), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + path
    return pad(head) + pad(data)


def pad(data):
    return data + b"\0" * (-len(data) % 4)


def archive(files):
    """files: {path in guest: (mode, bytes)}; returns the cpio archive as bytes."""
    parts, made = [], set()
    for name, (mode, data) in files.items():
        parents = name.split("/")[:-1]
        for depth in range(1, len(parents) + 1):
            parent = "/".join(parents[:depth])
            if parent not in made:
                made.add(parent)
                parts.append(entry(len(parts) + 1, parent, 0o040755))
        parts.append(entry(len(parts) + 1, name, 0o100000 | mode, data))
    parts.append(entry(0, "TRAILER!!!", 0))
    return b"".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--base", help="archive to append to")
    parser.add_argument("files", nargs="*", metavar="PATH=FILE")
    args = parser.parse_intermixed_args()

    files = {}
    for pair in args.files:
        path, _, source = pair.partition("=")
        with open(source, "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode & 0o777 | 0o444
            files[path.lstrip("/")] = (mode, stream.read())
    with open(args.output + ".new", "wb") as stream:
        if args.base:
            with open(args.base, "rb") as base:
                shutil.copyfileobj(base, stream)
            stream.write(b"\0" * (-stream.tell() % 4))
        stream.write(gzip.compress(archive(files), 6, mtime=0))
    os.rename(args.output + ".new", args.output)


if __name__ == "__main__":
    main()
