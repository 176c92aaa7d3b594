#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes random_sums.c of what abi-random says on a real Fiasco, and of what it says on l4ux.

    on_fiasco.py --verbose --limit 500 abi-random calls items trees >FIASCO
    l4ux run --root abi-random calls items trees >L4UX
    random_sums.py FIASCO L4UX >random_sums.c

To be done after the dice have changed, with all sums of the trees not 0. A series of trees whose
lines differ is left out, which has to be looked into before: see random_tree.c. Of the others,
what Fiasco says counts.
"""
import re
import sys

RULE = re.compile(r"(?:not )?ok \d+ - (calls|items|trees), series (\d+)"
                  r"(?:: expected \S+, got (\S+))?")
ARRAYS = {"calls": "random_call_sums[RANDOM_CALLS]", "items": "random_item_sums[RANDOM_ITEMS]",
          "trees": "random_tree_sums[RANDOM_TREES]"}


def fnv(lines):
    """As random.c computes it."""
    total = 0xcbf29ce484222325
    for char in "".join(lines).encode():
        total = (total ^ char) * 0x100000001b3 & (1 << 64) - 1
    return (total ^ total >> 32) & 0xffffffff


def series(path):
    """Checksum of each series of each kind."""
    sums, lines = {kind: {} for kind in ARRAYS}, []
    with open(path, encoding="ascii", errors="replace") as stream:
        for line in stream.read().replace("\r", "").split("\n"):
            found = RULE.match(line)
            if found:
                sums[found[1]][int(found[2])] = fnv(lines)
                if found[3] and int(found[3], 0) & 0xffffffff != fnv(lines):
                    sys.exit(f"{path}: lines are missing before: {line}")
                lines = []
            elif line.startswith("# ") and " " in line[2:]:
                lines.append(line[2:])
            elif line.startswith(("# ", "ok ")):
                lines = []
    return sums


def main():
    fiasco, here = series(sys.argv[1]), series(sys.argv[2])
    print("/* SPDX-License-Identifier: MIT */")
    print("/* What Fiasco answered to the series of random.c; from random_sums.py. */")
    print('#include "random.h"')
    for kind, array in ARRAYS.items():
        print(f"\nconst unsigned {array} = {{")
        values = [fiasco[kind][n] for n in sorted(fiasco[kind])]
        if kind == "trees":
            values = [v if here[kind].get(n) == v else 0 for n, v in enumerate(values)]
        for at in range(0, len(values), 7):
            print("\t" + ", ".join(f"0x{v:08x}" for v in values[at:at + 7]) + ",")
        print("};")


if __name__ == "__main__":
    main()
