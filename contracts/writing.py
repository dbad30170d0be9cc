"""What a sync writes to either system. One object each, so that fields can be added."""

from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import Finding
from beteiligte.decide.situation import Situation
from beteiligte.frozen import Frozen
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.record.value_kinds import Value
from beteiligte.settle.settlement import Landed
from contracts.create_name import CreateName
from contracts.local import LocalCall


class PushOrder(Frozen):
    """Bring fields in Advoware to the given values."""

    party_id: str
    seen: AdvowareSnapshot
    """Its whole record, once: without the canonical values, which are worked out from it."""
    values: dict[str, Value]


class CreateOrder(Frozen):
    """Create a party in Advoware, once."""

    seen: EspoSnapshot
    values: dict[str, Value]
    name: CreateName
    """Under which it stands in the run's search attribute `CreateBegun`."""


class WriteBackOrder(Frozen):
    """Write data and bookkeeping to EspoCRM, in one PUT."""

    situation: Situation
    decision: Decision
    landed: Landed | None = None
    again: bool = False
    """A local attempt came before this one, and may have landed."""
    local: LocalCall | None = None
    """None: it is asked for as a regular activity."""


class WrittenBack(Frozen):
    """What EspoCRM holds now."""

    status: str
    bet_nr: int | None = None
    findings: tuple[Finding, ...] = ()
    unsettled: tuple[str, ...] = ()
    wrote: bool = True


class LinkOrder(Frozen):
    """Enter a betNr that a person named."""

    party_id: str
    bet_nr: int


class Linked(Frozen):
    """The betNr that the record holds now: another one if it had it before; None if the record is gone."""

    bet_nr: int | None


class MarkSyncing(Frozen):
    """Show people that a sync is under way."""

    party_id: str


class Marked(Frozen):
    """The record's version after that write, where it has one."""

    version: int | None = None
