"""What was measured, for people: a table a case, rounds as median (least–most), ratios to bare in the same run."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from rich.table import Table

from benchmarks.comparison.cases import BARE
from benchmarks.comparison.models import CaseFigures, Measured

Of = Callable[[CaseFigures], float | None]
COLUMNS: tuple[tuple[str, Of, int], ...] = (
    ("syncs/s", lambda one: one.rate, 1),
    ("p50 ms", lambda one: one.p50, 0),
    ("p95 ms", lambda one: one.p95, 0),
    ("worker CPU ms", lambda one: one.cpu.get("worker"), 1),
    ("server CPU ms", lambda one: one.cpu.get("server"), 1),
    ("webhook CPU ms", lambda one: one.cpu.get("webhook"), 1),
    ("calls a sync", lambda one: sum(one.calls.values()) / one.parties, 2),
    ("events", lambda one: one.kept.events if one.kept else None, 0),
    ("kB", lambda one: one.kept.bytes / 1000 if one.kept else None, 1),
    ("workflow tasks", lambda one: one.kept.workflow_tasks if one.kept else None, 0),
    ("actions", lambda one: one.kept.actions if one.kept else None, 0),
    ("DB kB", lambda one: one.state or None, 0),
    ("worker MB", lambda one: one.rss.get("worker"), 0),
)
HEADINGS = ("system", "× bare", "× bare p50", *(name for name, _, _ in COLUMNS))


def rows(measured: Measured, case: str) -> list[tuple[str, ...]]:
    """One row a system, in the order they were measured."""
    of_case = [one for one in measured.figures if one.case == case]
    systems = dict.fromkeys(one.system for one in of_case)
    return [_row(system, [one for one in of_case if one.system == system], of_case) for system in systems]


def _row(system: str, own: Sequence[CaseFigures], of_case: Sequence[CaseFigures]) -> tuple[str, ...]:
    bare = {one.round: one for one in of_case if one.system == BARE}
    beside = [(one, bare[one.round]) for one in own if one.round in bare]
    rates = span([one.rate / limit.rate for one, limit in beside], 2)
    waits = span([one.p50 / limit.p50 for one, limit in beside if limit.p50 and one.p50], 2)
    shown = f"{system} UNEQUAL" if any(one.unequal for one in own) else system
    return (shown, rates, waits, *(span([of(one) for one in own], digits) for _, of, digits in COLUMNS))


def span(values: Iterable[float | None], digits: int) -> str:
    """Median (least–most); a dash where nothing is known."""
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    middle, least, most = (f"{value:,.{digits}f}" for value in (median(known), min(known), max(known)))
    return middle if least == most else f"{middle} ({least}–{most})"


def cases(measured: Measured) -> list[str]:
    """In the order they were measured."""
    return list(dict.fromkeys(one.case for one in measured.figures))


def table(measured: Measured, case: str) -> Table:
    """For a terminal."""
    made = Table(title=case, title_justify="left")
    for heading in HEADINGS:
        made.add_column(heading, justify="left" if heading == "system" else "right", overflow="fold")
    for row in rows(measured, case):
        made.add_row(*row)
    return made


def markdown(measured: Measured) -> str:
    """For the docs: all cases."""
    parts = [
        f"{measured.date}, {measured.cores} cores, Python {measured.python}; medians (least–most) of "
        f"{max(one.round for one in measured.figures)} rounds. CPU in ms a sync."
    ]
    for case in cases(measured):
        lines = [HEADINGS, ("---",) * len(HEADINGS), *rows(measured, case)]
        parts.append(f"### {case}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts) + "\n"
