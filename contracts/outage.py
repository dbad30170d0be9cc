"""A system that is down: what its workflow is told, does and answers. One object each, so that fields can be added."""

from datetime import datetime

from pydantic import BaseModel

from beteiligte.faults import Paused, System
from beteiligte.frozen import Frozen
from beteiligte.request_reason import Reason
from contracts.said import Said
from contracts.timing import OutageTiming

OUTAGE = "Outage"
PROBE = "probe"
STATE = "state"
WAIT = "wait"

MOST = 20_000
"""Parties remembered by one run."""
SAYINGS = 3
"""Reasons of the system itself in one message: a script may word them by the record."""


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


class Waiting(Said):
    """A party that waits for a system; the signal `wait`."""

    party_id: str
    code: str
    """The fault's code: a new kind of trouble is told anew."""
    said: str = ""
    """The system's own words."""


class OutageMemory(BaseModel):
    """What a run knows of an outage, and hands to its successor: this is its state, no second list of it exists.

    Its dicts without values are sets that keep their order.
    """

    since: datetime
    waiting: dict[str, str] = {}
    """The kind of trouble, its fault's code, by party; who was tried in vain stands last."""
    own: dict[str, None] = {}
    """Parties that failed by a matter of their own when they were tried."""
    codes: dict[str, None] = {}
    """Codes that came since the last message."""
    told: dict[str, None] = {}
    """Codes that people were told of."""
    said: dict[str, None] = {}
    """What the system itself gave as reasons."""
    probes: int = 0
    outbox: list[OutageNews] = []
    """Messages that have not got through."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of trouble of this outage."""
        return tuple({**self.told, **self.codes})

    def heard(self, code: str, said: str) -> None:
        """A party was refused. A pause is a person's own doing, so nobody needs to be told of it."""
        if code and code not in (Paused.code, *self.told):
            self.codes[code] = None
        if said and len(self.said) < SAYINGS:
            self.said[said] = None

    def tell_down(self, system: System) -> None:
        """Have people told that it is down; and of each new kind of trouble."""
        self.told |= self.codes
        self.codes = {}
        self._tell(system, len(self.waiting))

    def tell_over(self, system: System, waited: int, at: datetime) -> None:
        """Have people told that it works again, if they know that it began."""
        if self.told:
            self._tell(system, waited, over=at)

    def _tell(self, system: System, waiting: int, over: datetime | None = None) -> None:
        codes, said = tuple(sorted(self.told)), tuple(self.said)
        news = OutageNews(system=system, codes=codes, waiting=waiting, since=self.since, over=over, said=said)
        self.outbox.append(news)

    def shorten(self) -> None:
        """Over a long outage the sweeps ask for whoever is forgotten here, since their status is `failed`."""
        self.waiting = dict(list(self.waiting.items())[:MOST])
        self.own = dict.fromkeys(list(self.own)[:MOST])


class OutageOrder(Frozen):
    """Which system, and how long things wait."""

    system: System
    timing: OutageTiming = OutageTiming()
    carried: OutageMemory | None = None
    """All that the predecessor knew."""


class OutageState(Frozen):
    """What an outage workflow knows; the answer of its query `state`."""

    system: System
    since: datetime
    waiting: int
    codes: tuple[str, ...] = ()
    told: bool = False
    next_probe: datetime | None = None
