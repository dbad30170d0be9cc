"""One party's workflow: what is asked of it, what it answers, what it hands to its successor.

One object each, so that fields can be added without breaking running workflows.
"""

from datetime import datetime

from beteiligte.decide.choice import ChoiceRefusal
from beteiligte.decide.findings import Finding
from beteiligte.decide.last_word import LastWord
from beteiligte.decide.owed import Owed
from beteiligte.frozen import Frozen
from beteiligte.record.value_kinds import Value
from beteiligte.request_reason import Reason
from beteiligte.sync_status import shown_as
from contracts.carried_state import Memory
from contracts.fault_report import FaultReport
from contracts.timing import Timing

WORKFLOW = "Beteiligter"
REQUEST = "request"
STATE = "state"
SYNC_NOW = "sync_now"
ATTEMPT_FAILED = "attempt_failed"
SWEEP_PRIORITY = 4
"""Of a sync that a sweep asks for: after those that somebody waits for. 3 is the server's default."""


class PartyOrder(Frozen):
    """Which party, and how long things wait."""

    party_id: str
    timing: Timing = Timing()
    carried: Memory | None = None
    """All that the predecessor remembered."""


class SyncOutcome(Frozen):
    """What a sync came to."""

    party_id: str
    result: str
    """A `Result`, or `failed`."""
    status: str = ""
    """`syncStatus` afterwards, or DELETE_TOLD."""
    bet_nr: int | None = None
    to_advoware: dict[str, Value] = {}
    to_espocrm: dict[str, Value] = {}
    findings: tuple[Finding, ...] = ()
    still_open: tuple[Finding, ...] = ()
    """Told by an earlier sync and unchanged since."""
    unknown_link: int | None = None
    """The betNr that a person named, where Advoware has no such party: nothing was done with it."""
    declined: dict[str, ChoiceRefusal] = {}
    """Choices that were not carried out, by field."""
    earlier: LastWord | None = None
    """Where choices met a question that is no longer open: what somebody decided before."""
    to_tell: tuple[Finding, ...] = ()
    """Of DELETED_TOGETHER: what whoever asked tells people, since nobody else does."""
    overwritten: tuple[Finding, ...] = ()
    """The conflicts or choices that this run settled last, with the values that lost: what `undo` puts back."""
    failure: FaultReport | None = None
    fingerprint: str = ""
    """Of what was decided and, where it wrote anything, done, as a plan shows it. Empty: not known."""
    plan_changed: bool = False
    """It was to be done as planned, and would be something else by now; nothing was written."""
    nothing_left: bool = False
    """It was to be done as planned, and nothing is left to be done or told: it was done before."""
    observed: bool = False
    """Observe mode: this is what would have been done."""

    @property
    def shown(self) -> str:
        """The result for people, counts and searches: of what was only looked at, what it would have been."""
        return shown_as(self.result, observed=self.observed)


class FirstWait(Frozen):
    """A step whose first attempt failed within the worker, so that no pending activity shows it yet."""

    step: str
    """What it is for."""
    attempts: int
    """In all."""
    until: datetime
    """When the second is due."""
    fault: FaultReport


class PartyState(Frozen):
    """What a workflow is doing; the answer of its query."""

    party_id: str
    asked: int
    answered: int
    reasons: tuple[Reason, ...] = ()
    landed_unwritten: Owed | None = None
    """What EspoCRM is still to be told of, and how far that is."""
    untold: int = 0
    overwritten: tuple[Finding, ...] = ()
    """As in `SyncOutcome`, also where the newest sync failed."""
    last: SyncOutcome | None = None
    waits: FirstWait | None = None
