# SPDX-License-Identifier: MIT
"""Tables for the benchmark results."""
import re
import statistics

# At most this times User-Mode Linux, for the operations that users feel.
TARGET = 2.0
TARGETS = {"getpid", "fork+exit+wait", "fork+exec", "page-fault", "pipe-pingpong"}
BOOT = "boot to first output"
BOOT_LIMIT_NS = 1e9

PINGPONG = re.compile(r"^bench=(\S+) .*\bmin=(\d+) median=(\d+) max=(\d+)", re.MULTILINE)


def pingpong_lines(text):
    """(name, [min, median, max] in cycles) for each line of examples/pingpong."""
    return [(name, [int(low), int(middle), int(high)])
            for name, low, middle, high in PINGPONG.findall(text)]


def microseconds(ns):
    us = ns / 1000
    return f"{us:.2f}" if us < 100 else f"{us:.0f}"


def verdict(operation, ours, uml):
    if operation == BOOT:
        return "< 1 s", "yes" if ours < BOOT_LIMIT_NS else "NO"
    if operation not in TARGETS or not uml:
        return "", ""
    return f"<= {TARGET:g}", "yes" if ours <= TARGET * uml else "NO"


def show(bench):
    samples = bench.samples
    systems = [name for name in ("native", "uml", "l4ux") if name in samples]
    operations = []
    for system in systems:
        operations += [name for name in samples[system] if name not in operations]
    head = ["operation (us)"]
    for system in systems:
        head += [f"{system} min", "median"]
    ours = "l4ux" if "l4ux" in systems else "uml"
    head += [f"{ours}/{other}" for other in ("native", "uml")
             if other != ours and other in systems and ours in systems]
    head += ["target l4ux/uml", "met"]
    rows = []
    for operation in operations:
        values = {system: samples[system].get(operation) for system in systems}
        row = [operation]
        for system in systems:
            some = values[system]
            row += [microseconds(min(some)), microseconds(statistics.median(some))] if some \
                else ["-", "-"]
        for other in ("native", "uml"):
            if other != ours and other in systems and ours in systems:
                both = values[ours] and values[other]
                row.append(f"{min(values[ours]) / min(values[other]):.2f}" if both else "-")
        some = values.get("l4ux")
        row += verdict(operation, min(some), min(values.get("uml") or [0])) if some else ["", ""]
        rows.append(row)
    print_table(head, rows)
    show_floors(bench)


def show_floors(bench):
    """The bare mechanisms, and what the microkernel makes of them."""
    floors = {name: min(runs) for name, runs in bench.floors.items()}
    rows = [[f"bare {name}", str(run[1]), str(run[3]), f"{run[0] / 1000:.2f}", "", ""]
            for name, run in floors.items()]
    for name, runs in bench.pingpong.items():
        low = min(run[0] for run in runs)
        middle = int(statistics.median(run[1] for run in runs))
        ratios = [f"{low / floors[floor][1]:.2f}" if floor in floors else "-"
                  for floor in ("ptrace", "futex")]
        per_ns = floors["getpid"][1] / floors["getpid"][0] if "getpid" in floors else 0
        rows.append([name, str(low), str(middle),
                     f"{low / per_ns / 1000:.2f}" if per_ns else "-", *ratios])
    print()
    print_table(["round trip (cycles)", "min", "median", "min us", "/ptrace", "/futex"], rows)


def print_table(head, rows):
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        cells = [str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())
