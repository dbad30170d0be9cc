"""What looks like an accident rather than like work, and which parties it is about (design §7): a person is asked.

When a number is too large is judged in workflows/sweep/guard.py, how it is told in beteiligte/messages/sweeps.py.
"""

from enum import StrEnum

from beteiligte.frozen import Frozen
from beteiligte.sweep.due import Due


class Alarm(StrEnum):
    """What a run tells people; all but the last two stop it until a person answers."""

    SHORT_LIST = "short_list"
    """EspoCRM listed fewer rows than it counted."""
    FEWER_PARTIES = "fewer_parties"
    OVERWRITTEN = "overwritten"
    """Filled values were changed or emptied in EspoCRM, in more parties than is likely."""
    MOVED = "moved"
    """Parties moved or are gone in Advoware, more than is likely."""
    DELETED = "deleted"
    """Parties that were synced are gone in EspoCRM, more than is likely."""
    FIRST = "first"
    """Parties that were never synced: a first rollout or an import, which a person should see planned."""
    FOREIGN_WRITER = "foreign_writer"
    """Another program writes our bookkeeping."""
    FAILED = "failed"
    """It could not look."""


class Change(StrEnum):
    """What became of a party that an alarm is about."""

    NEW = "new"
    """Never synced."""
    CHANGED = "changed"
    """Changed or emptied."""
    GONE = "gone"


class NamedParty(Frozen):
    """One of the parties that an alarm is about."""

    party_id: str
    change: Change


NAMED = 10
"""Parties that an alarm names; the rest is counted."""


def alarms_of(due: Due, *, first: bool, overwritten: bool) -> dict[Alarm, Change]:
    """The alarms that a due party counts for, and what became of it."""
    about: dict[Alarm, Change] = {Alarm.FIRST: Change.NEW} if first else {}
    if overwritten:
        about[Alarm.OVERWRITTEN] = Change.CHANGED
    if due in (Due.MOVED, Due.GONE):
        about[Alarm.MOVED] = Change.CHANGED if due is Due.MOVED else Change.GONE
    if due is Due.DELETED:
        about[Alarm.DELETED] = Change.GONE
    return about


class AlarmNews(Frozen):
    """Tell people that a sweep stopped and asks, could not look, or saw another program at work."""

    alarm: Alarm
    number: int = 0
    """How many parties it is about."""
    limit: int = 0
    """How many would not be suspicious, or were expected."""
    due: int = 0
    synced: int = 0
    """Parties that the run had synced before."""
    run: str
    """The workflow that waits for the answer."""
    code: str = ""
    """Of the fault, where it could not look."""
    named: tuple[NamedParty, ...] = ()
    """Some of the parties it is about."""
    gone: int = 0
    """How many of the number are gone; the others are new or changed."""
