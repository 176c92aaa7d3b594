#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Snapshots whose checksums are right and whose structure is not.

    snapshot_fuzz.py [--seconds N] [--seed N] L4UX PROGRAM

Counts, sizes, disks, runs and page numbers are changed. l4ux must refuse the file with one line, or go
on with it, whatever the guest then does; it must not crash, hang, or call it an error of its own.
"""
import argparse
import functools
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

START, FACTOR, MASK = 0x6c34757853756d31, 0x9fb21c651e98df25, (1 << 64) - 1
OWN = 48  # checksum of the header
HEADER = struct.Struct("<QIIQQQQQ13QII")
FIELDS = ("magic version header_size program base length checksum own state_size arena_size ku_pages "
          "vectors vector_size ram_runs ram_end ticks steps trace entries devices io_runs raw ku_hint").split()
COUNTS = {name: 56 + 8 * i for i, name in enumerate(FIELDS[8:14])}
COUNTS.update(devices=144, io_runs=152, input_len=172)
BLOCK = 4096
INTERNAL = 70


def mix(value, word):
    value = (value ^ word) * FACTOR & MASK
    return value ^ value >> 32


def checksum(data):
    """ux-kernel/snapshot/checksum.c"""
    words = [word for (word,) in struct.iter_unpack("<Q", data)]
    end = START
    for lane in range(4):
        end = mix(end, functools.reduce(mix, words[lane::4], START + lane))
    return mix(end, len(words))


def mend(data):
    """Lengths and checksums as they must be."""
    size = struct.unpack_from("<I", data, 12)[0]
    struct.pack_into("<QQ", data, 32, len(data) - size, checksum(data[size:]))
    struct.pack_into("<Q", data, OWN, checksum(data[:OWN] + data[OWN + 8:size]))


def places(data):
    """Offsets of the numbers that say what comes where."""
    header = dict(zip(FIELDS, HEADER.unpack_from(data)))
    at, found = header["header_size"], [*COUNTS.values()]
    for _ in range(header["devices"]):
        kind, flags, option = struct.unpack_from("<16sII", data, at)
        found += [at, at + 16, at + 24]
        at += 32 + (option + 7) // 8 * 8
        if kind.startswith(b"disk"):
            found += [at, at + 8]
            at += 16
        while not kind.startswith(b"disk") or flags == 2:
            length = struct.unpack_from("<Q", data, at + 8)[0]
            # and what a device counts, at the beginning of its memory
            found += [at, at + 8, *range(at + 16, at + 16 + min(length, 48), 8)]
            at += 16 + (length + 7) // 8 * 8
            if not length:
                break
    at += (header["state_size"] + 7) // 8 * 8 + (header["arena_size"] + 7) // 8 * 8
    for _ in range(header["ku_pages"]):
        found.append(at)
        at += 8 + BLOCK
    for name in "io_runs", "ram_runs":
        for _ in range(header[name]):
            found += [at, at + 8]
            at += 16 + struct.unpack_from("<Q", data, at + 8)[0]
        if name == "io_runs":
            at += header["vectors"] * (16 + header["vector_size"])
    if at != len(data):
        sys.exit(f"not ok: the file ends at {len(data)}, its last part at {at}: has the format changed?")
    return found


def overlay(base, path, disk):
    """An overlay with a few blocks, as a disk's process leaves it."""
    changed = os.stat(base).st_mtime_ns
    blocks = bytearray(BLOCK)
    content = bytearray(disk)
    for block in 0, 1, 7, 100:
        blocks[block // 8] |= 1 << block % 8
        content[block * BLOCK:(block + 1) * BLOCK] = b"x" * BLOCK
    with open(path, "wb") as stream:
        stream.write(struct.pack("<8sQQQ4064x", b"L4UXCOW1", disk, 2 * BLOCK, changed))
        stream.write(blocks + content)


def change(data, found, rng):
    data = bytearray(data)
    for _ in range(rng.randrange(1, 3)):
        at = rng.choice(found)
        number = struct.unpack_from("<Q", data, at)[0]
        number = rng.choice([number ^ 1 << rng.randrange(64), number + rng.randrange(-8, 9),
                             rng.randrange(16), rng.getrandbits(64), MASK, number * 2])
        struct.pack_into("<Q", data, at, number & MASK)
    if rng.random() < 0.2:
        del data[len(data) // 16 * rng.randrange(8, 16) // 8 * 8:]
    mend(data)
    return data


def save(l4ux, program, directory):
    base, cow = os.path.join(directory, "base"), os.path.join(directory, "cow")
    with open(base, "wb") as stream:
        stream.truncate(1 << 20)
    overlay(base, cow, 1 << 20)
    path = os.path.join(directory, "good")
    subprocess.run([l4ux, "run", "--time=virtual", f"--disk={base},cow={cow}", f"--disk={base},ro",
                    "--serial=1:null", "--entropy", "--net=user,restrict", f"--snapshot={path}", "--snapshot-at=1500us", program, "5"], check=True,
                   stdout=subprocess.DEVNULL, timeout=60)
    with open(path, "rb") as stream:
        return stream.read()


def try_one(l4ux, path, data, seed):
    with open(path, "wb") as stream:
        stream.write(data)
    done = subprocess.run([l4ux, "restore", "--timeout=20s", "--watchdog", path],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    text = done.stderr.decode(errors="replace")
    refused = done.returncode == 125 and text.count("\n") == 1 and \
        text.startswith(("l4ux: cannot restore the snapshot", "l4ux: cannot open the disk",
                         "l4ux: cannot use", "l4ux: cannot create guest RAM"))
    if done.returncode < 0 or done.returncode == INTERNAL or \
            (done.returncode == 125 and not refused and "unhandled trap" not in text):
        sys.exit(f"not ok: seed {seed}: status {done.returncode}, messages:\n{text}")
    return refused


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("l4ux")
    parser.add_argument("program")
    args = parser.parse_args()
    tried = refused = 0
    with tempfile.TemporaryDirectory() as directory:
        good = save(args.l4ux, args.program, directory)
        found = places(good)
        same = bytearray(good)
        mend(same)
        if same != good:
            sys.exit("not ok: the checksum is another one: has the format changed?")
        end = time.monotonic() + args.seconds
        while time.monotonic() < end or tried < 20:
            seed = args.seed + tried
            data = change(good, found, random.Random(seed))
            refused += try_one(args.l4ux, os.path.join(directory, "bad"), data, seed)
            tried += 1
    if not refused:
        sys.exit("not ok: nothing was refused")
    print(f"ok: {tried} files, {refused} refused")


if __name__ == "__main__":
    main()
