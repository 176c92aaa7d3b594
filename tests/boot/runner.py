#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Run test files: start something, wait for what it must print, check how it ends.

    runner.py [--l4ux COMMAND] [--build DIRECTORY] [--junit FILE] [-k NAME] FILE...

Prints TAP. Exit status: 0 all passed, 1 a case failed, 69 all were skipped. Each case runs with
directories of its own, and fails if it leaves a process or a file behind, or a terminal in another
mode than before. L4UX_TEST_SLOW=2 doubles every time limit.
"""
import argparse
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import case as cases
import leaks
from report import Result, tap_line, write_junit
from session import Session, StepFailed

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 69
SPECIAL_NEEDS = ("root", "guest", "l4re")


def missing(case, names):
    """Why this case cannot run here, or None."""
    for need in case.needs:
        if need == "root" and os.getuid():
            return "needs root"
        if need == "guest" and not os.path.exists(names["guest"]):
            return "the guest tests are not built"
        if need == "l4re" and not os.path.exists(os.path.join(names["l4re"], "moe")):
            return "no L4Re: L4UX_L4RE names the bin directory of a build"
        if need.startswith("/") and not os.path.exists(need):
            return f"needs {need}"
        if "/" not in need and need not in SPECIAL_NEEDS and not shutil.which(need):
            return f"needs the command {need}"
    return None


def l4re_programs():
    """Where an L4Re build has its programs, which may be deeper than the directory given."""
    directory = os.environ.get("L4UX_L4RE", "")
    deeper = os.path.join(directory, "amd64_gen", "l4f")
    return os.path.abspath(deeper if os.path.isdir(deeper) else directory or "/no-l4re")


def as_user(argv, user, directories):
    """Change the user if we are root; give it the directories of the test."""
    if not user or os.getuid():
        return argv
    entry = pwd.getpwnam(user)
    for directory in directories:
        os.chown(directory, entry.pw_uid, entry.pw_gid)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups",
            "--inh-caps=-all", *argv]


def dialogue(session, steps, deadline):
    """Type and read on the terminal."""
    for verb, text in steps:
        if verb == "expect":
            session.expect(text, deadline)
        elif verb == "send":
            session.send(text.encode().decode("unicode_escape").encode("latin-1"))
        elif verb == "sleep":
            end = time.monotonic() + float(text)
            while time.monotonic() < end and session.pump(end - time.monotonic()):
                pass
        elif verb == "size":
            session.resize(*(int(number) for number in text.split()))
        else:
            raise cases.CaseError(f"no such step: {verb}")


def in_order(patterns, text, what):
    """The patterns must match one after the other. A pattern `empty` wants no text at all."""
    position = 0
    for pattern in patterns:
        if pattern == "empty":
            if text:
                yield f"{what}: expected nothing, got {text[:300]!r}"
            continue
        match = re.compile(pattern, re.MULTILINE).search(text, position)
        if not match:
            yield f"{what}: expected /{pattern}/, got {text[position:][-500:]!r}"
            return
        position = match.end()


def judge(case, session, status, slow):
    """Everything that is wrong with how it ended."""
    out = session.out.decode(errors="replace").replace("\r\n", "\n")
    err = session.err.decode(errors="replace")
    if status is None:
        yield f"not finished after {case.limit * slow:g} s"
    elif status not in case.exits:
        wanted = " or ".join(str(code) for code in case.exits)
        got = f"signal {-status}" if status < 0 else str(status)
        yield f"exit status: expected {wanted}, got {got}"
    yield from in_order(case.patterns["stdout"], out, "stdout")
    yield from in_order(case.patterns["stderr"], err, "stderr")
    for pattern in case.patterns["absent"]:
        match = re.search(pattern, out + err, re.MULTILINE)
        if match:
            yield f"output: expected no /{pattern}/, got {match.group(0)!r}"
    if case.complaint is not None:
        if err.count("\n") != 1 or not err.endswith("\n"):
            yield f"stderr: expected one line, got {err[:500]!r}"
        if not err.startswith("l4ux: "):
            yield f"stderr: expected a line that begins with 'l4ux: ', got {err[:80]!r}"
        if not re.search(case.complaint, err):
            yield f"stderr: expected /{case.complaint}/, got {err[:300]!r}"
    if case.within and (session.first_output is None or session.first_output > case.within * slow):
        yield f"first output: expected within {case.within} s, got {session.first_output}"
    if session.slave is not None and not session.modes_restored():
        yield "terminal: its modes are not what they were before"


def run_once(case, names, slow):
    with tempfile.TemporaryDirectory(prefix="l4ux-test-") as directory:
        os.chmod(directory, 0o755)
        names["tmp"] = directory
        own = [os.path.join(directory, name) for name in ("run", "shm")]
        for path in own:
            os.mkdir(path, 0o700)
        argv = as_user(case.argv, case.user, own)
        env = case.environment({**os.environ, "XDG_RUNTIME_DIR": own[0], "TMPDIR": own[1],
                                "TERM": "xterm"})
        if case.prepare and subprocess.run(["sh", "-ec", case.prepare], cwd=directory,
                                           check=False).returncode:
            return ["the preparation failed"]
        stdin = case.stdin.encode().decode("unicode_escape").encode() if case.stdin else None
        processes, files = set(leaks.descendants()), leaks.shared_places()
        problems = []
        session = Session(argv, env, case.cwd, stdin, bool(case.steps))
        deadline = time.monotonic() + case.limit * slow
        try:
            dialogue(session, case.steps, deadline)
            status = session.finish(deadline)
            problems += judge(case, session, status, slow)
        except StepFailed as failure:
            problems.append(str(failure))
        finally:
            if problems:
                names["output"] = (session.out + session.err).decode(errors="replace")
            session.close()
        problems += [f"left running: {name}" for name in leaks.leftover_processes(processes)]
        problems += [f"left behind: {path}" for path in leaks.leftover_files(own, files)]
        return problems


def run_case(case, names, slow):
    reason = missing(case, names)
    if reason:
        return Result(case.name, skipped=reason)
    start = time.monotonic()
    problems = []
    names["output"] = ""
    for _ in range(case.repeat):
        problems = run_once(case, names, slow)
        if problems:
            break
    skip = re.search(r"^SKIP .*", names["output"], re.MULTILINE)
    if skip and problems:
        return Result(case.name, skipped=skip.group(0)[5:])
    return Result(case.name, time.monotonic() - start, problems, output=names["output"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build"))
    parser.add_argument("--l4ux", help="the command (default: l4ux in the build directory)")
    parser.add_argument("--junit", help="also write a JUnit file")
    parser.add_argument("-k", dest="only", help="only cases whose name matches this expression")
    parser.add_argument("files", nargs="+")
    args = parser.parse_args()

    build = os.path.abspath(args.build)
    names = {
        "build": build,
        "l4ux": args.l4ux or shlex.quote(os.path.join(build, "l4ux")),
        "guest": os.path.join(build, "tests", "guest.cpio.gz"),
        "boot": HERE,
        "here": HERE,
        "l4re": l4re_programs(),
        "tools": os.path.join(build, "tests"),
        "python": sys.executable,
    }
    slow = float(os.environ.get("L4UX_TEST_SLOW", "1"))
    leaks.become_reaper()
    results = []
    for path in args.files:
        names["here"] = os.path.dirname(os.path.abspath(path))
        for case in cases.load(path, names):
            if args.only and not re.search(args.only, case.name):
                continue
            results.append(run_case(case, names, slow))
            print(tap_line(len(results), results[-1]), flush=True)
    print(f"1..{len(results)}")
    if args.junit:
        write_junit(args.junit, os.path.basename(args.files[0]), results)
    if any(result.problems for result in results) or not results:
        return 1
    return SKIPPED if all(result.skipped for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
