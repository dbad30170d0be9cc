"""What in a sweep's counts looks like an accident rather than like work (design §7): a person is asked.

Pure, so that every rule can be tried with numbers alone. A number below `guard_number` is never suspicious, and neither
is a share of all parties below `guard_share`.
"""

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


def suspicion(counts: Counts, pace: SweepPace, *, known: int, whole: bool) -> Suspicion | None:
    """The first thing that is; `known`: parties the run before counted; `whole`: all rows were looked at."""
    total = known if counts.total is None else counts.total
    share = pace.guard_share * total
    limit = max(pace.guard_number, int(share))
    if counts.total is not None:
        if whole and counts.rows + limit < counts.total - share:
            return Suspicion(Alarm.SHORT_LIST, counts.rows, counts.total)
        if counts.total < known - max(limit, share):
            return Suspicion(Alarm.FEWER_PARTIES, counts.total, known)
    of_links = max(pace.guard_number, int(pace.guard_share * max(total, counts.linked)))
    for alarm, number, usual in (
        (Alarm.OVERWRITTEN, counts.overwritten, limit),
        (Alarm.FIRST, counts.first, limit),
        (Alarm.MOVED, counts.gone + counts.moved, of_links),
        (Alarm.DELETED, counts.deleted, of_links),
    ):
        if number > usual:
            return Suspicion(alarm, number, usual)
    return None
