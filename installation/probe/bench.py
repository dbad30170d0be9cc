"""What an experiment works with, and how it tells an answer from no answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from beteiligte.faults import OddAnswer, SyncFault, Transient
from beteiligte.record.field_table import Field, FieldTable
from clients.advoware import AdvowareClient
from installation.probe.findings import ProbeFinding
from installation.probe.trial_party import TrialParty, TrialPartyRead

T = TypeVar("T")

AWAY = frozenset({0, 429, 502, 503, 504})
"""Statuses (0: none) that speak of Advoware as a whole: they settle nothing."""


@dataclass
class ProbeBench:
    """One party, and what is known of it so far."""

    client: AdvowareClient
    party: TrialParty
    table: FieldTable
    start: TrialPartyRead
    """As it was at the beginning."""
    taking: list[Field] = field(default_factory=list)
    """Fields that a PUT was seen to store."""


Experiment = Callable[[ProbeBench], Awaitable[list[ProbeFinding]]]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What a call gave, or the fault by which it was refused."""

    value: T | None = None
    fault: SyncFault | None = None


async def tried(call: Callable[[], Awaitable[T]]) -> Outcome[T]:
    """Make a call that may be refused. Raises Transient where Advoware is away: that settles nothing."""
    try:
        return Outcome(await call())
    except OddAnswer as odd:
        return Outcome(fault=odd)
    except Transient as fault:
        if fault.status in AWAY:
            raise
        return Outcome(fault=fault)
    except SyncFault as fault:
        return Outcome(fault=fault)
