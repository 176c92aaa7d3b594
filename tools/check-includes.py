#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who may include what, and no include cycles.

ux-kernel/core  knows nothing of the host: only itself, l4/ and five freestanding headers; so does
ux-kernel/fault, which is a part of it.
L4 programs     (libl4, examples, L4 test programs) include only l4/, their own headers and what
                a freestanding compiler brings.
overlay         (linked into Linux) includes nothing of the microkernel.
"""
import os
import re
import sys

ROOT = os.environ.get("L4UX_ROOT") or os.path.join(os.path.dirname(__file__), "..")
os.chdir(ROOT)

CORE_HEADERS = {"stddef.h", "stdint.h", "stdbool.h", "string.h", "limits.h"}
FREESTANDING = {"stddef.h", "stdint.h", "stdbool.h", "stdarg.h", "limits.h", "stdalign.h",
                "stdnoreturn.h", "cpuid.h", "immintrin.h", "x86intrin.h"}
CORE_DIRS = ("ux-kernel/core/", "ux-kernel/fault/")
# Programs for L4 live here; everything below includes no libc header.
L4_PROGRAM_DIRS = ("libl4/", "examples/")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources():
    for top, dirs, files in os.walk("."):
        dirs[:] = sorted(d for d in dirs if d != ".git" and not d.startswith("build"))
        for name in sorted(files):
            if name.endswith((".c", ".h", ".S")):
                yield os.path.relpath(os.path.join(top, name), ".")


def includes(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            match = INCLUDE.match(line)
            if match:
                yield number, match.group(1) == "<", match.group(2)


def resolve(path, angle, name, files):
    """The project's file that an include means, or None for one from outside."""
    if not angle:
        near = os.path.normpath(os.path.join(os.path.dirname(path), name))
        if near in files:
            return near
    found = [f for f in files if f == name or f.endswith("/" + name)]
    # The kernel's "thread.h" is not the library's: from elsewhere only public headers are seen.
    top = path.split("/")[0] + "/"
    found = [f for f in found if "/include/" in f or (not angle and f.startswith(top))]
    found.sort(key=lambda f: (-len(os.path.commonprefix([f, path])), f))
    return found[0] if found else None


def layer_error(path, angle, name, target):
    if path.startswith(CORE_DIRS):
        if target and target.startswith(CORE_DIRS + ("libl4/include/l4/",)):
            return None
        if angle and name in CORE_HEADERS:
            return None
        return "ux-kernel/core may not include"
    if path.startswith(L4_PROGRAM_DIRS):
        if target and target.startswith(L4_PROGRAM_DIRS):
            return None
        if angle and (name in FREESTANDING or name.startswith("l4/")):
            return None
        # The ABI headers serve Linux too, which has its own names for the fixed-width types.
        if path == "libl4/include/l4/abi/stdtypes.h" and name.startswith("linux/"):
            return None
        return "an L4 program may not include"
    if path.startswith("guest-linux-server/overlay/"):
        if target and target.startswith(("ux-kernel/", "cli/", "devices/")):
            return "the guest Linux server may not include"
    return None


def cycles(graph):
    state, stack, found = {}, [], []

    def visit(node):
        state[node] = "open"
        stack.append(node)
        for number, target in graph.get(node, ()):
            if state.get(target) == "open":
                ring = stack[stack.index(target):] + [target]
                found.append(f"{node}:{number}: circular include: {' -> '.join(ring)}")
            elif target not in state:
                visit(target)
        stack.pop()
        state[node] = "done"

    for node in sorted(graph):
        if node not in state:
            visit(node)
    return found


def main():
    files = set(sources())
    graph, findings, count = {}, [], 0
    for path in sorted(files):
        for number, angle, name in includes(path):
            count += 1
            target = resolve(path, angle, name, files)
            error = layer_error(path, angle, name, target)
            if error:
                findings.append(f"{path}:{number}: {error} {name}")
            if target:
                graph.setdefault(path, []).append((number, target))
    findings += cycles(graph)
    if not findings:
        print(f"includes: {count} includes in {len(files)} files, ok")
        return 0
    print("\n".join(findings))
    print(f"FAIL includes: {len(findings)} findings: keep the layers apart")
    return 1


if __name__ == "__main__":
    sys.exit(main())
