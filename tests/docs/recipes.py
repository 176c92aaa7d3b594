#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The recipes of docs/ci: well formed, all with the same commands, and those that need a build work
in what a default container allows.

    recipes.py SOURCE BUILD CONTAINER
"""
import os
import shlex
import subprocess
import sys
import tempfile

FORMATS = {"docs/ci/github.yml", "docs/ci/gitlab-ci.yml"}


def of_script(path):
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file
                if line.strip() and not line.startswith(("#", "set "))]


def of_yaml(path):
    import yaml # pylint: disable=import-outside-toplevel
    with open(path, encoding="utf-8") as file:
        job = yaml.safe_load(file)
    if "jobs" not in job:
        job = job["smoke"]
        assert job["image"] == "debian:12" and job["artifacts"]["reports"]["junit"] == "report.xml"
        return job["before_script"] + job["script"]
    # YAML 1.1 reads the key `on` as a truth value.
    assert job.get("on", job.get(True)) and job["jobs"]["smoke"]["container"] == "debian:12"
    steps = job["jobs"]["smoke"]["steps"]
    assert all(("run" in step) != ("uses" in step) for step in steps), steps
    return [step["run"] for step in steps if "run" in step]


def main():
    source, build, container = (os.path.abspath(path) for path in sys.argv[1:4])
    commands = of_script(os.path.join(source, "docs/ci/container.sh"))
    try:
        for name in sorted(FORMATS):
            found = of_yaml(os.path.join(source, name))
            if found != commands:
                sys.exit(f"not ok: {name} has {found}, container.sh {commands}")
    except ImportError:
        print("# there is no python3-yaml: the YAML files were not looked at")
    with tempfile.TemporaryDirectory() as directory:
        os.symlink(build, os.path.join(directory, "build"))
        for engine in "auto", "ptrace":
            for command in commands:
                if not command.startswith("build/"):
                    continue
                done = subprocess.run([container, *shlex.split(command)], cwd=directory,
                                      stdin=subprocess.DEVNULL, check=False,
                                      env={**os.environ, "L4UX_ENGINE": engine})
                if done.returncode:
                    sys.exit(f"not ok: {command} ({engine}): status {done.returncode}")
        if not os.path.getsize(os.path.join(directory, "report.xml")):
            sys.exit("not ok: no JUnit report")
    print(f"ok: {len(commands)} commands")


if __name__ == "__main__":
    main()
