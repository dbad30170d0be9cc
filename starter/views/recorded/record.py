"""A run of a party as its history holds it: who asked, each step with what it was told and answered, each sync's end.

A first attempt is a local activity: its result stands in a marker, what it was told stands nowhere. Any other is a
regular one, with both; of the attempts in between Temporal keeps the last failure alone (docs/web-ui.md).
What an earlier version of the program stored is read as far as it goes: what no longer fits is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from beteiligte.decide.decision import Decision
from beteiligte.decide.found import Candidates
from beteiligte.faults import System
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.settle.settlement import Landed
from contracts import activity_names as names
from contracts.carried_state import Memory
from contracts.comparing import Compared
from contracts.fault_report import FailureWritten, FaultReport
from contracts.inbox import SyncRequest
from contracts.look_up import LookUpOrder
from contracts.party import SyncOutcome
from contracts.reading import Fetched, FetchRecord, FindHolders, Holders, Left, LeftOrder
from contracts.telling import TellOrder, Told
from contracts.writing import CreateOrder, Linked, LinkOrder, PushOrder, WriteBackOrder, WrittenBack

KINDS: Mapping[str, tuple[type | None, type | None]] = {
    names.PARTY_FETCH: (None, Fetched),
    names.ESPOCRM_FETCH: (None, EspoSnapshot),
    names.ESPOCRM_HOLDERS: (FindHolders, Holders),
    names.ESPOCRM_LINK: (LinkOrder, Linked),
    names.ESPOCRM_WRITE_BACK: (WriteBackOrder, WrittenBack),
    names.ESPOCRM_WRITE_FAILURE: (None, FailureWritten),
    names.ADVOWARE_FETCH: (FetchRecord, AdvowareSnapshot),
    names.ADVOWARE_PUSH: (PushOrder, Landed),
    names.ADVOWARE_CREATE: (CreateOrder, Landed),
    names.ADVOWARE_LOOK_UP: (LookUpOrder, Candidates),
    names.ADVOWARE_LEFT: (LeftOrder, Left),
    names.COMPARISON_DECIDE: (None, Compared),
    names.NOTIFICATION_TELL: (TellOrder, Told),
}
"""What a step is told and what it answers, where anybody asks for it."""


class StepEnding(StrEnum):
    """How a step ended."""

    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True, kw_only=True)
class RecordedStep:
    """One activity."""

    activity: str
    event: int
    """Of its marker, or of its being asked for: its place in the history."""
    task: int
    """Of the workflow task in which it was asked for: the event of its start."""
    at: datetime
    about: str = ""
    local: bool = False
    attempts: int = 1
    order: Any = None
    result: Any = None
    ending: StepEnding = StepEnding.OPEN
    ended: datetime | None = None
    failures: list[FaultReport] = field(default_factory=list)

    @property
    def system(self) -> System | None:
        """Activity names begin with the system they call."""
        name = self.activity.partition(".")[0]
        return System(name) if name in {*System} else None

    @property
    def fault(self) -> FaultReport | None:
        """Why it failed for good."""
        return self.failures[-1] if self.ending is StepEnding.FAILED and self.failures else None

    @property
    def decision(self) -> Decision | None:
        """Of a comparison."""
        return self.result.decision if isinstance(self.result, Compared) else None

    @property
    def espocrm(self) -> EspoSnapshot | None:
        """What was read of EspoCRM's record."""
        read = self.result.espocrm if isinstance(self.result, Fetched) else self.result
        return read if isinstance(read, EspoSnapshot) else None

    @property
    def advoware(self) -> AdvowareSnapshot | None:
        """What was read of Advoware's."""
        read = self.result.advoware if isinstance(self.result, Fetched) else self.result
        return read if isinstance(read, AdvowareSnapshot) else None


@dataclass(frozen=True, slots=True)
class Requested:
    """A request, and the place from which on a workflow task knows of it."""

    request: SyncRequest
    event: int
    at: datetime


@dataclass(slots=True)
class SyncEnd:
    """A sync's end, as the run shows it by its search attributes."""

    event: int
    task: int
    at: datetime
    decision: str
    status: str = ""
    bet_nr: int | None = None
    trouble: str = ""
    outcome: SyncOutcome | None = None
    """All of it, where somebody waited for it, or the run ended by it."""
    fault: FaultReport | None = None
    """Why it failed, where the run ended by it."""


@dataclass(slots=True)
class RecordedRun:
    """One run."""

    run_id: str
    party_id: str = ""
    started: datetime | None = None
    observe: bool = False
    carried: Memory | None = None
    """All that its predecessor remembered."""
    asked: list[Requested] = field(default_factory=list)
    steps: list[RecordedStep] = field(default_factory=list)
    ends: list[SyncEnd] = field(default_factory=list)
    tasks: dict[int, datetime] = field(default_factory=dict)
    """When each workflow task began, by the event of its start: the workflow's clock."""
    state: str = "running"
    """How the run ended, as `Run.state` has it."""
    closed: datetime | None = None
