"""What is asked of a party's workflow: requests, and those that wait for the next sync.

Requests that wait when a sync begins are answered by that one; whoever asks meanwhile is answered by the next. None is
lost: a sync that starts over, or that has to go on, puts back what it took (design §3).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from beteiligte.decide.choice import Choice
from beteiligte.decide.last_word import CREATE, LastWord
from beteiligte.frozen import Copyable
from beteiligte.request_reason import Reason
from contracts.said import Said

URGENT = frozenset({Reason.PERSON, Reason.TRIAL, Reason.RECOVERED})
"""Reasons that end a retry wait: a person looks on, or a system is thought to work again."""
RECOVERED = frozenset({Reason.TRIAL, Reason.RECOVERED})
"""Reasons to think that a system works again."""
DELETES = frozenset({Reason.DELETED, Reason.DELETED_TOGETHER})
WORD_HOLDS = timedelta(hours=6)
"""How old a person's word may be when its run begins. Asked anew by a later run it is as old as a run's retry waits."""


class SyncRequest(Said):
    """Why and when, and what a person decided; never the values of a delivery."""

    reason: Reason
    at: datetime
    create_anyway: bool = False
    """A person looked in Advoware: the unanswered create did not create anything."""
    planned: str = ""
    """What a person saw in a plan, as `PlanRow.held_to` has it: this or nothing is done."""
    link: int | None = None
    """A person looked in Advoware: this betNr is the party. Entered in EspoCRM unless another one stands there."""
    choices: tuple[Choice, ...] = ()
    """What a person chose for single fields; a later choice for a field replaces an earlier one."""
    by: str = Field("", exclude_if=lambda by: not by)
    """Who gave the command; no sync goes by it."""

    @classmethod
    def left(cls, at: datetime) -> "SyncRequest":
        """That somebody asked: a run that was started for it ends, and an edit is not lost with its request."""
        return cls(reason=Reason.UPDATED, at=at)

    @property
    def decides(self) -> bool:
        """Whether a person decided something by it."""
        return bool(self.create_anyway or self.planned or self.link or self.choices)

    @property
    def without_decision(self) -> "SyncRequest":
        """The same, for a sync that goes by nobody's word."""
        return self.but(create_anyway=False, planned="", link=None, choices=())

    def signed(self, choice: Choice) -> Choice:
        """With who chose it, and when."""
        return choice.but(by=choice.by or self.by, at=choice.at or self.at)

    @property
    def answer(self) -> LastWord | None:
        """What it says about who the party is, where it says anything."""
        if self.link is None and not self.create_anyway:
            return None
        return LastWord(at=self.at, by=self.by, take=CREATE if self.link is None else f"betNr {self.link}")

    def answers_otherwise(self, earlier: LastWord | None) -> bool:
        """Whether another person said something else about who the party is, and is still to be answered."""
        mine = self.answer
        if mine is None or earlier is None or not (mine.by and earlier.by):
            return False
        return mine.by != earlier.by and mine.take != earlier.take

    def contradicts(self, earlier: Choice) -> bool:
        """Whether it says something else about a field than another person said before, who is still to be answered.

        Whoever corrects himself is heard, and so is everybody of whom it is not known who he is.
        """
        if not (self.by and earlier.by) or self.by == earlier.by:
            return False
        said = [(c.take, c.value) for c in self.choices if c.field == earlier.field]
        return any(one != (earlier.take, earlier.value) for one in said)


DECIDED_MEANWHILE = "DecidedMeanwhile"
"""Type of the error by which a request is refused that contradicts another person's, with his `LastWord`."""


class Batch(Copyable):
    """What one sync answers: the requests that waited when it began, and what it finds out in their place."""

    reasons: tuple[Reason, ...] = ()
    planned: str | None = None
    """The plan that it is held to; empty as soon as anybody asks for the party as it is now. None: nobody asked."""
    link: int | None = None
    """The betNr to enter: a person's word, or a look-up's certain match."""
    create_anyway: bool = False
    permit: str = ""
    """What allows one more create after one that was left open: a person's word, or a search in vain."""
    choices: tuple[Choice, ...] = ()
    answer: LastWord | None = Field(None, exclude_if=lambda answer: answer is None)
    """What a person said about who the party is."""
    second_try: bool = False
    """A trial failed in a way that may have been the system's last."""
    upto: int = 0
    """The last request that it answers."""

    @classmethod
    def of(cls, request: SyncRequest, number: int) -> "Batch":
        """One request."""
        return cls(
            reasons=(request.reason,),
            planned=request.planned,
            link=request.link,
            create_anyway=request.create_anyway,
            permit=request.at.isoformat() if request.create_anyway else "",
            choices=tuple(request.signed(choice) for choice in request.choices),
            answer=request.answer,
            upto=number,
        )

    def __add__(self, later: "Batch") -> "Batch":
        """Both; of two words about one thing the later one counts."""
        return Batch(
            reasons=tuple(sorted({*self.reasons, *later.reasons})),
            planned=_both_planned(self.planned, later.planned),
            link=later.link or self.link,
            create_anyway=self.create_anyway or later.create_anyway,
            permit=later.permit or self.permit,
            choices=_by_field((*self.choices, *later.choices)),
            answer=later.answer or self.answer,
            second_try=self.second_try or later.second_try,
            upto=max(self.upto, later.upto),
        )

    def before(self, request: SyncRequest, now: datetime) -> LastWord | None:
        """What another person said before, where this request says something else about the same."""
        if request.answers_otherwise(self.answer):
            return self.answer
        return next((earlier.word(now) for earlier in self.choices if request.contradicts(earlier)), None)

    def unfinished(self, *, choices: bool) -> "Batch":
        """What a sync that failed leaves to the next, though nobody is answered by it."""
        return Batch(
            link=self.link,
            create_anyway=self.create_anyway,
            permit=self.permit,
            choices=self.choices if choices else (),
            answer=self.answer,
        )

    @property
    def without_choices(self) -> "Batch":
        """The same, but for what was chosen for single fields."""
        return self.but(choices=())

    def without(self, reasons: Iterable[Reason]) -> "Batch":
        """The same for the other reasons alone."""
        return self.but(reasons=tuple(sorted({*self.reasons} - {*reasons})))

    @property
    def by_hand(self) -> bool:
        """Only people asked: what a delivery asks for as well is synced whatever they said."""
        return {*self.reasons} <= {Reason.PERSON}

    @property
    def on_trial(self) -> bool:
        """It is tried whether a system works again: with a single attempt."""
        return Reason.TRIAL in self.reasons

    @property
    def recovered(self) -> bool:
        """A system is thought to work again: what its outage left as a question is looked up once more."""
        return bool(RECOVERED & {*self.reasons})

    @property
    def rival_settled(self) -> bool:
        """A record that suited the same party has been settled: what is left for this one is looked for once more."""
        return Reason.RIVAL in self.reasons

    @property
    def deleted(self) -> bool:
        """EspoCRM said that it deleted the record."""
        return bool(DELETES & {*self.reasons})

    @property
    def together(self) -> bool:
        """Whoever asked tells of a deleted party, together with others."""
        return Reason.DELETED_TOGETHER in self.reasons


class Inbox(BaseModel):
    """Requests that wait, and how many are answered."""

    asked: int = 0
    answered: int = 0
    urgent: bool = False
    """Somebody who cannot wait asked since the last sync began."""
    waiting: Batch = Field(default_factory=Batch)
    newest_word: datetime | None = Field(None, exclude_if=lambda at: at is None)
    """When the last thing was decided that is known here."""

    def is_old(self, request: SyncRequest, began: datetime) -> bool:
        """Whether it is a word from before this run, or before a later one: whoever recorded it can send it again."""
        if not request.decides:
            return False
        return request.at < began - WORD_HOLDS or (self.newest_word is not None and request.at <= self.newest_word)

    @property
    def open(self) -> bool:
        """Whether anybody is still to be answered."""
        return self.asked > self.answered

    def alone(self) -> bool:
        """Whether one request at most is still to be answered."""
        return self.asked - self.answered <= 1

    def put(self, request: SyncRequest) -> int:
        """Let it wait; its number."""
        self.asked += 1
        self.urgent |= request.reason in URGENT
        if request.decides:
            self.newest_word = request.at
        self.waiting += Batch.of(request, self.asked)
        return self.asked

    def take(self) -> Batch:
        """All that waits, for a sync that begins now."""
        batch, self.waiting = self.waiting, Batch()
        batch.upto, self.urgent = self.asked, False
        return batch

    def put_back(self, batch: Batch) -> None:
        """It was not answered, or not done with: the next sync goes on with it, and later words count."""
        self.waiting = batch + self.waiting

    def done(self, batch: Batch) -> None:
        """Who asked for it has an answer."""
        self.answered = batch.upto


def _both_planned(one: str | None, other: str | None) -> str | None:
    """A plan holds only what is asked for by it alone."""
    if one is None or other is None or one == other:
        return other if one is None else one
    return ""


def _by_field(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple({choice.field: choice for choice in choices}.values())
