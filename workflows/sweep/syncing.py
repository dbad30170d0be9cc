"""Which due parties a reconciliation run has synced next, and where it goes on after them. Pure."""

from datetime import timedelta

from beteiligte.sweep.due import Due
from beteiligte.sweep.paging import Cursor
from contracts.reconciliation import Phase, Position, Progress
from contracts.sweep import Portion, PortionOrder
from contracts.sweep_limits import PORTION, REWINDS
from contracts.timing import SweepTiming
from workflows.sweep.counts import with_synced


def next_portion(run: Progress, timing: SweepTiming) -> PortionOrder:
    """The next parties; where several records are gone, these together, since people are told of all in one message."""
    portion = run.found[:PORTION]
    gone = tuple(party.party_id for party in portion if party.due is Due.DELETED)
    together = gone if len(gone) > 1 else ()
    return PortionOrder(
        party_ids=tuple(party.party_id for party in portion if party.party_id not in together),
        deleted=together,
        in_flight=timing.in_flight,
        patience=timing.patience,
        give_way=timing.give_way,
    )


def longest(timing: SweepTiming) -> timedelta:
    """What a portion takes at most: each place is kept for the patience, and waits for others' syncs before."""
    return (timing.patience + timing.give_way) * (PORTION / timing.in_flight + 1)


def after_portion(run: Progress, done: Portion) -> Progress:
    """A portion was synced; when it was the last, the run goes on looking where it stopped, or is done."""
    return run.but(counts=with_synced(run.counts, done), found=run.found[PORTION:])


def all_synced(run: Progress) -> Progress:
    """Nothing is left to sync: go on looking where that stopped, or be done."""
    position = run.position
    return run.but(phase=position.resume or Phase.DONE, position=_rewound(position).but(resume=None))


def _rewound(position: Position) -> Position:
    """Synced rows left their second and those behind them moved up: go on at its beginning, not in the middle."""
    cursor = position.cursor
    if cursor is None or position.rewinds >= REWINDS:
        return position
    return position.but(cursor=Cursor(modified_at=cursor.modified_at), rewinds=position.rewinds + 1)
