"""Deleted records: what is done for those of one delivery, and what its activities are told and answer."""

from datetime import timedelta

from beteiligte.decide.findings import Finding
from beteiligte.frozen import Frozen
from contracts.timing import SweepTiming, Timing

DELETES = "Deletes"
MOST_TOGETHER = 1_000
"""Ids of one run: what was collected of all of them stands in each sign of life, which Temporal bounds (2 MiB)."""


class CollectOrder(Frozen):
    """Have these parties synced whose records were deleted, and say what is to be told of them."""

    party_ids: tuple[str, ...]
    patience: timedelta
    again: bool = False
    """They were asked for before, and nobody heard the answer."""


class DeletedSeen(Frozen):
    """What the sync of one of them came to."""

    bet_nr: int | None = None
    to_tell: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    """What people were told of the delete, or somebody was to tell them."""


class DeletedParty(Frozen):
    """One of them, with what is to be told of it."""

    party_id: str
    bet_nr: int | None = None
    findings: tuple[Finding, ...] = ()


class Collected(Frozen):
    """What is to be told of them."""

    deleted: tuple[DeletedParty, ...] = ()
    waiting: tuple[str, ...] = ()
    """Parties whose sync takes longer."""
    unknown: int = 0
    """Ids that no run has ever seen."""


class DeletesNews(Frozen):
    """Tell people of records that were deleted together."""

    parties: tuple[DeletedParty, ...]


class DeletesOrder(Frozen):
    """The parties that one delivery says are deleted."""

    party_ids: tuple[str, ...]
    timing: Timing = Timing()
    patience: timedelta = SweepTiming().patience
    """How long one party's sync may keep the others untold."""
    alive: timedelta = SweepTiming().alive
    """A worker that gives no sign of life for so long counts as dead, and another goes on."""


class DeletesTold(Frozen):
    """What a delivery of deletes came to."""

    told: int
    unknown: int
    """Ids that no run had ever seen."""
