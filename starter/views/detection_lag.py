"""How late an edit in Advoware is seen: it sends nothing by itself, so sweeps have to look (design §7).

Where its listing shows all parties at once, the next sweep sees it. Else a sweep reads some parties in turn, and beside
them, every time, those modified last.
"""

from datetime import timedelta
from enum import StrEnum

from pydantic import ConfigDict

from beteiligte.frozen import Frozen
from contracts.timing import SweepTiming


class DetectionMode(StrEnum):
    """What sweeps do about Advoware."""

    LISTED = "listed"
    """Each sees all parties."""
    READ = "read"
    """Each reads some."""
    UNCOUNTED = "uncounted"
    """Each reads some, of a number that no sweep has counted yet."""
    UNREAD = "unread"
    """There is no listing, and they may not read."""
    PAUSED = "paused"
    UNSCHEDULED = "unscheduled"


class DetectionLag(Frozen):
    """How late an edit in Advoware is seen at most, the length of a sweep aside; in JSON seconds."""

    model_config = ConfigDict(ser_json_timedelta="float")

    how: DetectionMode
    any_party: timedelta | None = None
    """None: never, or not known yet."""
    recent: timedelta | None = None
    """The same for the parties modified last; None: they are treated like any other."""


def detection_lag(timing: SweepTiming, every: timedelta, *, paused: bool, linked: int | None) -> DetectionLag:
    """By what is in force; `linked`: parties with a betNr, where they were counted."""
    if paused:
        return DetectionLag(how=DetectionMode.PAUSED)
    if timing.listing:
        return DetectionLag(how=DetectionMode.LISTED, any_party=every)
    if not timing.reads:
        return DetectionLag(how=DetectionMode.UNREAD)
    recent = every if timing.recent_reads else None
    if linked is None:
        return DetectionLag(how=DetectionMode.UNCOUNTED, recent=recent)
    return DetectionLag(how=DetectionMode.READ, any_party=every * _sweeps(linked, timing.rolling_reads), recent=recent)


def _sweeps(linked: int, reads: int) -> int:
    """Sweeps from one read of a party to its next. Only a page that is not full ends a round, be it an empty one."""
    return linked // reads + 1
