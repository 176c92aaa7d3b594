#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kill what is behind a guest's disk in the middle of writes.

    disk.py device [--times N] [--seed N] L4UX-COMMAND...
    disk.py refuse L4UX-COMMAND...
    disk.py system [--times N] [--jobs N] [--seed N] [--overlay] L4UX-COMMAND...

device: the device process is killed again and again, at last after it has lived for long; the guest
must not notice anything.
refuse: it dies five times in a row; what the guest wants then fails, until it resets the device.
system: the whole simulator is killed; afterwards the file system is clean and holds every file
whose fsync the guest has seen return. With --jobs, several of them at once.

When something is killed depends on what has happened in the guest, not on how fast this host is.
"""
import argparse
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

import leaks

DEATHS = 4 # of one device; one more within ten seconds each would be too many
LONG_LIFE = 10.5

DEVICE_LOAD = """
exec 3<&0
(read go <&3; : >/tmp/stop) &
while [ ! -e /tmp/stop ]; do
	dd if=/dev/urandom of=/tmp/f bs=64k count=64 2>/dev/null
	dd if=/tmp/f of=/dev/vda bs=64k conv=fsync 2>/dev/null || exit 3
	echo 3 >/proc/sys/vm/drop_caches
	cmp -n 4194304 /tmp/f /dev/vda || exit 4
	echo round
done
dmesg | grep -E "I/O error|hung|BUG" && exit 5
echo all the same
"""

SYSTEM_LOAD = """
mkdir /m && mount -t ext4 /dev/vda /m || exit 3
for i in $(seq 1 1000); do
	dd if=/dev/urandom of=/m/f$i bs=3000 count=$((i % 7 + 1)) conv=fsync 2>/dev/null || exit 4
	md5sum /m/f$i
	[ $i -lt 17 ] || rm /m/f$((i - 16))
done
"""

REFUSE_LOAD = """
try() {
	dd if=/dev/vda of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null && echo read ||
		echo refused
}
try; read go; try
cd /sys/bus/virtio/drivers/virtio_blk
device=$(basename $(readlink -f /sys/block/vda/device))
echo $device >unbind
echo $device >bind
try
"""

LIST = "mkdir /m && mount -t ext4 -o ro /dev/vda /m && md5sum /m/f*"


def device_process(root, name):
    for pid in leaks.descendants(root):
        if leaks.status_field(pid, "Name") == name:
            return pid
    return None


def start(args, disk, script):
    return subprocess.Popen([*args.command, "linux", "--disk=" + disk, "--", "sh", "-c", script],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True)


def kill_one(process, age=0, name="block-device"):
    """Kills the device process there is, once it is that old; what the kernel process says to that."""
    pid = None
    while not pid and process.poll() is None:
        pid = device_process(process.pid, name)
    time.sleep(age)
    if pid:
        os.kill(pid, signal.SIGKILL)
    for line in process.stderr:
        if "was killed by signal 9" in line:
            return line
    return ""


def kill_device(args, rng, directory):
    disk = os.path.join(directory, "disk")
    with open(disk, "wb") as stream:
        stream.truncate(8 << 20)
    told = 0
    with start(args, disk, DEVICE_LOAD) as process:
        for number in range(DEATHS + 1):
            line = process.stdout.readline()
            if not line.startswith("round"):
                break
            time.sleep(rng.uniform(0, 0.3))
            told += "started again" in kill_one(process, LONG_LIFE if number == DEATHS else 0)
        out, err = process.communicate("stop\n", timeout=120)
    if process.returncode or "all the same" not in out:
        return [f"the guest noticed: status {process.returncode}, {line!r} {out[-300:]!r}, {err!r}"]
    if told != DEATHS + 1:
        return [f"{told} of {DEATHS + 1} deaths were reported: {err!r}"]
    return []


def refuse(args, _, directory):
    disk = os.path.join(directory, "disk")
    with open(disk, "wb") as stream:
        stream.truncate(1 << 20)
    with start(args, disk, REFUSE_LOAD) as process:
        lines, deaths = [process.stdout.readline()], [kill_one(process)]
        # On a slow host one of them may have lived for too long to count.
        while "started again" in deaths[-1] and len(deaths) < 50:
            deaths.append(kill_one(process))
        out, err = process.communicate("go\n", timeout=60)
    lines += out.splitlines()
    if [line.strip() for line in lines if line.strip() in ("read", "refused")] != \
            ["read", "refused", "read"] or "5 times in a row; its requests fail" not in deaths[-1]:
        return [f"{lines}, {deaths}, {err!r}"]
    return []


def check_disk(args, disk, option, acknowledged, removed):
    if not args.overlay:
        fsck = subprocess.run(["e2fsck", "-fp", disk], capture_output=True, text=True, check=False)
        if fsck.returncode not in (0, 1) or re.search(r"(?i)inconsistency|unexpected", fsck.stdout):
            return [f"e2fsck: status {fsck.returncode}: {fsck.stdout} {fsck.stderr}"]
    found = subprocess.run([*args.command, "linux", option, "--", "sh", "-c", LIST],
                           capture_output=True, text=True, timeout=60, check=False)
    sums = {name: sum for sum, name in re.findall(r"^(\w{32})  (\S+)$", found.stdout, re.M)}
    return [f"{name}: fsync had returned, now {sums.get(name, 'missing')}"
            for name, sum in acknowledged.items() if name not in removed and sums.get(name) != sum]


def file_number(name):
    return int(name.removeprefix("/m/f"))


def kill_system(args, rng, directory):
    disk = os.path.join(directory, "disk")
    with open(disk, "wb") as stream:
        stream.truncate(16 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", disk], check=True)
    base = hashlib.sha256(open(disk, "rb").read()).digest()
    option = "--disk=" + disk + (",cow=" + disk + ".cow" if args.overlay else "")
    acknowledged, problems = {}, []
    with subprocess.Popen([*args.command, "linux", option, "--", "sh", "-c", SYSTEM_LOAD],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(rng.randint(2, 25))]
        time.sleep(rng.uniform(0, 0.03)) # somewhere in the next file
        os.kill(leaks.kernel_process(process.pid), signal.SIGKILL)
        rest, err = process.communicate(timeout=30)
    text = "".join(lines) + rest
    for sum, name in re.findall(r"^(\w{32})  (\S+)$", text, re.M):
        acknowledged[name] = sum
    if len(acknowledged) < 2:
        problems.append(f"nothing was written: {text!r} {err!r}")
    # The guest removes all but the last sixteen; what it said last may not have come through.
    last = max((file_number(name) for name in acknowledged), default=0)
    removed = {name for name in acknowledged if file_number(name) <= last - 7}
    lost = check_disk(args, disk, option, acknowledged, removed)
    problems += [*lost, f"the guest had said: {text[-800:]!r}"] if lost else []
    if args.overlay and hashlib.sha256(open(disk, "rb").read()).digest() != base:
        problems.append("the base of the overlay has changed")
    return problems


def in_parallel(args, seed):
    """The same in several processes, a part of the rounds each."""
    share = [args.times // args.jobs + (i < args.times % args.jobs) for i in range(args.jobs)]
    option = ["--overlay"] if args.overlay else []
    workers = [subprocess.Popen([sys.executable, __file__, args.what, f"--times={times}",
                                 f"--seed={seed + number}", *option, *args.command])
               for number, times in enumerate(share)]
    if any([worker.wait() for worker in workers]):
        sys.exit("not ok; see above")


def in_rounds(rounds, one, args, seed):
    """one(args, generator, directory) for each round; it returns problems."""
    rng = random.Random(seed)
    print(f"seed {seed}", flush=True)
    leaks.become_reaper()
    for number in range(rounds):
        with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
            problems = one(args, rng, directory)
            problems += [f"left running: {name}" for name in leaks.leftover_processes(set())]
        for problem in problems:
            print(f"round {number}: {problem}", flush=True)
        if problems:
            sys.exit(f"not ok; again: --seed {seed}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["device", "refuse", "system"])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--overlay", action="store_true")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    seed = args.seed if args.seed is not None else random.randrange(1 << 32)
    if args.jobs > 1:
        in_parallel(args, seed)
    else:
        one, rounds = {"system": (kill_system, args.times),
                       "device": (kill_device, -(-args.times // DEATHS)),
                       "refuse": (refuse, 1)}[args.what]
        in_rounds(rounds, one, args, seed)
    print(f"ok: {args.times} times")


if __name__ == "__main__":
    main()
