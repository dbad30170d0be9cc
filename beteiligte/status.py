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
