"""Exit codes of every command."""

from enum import IntEnum

from beteiligte.status import SyncStatus
from workflows.contracts import SyncOutcome


class Exit(IntEnum):
    """What a script can go by."""

    DONE = 0
    PERSON_DECIDES = 1
    SETTINGS = 2
    NO_TEMPORAL = 3
    FAILED = 4
    UNKNOWN = 5

    @classmethod
    def of(cls, outcome: SyncOutcome) -> "Exit":
        """The exit code of a sync."""
        if outcome.failure is not None:
            return cls.FAILED
        waiting = outcome.status in (SyncStatus.CONFLICT, SyncStatus.DELETED_IN_ADVOWARE)
        return cls.PERSON_DECIDES if waiting else cls.DONE
