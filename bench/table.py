# SPDX-License-Identifier: MIT
"""The table: ratios first, then what was measured, then what it cost the host."""
import statistics

import rows

# The peer "handover": each engine is judged by the bare mechanism it is made of.
HANDOVER = {"stub": ("futex", 2.5)}
HANDOVER_ELSE = ("ptrace", 2.3)
REFERENCES = {"guest": ("uml", "native"), "boot": ("uml",), "memory": ("uml",),
              "noise": ("native",), "device": ("uml",), "l4": ("futex", "ptrace"), "crowd": (),
              "lab": ()}


def median(values):
    return statistics.median(values) if values else None


def spread(values):
    """Half the distance between the quartiles, in per cent of the median."""
    if len(values) < 2 or not statistics.median(values):
        return 0
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return 50 * (high - low) / statistics.median(values)


def shown(value, unit):
    if unit == "%":
        return f"{value:.1f} %"
    if unit == "bytes":
        return f"{value / (1 << 20):.1f} MB"
    for limit, scale, name in ((1e3, 1, "ns"), (1e6, 1e3, "us"), (1e9, 1e6, "ms")):
        if value < limit:
            return f"{value / scale:.3g} {name}"
    return f"{value / 1e9:.3g} s"


def reference(row, name, results):
    """What a value of this row is divided by: a system's median of it, or a floor."""
    if row.kind == "l4":
        return median([ns for ns, _ in results.floors.get(name, [])])
    peers = results.samples.get(row.name, {})
    if row.name == "quantum":
        peers = results.samples.get("quantum-noise", {})
    return median(peers.get(name))


def target(row, engine):
    """(peer or "", limit) that holds for an engine, or None."""
    if row.peer == "handover":
        return HANDOVER.get(engine, HANDOVER_ELSE)
    if not row.limit or (row.peer == "futex" and engine != "stub"):
        return None
    return row.peer, row.limit


def verdict(row, engine, value, results):
    """(target, whether it is met) as text."""
    wanted = target(row, engine)
    if not wanted:
        return "", ""
    peer, limit = wanted
    if not peer:
        return f"<= {shown(limit, row.unit)}", "yes" if value <= limit else "NO"
    base = reference(row, peer, results)
    if not base:
        return f"<= {limit:g} {peer}", "?"
    return f"<= {limit:g} {peer}", "yes" if value <= limit * base else "NO"


def row_cells(row, systems, engines, references, results):
    samples = results.samples.get(row.name, {})
    cells = [row.title]
    for engine in engines:
        value = median(samples.get(engine))
        for name in references:
            base = reference(row, name, results)
            cells.append(f"{value / base:.2f}" if value is not None and base else "-")
        cells += verdict(row, engine, value, results) if value is not None else ("", "")
    for system in systems:
        values = samples.get(system)
        cells.append(f"{shown(median(values), row.unit)} ±{spread(values):.0f}%" if values
                     else "skipped" if system in results.skipped.get(row.name, {}) else "-")
    for engine in engines:
        counts = results.counts.get(row.name, {}).get(engine)
        for number in counts or (None, None):
            cells.append("-" if number is None else f"{number:.1f}")
    return cells


def section_table(title, some, systems, engines, results):
    kind = some[0].kind
    references = [name for name in REFERENCES[kind] if kind == "l4" or name in systems]
    shown_systems = engines if kind in ("l4", "crowd") else systems
    head = [title]
    for engine in engines:
        head += [f"{engine}/{name}" for name in references] + ["target", "met"]
    head += shown_systems
    for engine in engines:
        prefix = f"{engine} " if len(engines) > 1 else ""
        head += [prefix + "calls", prefix + "switches"]
    print_table(head, [row_cells(row, shown_systems, engines, references, results)
                       for row in some])
    print()


def show(wanted, systems, results):
    engines = [name for name in systems if name not in ("native", "uml")]
    sections = {}
    for row in wanted:
        sections.setdefault((row.section, REFERENCES[row.kind]), []).append(row)
    print()
    for (title, _), some in sections.items():
        section_table(title, some, systems, engines, results)
    if results.floors:
        print_table(["Floors of this host", "median", "spread", "cycles"],
                    [[f"bare {name}", shown(median([ns for ns, _ in results.floors[name]]), "ns"),
                      f"±{spread([ns for ns, _ in results.floors[name]]):.0f}%",
                      f"{median([cycles for _, cycles in results.floors[name]]):.0f}"]
                     for name in rows.FLOORS if name in results.floors])
    for name, reasons in results.skipped.items():
        for reason in sorted(set(reasons.values())):
            print(f"{name}: skipped for {', '.join(sorted(reasons))}: {reason}")


def print_table(head, body):
    widths = [max(len(str(row[i])) for row in [head, *body]) for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *body]:
        cells = [str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())
