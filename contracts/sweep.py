"""What goes into and comes out of the activities of a sweep. One object each, so that fields can be added."""

from datetime import timedelta

from beteiligte.frozen import Frozen
from beteiligte.request_reason import Reason
from beteiligte.sweep.due import Due
from beteiligte.sweep.paging import Cursor
from contracts.timing import PAGE, SweepTiming


class PageOrder(Frozen):
    """One page of EspoCRM's records by `modifiedAt`."""

    until: str = ""
    """Only what was modified before; EspoCRM's form and clock. Rows that move beyond it were just synced. Empty: up to
    when EspoCRM answers, which the answer says."""
    since: Cursor | None = None
    statuses: tuple[str, ...] = ()
    """Only these; none: all."""
    counted: bool = False
    retry_after: timedelta = SweepTiming().retry_after
    """After which content that was refused is tried once more."""
    remember: timedelta = timedelta(0)
    """Linked parties without a run for so long are due, a few of each page: Temporal would forget them. 0: none."""


class DueParty(Frozen):
    """A party that a sync is due for."""

    party_id: str
    due: Due
    first: bool = False
    """This program never synced it: it would be created in Advoware, or linked."""
    overwritten: bool = False
    """A filled value of it was changed or emptied in EspoCRM."""


class PageSeen(Frozen):
    """What stands in a page."""

    rows: int
    found: tuple[DueParty, ...] = ()
    foreign: int = 0
    """Parties whose rowId somebody else wrote."""
    foreigners: tuple[str, ...] = ()
    """Some of them."""
    total: int | None = None
    until: str = ""
    """Up to when it looked: the further pages look as far."""
    newest: str = ""
    """`modifiedAt` of the row that was modified last."""
    next: Cursor | None = None
    """None: it was the last page."""


class LinksOrder(Frozen):
    """One page of linked parties by betNr, compared with Advoware."""

    after: int = 0
    listing: bool = False
    """Advoware lists betNr and rowId in bulk; else every party is read."""
    limit: int = PAGE
    """0: none, only how many there are."""
    recent: int | None = None
    """Beside the page: read so many of the parties modified last, and count all that are linked. None: neither."""


class LinksSeen(Frozen):
    """What stands in a page of links."""

    rows: int
    """Linked parties that were compared, those modified last among them."""
    found: tuple[DueParty, ...] = ()
    doubled: tuple[int, ...] = ()
    """betNr that more than one EspoCRM record holds."""
    unknown: int = 0
    """Parties that only Advoware has."""
    only_advoware: tuple[int, ...] = ()
    """Some of them by betNr, for people to look at."""
    total: int | None = None
    """All linked parties, where they were to be counted."""
    next: int | None = None
    """None: it was the last page."""


class PortionOrder(Frozen):
    """Have these parties synced, a few at a time."""

    party_ids: tuple[str, ...]
    deleted: tuple[str, ...] = ()
    """Beside them those whose records are gone, where there are several: people are told of all in one message."""
    reason: Reason = Reason.SWEEP
    in_flight: int
    patience: timedelta
    """How long one party may keep its place; its sync goes on without it."""
    give_way: timedelta
    """How long the next one waits for a sync that somebody else asked for."""


class Portion(Frozen):
    """How a portion went."""

    asked: int
    slow: int = 0
    """Syncs that went on longer than the patience."""
