#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Campaigns as a user makes them: known classes, kills and shards, damage, replay.

campaign.py BUILD [TEST...]     TAP on standard output; without names, all tests
campaign.py BUILD soak [RUNS]   a campaign of 10,000 runs, killed five times, and its rate
"""
import json
import os
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "..", "..", "examples", "replicas")


class Failed(Exception):
    """What was expected and what came."""


def expect(good, text):
    if not good:
        raise Failed(text)


class Lab:
    """A directory with campaign files for one build."""

    def __init__(self, build, directory):
        self.l4ux = os.path.join(build, "l4ux")
        self.program = os.path.join(build, "examples", "replicas")
        self.dir = directory

    def path(self, name):
        return os.path.join(self.dir, name)

    def campaign(self, example, **changes):
        """An example's campaign, for this build; returns its file."""
        with open(os.path.join(EXAMPLES, example + ".json"), encoding="utf-8") as file:
            content = json.load(file)
        content["system"] = [self.program if word == "build/examples/replicas" else word
                             for word in content["system"]]
        content.update(changes)
        path = self.path(f"{example}-{len(os.listdir(self.dir))}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file)
        return path

    def inject(self, *args, code=0):
        done = subprocess.run([self.l4ux, "inject", "-q", *args], capture_output=True, text=True,
                              cwd=self.dir, timeout=600, check=False)
        expect(done.returncode == code,
               f"inject {' '.join(args)}: status {done.returncode}, not {code}: {done.stderr}")
        return done

    def rows(self, out):
        with sqlite3.connect(os.path.join(self.path(out), "results.db")) as db:
            return db.execute("SELECT id, point, occurrence, fault, class, status, fired, correct,"
                              " detail, replay, trace FROM runs ORDER BY id").fetchall()

    def classes(self, out):
        count = {}
        for row in self.rows(out):
            count[row[4]] = count.get(row[4], 0) + 1
        return count


def same(one, other):
    expect(len(one) == len(other), f"{len(one)} rows and {len(other)}")
    for a, b in zip(one, other):
        expect(a == b, f"the tables differ: {a} and {b}")


def known_classes(lab):
    """Every death of a replica is survived; the planted bug is found; both in all outputs."""
    lab.inject("--out=deaths", lab.campaign("deaths"))
    rows = lab.rows("deaths")
    expect(len(rows) > 50, f"only {len(rows)} runs")
    expect(lab.classes("deaths") == {"detected": len(rows)}, f"deaths: {lab.classes('deaths')}")
    expect(all(row[7] == 1 and row[6] == 1 for row in rows), "a wrong result, or no fault")
    lab.inject("--out=careless", lab.campaign("careless"))
    bad = [row for row in lab.rows("careless") if row[4] == "corrupted"]
    expect(len(bad) >= 5, f"the planted bug was not found: {lab.classes('careless')}")
    expect(all("copy2" in row[3] or row[1] == "thread.kill" for row in bad),
           f"found where it is not: {bad[0]}")
    with open(lab.path("careless/results.jsonl"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    expect(sorted((line["id"], line["class"]) for line in lines) ==
           [(row[0], row[4]) for row in lab.rows("careless")], "results.jsonl differs")
    with open(lab.path("careless/report.html"), encoding="utf-8") as file:
        page = file.read()
    expect("<svg" in page and "corrupted" in page and "http" not in page.split("<pre>")[0],
           "report.html is not a page of its own with plots")


def replay(lab):
    """Replay commands, and `verify`, give the classes of the rows."""
    lab.inject("--out=bits", lab.campaign("bits", runs=150))
    expect(len(lab.classes("bits")) >= 3, f"too few classes: {lab.classes('bits')}")
    done = lab.inject("verify", "--sample=30", "bits")
    expect(re.search(r"^3\d replay commands tried, 0 had", done.stdout, re.M), done.stdout)
    row = next(row for row in lab.rows("bits") if row[4] == "hang")
    done = subprocess.run(row[9], shell=True, capture_output=True, timeout=60, check=False)
    expect(done.returncode == 124, f"a hang's replay ended with {done.returncode}")
    # a row that lies is found
    row_class = lab.rows("bits")[0][4]
    with sqlite3.connect(lab.path("bits/results.db")) as db:
        db.execute("UPDATE runs SET class = 'crash' WHERE id = 0")
    lab.inject("verify", "--sample=150", "bits", code=1)
    # and one with a command that is not its own, which nobody executes
    with sqlite3.connect(lab.path("bits/results.db")) as db:
        db.execute("UPDATE runs SET class = ?, replay = 'touch executed; ' || replay "
                   "WHERE id = 0", (row_class,))
    done = lab.inject("verify", "--sample=150", "bits", code=1)
    expect(re.search(r"^run 0: its replay is not the one of its fault .*touch", done.stdout, re.M)
           and "tried, 1 had" in done.stdout, done.stdout)
    expect(not os.path.exists(lab.path("executed")), "verify has executed what a row says")


def killed(lab, runs=1000, kills=5):
    """A campaign that is killed at random times has the rows of one that was not."""
    file = lab.campaign("bits", runs=runs)
    begin = time.monotonic()
    lab.inject("--out=whole", file)
    patience = (time.monotonic() - begin) / (kills + 1)
    done, before = 0, 0
    while done < kills:
        child = subprocess.Popen([lab.l4ux, "inject", "-q", "--out=parts", file],
                                 stdout=subprocess.DEVNULL, cwd=lab.dir)
        time.sleep(random.uniform(0.05, patience))
        child.send_signal(signal.SIGKILL)
        if child.wait() == 0:
            break
        done += 1
        have = len(lab.rows("parts")) if os.path.exists(lab.path("parts/results.db")) else 0
        expect(have >= before, f"{before - have} runs were lost")
        before = have
    lab.inject("--out=parts", file)
    same(lab.rows("parts"), lab.rows("whole"))
    return done


def timed_out(lab):
    """The first run of a stage has the campaign's time-out, too: it ends in the stage."""
    hello = os.path.join(os.path.dirname(lab.program), "hello")
    common = {"mode": "sweep", "system": ["run", "--time=virtual", "-m", "8M", hello, "9"]}
    # a bit of the count to which it counts: it goes on for ever
    registers = [name + ".40" for name in ("rbx", "rbp", "r12", "r13", "r14", "r15")]
    lab.inject("--out=all", lab.campaign("bits", **common, faults=[
        {"point": "reg.flip", "whom": "hello", "when": [10, 20], "args": registers}]))
    when, fault = next((row[2], row[3]) for row in lab.rows("all") if row[5] == 124)
    lab.inject("--out=one", lab.campaign(
        "bits", **common, limits={"entries": 1 << 40, "spin": "1h", "time": "500ms"},
        faults=[{"point": "reg.flip", "whom": "hello", "when": when,
                 "args": [fault.split(":")[3]]}]))
    expect([row[3:6] for row in lab.rows("one")] == [(fault, "hang", 124)], lab.rows("one"))
    with sqlite3.connect(lab.path("one/results.db")) as db:
        expect(db.execute("SELECT reset_us > 0 FROM timing").fetchall() == [(1,)],
               "it was made again, without the stage")


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def stage_killed(lab):
    """The process that makes the runs is killed: the others are what they would have been."""
    file = lab.campaign("bits", runs=500)
    lab.inject("--out=whole", file)
    kills = set()
    with subprocess.Popen([lab.l4ux, "inject", "-q", "--out=hit", file], cwd=lab.dir,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        while child.poll() is None:
            # conductor, worker, stage: the one that traces the tasks
            for worker in children(child.pid):
                for stage in children(worker):
                    if stage not in kills and len(kills) < 8 and len(children(stage)) > 3 \
                            and os.path.exists(lab.path("hit/results.jsonl")):
                        os.kill(stage, random.choice([signal.SIGKILL, signal.SIGSEGV]))
                        kills.add(stage)
            time.sleep(0.02)
        expect(child.returncode == 0, f"status {child.returncode}: {child.stderr.read()}")
    expect(kills, "the process was never seen")
    # who makes a run for the second time may have been hit too
    pairs = list(zip(lab.rows("hit"), lab.rows("whole")))
    lost = [a for a, b in pairs if a != b]
    expect(len(pairs) == 500 and len(lost) < len(kills) and
           all(row[4] == "simulator error" for row in lost), f"{len(kills)} kills: {lost}")


def booted(lab, command, runs, faults, *options, **more):
    """A campaign on a Linux that was saved while it slept; and replays, which restore it."""
    saved = subprocess.run([lab.l4ux, "linux", "-m", "64M", "--time=virtual", *options,
                            "--snapshot=booted", "--snapshot-at=500ms", "--stop-at=500ms", "--",
                            "sh", "-c", "sleep 1; " + command], cwd=lab.dir,
                           capture_output=True, timeout=60, check=False)
    expect(saved.returncode == 123, f"no snapshot: {saved.stderr}")
    file = lab.campaign("deaths", name="linux", system=["restore", "booted"], mode="sample",
                        runs=runs, seed=3, ignore=["^\\[ *[0-9]"], faults=faults, **more)
    lab.inject("--out=linux", file)
    expect(len(lab.classes("linux")) >= 2, f"too few classes: {lab.classes('linux')}")
    with sqlite3.connect(lab.path("linux/results.db")) as db:
        reset = [us for (us,) in db.execute("SELECT reset_us FROM timing WHERE reset_us")]
    expect(len(reset) >= runs - 5, f"only {len(reset)} of {runs} runs began with a booted guest")
    print(f"# back to the booted guest in {statistics.median(reset):.0f} us (median)")
    done = lab.inject("verify", f"--sample={runs // 6}", "linux")
    expect(re.search(r"^\d+ replay commands tried, 0 had", done.stdout, re.M), done.stdout)


def linux(lab):
    """Runs that begin with a booted Linux."""
    booted(lab, "echo one two three | md5sum", 60,
           [{"point": "reg.flip", "weight": 3}, {"point": "ram.flip"}])


def linux_disk(lab):
    """The same with a disk, which each run finds as it was."""
    with open(lab.path("disk"), "wb") as disk:
        disk.truncate(64 << 10)
    booted(lab, "for i in 1 2; do echo $i | dd of=/dev/vda seek=$i conv=fsync 2>/dev/null || "
           "echo failed; done; md5sum </dev/vda; echo last >/dev/vda; md5sum </dev/vda", 30,
           [{"point": "disk.error"}, {"point": "disk.lost"}, {"point": "disk.late"},
            {"point": "disk.flip"}, {"point": "reg.flip"}], "--disk=disk,scratch",
           detected={"output": ["failed"]})


def linux_lines(lab):
    """The same with serial lines and random numbers, which go back, too."""
    booted(lab, "for i in 1 2 3; do head -c 1000 /dev/hwrng | md5sum; echo $i >/dev/hvc1; "
           "echo $i >/dev/hvc2; done", 30,
           [{"point": "entropy.zero"}, {"point": "serial.lost", "whom": "hvc1"},
            {"point": "serial.corrupt", "whom": "hvc1"}, {"point": "reg.flip"}],
           "--entropy", "--serial=1:file:line", "--serial=2:null")
    with open(lab.path("line"), encoding="utf-8") as line:
        text = line.read()
    expect(text == "1\n2\n3\n", f"left of the last replay: {text!r}")


def linux_net(lab):
    """The same with a network that leads nowhere, which goes back, too."""
    booted(lab, "ping -c 4 -W 1 10.0.2.2 | tail -3", 40,
           [{"point": "net.drop"}, {"point": "net.double"}, {"point": "net.reorder"},
            {"point": "net.late", "args": [300000]}, {"point": "net.corrupt"},
            {"point": "reg.flip"}], "--net=user,restrict")


def linux_share(lab):
    """The same with a directory that is only read."""
    os.mkdir(lab.path("shared"))
    for name in "one", "two":
        with open(lab.path("shared/" + name), "w", encoding="utf-8") as file:
            file.write(name * 5000)
    booted(lab, "cd /mnt/share; exec 3<one; md5sum <&3 || echo failed; for i in $(seq 9); do "
           "md5sum two || echo failed; done; ls || echo failed", 30,
           [{"point": "share.error"}, {"point": "share.late"}, {"point": "share.flip"},
            {"point": "reg.flip"}], "--share=shared,ro", detected={"output": ["failed"]})


def linux_screen(lab):
    """The same with a screen, and a script that types while the runs go on."""
    with open(lab.path("script"), "w", encoding="utf-8") as script:
        script.write('wait 900ms\npace 20ms\ntype "aBcDeFgHiJkLmNoPqRsTuVwXyZ"\nwait still 300ms\n'
                     'screenshot shot.png\nmove 9 9\n')
    booted(lab, "cat /dev/input/event0 >x & sleep 1; kill $!; cut -c1-9999 x | md5sum; echo drawn >/dev/tty1", 40,
           [{"point": "input.lost"}, {"point": "input.late"}, {"point": "input.double"},
            {"point": "input.corrupt"}, {"point": "screen.late"}, {"point": "reg.flip"}],
           "--gui=640x400,headless", "--input-script=script")


def shards(lab):
    """Shards, merged, are the whole."""
    file = lab.campaign("bits", runs=100, seed=5)
    lab.inject("--out=whole", file)
    for part in 1, 2, 3:
        lab.inject(f"--shard={part}/3", f"--out=part{part}", "--jobs=2", file)
    lab.inject("merge", "merged", "part1", "part2", "part3")
    same(lab.rows("merged"), lab.rows("whole"))
    lab.inject("merge", "twice", "part1", "part1", code=74)
    lab.inject("--out=other", lab.campaign("bits", runs=3, seed=6))
    done = lab.inject("merge", "mixed", "part1", "other", code=64)
    expect("another campaign" in done.stderr, done.stderr)


def damage(lab):
    """Foreign, cut and future databases are refused and stay as they are."""
    file = lab.campaign("deaths", runs=5)
    lab.inject("--out=good", file)
    with open(lab.path("good/results.db"), "rb") as db:
        content = db.read()
    damaged = {
        "cut": content[:len(content) // 2],
        "torn": content[:4096] + b"\xff" * 8192 + content[12288:],
        "text": b"not a database at all\n" * 100,
        "future": content[:60] + b"\x00\x00\x00\x63" + content[64:],
        "foreign": content[:68] + b"\x00\x00\x00\x01" + content[72:],
    }
    for name, data in damaged.items():
        os.mkdir(lab.path(name))
        with open(lab.path(name + "/results.db"), "wb") as db:
            db.write(data)
        done = lab.inject(f"--out={name}", file, code=64)
        expect(re.match(r"l4ux: \S+results.db: .*; it is left as it is", done.stderr),
               f"{name}: {done.stderr}")
        with open(lab.path(name + "/results.db"), "rb") as db:
            expect(db.read() == data, f"{name}: it was changed")
    done = lab.inject("--out=good", lab.campaign("deaths", runs=6), code=64)
    expect("another campaign" in done.stderr, done.stderr)
    lab.inject("--out=good", file)
    expect(len(lab.rows("good")) == 5, "rows were lost")


def damaged(content, rng):
    """One way in which a database can be broken."""
    data = bytearray(content)
    if rng.random() < 0.2:
        return data[:rng.randrange(len(data))]
    for _ in range(rng.randrange(1, 40)):
        # every second time in the first page, with the tables' definitions
        end = 4096 if rng.random() < 0.5 else len(data)
        data[rng.randrange(end)] = rng.randrange(256)
    return data


def database_fuzz(lab):
    """Databases damaged at random are refused and left alone, or used; nothing else."""
    file = lab.campaign("deaths", runs=5)
    lab.inject("--out=good", file)
    with open(lab.path("good/results.db"), "rb") as db:
        content = db.read()
    os.mkdir(lab.path("bad"))
    end = time.monotonic() + float(os.environ.get("L4UX_FUZZ_SECONDS", "3"))
    seed = refused = 0
    while time.monotonic() < end or seed < 10:
        data = damaged(content, random.Random(seed))
        for name in os.listdir(lab.path("bad")):
            os.unlink(lab.path("bad/" + name))
        with open(lab.path("bad/results.db"), "wb") as db:
            db.write(data)
        # not verify: it runs the system that the database names
        for command in ["--out=bad", file], ["report", "bad"]:
            done = subprocess.run([lab.l4ux, "inject", "-q", *command], capture_output=True,
                                  cwd=lab.dir, timeout=120, check=False)
            expect(done.returncode in (0, 64, 74), f"seed {seed}: {command[0]}: "
                   f"{done.returncode}: {done.stderr}")
            expect(done.returncode != 64 or done.stderr.count(b"\n") == 1,
                   f"seed {seed}: {done.stderr}")
            if command[0] == "--out=bad" and done.returncode == 64:
                refused += 1
                with open(lab.path("bad/results.db"), "rb") as db:
                    expect(db.read() == data, f"seed {seed}: it was changed")
        seed += 1
    expect(refused, "nothing was refused")
    print(f"# {seed} databases, {refused} refused")


def bad_systems(lab):
    """Systems that cannot be used for a campaign, each with its reason."""
    done = lab.inject(lab.campaign("deaths", system=["run", "/nowhere"]), code=125)
    expect("/nowhere" in done.stderr, done.stderr)
    done = lab.inject(lab.campaign("deaths", system=["run", "--frob", lab.program]), code=64)
    expect("--frob" in done.stderr, done.stderr)
    done = lab.inject(lab.campaign("deaths", faults=[{"point": "task.kill", "whom": "nobody"}]),
                      code=64)
    expect("never comes about" in done.stderr, done.stderr)


def devices(lab):
    """Faults of a disk: counted, drawn, judged and repeated like those of the kernel."""
    disk = lab.path("disk")
    with open(disk, "wb") as file:
        file.write(b"x" * (1 << 20))
    lab.inject("--out=disks", lab.campaign(
        "bits", runs=8, detected={"output": ["rror"]}, limits={},
        system=["linux", "-m", "48M", "--time=virtual", f"--disk={disk},scratch", "--", "sh", "-c",
                "echo hello | dd of=/dev/vda conv=notrunc,fsync 2>/dev/null || echo error; "
                "dd if=/dev/vda bs=4096 count=2 iflag=direct 2>/dev/null | md5sum"],
        faults=[{"point": "disk.error", "whom": "vda"}, {"point": "disk.lost"},
                {"point": "disk.flip", "when": [1, 3]}]))
    rows = lab.rows("disks")
    expect(all(row[6] for row in rows), f"a fault did not strike: {rows}")
    expect({"corrupted", "detected"} <= set(lab.classes("disks")), f"{lab.classes('disks')}")
    with open(disk, "rb") as file:
        expect(file.read() == b"x" * (1 << 20), "a scratch disk was written")
    lab.inject("verify", "--sample=8", "disks")


def disk_full(lab):
    """A full disk ends a campaign with a message; with room again it goes on, nothing lost."""
    file, place = lab.campaign("bits", runs=600), lab.path("full")
    os.mkdir(place)
    script = ('mount -t tmpfs -o size=128k none "$1" || exit 99; cd "$1"; '
              '"$2" inject -q --out=out "$3"; echo "status $?"; '
              'mount -o remount,size=64m "$1" || exit 99; '
              '"$2" inject -q --out=out "$3"; echo "status $?"; cp -r out "$4"')
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", place, lab.l4ux, file,
                           lab.path("resumed")], capture_output=True, text=True, timeout=300,
                          check=False)
    if "status" not in done.stdout:
        print(f"# skipped: this host gives out no name spaces: {done.stderr.strip()}")
        return
    expect(re.findall(r"^status (\d+)$", done.stdout, re.M) == ["74", "0"],
           f"{done.stdout} {done.stderr}")
    # It is the database or the lines, whichever needs room first.
    expect(re.search(r"full.*; what is in it is safe|No space.*; the database has everything",
                     done.stderr), done.stderr)
    lab.inject("--out=whole", file)
    same(lab.rows("resumed"), lab.rows("whole"))


def journal(lab):
    """ext4 survives a disk without power; without barriers it does not."""
    for name in "power", "nobarrier":
        with open(os.path.join(EXAMPLES, "..", "journal", name + ".json"),
                  encoding="utf-8") as file:
            content = json.load(file)
        place = os.path.dirname(lab.program)
        content["system"] = [word.replace("build/examples", place) for word in content["system"]]
        content["runs"] = 12
        with open(lab.path(name + ".json"), "w", encoding="utf-8") as file:
            json.dump(content, file)
        lab.inject("--out=" + name, lab.path(name + ".json"))
        expect(all(row[6] for row in lab.rows(name)), "a fault did not strike")
    bad = [row[3] for row in lab.rows("power") if not row[7]]
    expect(not bad and "detected" in lab.classes("power"), f"lost with barriers: {bad}")
    expect(lab.classes("nobarrier").get("corrupted", 0) >= 3,
           f"the missing barriers were not found: {lab.classes('nobarrier')}")


def soak(lab, runs=10000):
    file = lab.campaign("bits", runs=runs)
    start = time.monotonic()
    done = lab.inject("--out=timed", file)
    seconds = time.monotonic() - start
    print(f"# {runs} runs in {seconds:.1f} s: {runs / seconds:.0f} runs/s")
    print("# " + done.stdout.replace("\n", "\n# "))
    kills = killed(lab, runs)
    print(f"# killed {kills} times")
    done = lab.inject("verify", "--sample=200", "timed")
    print("# " + done.stdout.strip())


TESTS = [known_classes, replay, killed, timed_out, stage_killed, linux, linux_disk, linux_lines,
         linux_net, linux_share, linux_screen, shards, damage, database_fuzz, bad_systems, devices,
         disk_full, journal]


def main():
    build, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    tests = [soak] if names[:1] == ["soak"] else [t for t in TESTS if not names or
                                                   t.__name__ in names]
    failures = 0
    for number, test in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="l4ux-inject-") as directory:
            try:
                test(Lab(build, directory), *[int(n) for n in names[1:] if test is soak])
                print(f"ok {number} - {test.__name__}", flush=True)
            except Failed as why:
                failures += 1
                print(f"not ok {number} - {test.__name__}\n# {why}", flush=True)
    print(f"1..{len(tests)}")
    return 1 if failures or not tests else 0


if __name__ == "__main__":
    sys.exit(main())
