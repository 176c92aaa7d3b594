# SPDX-License-Identifier: MIT
"""What campaigns are made of: back to a snapshot in a file, back to one in memory, and whole runs.

Simulated time has one engine, ptrace: the rows are the same for all. Every value is what somebody
would wait for: from the start of the command, with all it does.
"""
import json
import os
import sqlite3
import subprocess
import time

import systems

BUSY = "while :; do echo tick; done"   # a guest that says something as soon as it runs
WORK = "sleep 1; echo one two three | md5sum; ls / | md5sum"
SAVED_AT = {BUSY: "8ms", WORK: "500ms"}
RESTORES = 10                          # in a round
RUNS = {"campaign-small": 1000, "campaign-linux": 150}
PAGES = 100                            # that had changed, at least
TIMEOUT = 300


class Laboratory:
    def __init__(self, directory, wanted, scale):
        self.directory, self.scale = directory, scale
        self.names = {row.name for row in wanted if row.kind == "lab"}
        self.rounds = 0

    def path(self, name):
        return os.path.join(self.directory, name)

    def save(self, system, command, name):
        """A booted guest of 64 MB in a file."""
        path = self.path(name)
        at = SAVED_AT[command]
        done = subprocess.run([system.command, "linux", f"--cpu={system.cpu}", "-m", "64M",
                               "--time=virtual", f"--snapshot={path}", f"--snapshot-at={at}",
                               f"--stop-at={at}", "--", "sh", "-c", command],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)
        if not os.path.exists(path):
            raise systems.Failure(f"{system.name}: no snapshot: {done.stderr[-300:]!r}")
        return path

    def restore_seconds(self, system, path):
        start = time.monotonic()
        with subprocess.Popen([system.command, "restore", f"--cpu={system.cpu}", path],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as process:
            line = process.stdout.readline()
            seconds = time.monotonic() - start
            process.terminate()
            process.stdout.read()
        if line != b"tick\n":
            raise systems.Failure(f"{system.name}: restored, the guest says {line!r}")
        return seconds

    def campaign(self, system, name, campaign):
        """Its results; (database, seconds for a run)."""
        self.rounds += 1
        out, file = self.path(f"{name}-{self.rounds}"), self.path(f"{name}.json")
        campaign["runs"] = max(RUNS[name] * self.scale // 100, 20)
        with open(file, "w", encoding="utf-8") as stream:
            json.dump(campaign, stream)
        start = time.monotonic()
        systems.checked(system.name, [system.command, "inject", "-q", "-j1", f"--out={out}", file],
                        TIMEOUT)
        return os.path.join(out, "results.db"), (time.monotonic() - start) / campaign["runs"]

    def linux(self, system, results):
        path = self.save(system, WORK, "saved-linux")
        campaign = {"version": 1, "name": "linux", "seed": self.rounds + 1,
                    "system": ["restore", f"--cpu={system.cpu}", path],
                    "faults": [{"point": "reg.flip", "weight": 3}, {"point": "ram.flip"}],
                    "ignore": ["^\\[ *[0-9]"], "limits": {"spin": "50ms"}}
        database, seconds = self.campaign(system, "campaign-linux", campaign)
        if "campaign-linux" in self.names:
            results.add("campaign-linux", system.name, seconds * 1e9)
        with sqlite3.connect(database) as db:
            for (us,) in db.execute("SELECT reset_us FROM timing WHERE reset_us > 0 AND pages >= ?",
                                    (PAGES,)):
                if "reset" in self.names:
                    results.add("reset", system.name, us * 1e3)

    def small(self, system, results):
        with open(systems.data("bits.json"), encoding="utf-8") as stream:
            campaign = json.load(stream)
        campaign["system"] = ["run", f"--cpu={system.cpu}", "--time=virtual", "-m", "8M",
                              systems.data("replicas")]
        results.add("campaign-small", system.name,
                    self.campaign(system, "campaign-small", campaign)[1] * 1e9)

    def measure(self, system, results):
        if "restore" in self.names:
            path = self.save(system, BUSY, "saved-busy")
            for _ in range(RESTORES):
                results.add("restore", system.name, self.restore_seconds(system, path) * 1e9)
        if "campaign-small" in self.names:
            self.small(system, results)
        if self.names & {"reset", "campaign-linux"}:
            self.linux(system, results)
