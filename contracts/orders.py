"""What goes into and comes out of each activity. One object each, so that fields can be added."""

from datetime import datetime

from beteiligte.decide.decision import Action, Decision
from beteiligte.decide.findings import RIVALS, Finding
from beteiligte.decide.situation import Situation
from beteiligte.faults import Blame, System
from beteiligte.frozen import Frozen
from beteiligte.reason import Reason
from beteiligte.record.kinds import Value
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.record.table import Form
from beteiligte.settle.settlement import Landed
from contracts.faults import FaultReport


class FetchParty(Frozen):
    """Read a party in EspoCRM."""

    party_id: str


class FindHolders(Frozen):
    """Which other records hold this betNr?"""

    party_id: str
    bet_nr: int


class FindRivals(Frozen):
    """Which other records of this name wait to be told who they are?"""

    party_id: str
    name: str


class Holders(Frozen):
    """Ids of other EspoCRM records with the betNr."""

    others: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """Those of them that wait for a person: perhaps for the betNr to be theirs alone."""


class LeftOrder(Frozen):
    """Is this betNr, which the record had before, left without a record?"""

    party_id: str
    bet_nr: int


class Left(Frozen):
    """Whether Advoware has the party and no EspoCRM record holds it."""

    behind: bool


class FetchRecord(Frozen):
    """Read a party in Advoware."""

    party_id: str
    bet_nr: int
    never_linked: bool = False
    """Nothing was ever agreed with it: that it does not exist takes nothing away."""


class Compared(Frozen):
    """A decision, and whether EspoCRM must be written even if nothing lands in Advoware."""

    decision: Decision
    write_back: bool
    look_up: bool = False
    """Advoware is searched before a create."""
    keys: str = ""
    """A hash of what it is searched by."""

    @property
    def writes(self) -> bool:
        """Whether anything is to be written on either side."""
        return self.write_back or self.decision.action is not Action.NOTHING


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
    begun: str = ""
    """The create's name, under which it stands in the run's search attribute `CreateBegun`."""


class LookUpOrder(Frozen):
    """Search Advoware for a party that EspoCRM has not linked."""

    party_id: str
    values: dict[str, Value]
    form: Form = Form.PERSON
    sent: bool = False
    """A create of just these values is unanswered."""


NAMED = 10
"""Matches named one by one: a person looks for them in Advoware anyway."""


def _listed(matches: tuple[int | str, ...]) -> str:
    more = f" … (+{len(matches) - NAMED})" if len(matches) > NAMED else ""
    return ", ".join(map(str, matches[:NAMED])) + more


class Candidates(Frozen):
    """Matching parties that no EspoCRM record holds."""

    bet_nrs: tuple[int, ...] = ()
    rivals: tuple[str, ...] = ()
    """Other EspoCRM records without a betNr that the only match suits as well."""
    names: tuple[tuple[str, str], ...] = ()
    """What the rivals are called, by id."""
    sure: bool = True
    """Enough of what was compared is filled and equal; else it may be a namesake."""

    @property
    def certain(self) -> int | None:
        """The only match of this record alone, if it is sure: everything else is a person's choice."""
        return self.bet_nrs[0] if len(self.bet_nrs) == 1 and self.sure and not self.rivals else None

    @property
    def named(self) -> str:
        """What matches, in the words of both systems."""
        parties = f"betNr {_listed(self.bet_nrs)}"
        return f"{parties}{RIVALS}{_listed(self.rivals)}" if self.rivals else parties


class WriteBackOrder(Frozen):
    """Write data and bookkeeping to EspoCRM, in one PUT."""

    situation: Situation
    decision: Decision
    landed: Landed | None = None


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


class BlameOrder(Frozen):
    """Is an unclear fault the party's or the system's?"""

    party_id: str
    system: System
    fault: FaultReport
    began: datetime
    """When the sync that failed began."""
    queue: str
    """Of the parties' workflows: what others' runs came to is asked for among them."""


class Blamed(Frozen):
    """Whose fault it is."""

    blame: Blame


class FailureOrder(Frozen):
    """Write a final failure to EspoCRM."""

    party_id: str
    fault: FaultReport
    permanent: bool


class FailureWritten(Frozen):
    """Whether people know exactly this failure already, so that nobody is told twice."""

    known: bool
    refused: bool = False
    """EspoCRM takes no status for this record either: what people know stands in the runs alone."""
    overridden: bool = False
    """EspoCRM stored another status than was sent, which was not known before."""


class TellOrder(Frozen):
    """Tell people about one party."""

    party_id: str
    findings: tuple[Finding, ...]
    assigned: tuple[str, ...] = ()
    """Users that the record is assigned to."""
    called: str = ""
    """The party's name; empty where no sync has read it."""
    bet_nr: int | None = None
    on_record: bool = True
    """False where the record no longer exists."""


class Told(Frozen):
    """How many users got a note."""

    users: int


class AskOrder(Frozen):
    """Ask for syncs of these parties."""

    party_ids: tuple[str, ...]
    reason: Reason


class Asked(Frozen):
    """How many were asked for."""

    parties: int


class TryOrder(Frozen):
    """Sync this party with a single attempt: does the system work again?"""

    system: System
    party_id: str


class Tried(Frozen):
    """How a trial ended."""

    worked: bool
    """The system answered: the sync ended, or failed by the party's own fault."""
    own: bool = False
    """The party failed by its own fault, which says nothing about the others."""
    code: str = ""
    """Of the fault, where the system does not work."""
    said: str = ""


class OutageReport(Frozen):
    """A party waits for a system."""

    system: System
    party_id: str
    code: str
    said: str = ""


class Reported(Frozen):
    """The outage workflow knows."""

    workflow_id: str


class OutageNews(Frozen):
    """Tell people that a system is down, or works again."""

    system: System
    codes: tuple[str, ...]
    waiting: int
    since: datetime
    over: datetime | None = None
    said: tuple[str, ...] = ()
    """What the system itself gave as reasons."""
