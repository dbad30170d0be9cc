"""The picture of what is owed to EspoCRM, drawn from the table of its transitions: docs/pictures/owed.svg.

A column for each stage, a line for each event: from the stages in which it happens to the one that follows.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from beteiligte.decide.owed import TABLE, Stage, Transition

LEFT = 250
"""Room for the events."""
COLUMN = 110
LINE = 42
TOP = 84
TOLD = LEFT + COLUMN * len(Stage) + 10
WIDTH = TOLD + 280
STYLE = """
 text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 13px; fill: #1c2733 }
 .name { font-weight: 600; font-size: 14px } .small { font-size: 12px; fill: #51606f }
 .stage { fill: #f3f6fa; stroke: #7b8ba0; stroke-width: 1.2 } .life { stroke: #b9c3cf; stroke-dasharray: 4 4 }
 .line { stroke: #e3e8ee } .from { fill: #51606f } .stays { fill: none; stroke: #4f8a5b; stroke-width: 2 }
 .arrow { stroke: #51606f; stroke-width: 1.6; fill: none; marker-end: url(#tip) }
"""
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0 8 4 0 8z" fill="#51606f"/></marker></defs>'
)
LEGEND = "dot: may happen here · arrow: leads there · ring: it stays, and what is parked comes back as it was"


def owed_picture() -> str:
    """The text of the picture."""
    height = TOP + LINE * len(TABLE) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="What is owed to EspoCRM: stages and events">',
        f"<style>{STYLE}</style>",
        TIP,
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        _text(20, 45, "event", "name"),
        _text(TOLD, 45, "people are told", "name"),
        *(part for stage in Stage for part in _column(stage, height)),
        *(part for number, row in enumerate(TABLE) for part in _row(row, TOP + LINE * number + LINE // 2)),
        _text(20, height - 12, LEGEND, "small"),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(stage: Stage) -> int:
    return LEFT + COLUMN * list(Stage).index(stage) + COLUMN // 2


def _text(x: int, y: int, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _column(stage: Stage, height: int) -> Iterator[str]:
    x = _x(stage)
    yield f'<path class="life" d="M{x} 60 {x} {height - 34}"/>'
    yield f'<rect class="stage" x="{x - 52}" y="20" width="104" height="40" rx="8"/>'
    yield _text(x, 45, stage.value, "name", "middle")


def _row(row: Transition, y: int) -> Iterator[str]:
    """Dots where it may happen, and an arrow from each to where it leads."""
    yield f'<path class="line" d="M10 {y + LINE // 2} {WIDTH - 10} {y + LINE // 2}"/>'
    yield _text(20, y + 4, row.event.value)
    for stage in row.stages:
        x, to = _x(stage), _x(row.next or stage)
        yield f'<circle class="from" cx="{x}" cy="{y}" r="4"><title>{row.event.name} in {stage}</title></circle>'
        if to == x:
            yield f'<circle class="stays" cx="{x}" cy="{y}" r="9"/>'
        else:
            yield f'<path class="arrow" d="M{x} {y} {to - 10 if to > x else to + 10} {y}"/>'
    yield _text(TOLD, y + 4, row.told, "small")
