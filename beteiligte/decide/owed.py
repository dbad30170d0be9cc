"""What a write to Advoware left to do in EspoCRM, from its sending until EspoCRM knows of it: a state machine, pure.

Only the party's run knows betNr, rowId and base of what landed, and that a create is unanswered. So it stays open while
anything is owed, and hands it to its successor (design §3). Every change goes by this table, any other is refused.
docs/pictures/owed.svg is drawn from it.

| stage | event | next | people are told |
|---|---|---|---|
| nothing, landed, unanswered, several | a PUT or POST is answered | landed | |
| nothing, unanswered, several | a POST is not answered | unanswered | |
| nothing, unanswered, several | a look-up is not certain | several | |
| unanswered, several | a look-up answers | nothing | |
| landed, unanswered, several | EspoCRM is written | nothing | the values that lost, or the question |
| landed, unanswered, several | the attempts are used up | as it was | not written back, once for each cause |
| landed, unanswered, several | the record is excluded | parked | the values that lost, that no record holds it |
| landed, unanswered, several | the record is deleted | nothing | the values that lost, the delete |
| landed, unanswered, several | the record of a begun create is deleted | parked | the values that lost, the delete |
| parked | the record is looked at again | as it was | |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.value_kinds import Value
from beteiligte.sync_status import Result


class Stage(StrEnum):
    """How far a write to Advoware has come."""

    NOTHING = "nothing"
    """EspoCRM knows all there is to know."""
    LANDED = "landed"
    """Advoware has it, EspoCRM does not know yet."""
    UNANSWERED = "unanswered"
    """A POST may have created a party; EspoCRM does not yet know that this is open."""
    SEVERAL = "several"
    """A look-up is not certain who the party is; EspoCRM does not yet know of the question."""
    PARKED = "parked"
    """Kept until the record is looked at again, which a person excluded, or deleted after its create was begun."""


class Event(StrEnum):
    """What happens to it."""

    LANDED = "a PUT or POST is answered"
    UNANSWERED = "a POST is not answered"
    UNCERTAIN = "a look-up is not certain"
    LOOKED_UP = "a look-up answers"
    WRITTEN_BACK = "EspoCRM is written"
    USED_UP = "the attempts are used up"
    EXCLUDED = "the record is excluded"
    DELETED = "the record is deleted"
    DELETED_AFTER_CREATE = "the record of a begun create is deleted"
    RESUMED = "the record is looked at again"


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table. `next` None: the stage that it had."""

    stages: tuple[Stage, ...]
    event: Event
    next: Stage | None
    told: str = ""


OPEN = (Stage.LANDED, Stage.UNANSWERED, Stage.SEVERAL)
"""Stages that keep a run open: EspoCRM is still to be written."""
ASKING = (Stage.UNANSWERED, Stage.SEVERAL)
"""Stages in which nobody knows which party it is."""
UNKNOWN = (Stage.NOTHING, *ASKING)

TABLE = (
    Transition((Stage.NOTHING, *OPEN), Event.LANDED, Stage.LANDED),
    Transition(UNKNOWN, Event.UNANSWERED, Stage.UNANSWERED),
    Transition(UNKNOWN, Event.UNCERTAIN, Stage.SEVERAL),
    Transition(ASKING, Event.LOOKED_UP, Stage.NOTHING),
    Transition(OPEN, Event.WRITTEN_BACK, Stage.NOTHING, "the values that lost, or the question"),
    Transition(OPEN, Event.USED_UP, None, "not written back, once for each cause"),
    Transition(OPEN, Event.EXCLUDED, Stage.PARKED, "the values that lost, that no record holds it"),
    Transition(OPEN, Event.DELETED, Stage.NOTHING, "the values that lost, the delete"),
    Transition(OPEN, Event.DELETED_AFTER_CREATE, Stage.PARKED, "the values that lost, the delete"),
    Transition((Stage.PARKED,), Event.RESUMED, None),
)
NEXT: Mapping[tuple[Stage, Event], Stage | None] = {
    (stage, row.event): row.next for row in TABLE for stage in row.stages
}


class IllegalTransition(Exception):
    """An event that cannot happen in this stage: a bug, by which nothing may be lost."""

    def __init__(self, stage: Stage, event: Event) -> None:
        """Say which."""
        super().__init__(f"{event!r} cannot happen to what is {stage}")
        self.stage = stage
        self.event = event


class Owed(Frozen):
    """What EspoCRM is still to be told of. Changed by its methods alone, each an event of the table."""

    stage: Stage = Stage.NOTHING
    was: Stage | None = None
    """Of what is PARKED: the stage that it comes back to."""
    bet_nr: int | None = None
    """Of what landed."""
    row_id: str | None = None
    agreed: dict[str, Value] = {}
    """Values that both sides were known to hold when it landed: the base of these fields has moved."""
    findings: tuple[Finding, ...] = ()
    """Told when the write-back has landed: status first, then the message."""
    sent: str = ""
    """Of what is UNANSWERED: a hash of the record that it was made of; none where that is not known."""
    plan: str = ""
    """The fingerprint of the decision whose write landed, or may have: what is written back then was done for it."""
    several: str = ""
    """What a look-up found where it is not certain: several parties, or another record that the only one suits."""
    names: tuple[tuple[str, str], ...] = ()
    """What these records are called, by id."""
    asked: str = ""
    """Of `several`: a hash of what was searched with; none after an unanswered create, of which only a person knows
    what it came to."""
    attempts_used_up: bool = False
    """To write it back; it goes on, one attempt at a time."""
    causes_told: tuple[str, ...] = ()
    """Hashes of the reasons that people were told for it."""

    @property
    def open(self) -> bool:
        """Whether EspoCRM is still to be written."""
        return self.stage in OPEN

    @property
    def anything(self) -> bool:
        """Whether there is anything to remember, also where it is parked."""
        return self.stage is not Stage.NOTHING

    @property
    def in_force(self) -> "Owed":
        """As a sync goes by it: what is parked comes back."""
        return self.resumed() if self.stage is Stage.PARKED else self

    @property
    def unanswered(self) -> bool:
        """Whether a create is open of which nobody knows what it came to."""
        return self.stage is Stage.UNANSWERED

    @property
    def unrecorded(self) -> tuple[Finding, ...]:
        """What people are told where EspoCRM will not be written: what was overwritten, and that no record holds it."""
        if self.unanswered:
            return (*self.findings, Finding(kind=FindingKind.CREATE_UNANSWERED))
        if self.bet_nr is None:
            return self.findings
        reason = Result.EXCLUDED.value
        kind = FindingKind.NOT_WRITTEN_BACK
        return (*self.findings, Finding(kind=kind, bet_nr=self.bet_nr, system=System.ESPOCRM, reason=reason))

    # ------------------------------------------------------------------ events

    def landed(
        self, bet_nr: int, row_id: str | None, agreed: Mapping[str, Value], findings: Iterable[Finding], plan: str
    ) -> "Owed":
        """Advoware has it. What landed before stays owed with it, under the plan by which it began."""
        return Owed(
            stage=self._next(Event.LANDED),
            bet_nr=bet_nr,
            row_id=row_id,
            agreed={**self.agreed, **agreed},
            findings=(*self.findings, *findings),
            plan=self.plan or plan,
            attempts_used_up=self.attempts_used_up,
            causes_told=self.causes_told,
        )

    def not_answered(self, *, plan: str, sent: str) -> "Owed":
        """A POST may have created the party."""
        return Owed(
            stage=self._next(Event.UNANSWERED),
            plan=plan,
            sent=sent,
            attempts_used_up=self.attempts_used_up,
            causes_told=self.causes_told,
        )

    def uncertain(self, several: str, names: tuple[tuple[str, str], ...], *, asked: str = "") -> "Owed":
        """A look-up found what only a person can tell apart."""
        return Owed(
            stage=self._next(Event.UNCERTAIN),
            several=several,
            names=names,
            asked=asked,
            attempts_used_up=self.attempts_used_up,
            causes_told=self.causes_told,
        )

    def looked_up(self) -> "Owed":
        """A look-up answered what was open."""
        return Owed(stage=self._next(Event.LOOKED_UP))

    def written_back(self) -> "Owed":
        """EspoCRM knows."""
        return Owed(stage=self._next(Event.WRITTEN_BACK))

    def used_up(self, told: str = "") -> "Owed":
        """EspoCRM does not take it. `told`: a hash of the reason that people get."""
        causes = dict.fromkeys((*self.causes_told, told) if told else self.causes_told)
        return self.but(stage=self._next(Event.USED_UP), attempts_used_up=True, causes_told=tuple(causes))

    def excluded(self) -> "Owed":
        """A person has the record left out; what is `unrecorded` is told at once."""
        return self._parked(Event.EXCLUDED)

    def deleted(self, *, create_begun: bool) -> "Owed":
        """The record is gone. Of a create it is kept, since who restores the record must not create again."""
        return self._parked(Event.DELETED_AFTER_CREATE) if create_begun else Owed(stage=self._next(Event.DELETED))

    def resumed(self) -> "Owed":
        """The record is looked at again: what was parked is written back after all."""
        return self.but(stage=self._next(Event.RESUMED), was=None)

    def _parked(self, event: Event) -> "Owed":
        """What was to be told is told when it is parked, and the attempts begin anew when it comes back."""
        return self.but(stage=self._next(event), was=self.stage, findings=(), attempts_used_up=False, causes_told=())

    def _next(self, event: Event) -> Stage:
        """The stage after it. Raises IllegalTransition."""
        if (self.stage, event) not in NEXT:
            raise IllegalTransition(self.stage, event)
        return NEXT[self.stage, event] or self.was or self.stage
