"""What a word that a person chose in the record (word.py) makes a sync do, and what he is told of it.

Two of the words settle open fields for one side. They are turned into the same choices as those of a command, each with
the question that it answers: what reads otherwise by now than it was told is asked anew and not done. `create` answers
the questions that `resolve --create` answers (`Situation.allows_create`). While a write of this run is not written
back, what it was made for is known from what is owed, so that nothing is answered twice. Whatever becomes of a word, a
person is told (`answers`).
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from beteiligte.decide.choice import Choice, ChoiceRefusal
from beteiligte.decide.findings import CREATABLE, Finding, FindingKind, Heard
from beteiligte.decide.situation import Situation
from beteiligte.decide.word import Word
from beteiligte.faults import System
from beteiligte.sync_status import Result


class WhatIsDecided(Protocol):
    """What of a decision tells what a word came to (decision.py makes it)."""

    @property
    def result(self) -> Result:
        """What it comes to."""

    @property
    def held(self) -> bool:
        """A person is asked about the whole party."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """New ones."""

    @property
    def still_open(self) -> tuple[Finding, ...]:
        """Told before, and standing as they were told."""

    @property
    def declined(self) -> Mapping[str, ChoiceRefusal]:
        """Choices that are not carried out."""


SIDES = {Word.ESPOCRM: System.ESPOCRM, Word.ADVOWARE: System.ADVOWARE}
SETTLEABLE = frozenset(
    {
        FindingKind.UNDECIDED,
        FindingKind.SET_BACK,
        FindingKind.NOT_TAKEN,
        FindingKind.NOT_WRITABLE,
        FindingKind.REFUSED,
    }
)
"""Open questions about one field, both of whose values are known."""
BLOCKED = {System.ADVOWARE: System.ESPOCRM, System.ESPOCRM: System.ADVOWARE}
"""Whose value a side did not take: it is the one that is tried again."""


def choices(situation: Situation, plain: WhatIsDecided) -> tuple[Choice, ...]:
    """What the word says about single fields; of a field that a command names, the command counts."""
    word = situation.word
    named = {choice.field for choice in situation.choices}
    if plain.held or plain.result is Result.CREATE or _heard_before(situation, word):
        return ()
    return tuple(choice for choice in _of_fields(word, situation, plain) if choice.field not in named)


def _of_fields(word: str, situation: Situation, plain: WhatIsDecided) -> Iterator[Choice]:
    who = {"by": situation.espocrm.modified_by, "at": situation.espocrm.modified_at}
    for finding in plain.still_open:
        side = SIDES[Word(word)] if word in SIDES else None
        if word == Word.AGAIN and finding.kind in (FindingKind.NOT_TAKEN, FindingKind.REFUSED) and finding.system:
            side = BLOCKED[finding.system]
        if side is not None and finding.kind in SETTLEABLE:
            yield Choice(field=finding.field, take=side, asked=finding.fingerprint(), **who)


def _heard_before(situation: Situation, word: str) -> bool:
    """Whether this run has done it already, and EspoCRM does not know yet."""
    return any(found.kind is FindingKind.DECISION_HEARD and found.chosen == word for found in situation.owed.findings)


# ---------------------------------------------------------------------- what became of it


def answers(situation: Situation, decision: WhatIsDecided, made: tuple[Choice, ...]) -> tuple[Finding, ...]:
    """What the person is told; nothing where nobody chose anything, or is told with what landed before."""
    word = situation.word
    if not word or _heard_before(situation, word):
        return ()
    last = situation.stored_head.last
    found = tuple(_answers(word, situation, decision, made))
    return tuple(
        Finding(
            kind=FindingKind.DECISION_HEARD,
            reason=heard.value,
            fields=fields,
            chosen=word,
            by=situation.espocrm.modified_by,
            at=situation.espocrm.modified_at,
            earlier=last if heard is Heard.CLOSED else None,
        )
        for heard, fields in found
    )


Answer = tuple[Heard, tuple[str, ...]]
"""What became of it, and for which fields."""


def _answers(word: str, situation: Situation, decision: WhatIsDecided, made: tuple[Choice, ...]) -> Iterator[Answer]:
    if word not in set(Word):
        yield Heard.UNKNOWN, ()
    elif word == Word.CREATE:
        yield _of_create(situation, decision), ()
    elif word == Word.AGAIN:
        yield Heard.TRIED, ()
    elif decision.held:
        yield Heard.UNSUITED, ()
    else:
        yield from _of_side(decision, made)


def _of_create(situation: Situation, decision: WhatIsDecided) -> Heard:
    if decision.result is Result.CREATE:
        return Heard.CREATED
    if situation.owed.open:
        return Heard.UNANSWERED
    if any(found.kind in CREATABLE for found in decision.findings):
        return Heard.CHANGED
    open_still = decision.held or any(found.kind in SETTLEABLE for found in decision.still_open)
    return Heard.UNSUITED if open_still else Heard.CLOSED


def _of_side(decision: WhatIsDecided, made: tuple[Choice, ...]) -> Iterator[Answer]:
    chosen = tuple(choice.field for choice in made)
    done = tuple(field for field in chosen if field not in decision.declined)
    declined = tuple(field for field in chosen if field in decision.declined)
    asked_anew = (found.field for found in decision.findings if found.kind in SETTLEABLE)
    changed = tuple(field for field in asked_anew if field not in chosen)
    if done:
        yield Heard.DONE, done
    if declined:
        yield Heard.DECLINED, declined
    if changed:
        yield Heard.CHANGED, changed
    if not (done or declined or changed):
        yield Heard.CLOSED, ()
