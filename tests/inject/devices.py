#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults of devices, as a guest sees them; in simulated time, so that each run is the same.

devices.py BUILD [CASE...]     TAP on standard output; without names, all cases
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

# Name, faults, other options, command, what standard output must match, what it must not.
READ = "dd if=/dev/vda bs=4096 count=1 skip={} iflag=direct 2>/dev/null | tr '\\0' z | cut -c1-4"
WRITE = "tr '\\0' a </dev/zero | dd of=/dev/vda bs=4096 count=2 oflag=direct conv=fsync 2>&1 | tail -1"
PING = "ping -c 3 -W 2 10.0.2.2 | tail -3"
SHOWN = 10
DISK = ["--disk=disk,scratch"]
NET = ["--net=user,restrict"]
SHARE = ["--share=shared"]
SCREEN = ["--gui=640x400,headless", "--input-script=script"]
SCRIPT = """wait text "go"
type "a"
move 30 20
wheel 1
wait still 5s
press power
"""
# The events that arrived: type, code and value in hexadecimal, each followed by one of zeros.
EVENTS = ("cat /dev/input/event0 >x & sleep 1; echo go; sleep 4; "
          "hexdump -v -e '24/1 \"%02x\" \"\\n\"' x | cut -c33- | grep -v '^0*$'")
DOWN, REPEATED, UP = "^01001e0001000000\n", "^01001e0002000000\n", "^01001e0000000000\n"
PLACE, WHEEL = "^03000000(1d|1e)000000\n0300010014000000\n", "^0200080001000000\n"
DRAW = "echo go; for i in $(seq 15); do echo $i >/dev/tty1; echo $i; sleep 1; done; echo end"
TYPED = "abcd\nefgh\n"
READ_LINES = ("for i in 1 2; do read a; echo $(cut -d. -f1 /proc/uptime) $a; done")
CASES = [
    ("none", [], DISK, f"{WRITE}; {READ.format(0)}", ["^aaaa$"], []),
    ("error", ["disk.error:1+"], DISK, READ.format(0) + "; " + WRITE,
     ["Input/output error|I/O error"], ["^zzzz"]),
    ("late", ["disk.late:2:vda:7000000"], DISK,
     "cut -d. -f1 /proc/uptime; " + READ.format(0) + "; cut -d. -f1 /proc/uptime",
     ["^zzzz$", "^0$", "^7$"], []),
    ("late-at", ["disk.late:@1ms:any:9000000"], DISK, READ.format(0) + "; cat /proc/uptime",
     ["^zzzz$", "^9\\."], []),
    ("lost", ["disk.lost:1-2"], DISK, f"{WRITE}; {READ.format(0)}", ["^zzzz$"], []),
    ("torn", ["disk.torn:1:vda:1"], DISK, WRITE + "; head -c 2048 /dev/vda | tr '\\0' z | "
     "fold -w 512 | cut -c1-4", ["^aaaa\nzzzz$"], []),
    ("misdirect", ["disk.misdirect:1:vda:16"], DISK,
     f"{WRITE}; {READ.format(0)}; {READ.format(2)}", ["^zzzz\naaaa$"], []),
    ("flip", ["disk.flip:1+:vda:0"], DISK, "head -c 1 /dev/vda | od -An -tx1", ["^ 01$"], []),
    ("cut", ["disk.cut:4"], DISK,
     f"{WRITE}; {READ.format(0)}; cd /sys/bus/virtio/drivers/virtio_blk; echo virtio0 >unbind; "
     f"echo virtio0 >bind; {READ.format(0)}", ["^aaaa$"], ["^zzzz$"]),
    ("which", ["disk.error:1+:vdb"], DISK + ["--disk=other,ro"],
     READ.format(0) + "; cat /dev/vdb", ["^zzzz$"], []),
    ("ping", [], NET, PING, [" 3 packets received"], ["duplicates"]),
    ("drop", ["net.drop:6:eth0.out"], NET, PING, [" 2 packets received"], []),
    ("double", ["net.double:4+:eth0.in"], NET, PING, ["duplicates"], []),
    ("frame-late", ["net.late:6+:eth0.in:300000"], NET, PING, ["^round-trip min/.*/300\\."], []),
    ("reorder", ["net.reorder:6:eth0.in"], NET, PING,
     [" 3 packets received", "= 0.*/100\\."], []),
    ("corrupt", ["net.corrupt:5:eth0.in:200"], NET, PING, [" 2 packets received"], []),
    ("down", ["net.down:8:any:0"], NET, PING + "; cat /sys/class/net/eth0/carrier",
     ["^0$"], [" 3 packets received"]),
    ("serial-lost", ["serial.lost:1"], ["--serial=1:file:line"],
     "echo one >/dev/hvc1; echo two >/dev/hvc1; sleep 1; echo done", ["^done$"], []),
    ("entropy", ["entropy.zero:1+"], ["--entropy"],
     "head -c 32 /dev/hwrng | od -An -tx1 | sort -u", ["^( 00){16}$"], ["[1-9a-f]"]),
    ("input", [], SCREEN, EVENTS, [DOWN + UP + PLACE + WHEEL], [REPEATED]),
    ("input-lost", ["input.lost:2"], SCREEN, EVENTS, [DOWN + PLACE, REPEATED], [UP]),
    ("input-late", ["input.late:2:console:1000000"], SCREEN, EVENTS,
     [DOWN + PLACE + WHEEL + "(.*\n)+" + UP, REPEATED], []),
    ("input-double", ["input.double:4"], SCREEN, EVENTS, [DOWN + UP + PLACE + WHEEL + WHEEL], []),
    ("input-corrupt", ["input.corrupt:1:console:0"], SCREEN, EVENTS, ["^01001f0001000000$"], [DOWN]),
    ("screen", [], SCREEN, DRAW, ["^end$"], []),
    ("screen-lost", ["screen.lost:1+"], SCREEN, DRAW, ["^4$"], ["^7$"]),
    ("screen-late", ["screen.late:@1ms:console:9000000"], SCREEN, DRAW, ["^4$"], ["^7$"]),
    ("share-error", ["share.error:@10s"], SHARE, "sleep 11; cat /mnt/share/file 2>&1; cat /mnt/share/file",
     ["Input/output error\nhello$"], []),
    ("share-errno", ["share.error:@10s:share:13"], SHARE, "sleep 11; cat /mnt/share/file 2>&1",
     ["Permission denied"], []),
    ("share-late", ["share.late:@10s:share:7000000"], SHARE,
     "sleep 11; cat /mnt/share/file; cut -d. -f1 /proc/uptime", ["^hello\n18$"], []),
    ("share-lost", ["share.lost:1"], SHARE,
     "echo one >/mnt/share/new; echo two >>/mnt/share/new; cat /mnt/share/new",
     ["^two$"], ["one"]),
    ("share-flip", ["share.flip:1:share:0"], SHARE, "cat /mnt/share/file; cat /mnt/share/file",
     ["^iello\nhello$"], []),
    ("stdin", [], [], READ_LINES, ["^0 abcd\n0 efgh$"], []),
    ("stdin-lost", ["stdin.lost:2-3"], [], READ_LINES, ["^0 ad\n0 efgh$"], []),
    ("stdin-flip", ["stdin.flip:1:any:1"], [], READ_LINES, ["^0 cbcd\n0 efgh$"], []),
    ("stdin-late", ["stdin.late:8:any:5000000"], [], READ_LINES, ["^0 abcd\n5 efgh$"], []),
    ("stdout-lost", ["stdout.lost:2"], [], "echo hello", ["^hllo$"], []),
    ("stdout-flip", ["stdout.flip:1:any:0"], [], "echo hello", ["^iello$"], []),
    ("jump", ["time.jump:@2ms:any:3600000000"], [], "cut -d. -f1 /proc/uptime; "
     "while [ $(cut -d. -f1 /proc/uptime) = 0 ]; do :; done; cut -d. -f1 /proc/uptime",
     ["^3600$"], []),
]


def run(build, directory, case):
    """Its standard output and its messages."""
    name, faults, options, command, _, _ = case
    for file in "disk", "other":
        with open(os.path.join(directory, file), "wb") as disk:
            disk.truncate(1 << 20)
    shutil.rmtree(os.path.join(directory, "shared"), ignore_errors=True)
    os.mkdir(os.path.join(directory, "shared"))
    typed = TYPED if name.startswith("stdin") else ""
    for path, text in ("script", SCRIPT), ("shared/file", "hello\n"), ("typed", typed):
        with open(os.path.join(directory, path), "w", encoding="utf-8") as file:
            file.write(text)
    with open(os.path.join(directory, "typed"), "rb") as stdin:
        done = start(build, directory, faults, options, command, stdin)
    return done.stdout, done.stderr


def start(build, directory, faults, options, command, stdin):
    return subprocess.run(
        [os.path.join(build, "l4ux"), "linux", "-m", "64M", "--time=virtual", "--trace-hash",
         "--append=quiet loglevel=0", *["--fault=" + fault for fault in faults], *options, "--",
         "sh", "-c", command], stdin=stdin, capture_output=True, text=True,
        timeout=120, check=False, cwd=directory)


def same_messages(one, other):
    """Of those that come thick and fast ten in a second of host time are shown, so that a slow host
    shows more; then the hash of the trace counts."""
    def what_counts(text):
        lines = [line for line in text.splitlines() if "reports of this kind" not in line]
        faults = [line for line in lines if "l4ux: fault " in line]
        return faults[:SHOWN], [line for line in lines if line not in faults]
    return what_counts(one) == what_counts(other)


def check(build, directory, case):
    """What is wrong."""
    name, faults, _, _, wanted, unwanted = case
    out, messages = run(build, directory, case)
    problems = [f"no {text!r} in {out!r}" for text in wanted if not re.search(text, out, re.M)]
    problems += [f"{text!r} in {out!r}" for text in unwanted if re.search(text, out, re.M)]
    problems += [f"not reported: {messages!r}" for fault in faults
                 if f"fault {fault.split(':', maxsplit=1)[0]}, number " not in messages]
    if name == "serial-lost":
        with open(os.path.join(directory, "line"), encoding="utf-8") as line:
            text = line.read()
        if "two" not in text or "one" in text:
            problems.append(f"on the line: {text!r}")
    again = run(build, directory, case)
    # A network is the host's, and has a clock of its own: there, what the guest sees must agree.
    if again[0] != out or ("--net=user,restrict" not in case[2] and
                           not same_messages(again[1], messages)):
        problems.append(f"not the same again: {(out, messages)} and {again}")
    return problems


def refused(build):
    """Faults that cannot be: each with its reason."""
    problems = []
    for options, reason in (
            (["--fault=disk.error:1"], "has no device --disk"),
            (["--fault=disk.error:1:vdc", "--disk=/dev/null"], ""),
            (["--fault=net.drop:1", "--net=user", "--net=user"], "eth0 or eth1? Say which"),
            (["--fault=net.drop:1:#3", "--net=user"], "has no device --net"),
            (["--fault=input.lost:1"], "has no device --gui"),
            (["--fault=share.lost:1:other", "--share=/tmp"], "of the name other"),
            (["--fault=time.jump:1"], "add --time=virtual"),
            (["--fault=disk.torn:1:vda:x"], "takes no 'x'")):
        done = subprocess.run([os.path.join(build, "l4ux"), "linux", *options, "--", "true"],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)
        if done.returncode not in (64, 125) or reason not in done.stderr:
            problems.append(f"{options}: status {done.returncode}: {done.stderr}")
    return problems


def main():
    build, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    failures = 0
    cases = [case for case in CASES if not names or case[0] in names]
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory(prefix="l4ux-test-devices-") as directory:
            problems = check(build, directory, case)
        failures += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {case[0]}", flush=True)
        for problem in problems:
            print("# " + problem.replace("\n", "\n# "))
    problems = refused(build)
    print(f"{'not ok' if problems else 'ok'} {len(cases) + 1} - refused")
    for problem in problems:
        print("# " + problem.replace("\n", "\n# "))
    print(f"1..{len(cases) + 1}")
    return 1 if failures or problems else 0


if __name__ == "__main__":
    sys.exit(main())
