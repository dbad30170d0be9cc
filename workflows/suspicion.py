"""What in a sweep's counts looks like an accident rather than like work (design §7): a person is asked.

Pure, so that every rule can be tried with numbers alone. A number below `guard_number` is never suspicious, and neither
is a share of all parties below `guard_share`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from beteiligte.pace import SweepPace
from beteiligte.sweep import Alarm
from workflows.sweep_contracts import Counts


@dataclass(frozen=True)
class Suspicion:
    """What is suspicious, how many parties it is about, and how many would not be, or were expected."""

    alarm: Alarm
    number: int
    limit: int


def suspicion(
    counts: Counts, pace: SweepPace, *, known: int, whole: bool, confirmed: Collection[Alarm] = ()
) -> Suspicion | None:
    """The first thing that is and that nobody has confirmed.

    Args:
        counts: What the run saw.
        pace: Where suspicion begins.
        known: Parties the run before counted.
        whole: All rows were looked at.
        confirmed: What a person said is intended.
    """
    return next((found for found in _all(counts, pace, known, whole=whole) if found.alarm not in confirmed), None)


def _all(counts: Counts, pace: SweepPace, known: int, *, whole: bool) -> Iterator[Suspicion]:
    total = known if counts.total is None else counts.total
    share = pace.guard_share * total
    limit = max(pace.guard_number, int(share))
    if counts.total is not None:
        if whole and counts.rows + limit < counts.total - share:
            yield Suspicion(Alarm.SHORT_LIST, counts.rows, counts.total)
        if counts.total < known - max(limit, share) or (known and not counts.total):
            yield Suspicion(Alarm.FEWER_PARTIES, counts.total, known)
    # Of those that were compared: where a sweep reads a part of all, a share of all could never be reached.
    of_links = max(pace.guard_number, int(pace.guard_share * counts.linked))
    of_all = max(pace.guard_number, int(pace.guard_share * max(total, counts.linked)))
    for alarm, number, usual in (
        (Alarm.OVERWRITTEN, counts.overwritten, limit),
        (Alarm.FIRST, counts.first, limit),
        (Alarm.MOVED, counts.gone + counts.moved, of_links),
        (Alarm.DELETED, counts.deleted, of_all),
    ):
        if number > usual:
            yield Suspicion(alarm, number, usual)
