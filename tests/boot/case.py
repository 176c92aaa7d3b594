# SPDX-License-Identifier: MIT
"""Test cases: what to start, what to wait for, how it must end. The format is in tests/README.md."""
import configparser
import os
import shlex


class CaseError(Exception):
    """A test file says something that makes no sense."""


KEYS = {
    "about", "labels", "needs", "prepare", "run", "stdin", "env", "cwd", "user", "exit", "stdout",
    "stderr", "absent", "complaint", "pty", "limit", "within", "repeat",
}


def lines(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


class Case:
    """One section of a file, with the names in braces replaced."""

    def __init__(self, name, section, names):
        unknown = set(section) - KEYS
        if unknown:
            raise CaseError(f"[{name}]: no such key: {', '.join(sorted(unknown))}")
        self.name = name
        self._section = section
        self._names = names
        self.needs = self._text("needs").split()
        self.exits = [int(code) for code in section.get("exit", "0").split()]
        self.limit = float(section.get("limit", "30"))
        self.repeat = int(section.get("repeat", "1"))
        self.user = section.get("user")
        within = section.get("within")
        self.within = float(within) if within else None
        self.stdin = section.get("stdin")
        self.complaint = self._text("complaint") if "complaint" in section else None
        self.patterns = {key: lines(self._text(key)) for key in ("stdout", "stderr", "absent")}
        self.steps = [step.partition(" ")[::2] for step in lines(section.get("pty", ""))]
        if "run" not in section:
            raise CaseError(f"[{name}]: nothing to run")

    def _text(self, key):
        text = self._section.get(key, "")
        for name, value in self._names.items():
            text = text.replace("{" + name + "}", value)
        return text

    @property
    def prepare(self):
        return self._text("prepare")

    @property
    def argv(self):
        return shlex.split(self._text("run"))

    @property
    def cwd(self):
        return self._text("cwd") or None

    def environment(self, base):
        """Lines NAME=VALUE set, lines -NAME remove."""
        env = dict(base)
        for line in lines(self._text("env")):
            if line.startswith("-"):
                env.pop(line[1:], None)
            else:
                name, _, value = line.partition("=")
                env[name] = value
        return env


def load(path, names):
    """All cases of a file; the section DEFAULT holds what they share."""
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",),
                                       comment_prefixes=("#",), strict=True)
    parser.optionxform = str
    with open(path, encoding="utf-8") as stream:
        parser.read_file(stream)
    if not parser.sections():
        raise CaseError(f"{os.path.basename(path)}: no case in it")
    return [Case(name, parser[name], names) for name in parser.sections()]
