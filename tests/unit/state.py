#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every variable of the core is in the section that a snapshot saves, or is known not to matter.

    state.py LIBUX-CORE
"""
import re
import subprocess
import sys

KNOWN = {
    "event_ring", "event_count",  # a record of the past
    "area",  # scratch of one function
    # injected faults: a system with faults is not saved, a restored one gets new ones
    "all", "armed", "begin", "count", "entries", "entry_limit", "fault_active", "limit_status",
}
SYMBOL = re.compile(r"^[0-9a-f]+ .{7} (\S+)\s+[0-9a-f]+ (?:\.hidden )?(\S+)$")
WRITABLE = re.compile(r"^\.(bss|data|tbss|tdata)(?!\.rel\.ro)")


def main():
    table = subprocess.run(["objdump", "-t", sys.argv[1]], capture_output=True, text=True,
                           check=True).stdout
    found = [m.groups() for m in map(SYMBOL.match, table.splitlines()) if m]
    saved = [name for section, name in found if section == "core_state"]
    lost = sorted({re.sub(r"\.\d+$", "", name) for section, name in found
                   if WRITABLE.match(section) and not name.startswith(".")} - KNOWN)
    if len(saved) < 15:
        sys.exit(f"not ok: only {len(saved)} variables are marked STATE: is this the core?")
    if lost:
        sys.exit(f"not ok: {', '.join(lost)}: mark them STATE (core/state.h), or say in {__file__} "
                 f"why a snapshot can do without")
    print(f"ok: {len(saved)} variables are marked STATE")


if __name__ == "__main__":
    main()
