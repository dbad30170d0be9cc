"""A system that is down: what its workflow is told, does and answers. One object each, so that fields can be added."""

from datetime import datetime

from pydantic import Field

from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.reason import Reason
from contracts.timing import OutageTiming

OUTAGE = "Outage"
PROBE = "probe"
STATE = "state"
WAIT = "wait"


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


class Waiting(Frozen):
    """A party that waits for a system; the signal `wait`."""

    party_id: str
    code: str
    """The fault's code: a new kind of trouble is told anew."""
    said: str = ""
    """The system's own words."""


class OutageCarried(Frozen):
    """What a run hands to its successor."""

    since: datetime
    waiting: dict[str, str] = Field(default_factory=dict)
    """Codes by party."""
    own: tuple[str, ...] = ()
    """Parties that failed by a matter of their own when they were tried."""
    codes: tuple[str, ...] = ()
    """Codes that came since the last message."""
    told: tuple[str, ...] = ()
    """Codes that people were told of."""
    said: tuple[str, ...] = ()
    """What the system itself gave as reasons."""
    probes: int = 0


class OutageOrder(Frozen):
    """Which system, and how long things wait."""

    system: System
    timing: OutageTiming = OutageTiming()
    carried: OutageCarried | None = None


class OutageState(Frozen):
    """What an outage workflow knows; the answer of its query `state`."""

    system: System
    since: datetime
    waiting: int
    codes: tuple[str, ...] = ()
    told: bool = False
    next_probe: datetime | None = None
