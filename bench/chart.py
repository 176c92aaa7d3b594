# SPDX-License-Identifier: MIT
"""A bar chart of the ratios, as SVG; as PNG when rsvg-convert is there to make one of it."""
import html
import math
import os
import shutil
import subprocess
import tempfile

import table

BAR, GAP, LEFT, RIGHT, WIDTH = 14, 8, 330, 90, 1000
COLOURS = ("#3060a0", "#c07020", "#408040")
CONVERTER = "rsvg-convert"
SMALLEST = 0.01  # the left end of the logarithmic axis


def impossible(path):
    """Why no chart can be written there, or None."""
    if path.endswith(".png") and not shutil.which(CONVERTER):
        return (f"{CONVERTER} is not installed (Debian: apt-get install librsvg2-bin); "
                "write .svg instead")
    if not path.endswith((".png", ".svg")):
        return "the name must end in .svg or .png"
    directory = os.path.dirname(os.path.abspath(path))
    if not os.access(directory, os.W_OK):
        return f"{directory} is not a directory that can be written"
    return None


def ratios(wanted, engines, results):
    """(title, peer, {engine: ratio}, limit or None) for every row that has a peer."""
    found = []
    for row in wanted:
        names = [name for name in table.REFERENCES[row.kind]
                 if table.reference(row, name, results)]
        judged = next((table.target(row, engine) for engine in engines
                       if table.target(row, engine)), None)
        peer = judged[0] if judged and judged[0] in names else next(iter(names), None)
        if not peer:
            continue
        base = table.reference(row, peer, results)
        values = {engine: table.median(results.samples.get(row.name, {}).get(engine))
                  for engine in engines}
        values = {engine: value / base for engine, value in values.items() if value}
        if values:
            limit = judged[1] if judged and judged[0] == peer else None
            found.append((row.title, peer, values, limit))
    return found


def svg(bars, engines):
    largest = max([1, *(value for _, _, values, _ in bars for value in values.values())])
    span = math.log10(largest / SMALLEST)
    height = sum(BAR * len(values) + GAP for _, _, values, _ in bars) + 80

    def x(value):
        return LEFT + (WIDTH - LEFT - RIGHT) * math.log10(max(value, SMALLEST) / SMALLEST) / span

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
           '<text x="10" y="20" font-size="15">l4ux: times the peer (logarithmic; 1 = equal)'
           '</text>']
    for number, engine in enumerate(engines):
        out.append(f'<text x="{LEFT + 130 * number}" y="40" fill="{COLOURS[number % 3]}">'
                   f'{html.escape(engine)}</text>')
    y = 55
    for title, peer, values, limit in bars:
        out.append(f'<text x="{LEFT - 8}" y="{y + BAR - 3}" text-anchor="end">'
                   f'{html.escape(title)} / {html.escape(peer)}</text>')
        top = y
        for engine, value in values.items():
            colour = COLOURS[engines.index(engine) % 3]
            out.append(f'<rect x="{LEFT}" y="{y}" width="{max(x(value) - LEFT, 1):.1f}" '
                       f'height="{BAR - 2}" fill="{colour}"/>'
                       f'<text x="{x(value) + 5:.1f}" y="{y + BAR - 3}">{value:.2f}</text>')
            y += BAR
        if limit:
            out.append(f'<line x1="{x(limit):.1f}" x2="{x(limit):.1f}" y1="{top - 2}" '
                       f'y2="{y}" stroke="red" stroke-width="2"/>')
        y += GAP
    out.append(f'<line x1="{x(1):.1f}" x2="{x(1):.1f}" y1="48" y2="{y}" stroke="#808080" '
               'stroke-dasharray="4"/>')
    out.append(f'<text x="{LEFT}" y="{y + 15}" fill="red">red: at most this</text></svg>')
    return "\n".join(out) + "\n"


def draw(path, wanted, systems, results):
    engines = [name for name in systems if name not in ("native", "uml")]
    text = svg(ratios(wanted, engines, results), engines)
    if path.endswith(".svg"):
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return
    with tempfile.NamedTemporaryFile("w", suffix=".svg", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        subprocess.run([CONVERTER, "-o", path, stream.name], check=True)
