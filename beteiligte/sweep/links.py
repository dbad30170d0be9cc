"""Which linked parties a sweep asks for, by the rowIds that Advoware shows: what only Advoware knows is found here.

Pure: EspoCRM's rows and Advoware's rowIds in, reasons out. EspoCRM's own rows are looked at by due.py.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from beteiligte.decide.base import NO_ROW, BaseHead
from beteiligte.decide.findings import FindingKind
from beteiligte.faults import SyncFault
from beteiligte.sweep.due import Due
from beteiligte.sync_status import SyncStatus

ODD = 5
"""So many parties of a page that Advoware does not answer for now are theirs; more are a fault of the system."""


@dataclass(frozen=True)
class LinkedRow:
    """A linked party as EspoCRM's list shows it."""

    party_id: str
    bet_nr: int | None
    row_id: str
    """As EspoCRM holds it; empty: none."""
    status: str
    base: BaseHead

    @property
    def known_row(self) -> str | None:
        """The rowId that was seen last; of a party that is held it stands beside the question.

        None: Advoware had no such party then. NO_ROW: none was ever seen, so whatever Advoware has is news.
        """
        if self.status == SyncStatus.CONFLICT and self.base.mark.row:
            return None if self.base.mark.row == NO_ROW else self.base.mark.row
        return self.row_id or NO_ROW


@dataclass(frozen=True)
class AdvowareRows:
    """What Advoware has."""

    row_ids: Mapping[int, str]
    unread: frozenset[int] = frozenset()
    """Parties it does not answer for, although it does for others."""


@dataclass(frozen=True)
class ComparedLinks:
    """What comparing a page came to."""

    due: tuple[tuple[str, Due], ...]
    """Parties, and why a sync is due for them."""
    doubled: tuple[int, ...]
    """betNr that more than one EspoCRM record holds."""
    unknown: tuple[int, ...]
    """betNr that no record of the page holds."""


def numbers_of(rows: Iterable[LinkedRow]) -> list[int]:
    """Their betNr, as often as each is held."""
    return [row.bet_nr for row in rows if row.bet_nr]


def compare(rows: Collection[LinkedRow], there: AdvowareRows) -> ComparedLinks:
    """Each row with what Advoware has. A betNr that is held twice is due until people were told of it."""
    held = Counter(numbers_of(rows))
    doubled = {number for number, times in held.items() if times > 1}
    told = {row.bet_nr for row in rows if row.base.has_open(FindingKind.LINK_HELD_TWICE)}
    return ComparedLinks(
        due=tuple(_due(rows, there, doubled - told)),
        doubled=tuple(sorted(doubled)),
        unknown=tuple(sorted(there.row_ids.keys() - held.keys())),
    )


def too_many(faults: Collection[SyncFault], *, last_attempt: bool) -> bool:
    """Whether more parties are not answered for now than are likely to be odd: the whole page is tried again.

    At the last attempt the others count all the same: each of these is due, and its own sync finds out why.
    """
    return len(_passing(faults)) > ODD and not last_attempt


def foremost(faults: Collection[SyncFault]) -> SyncFault:
    """The one that speaks for all, of which there is one at least: one that passes, since it lets the page be tried
    again.
    """
    return next(iter(_passing(faults) or faults))


def _passing(faults: Iterable[SyncFault]) -> list[SyncFault]:
    return [fault for fault in faults if fault.retry]


def _due(rows: Iterable[LinkedRow], there: AdvowareRows, doubled: Collection[int]) -> Iterator[tuple[str, Due]]:
    for row in rows:
        if row.bet_nr is None or row.status == SyncStatus.PERMANENTLY_FAILED:
            continue  # the latter has its own time
        if reason := Due.DOUBLED if row.bet_nr in doubled else _by_row_id(row, row.bet_nr, there):
            yield row.party_id, reason


def _by_row_id(row: LinkedRow, bet_nr: int, there: AdvowareRows) -> Due | None:
    if bet_nr in there.unread:
        return None if row.status == SyncStatus.FAILED else Due.UNREADABLE
    row_id = there.row_ids.get(bet_nr)
    if row.status == SyncStatus.DELETED_IN_ADVOWARE:
        return Due.MOVED if row_id else None
    if row_id == row.known_row:
        return None
    return Due.MOVED if row_id else Due.GONE
