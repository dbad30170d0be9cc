"""A fault as histories, outcomes and commands show it, whose it is, and what EspoCRM is told of it."""

import hashlib
import json
from datetime import datetime

from pydantic import Field

from beteiligte.faults import Blame, Locked, System
from beteiligte.frozen import Frozen


def _nothing(value: object) -> bool:
    return not value


class FaultReport(Frozen):
    """A fault as it crosses Temporal: the details of an ApplicationError, and why a sync failed in its outcome."""

    code: str
    message: str
    system: System | None = None
    field: str = ""
    blame: Blame = Blame.PARTY
    others: tuple[str, ...] = Field((), exclude_if=_nothing)
    """Ids of other records that it is about."""
    operation: str = Field("", exclude_if=_nothing)
    status: int = Field(0, exclude_if=_nothing)
    """Of the HTTP answer; 0 where it was none that refused."""
    said: str = Field("", exclude_if=_nothing)
    """The system's own words, which may hold a client's value."""

    @property
    def kind(self) -> str:
        """What was refused and how, as it stands in the run's search attribute `Trouble`."""
        return f"{self.system or 'ours'}.{self.operation or 'sync'} {self.code}"

    @property
    def told(self) -> str:
        """A short hash of what people are told of it: news when any of it changes."""
        what = [self.code, self.system, self.field, self.said, *self.others]
        return hashlib.sha256(json.dumps(what, ensure_ascii=False).encode()).hexdigest()[:12]


LOCKED = FaultReport(
    code=Locked.code, message="the record is locked in EspoCRM", system=System.ESPOCRM, operation="write"
)
"""Of a sync that would write a record which a person locked."""


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
    asked_since: bool = Field(False, exclude_if=_nothing)
    """Somebody asked since the sync began: a word in the record may be his, and the sync that follows hears it."""


class FailureWritten(Frozen):
    """Whether people know exactly this failure already, so that nobody is told twice."""

    known: bool
    refused: bool = False
    """EspoCRM takes no status for this record either: what people know stands in the runs alone."""
    overridden: bool = False
    """EspoCRM stored another status than was sent, which was not known before."""
    word_kept: str = ""
    """A word in `syncDecision` that EspoCRM did not let be emptied; it no longer counts."""
