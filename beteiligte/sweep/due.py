"""Which parties a sweep asks for, by EspoCRM's rows alone: a row that needs nothing costs no call of its own.

Pure: a row and the moment in, a reason out. What webhooks miss stands in facts/espocrm.md §1; a difference is found by
comparing with the base, never by `modifiedAt`, which our own writes move (§2.3). What only Advoware knows is found by
its rowIds: links.py.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from beteiligte.decide import base as bases
from beteiligte.decide.base import Base
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.first_sync import OWN_WRITE
from beteiligte.decide.word import heeded
from beteiligte.frozen import Frozen
from beteiligte.record.field_table import FieldTable
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.sync_status import SyncStatus

STUCK = timedelta(days=1)
"""`syncing` for so long: the run that wrote it is gone."""


class Due(StrEnum):
    """Why a party is asked for; stands in summaries."""

    ASKED = "asked"
    """`pending_sync` or `dirty`: EspoCRM or a person asks."""
    DECIDED = "decided"
    """A person chose something in the record, and nobody has answered it."""
    FAILED = "failed"
    STUCK = "stuck"
    RETRY = "retry"
    """`permanently_failed` long enough ago."""
    UNLINKED = "unlinked"
    """No betNr and no question open about it: an import, or a webhook that was lost."""
    EDITED = "edited"
    """Its values differ from the base."""
    NO_BASE = "no_base"
    """A link that the record's own base does not name: typed by hand, duplicated, or of an earlier program."""
    MOVED = "moved"
    """Its rowId in Advoware is another than EspoCRM holds."""
    GONE = "gone"
    """Advoware's listing does not name its betNr."""
    DOUBLED = "doubled"
    """Another record holds the same betNr."""
    UNREADABLE = "unreadable"
    """Advoware answers for others and not for it: its own sync finds out why, and tells."""
    QUIET = "quiet"
    """No run of it for so long that Temporal would soon forget its betNr; of a deleted record nobody else knows it."""
    DELETED = "deleted"
    """EspoCRM does not have the record any more."""


BY_STATUS = frozenset({Due.ASKED, Due.FAILED, Due.STUCK, Due.RETRY})
"""Reasons for which a list of the due statuses is enough."""


class Look(Frozen):
    """What a sweep sees in one row."""

    due: Due | None = None
    first: bool = False
    """Due, and never synced by this program."""
    overwritten: bool = False
    """A filled value was changed or emptied: what a broken import or a lost right does to thousands."""
    foreign: bool = False
    """Somebody else wrote `advowareRowId`: two programs that sync the same parties would play ping-pong."""


def look(
    row: EspoSnapshot, table: FieldTable, now: datetime, *, retry: timedelta, tried: datetime | None = None
) -> Look:
    """Whether a sync is due. A question that stands as it was told costs nothing and is not asked again.

    `tried`: when the last run of a permanently failed party ended; None where Temporal no longer knows.
    `retry`: so long after that, content that was refused is tried once more.
    """
    base = bases.parse(row.base_text, row.party_id, table)
    foreign = bool(base.row_id and row.row_id) and base.row_id != row.row_id
    values = row.side.values
    as_left = base.mark.stands(row.bet_nr, values)
    as_told = bool(base.open) and as_left
    changed = [name for name, value in values.items() if name not in base.values or base.values[name] != value]
    if row.status == SyncStatus.PERMANENTLY_FAILED:
        due = _again(row, now, tried, retry)
    else:
        edited = bool(changed) and not as_left
        due = _by_status(row, base, now) or (None if as_told else _by_content(row, edited=edited))
    return Look(
        due=due,
        first=bool(due) and (row.bet_nr is None or row.first_link),
        overwritten=bool(due) and any(base.values.get(name) is not None for name in changed),
        foreign=foreign,
    )


def _again(row: EspoSnapshot, now: datetime, tried: datetime | None, retry: timedelta) -> Due | None:
    """After a day, or when a person changed the record since: content that was refused is not tried for nothing."""
    edited = tried is not None and row.modified_at is not None and row.modified_at > tried + OWN_WRITE
    return Due.RETRY if tried is None or edited or now - tried > retry else None


def _by_status(row: EspoSnapshot, base: Base, now: datetime) -> Due | None:
    age = now - row.modified_at if row.modified_at else timedelta.max
    match row.status:
        case SyncStatus.PENDING_SYNC | SyncStatus.DIRTY:
            # A status that EspoCRM sets by itself is no longer read as a request (design §5).
            return None if base.has_open(FindingKind.STATUS_OVERRIDDEN) else Due.ASKED
        case SyncStatus.FAILED:
            return Due.FAILED
        case _ if heeded(row, base):
            return Due.DECIDED
        case SyncStatus.SYNCING:
            return Due.STUCK if age > STUCK else None
        case _:
            return None


def _by_content(row: EspoSnapshot, *, edited: bool) -> Due | None:
    if row.bet_nr is None:
        return Due.UNLINKED
    if row.first_link:
        return Due.NO_BASE
    return Due.EDITED if edited else None
