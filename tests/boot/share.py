#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kill the process of a shared directory again and again, in the middle of what the guest does there.

    share.py [--times N] [--seed N] L4UX-COMMAND...

The guest must not notice: it copies and compares a file, makes, moves and removes names, and has
one file open all the time.
"""
import argparse
import os
import random
import subprocess
import time

import disk

LOAD = """
exec 3<&0
(read go <&3; : >/tmp/stop) &
cd /mnt/share
head -c 3000000 /dev/urandom >/tmp/f
exec 5>held
n=0
fail() { echo "failed: $*"; exit 3; }
while [ ! -e /tmp/stop ]; do
	n=$((n + 1))
	cp /tmp/f copy$n && cmp /tmp/f copy$n || fail copy
	for i in 1 2 3 4 5 6 7 8; do
		mkdir d && echo $i >d/f && ln -s f d/l && ln d/f d/h || fail make
		[ $(ls d | wc -l) = 3 ] || fail list
		mv d/f d/g && mv d e && [ "$(cat e/g)" = $i ] || fail move
		(set -C; : >e/lock) || fail lock
		rm e/g e/l e/h e/lock && rmdir e || fail remove
	done
	rm copy$n && echo $n >&5 || fail hold
	echo round
done
echo all the same
"""


def one_round(args, rng, directory):
    shared = os.path.join(directory, "shared")
    os.mkdir(shared)
    told, count = 0, 0
    command = [*args.command, "linux", "--share=" + shared, "--", "sh", "-c", LOAD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        for _ in range(disk.DEATHS):
            line = process.stdout.readline()
            if not line.startswith("round"):
                break
            count += 1
            time.sleep(rng.uniform(0, 0.3))
            told += "started again" in disk.kill_one(process, name="share-device")
        out, err = process.communicate("stop\n", timeout=120)
    count += out.count("round\n")
    if process.returncode or "all the same" not in out:
        return [f"the guest noticed: status {process.returncode}, {line!r} {out[-300:]!r}, {err!r}"]
    if told != disk.DEATHS:
        return [f"{told} of {disk.DEATHS} deaths were reported: {err!r}"]
    with open(os.path.join(shared, "held"), encoding="ascii") as stream:
        held = stream.read().split()
    if held != [str(number + 1) for number in range(count)] or os.listdir(shared) != ["held"]:
        return [f"{count} rounds, but in the file {held}, in the directory {os.listdir(shared)}"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    seed = args.seed if args.seed is not None else random.randrange(1 << 32)
    disk.in_rounds(-(-args.times // disk.DEATHS), one_round, args, seed)
    print(f"ok: {args.times} times")


if __name__ == "__main__":
    main()
