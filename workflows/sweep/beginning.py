"""Where a reconciliation run begins: where the one before it ended, as far as that one can be believed. Pure."""

from datetime import datetime, timedelta

from beteiligte.settle.bookkeeping import espo_datetime, moment
from contracts.reconciliation import (
    Phase,
    Position,
    PreviousRun,
    Progress,
    ReconciliationOrder,
    Rounds,
    RunKind,
    RunSummary,
)
from contracts.sweep_limits import LATE


def begun(order: ReconciliationOrder, at: datetime, before: RunSummary | None, told: tuple[str, ...]) -> Progress:
    """A run that begins now.

    Args:
        order: What to look at.
        at: Now.
        before: What the run before it came to.
        told: Causes of the failed runs just before that people know of.
    """
    frequent = order.kind is RunKind.SWEEP
    rounds = before.rounds if before else Rounds()
    position = before.position if before and frequent else 0
    anew = not position and bool(order.timing.listing or order.timing.reads)
    run = Progress(
        began=at,
        phase=Phase.STATUSES if frequent else Phase.MODIFIED,
        position=Position(links_after=position, newest=before.newest if before else ""),
        before=PreviousRun(total=before.total if before else 0, links_after=position, rounds=rounds, told=told),
        rounds=rounds.another(at) if anew else rounds,
    )
    if before is None or (before.dry_run and not order.dry_run):
        return run  # what was only reported is still to be done, and nobody was told of it
    run = run.but(foreign_told=before.foreign_told)
    return _going_on(run, before, order.timing.overlap) if frequent else run


def _going_on(run: Progress, before: RunSummary, overlap: timedelta) -> Progress:
    """What a person refused is still there, and is asked about again."""
    since = before.since if before.refused else _since(before, overlap)
    back = run.began - before.began + overlap
    return run.but(position=run.position.but(since=since), before=run.before.but(back=back))


def _since(before: RunSummary, overlap: timedelta) -> str:
    """From where a sweep goes on, by EspoCRM's clock alone: where the one before ended, less the overlap.

    What tells the time of an answer may be another machine, such as a proxy. So never later than just before the
    newest record seen: whatever is modified after it, whoever's clock is wrong, bears that time or a later one.
    """
    at = moment(before.until) or before.began
    newest = moment(before.newest)
    return espo_datetime(min(at - overlap, newest - LATE) if newest else at - overlap)
