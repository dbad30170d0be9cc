"""A picture of the figures for the docs: syncs a second of each system, as a share of bare calls in the same run."""

from collections.abc import Sequence
from html import escape
from statistics import median

from benchmarks.comparison.cases import BARE
from benchmarks.comparison.models import Measured

SHOWN = ("update, 10 in flight, 100 ms", "update, 50 in flight, 20 ms", "update, 50 in flight, 0 ms")
WIDE, ROW, NAMES, BARS = 860, 22, 230, 500
COLOURS = {True: "#4f8a5b", False: "#b9c3cf"}
"""The program's bars, and the others'."""


def plot(measured: Measured) -> str:
    """An SVG: a group of bars a case."""
    parts, y = list[str](), 30
    for case in SHOWN:
        ratios = _ratios(measured, case)
        if ratios:
            parts.append(f'<text class="case" x="20" y="{y}">{escape(case)}</text>')
            parts += _bars(ratios, y + 10)
            y += 10 + ROW * len(ratios) + 34
    style = "text{font:13px system-ui,'DejaVu Sans',sans-serif;fill:#1c2733}.case{font-weight:600;font-size:15px}"
    label = "Syncs a second of each system, as a share of bare calls"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {y}" role="img" aria-label="{label}">'
    return "\n".join(
        [head, f"<style>{style}</style>", '<rect width="100%" height="100%" fill="#fff"/>', *parts, "</svg>\n"]
    )


def _ratios(measured: Measured, case: str) -> list[tuple[str, float]]:
    of_case = [one for one in measured.figures if one.case == case and not one.unequal]
    bare = {one.round: one.rate for one in of_case if one.system == BARE}
    found = dict[str, list[float]]()
    for one in of_case:
        if one.round in bare and one.system != BARE:
            found.setdefault(one.system, []).append(one.rate / bare[one.round])
    return [(system, median(ratios)) for system, ratios in found.items()]


def _bars(ratios: Sequence[tuple[str, float]], top: int) -> list[str]:
    most = max(1.0, *(ratio for _, ratio in ratios))
    lines = list[str]()
    for number, (system, ratio) in enumerate(ratios):
        y, width = top + number * ROW, max(1, round(BARS * ratio / most))
        lines += [
            f'<text x="20" y="{y + 15}">{escape(system)}</text>',
            f'<rect x="{NAMES}" y="{y + 3}" width="{width}" height="{ROW - 6}" fill="{COLOURS[system == "program"]}"/>',
            f'<text x="{NAMES + width + 8}" y="{y + 15}">{ratio:.2f} × bare</text>',
        ]
    return lines
