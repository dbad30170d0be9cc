"""What goes into and comes out of a reconciliation run."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from beteiligte.frozen import Frozen
from beteiligte.sweep.alarms import Alarm, AlarmNews, NamedParty
from beteiligte.sweep.paging import Cursor
from contracts.fault_report import FaultReport
from contracts.said import Said
from contracts.sweep import DueParty
from contracts.timing import SweepTiming

RECONCILIATION = "Reconciliation"
DECIDE = "decide"
STATE = "state"


class RunKind(StrEnum):
    """How far a run looks."""

    SWEEP = "sweep"
    """What asks, and what was modified since the sweep before; a part of Advoware."""
    NIGHTLY = "nightly"
    """Every record on both sides."""


SCHEDULED = tuple(kind.value for kind in RunKind)
"""Ids of the schedules: each is named by how far its runs look."""


class Phase(StrEnum):
    """What a run is doing."""

    STATUSES = "statuses"
    MODIFIED = "modified"
    LINKS = "links"
    JUDGING = "judging"
    """Whether what it saw looks like an accident."""
    ASKING = "asking"
    """It does: nothing is synced until a person answers."""
    SYNCING = "syncing"
    DONE = "done"


class Unseen(StrEnum):
    """What a run did not look at, so that nothing it says speaks of it."""

    LINKS = "links"
    """Not every linked party was compared with Advoware."""
    DOUBLED = "doubled"
    """Whether a betNr is held twice is known of those that were compared."""
    ONLY_ADVOWARE = "only_advoware"
    """Advoware lists nothing in bulk, so parties that only it has stay unknown."""


class Counts(Frozen):
    """What a run saw."""

    rows: int = 0
    total: int | None = None
    """EspoCRM's own count of its parties, where it was asked for."""
    overwritten: int = 0
    """Parties with a filled value that was changed or emptied in EspoCRM."""
    foreign: int = 0
    """Parties whose `advowareRowId` somebody else wrote: another program is at work."""
    first: int = 0
    """Due parties that were never synced by this program."""
    moved: int = 0
    gone: int = 0
    deleted: int = 0
    """Parties that were synced and that EspoCRM does not list any more."""
    linked: int = 0
    """Linked parties that were compared with Advoware."""
    linked_total: int | None = None
    """All linked parties, by EspoCRM's count; counted where Advoware is read party by party."""
    unknown: int = 0
    """Parties that only Advoware has; listed, never created in EspoCRM."""
    only_advoware: tuple[int, ...] = ()
    """The first thousand of them by betNr."""
    doubled: tuple[int, ...] = ()
    asked: int = 0
    slow: int = 0


class AlarmAnswer(Said):
    """A person's decision about a sweep that stopped."""

    go_on: bool
    by: str
    """Who decided: a user name or initials, no client's data."""
    at: datetime
    alarm: str = ""
    """What was shown to whoever decided; an answer to another question counts for nothing."""


class Rounds(Frozen):
    """Since when sweeps read the linked parties in turn, a part each."""

    began: datetime | None = None
    """This time."""
    before: datetime | None = None
    """The time before, if they came to the end: no party's last comparison is older."""

    def another(self, at: datetime) -> Self:
        """They begin anew."""
        return self.but(began=at, before=self.began)


class Position(Frozen):
    """How far a run has looked, and from where."""

    since: str | None = None
    """Records modified from here on, EspoCRM's form; None: all."""
    until: str = ""
    """Records modified before, by EspoCRM's clock, as the first answer of a phase told it; empty: not asked yet."""
    cursor: Cursor | None = None
    """The next page of records begins here; None: at the first."""
    newest: str = ""
    """`modifiedAt` of the record modified last that this run or one before saw."""
    links_after: int = 0
    """Links up to this betNr are compared."""
    all_links: bool = False
    """It compared every link, from the first to the last."""
    resume: Phase | None = None
    """Where to go on looking when what was found so far is synced."""
    rewinds: int = 0
    """How often it then went on at the beginning of a second."""


class PreviousRun(Frozen):
    """What a run knows of the one before it."""

    total: int = 0
    """Parties in EspoCRM, as it counted them."""
    links_after: int = 0
    """Where it ended reading Advoware, so that this one begins there."""
    rounds: Rounds = Rounds()
    back: timedelta | None = None
    """So long ago it began, and the overlap: EspoCRM's clock may have been set back since."""
    told: tuple[str, ...] = ()
    """Causes of the failed runs just before that people know of."""


class AlarmQuestion(Frozen):
    """What a run stopped to ask, the last time, and what people said."""

    alarm: str = ""
    """In English, as whoever decides is shown it; empty: nothing."""
    about: AlarmNews | None = None
    """The same in figures, with some of the parties."""
    answer: AlarmAnswer | None = None
    confirmed: dict[Alarm, int] = {}
    """What people said is intended, and how many parties they were shown then."""

    def is_answered_by(self, answer: AlarmAnswer) -> bool:
        """Whether this is an answer to what is asked; a second one, or one to another question, counts for nothing."""
        return self.answer is None and answer.alarm in ("", self.alarm)


class Progress(Frozen):
    """Where a run is; all that it carries over continue-as-new."""

    began: datetime
    phase: Phase
    position: Position = Position()
    before: PreviousRun = PreviousRun()
    rounds: Rounds = Rounds()
    counts: Counts = Counts()
    found: tuple[DueParty, ...] = ()
    """Due and not yet synced."""
    due: dict[str, int] = {}
    """All that were due, by reason."""
    named: dict[Alarm, tuple[NamedParty, ...]] = {}
    """Some of the parties that each alarm would be about."""
    question: AlarmQuestion = AlarmQuestion()
    foreign_told: datetime | None = None
    """When people were last told that another program is at work."""
    fault: FaultReport | None = None
    """Why Advoware's side could not be looked at; it fails by it when the rest is synced."""


class ReconciliationOrder(Frozen):
    """What to look at, and how."""

    kind: RunKind
    timing: SweepTiming = SweepTiming()
    dry_run: bool = False
    """Only report what would be asked for."""
    all_links: bool = False
    """Compare every linked party with Advoware, also where it lists nothing in bulk: a read each."""
    count_links: bool = False
    """Count the linked parties also where none of them is read."""
    progress: Progress | None = None


class RunSummary(Frozen):
    """What a run came to; the next one goes on from it."""

    kind: RunKind
    began: datetime
    counts: Counts
    total: int = 0
    """Parties in EspoCRM, as last counted."""
    due: dict[str, int] = {}
    """Parties by reason."""
    position: int = 0
    """Where the next run goes on reading Advoware."""
    not_looked_at: tuple[Unseen, ...] = ()
    """What its counts say nothing about."""
    rounds: Rounds = Rounds()
    alarm: str = ""
    about: AlarmNews | None = None
    answer: AlarmAnswer | None = None
    since: str | None = None
    """Where it began to look at records; None: all."""
    until: str = ""
    """Up to when it looked at records, by EspoCRM's clock."""
    newest: str = ""
    """`modifiedAt` of the record modified last that it or one before saw."""
    foreign_told: datetime | None = None
    dry_run: bool = False

    @property
    def oldest(self) -> datetime | None:
        """No party's last comparison with Advoware is older; None: not known. After a whole round all are of it."""
        return self.rounds.before if self.position else self.rounds.began

    @property
    def refused(self) -> bool:
        """Whether a person ended it: what it found is still to be done."""
        return self.answer is not None and not self.answer.go_on


class RunFailed(Frozen):
    """Beside the fault in the failure of a run; the next one goes on from it."""

    told: tuple[str, ...] = ()
    """Causes that people know of."""


class ReconciliationState(Frozen):
    """Answer of the query `state`."""

    kind: RunKind
    began: datetime
    phase: Phase
    counts: Counts
    due: int
    alarm: str = ""
    about: AlarmNews | None = None
    not_looked_at: tuple[Unseen, ...] = ()
    """Once it has looked."""

    @property
    def asks(self) -> bool:
        """Whether it stopped, and a person's answer is awaited."""
        return self.phase is Phase.ASKING
