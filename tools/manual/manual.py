#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the interface manual: docs/interface/*.md from docs/interface/src/*.md, the public headers,
the examples and the tests. --check changes nothing and fails when a page is not up to date;
it also fails when a header declares something without saying what it is.

A line of a template that begins with @ is replaced: @ops ENUM, @enum ENUM, @defines NAME...,
@struct NAME, @functions HEADER..., @example NAME, @code FILE FUNCTION, @tests FILE[:GROUP]..."""
import glob
import os
import re
import sys

import headers

ROOT = os.environ.get("L4UX_ROOT") or os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
INCLUDE = os.path.join(ROOT, "libl4", "include")
MANUAL = os.path.join(ROOT, "docs", "interface")
PARTS = ["In", "Out", "Right", "Errors"]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as stream:
        return stream.read()


class Interface:
    """All public headers by name, and what they declare."""

    def __init__(self):
        paths = sorted(glob.glob(os.path.join(INCLUDE, "l4", "*", "*.h")))
        self.headers = {os.path.relpath(p, INCLUDE): headers.Header(p) for p in paths}
        self.items = [i for h in self.headers.values() for i in h.items]
        self.constants = {i.name: int(i.value) for i in self.items
                          if i.kind == "define" and i.value.isdigit()}
        self.structs = {}

    def find(self, kind, name):
        for item in self.items:
            if item.name == name and item.kind == kind:
                return item
        raise KeyError(f"no {kind} {name} in the headers")

    def struct(self, name):
        """(rows, size) of a struct, with those inside of it."""
        if name not in self.structs:
            item = self.find("struct", name)
            for field in item.members:
                if field.type not in headers.SIZES:
                    self.struct(field.type)
            rows = list(headers.layout(item, self.structs, self.constants))
            self.structs[name] = rows, rows[-1][0] + rows[-1][1]
        return self.structs[name]

    def complaints(self):
        for path, header in self.headers.items():
            if "Source:" not in header.head:
                yield f"{path}: the head comment names no source"
            for item in header.items:
                if not item.comment and item.kind != "enum":
                    yield f"{path}: {item.kind} {item.name} says nothing about itself"
                for member in getattr(item, "members", []):
                    if not member.comment and not member.name.startswith("_"):
                        yield f"{path}: {item.name}: {member.name} says nothing about itself"


def cell(text):
    return text.replace("|", "\\|").strip()


def table(titles, rows):
    rows = [titles, ["---"] * len(titles)] + rows
    return "\n".join("| " + " | ".join(cell(c) for c in row) + " |" for row in rows)


def split_parts(comment):
    """{"": what it does, "In": ...} of the comment of an operation."""
    pieces = re.split(r"\b(" + "|".join(PARTS) + r"): ", comment)
    found = dict(zip([""] + pieces[1::2], [p.strip() for p in pieces[0::2]]))
    return {key: text.rstrip(".") if key else text for key, text in found.items()}


def ops(interface, name):
    rows = []
    for op in interface.find("enum", name).members:
        if op.name.endswith("_MASK"):
            continue
        part = split_parts(op.comment)
        rows.append([f"{op.value} `{op.name}`", part[""]] + [part.get(p, "") for p in PARTS])
    return table(["MR0", "What it does"] + PARTS, rows)


def enum(interface, name):
    item = interface.find("enum", name)
    return table(["Value", "Name", "Meaning"],
                 [[m.value, f"`{m.name}`", m.comment] for m in item.members])


def defines(interface, *names):
    """Those of these names; a name that ends with _ stands for all that begin with it."""
    found = []
    for name in names:
        group = [i for i in interface.items if i.kind == "define" and
                 (i.name.startswith(name) if name.endswith("_") else i.name == name)]
        if not group:
            raise KeyError(f"no define {name}")
        found += group
    return table(["Value", "Name", "Meaning"],
                 [[f"`{i.value}`", f"`{i.name}`", i.comment] for i in found])


def struct(interface, name):
    rows, size = interface.struct(name)
    return table(["Offset", "Bytes", "Field", "Meaning"],
                 [[f"0x{at:03x}", str(n), f"`{field}`", item.comment]
                  for at, n, field, item in rows]) + f"\n\nSize: {size} (0x{size:x}) bytes."


def functions(interface, *paths):
    rows = []
    for path in paths:
        for item in interface.headers[path].items:
            if item.kind == "function":
                arguments = re.search(r"\((.*)\)", item.declaration)[1]
                rows.append([f"`{item.name}({arguments})`", item.comment])
    names = ", ".join(f"`<{p}>`" for p in paths)
    return f"Declared in {names}:\n\n" + table(["Function", "What it does"], rows)


def example(_, name):
    """What follows the last #include of an example of the manual."""
    path = f"examples/manual/{name}.c"
    body = re.split(r"#include .*\n", read(path))[-1].strip()
    return f"From [{path}](../../{path}), which a test runs:\n\n```c\n{body}\n```"


def code(_, path, function):
    """One function of a source file."""
    m = re.search(rf"^[\w ]+[ *]{function}\([^;]*?\n\{{.*?\n\}}", read(path), re.S | re.M)
    if not m:
        raise KeyError(f"{path} has no function {function}")
    return f"From [{path}](../../{path}):\n\n```c\n{m[0]}\n```"


def tests(_, *files):
    rows = []
    for name in files:
        name, _, wanted = name.partition(":")
        text = read(f"tests/{name}")
        groups = re.findall(r'\{ "([\w-]+)", \w+ \}', text) or \
            re.findall(r"cmocka_unit_test\w*\((\w+)", text)
        missing = set(wanted.split(",")) - set(groups) if wanted else None
        if missing:
            raise KeyError(f"tests/{name} has no group {', '.join(missing)}")
        rows.append([f"[tests/{name}](../../tests/{name})", wanted.replace(",", ", ") or "all"])
    return table(["Test", "Groups"], rows)


DIRECTIVES = {"ops": ops, "enum": enum, "defines": defines, "struct": struct,
              "functions": functions, "example": example, "code": code, "tests": tests}


def page(interface, path):
    out = []
    name = os.path.basename(path)
    for number, line in enumerate(read(path).splitlines(), 1):
        if not line.startswith("@"):
            out.append(line)
            continue
        word, *arguments = line[1:].split()
        try:
            out.append(DIRECTIVES[word](interface, *arguments))
        except (KeyError, ValueError, OSError, TypeError) as error:
            sys.exit(f"docs/interface/src/{name}:{number}: {error}")
    out.insert(0, f"<!-- Made by tools/manual/manual.py from src/{name} and the headers: "
                  "edit those. -->")
    return "\n".join(out) + "\n"


def main():
    check = "--check" in sys.argv[1:]
    interface = Interface()
    bad = list(interface.complaints())
    sources = sorted(glob.glob(os.path.join(MANUAL, "src", "*.md")))
    made = {os.path.join(MANUAL, os.path.basename(s)): page(interface, s) for s in sources}
    for path in sorted(set(glob.glob(os.path.join(MANUAL, "*.md"))) - set(made)):
        bad.append(f"docs/interface/{os.path.basename(path)}: has no template in src/")
    for path, text in made.items():
        if os.path.exists(path) and read(path) == text:
            continue
        if check:
            bad.append(f"docs/interface/{os.path.basename(path)}: not up to date")
        else:
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)
    print("\n".join(bad) + "\n" * bool(bad), end="")
    if bad:
        print(f"FAIL manual: {len(bad)} findings: run tools/manual/manual.py, comment the headers")
        return 1
    print(f"manual: {len(made)} pages, {len(interface.items)} declarations, ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
