"""Exit codes of every command; docs/commands.md repeats them, held by tests/house/test_docs_of_commands.py."""

from collections.abc import Iterable
from enum import IntEnum

from beteiligte.faults import Paused
from beteiligte.sync_status import PERSON_DECIDES, Result
from contracts.party import SyncOutcome


class Exit(IntEnum):
    """What a script can go by. 1 is an error of ours, with a trace on stderr; 130 is Ctrl-C."""

    DONE = 0
    ERROR = 1
    SETTINGS = 2
    NO_TEMPORAL = 3
    FAILED = 4
    UNKNOWN = 5
    NO_ANSWER = 6
    PERSON_DECIDES = 7
    BROKEN = 8

    @property
    def meaning(self) -> str:
        """One sentence, as the documentation has it."""
        return _MEANING[self]

    @classmethod
    def of(cls, outcome: SyncOutcome) -> "Exit":
        """The exit code of a sync."""
        if outcome.failure is not None:
            return cls.PERSON_DECIDES if outcome.failure.code == Paused.code else cls.FAILED
        if outcome.result == Result.DELETED and outcome.bet_nr is None:
            return cls.UNKNOWN
        return cls.PERSON_DECIDES if outcome.status in PERSON_DECIDES else cls.DONE

    @classmethod
    def worst(cls, codes: Iterable["Exit"]) -> "Exit":
        """The code for many parties: that of the one that most needs looking at."""
        return max(codes, key=_SEVERITY.index, default=cls.DONE)


_SEVERITY = (
    Exit.DONE,
    Exit.PERSON_DECIDES,
    Exit.NO_ANSWER,
    Exit.UNKNOWN,
    Exit.FAILED,
    Exit.BROKEN,
    Exit.NO_TEMPORAL,
    Exit.SETTINGS,
    Exit.ERROR,
)

_MEANING = {
    Exit.DONE: "Done: what was asked for was done, shown or stored.",
    Exit.ERROR: "An error in the program itself; stderr holds the trace.",
    Exit.SETTINGS: "Settings or the command line are wrong; stderr names each with the remedy.",
    Exit.NO_TEMPORAL: "Temporal does not answer, or refuses.",
    Exit.FAILED: "It was tried and failed: a sync failed, a party could not be asked, a replay differs.",
    Exit.UNKNOWN: "No such party, or no run of it.",
    Exit.NO_ANSWER: "Stored or under way, but there is no outcome yet: no worker runs, or it takes long.",
    Exit.PERSON_DECIDES: "Done as far as possible; the rest waits for a person: a decision, a failed party, a pause.",
    Exit.BROKEN: "Something that must hold does not: `status` says broken, `doctor` that something is wrong.",
}
