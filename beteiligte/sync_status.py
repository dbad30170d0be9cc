"""The words that people see: `syncStatus` and the results of a comparison (facts/advoware.md §4)."""

from enum import StrEnum


class SyncStatus(StrEnum):
    """Values of EspoCRM's `syncStatus`."""

    PENDING_SYNC = "pending_sync"
    DIRTY = "dirty"
    SYNCING = "syncing"
    CLEAN = "clean"
    FAILED = "failed"
    PERMANENTLY_FAILED = "permanently_failed"
    CONFLICT = "conflict"
    DELETED_IN_ADVOWARE = "deleted_in_advoware"


ASKING = frozenset({SyncStatus.PENDING_SYNC, SyncStatus.DIRTY})
"""Statuses by which EspoCRM, or a person, asks for a sync."""

PERSON_DECIDES = frozenset({SyncStatus.CONFLICT, SyncStatus.DELETED_IN_ADVOWARE})
"""Statuses of a party that a sync leaves to a person: what is open stands beside its base, and no sweep asks again."""


DELETE_TOLD = "deleted_in_espocrm"
"""What a run shows where a syncStatus stands otherwise: people were told that EspoCRM has the record no more."""


class Result(StrEnum):
    """What a comparison came to."""

    CREATE = "create"
    NO_CHANGE = "no_change"
    ESPOCRM_NEWER = "espocrm_newer"
    ADVOWARE_NEWER = "advoware_newer"
    MERGE = "merge"
    CONFLICT = "conflict"
    DELETED = "deleted"
    EXCLUDED = "excluded"
    """Not the program's business: out of the scope, or opted out."""


WOULD = "would_"
"""Before a result that was only looked at: in observe mode nothing is written and nobody is told."""
CHANGES_NOTHING = frozenset({Result.NO_CHANGE, Result.EXCLUDED})


def shown_as(result: str, *, observed: bool) -> str:
    """A result as it is shown, counted and searched for: what did not happen must not read as if it had."""
    return f"{WOULD}{result}" if observed and result in {*Result} - CHANGES_NOTHING else result
