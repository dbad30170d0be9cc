"""What in a sweep's counts looks like an accident rather than like work (design §7): a person is asked.

Pure, so that every rule can be tried with numbers alone. A number below `guard_number` is never suspicious, and neither
is a share of all parties below `guard_share`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from beteiligte.sweep.alarms import Alarm
from contracts.reconciliation import Counts
from contracts.timing import SweepTiming

A_QUARTER = 0.25
"""Of the parties that were compared, where these are few: of two hundred a hundred are no work of a day."""
LEAST = 20
"""Parties that may be edited in Advoware between two looks, however few are compared."""
GROWING = frozenset({Alarm.OVERWRITTEN, Alarm.FIRST, Alarm.MOVED, Alarm.DELETED})
"""Alarms about parties that are counted while a run looks; the others are about its whole list."""
FAR_MORE = 2
"""So many times what a person confirmed is something that he was not shown."""


@dataclass(frozen=True)
class Suspicion:
    """What is suspicious, how many parties it is about, and how many would not be, or were expected."""

    alarm: Alarm
    number: int
    limit: int


def suspicion(
    counts: Counts, timing: SweepTiming, *, known: int, whole: bool, confirmed: Mapping[Alarm, int] | None = None
) -> Suspicion | None:
    """The first thing that is and that nobody has confirmed.

    Args:
        counts: What the run saw.
        timing: Where suspicion begins.
        known: Parties the run before counted.
        whole: All rows were looked at.
        confirmed: What a person said is intended, and how many parties he was shown.
    """
    shown = confirmed or {}
    all_of_them = _all(counts, timing, known, whole=whole)
    return next((found for found in all_of_them if not _known(found, shown.get(found.alarm))), None)


def _known(found: Suspicion, shown: int | None) -> bool:
    if shown is None:
        return False
    return found.alarm not in GROWING or found.number <= shown * FAR_MORE


def _all(counts: Counts, timing: SweepTiming, known: int, *, whole: bool) -> Iterator[Suspicion]:
    total = known if counts.total is None else counts.total
    share = timing.guard_share * total
    limit = max(timing.guard_number, int(share))
    if counts.total is not None:
        if whole and counts.rows + limit < counts.total - share:
            yield Suspicion(Alarm.SHORT_LIST, counts.rows, counts.total)
        if counts.total < known - max(limit, share) or (known and not counts.total):
            yield Suspicion(Alarm.FEWER_PARTIES, counts.total, known)
    # Of those that were compared: where a sweep reads a part of all, a share of all could never be reached.
    few = max(LEAST, int(A_QUARTER * counts.linked))
    of_links = max(min(timing.guard_number, few), int(timing.guard_share * counts.linked))
    if counts.gone == counts.linked > 1:
        of_links = 0  # an empty answer, in the smallest firm
    of_all = max(timing.guard_number, int(timing.guard_share * max(total, counts.linked)))
    for alarm, number, usual in (
        (Alarm.OVERWRITTEN, counts.overwritten, limit),
        (Alarm.FIRST, counts.first, limit),
        (Alarm.MOVED, counts.gone + counts.moved, of_links),
        (Alarm.DELETED, counts.deleted, of_all),
    ):
        if number > usual:
            yield Suspicion(alarm, number, usual)
