"""How the desk speaks: one language, the firm's names of fields, moments and ages as people read them."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import Finding, Heard
from beteiligte.decide.last_word import CREATE, LastWord
from beteiligte.faults import System
from beteiligte.messages import Language, Phrase, fault_text, line, summary
from beteiligte.messages.counting import Counted
from beteiligte.messages.naming import BERLIN, SYSTEM_NAMES, label
from beteiligte.messages.shown import A_USER
from beteiligte.messages.word_labels import label_of
from beteiligte.record.field_table import FieldTable
from beteiligte.record.value_kinds import DATE, Value
from contracts.fault_report import FaultReport
from starter.desk.texts import came, party
from starter.views.histories import AskedBy
from starter.views.open_questions import OpenQuestion

_AGES = (
    (
        timedelta(days=1),
        Counted(one=Phrase(de="1 Tag", en="1 day"), many=Phrase(de="{number} Tagen", en="{number} days")),
    ),
    (
        timedelta(hours=1),
        Counted(one=Phrase(de="1 Stunde", en="1 hour"), many=Phrase(de="{number} Stunden", en="{number} hours")),
    ),
    (
        timedelta(minutes=1),
        Counted(one=Phrase(de="1 Minute", en="1 minute"), many=Phrase(de="{number} Minuten", en="{number} minutes")),
    ),
)
_MOMENTS_AGO = Phrase(de="wenigen Sekunden", en="a few seconds")


@dataclass(frozen=True)
class Wording:
    """Everything that turns what is known into words."""

    language: Language
    table: FieldTable

    def say(self, phrase: Phrase, **what: object) -> str:
        """A text."""
        return phrase.told(self.language, **what)

    def count(self, counted: Counted, number: int, **what: object) -> str:
        """A text for so many."""
        return counted.told(number, self.language, **what)

    def field(self, name: str) -> str:
        """What the firm calls a field."""
        return label(name, self.table)

    def system(self, system: System | str) -> str:
        """What a system is called."""
        return SYSTEM_NAMES[System(system)]

    def moment(self, at: datetime) -> str:
        """As the firm's clocks show it, and as the notes in EspoCRM say it."""
        there = at.astimezone(BERLIN)
        return f"{there:%d.%m.%Y %H:%M}" if self.language is Language.GERMAN else f"{there:%Y-%m-%d %H:%M}"

    def age(self, at: datetime, now: datetime | None = None) -> str:
        """How long ago, in its largest unit."""
        passed = (now or datetime.now(UTC)) - at
        for unit, counted in _AGES:
            if passed >= unit:
                return self.count(counted, passed // unit)
        return self.say(_MOMENTS_AGO)

    def value(self, field: str, value: Value) -> str:
        """As a person reads it; empty for none."""
        row = self.table.by_name.get(field)
        if value and self.language is Language.GERMAN and row and row.kind is DATE:
            return ".".join(reversed(value.split("-")))
        return value or ""

    def status(self, status: str) -> str:
        """Of a party."""
        return self.say(party.STATUSES[status]) if status in party.STATUSES else status

    def result(self, result: str) -> str:
        """Of a sync."""
        known = party.RESULTS.get(result.removeprefix("would_"))
        return self.say(known) if known else self.say(party.OTHERWISE, result=result)

    def question(self, question: OpenQuestion) -> str:
        """What it is about and what to do, without the values."""
        if question.fault is not None:
            return self.fault(question.fault)
        if question.kind in party.MATTERS:
            return self.told(question)
        return summary([question.finding.open()], self.table, self.language) or self.told(question)

    def told(self, question: OpenQuestion) -> str:
        """The same at length: as it is answered on the party's page, or as the note in EspoCRM has it."""
        found = question.finding
        if found.kind not in party.MATTERS:
            return line(found, self.table, self.language)
        return self.say(
            party.MATTERS[found.kind],
            field=self.field(found.field),
            bet_nr=found.bet_nr or "–",
            several=found.named or "–",
            compared=", ".join(map(self.field, found.fields)) or "–",
        )

    def fault(self, fault: FaultReport) -> str:
        """Why something failed."""
        named = f" ({self.field(fault.field)})" if fault.field else ""
        return fault_text(fault.code, fault.system, self.language, own=True) + named

    def choice(self, choice: Choice, name: str) -> str:
        """What somebody chose."""
        said = {"name": name, "field": self.field(choice.field)}
        if choice.take:
            return self.say(party.CHOSE_SIDE, side=self.system(choice.take), **said)
        if choice.value is None:
            return self.say(party.CHOSE_EMPTY, **said)
        return self.say(party.CHOSE_VALUE, value=self.value(choice.field, choice.value), **said)

    def person(self, by: str) -> str:
        """Who decided; of whoever did so in EspoCRM the id of the user is known, which is no name."""
        if not by:
            return self.say(party.SOMEBODY)
        return self.say(party.IN_THE_RECORD) if by.startswith(A_USER) else by

    def word(self, word: LastWord) -> dict[str, str]:
        """Who decided what, and when: what stands in a text about it."""
        fields = ", ".join(map(self.field, word.fields))
        if word.take in {*System}:
            what = self.say(came.SIDE_HOLDS, fields=fields, side=self.system(word.take))
        else:
            what = self.say(came.TO_CREATE if word.take == CREATE else came.ANOTHER_VALUE, fields=fields)
        return {"name": self.person(word.by), "at": self.moment(word.at), "what": what}

    def heard(self, found: Finding) -> str:
        """What somebody chose in the record, beside what the fields of it show."""
        said = self.say(party.CHOSE_WORD, name=self.person(found.by), word=label_of(found.chosen or "", self.language))
        return said if found.reason in (Heard.CREATED, Heard.TRIED) else self.say(party.NOT_DONE, said=said)

    def decided(self, asked: AskedBy, declined: Container[str] = ()) -> list[str]:
        """All that a person decided by one request. `declined`: fields of which it was not carried out."""
        name = self.person(asked.by)
        said = [
            self.say(party.NOT_DONE, said=text) if choice.field in declined else text
            for choice in asked.choices
            for text in [self.choice(choice, name)]
        ]
        if asked.link:
            said.append(self.say(party.NAMED_LINK, name=name, number=asked.link))
        if asked.create_anyway:
            said.append(self.say(party.SAID_CREATE, name=name))
        return said
