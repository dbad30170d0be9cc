"""How a reconciliation is watched: a bar on a terminal, lines where the output goes into a pipe or a log."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from contracts.reconciliation import Phase, ReconciliationState, RunKind
from runtime.streams import visible
from starter import waits
from starter.cli import report
from starter.views.inspection import PendingStep

Shown = Callable[[ReconciliationState, tuple[PendingStep, ...]], None]


@contextmanager
def shown(*, as_json: bool) -> Iterator[Shown]:
    """What to call with each state, and with what the run tries again. The one JSON document has stdout to itself."""
    if sys.stderr.isatty() and (as_json or sys.stdout.isatty()):
        with _bar() as move:
            yield move
    else:
        yield _lines(report.note if as_json else report.line)


def _lines(say: Callable[[str], None]) -> Shown:
    before: tuple[object, ...] = ()
    said = 0.0

    def tell(state: ReconciliationState, retrying: tuple[PendingStep, ...]) -> None:
        nonlocal before, said
        now = state.phase, *((step.activity, step.attempt) for step in retrying)
        if now != before or time.monotonic() - said >= waits.SAY_RECONCILIATION.total_seconds():
            before, said = now, time.monotonic()
            say(f"{datetime.now():%H:%M:%S} {state.phase}: {_seen(state)}{_waits(retrying)}")
            sys.stdout.flush()

    return tell


@contextmanager
def _bar() -> Iterator[Shown]:
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[seen]}", markup=False),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("looking", total=None, seen="", rate="")

        def move(state: ReconciliationState, retrying: tuple[PendingStep, ...]) -> None:
            completed, total = _done(state)
            seen = visible(_seen(state) + _waits(retrying))
            phase = state.phase.value
            bar.update(task, description=phase, completed=completed, total=total, seen=seen, rate=_rate(state))

        yield move


def _seen(state: ReconciliationState) -> str:
    counts = state.counts
    rows, links = _of(counts.rows, counts.total), _of(counts.linked, counts.linked_total)
    return f"{rows} rows, {links} links, {state.due} due, {counts.asked} synced"


def _of(seen: int, total: int | None) -> str:
    return f"{seen}" if total is None else f"{seen} of {total}"


def _waits(retrying: tuple[PendingStep, ...]) -> str:
    return "".join(f"; waits: {step.activity}, attempt {step.attempt}; {step.failure}" for step in retrying)


def _rate(state: ReconciliationState) -> str:
    seconds = max(1.0, (datetime.now(UTC) - state.began).total_seconds())
    return f"{(state.counts.rows + state.counts.linked) / seconds:.0f}/s"


def _done(state: ReconciliationState) -> tuple[int, int | None]:
    """How far, and out of how many; how many were modified lately is known when a sweep has seen them."""
    counts = state.counts
    match state.phase:
        case Phase.SYNCING:
            return counts.asked, counts.asked + state.due
        case Phase.LINKS:
            return counts.linked, counts.linked_total
        case _:
            return counts.rows, counts.total if state.kind is RunKind.NIGHTLY else None
