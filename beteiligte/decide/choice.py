"""A person's word about one field: which side's value both shall have, or another value.

Checked twice: `canonical` where it is typed in, `carried_out` when a sync decides, since both sides may have moved
meanwhile. A choice that cannot be carried out costs the rest of the sync nothing: it is declined, with the reason.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from beteiligte.decide.last_word import VALUE, LastWord
from beteiligte.decide.verdict import FieldVerdict, Source
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.field_table import FieldTable
from beteiligte.record.value_kinds import Unmappable, Value

LITERAL = "="
"""Before a value that would be read as the name of a side."""


class ChoiceRefusal(StrEnum):
    """Why a choice is not carried out; stands in histories: add, never rename."""

    UNKNOWN_FIELD = "unknown_field"
    NO_SUCH_VALUE = "no_such_value"
    NO_NAME = "no_name"
    UNREADABLE = "unreadable"
    NOT_WRITABLE = "not_writable"
    CHANGED = "changed"
    ANSWERED = "answered"
    NOT_COMPARED = "not_compared"


WORDS = {
    ChoiceRefusal.UNKNOWN_FIELD: "there is no such field",
    ChoiceRefusal.NO_SUCH_VALUE: "the value does not fit the field",
    ChoiceRefusal.NO_NAME: "a party must keep its name; choose a side or a value that is not empty",
    ChoiceRefusal.UNREADABLE: "not both sides show a value that can be compared: `diff` shows which; put that right "
    "first",
    ChoiceRefusal.NOT_WRITABLE: "Advoware does not store this field; enter the value there by hand, or take Advoware's",
    ChoiceRefusal.CHANGED: "it was edited since, and that edit is kept; choose again with `resolve --field`",
    ChoiceRefusal.ANSWERED: "the question is no longer open: it was decided, or both sides hold the same by now",
    ChoiceRefusal.NOT_COMPARED: "the party is not linked, or held by another question: answer that first",
}
"""What to do about it."""


class ChoiceRefused(ValueError):
    """A choice that cannot be carried out; names the field and the reason, never a value."""

    def __init__(self, field: str, refusal: ChoiceRefusal, detail: str = "") -> None:
        """Say which field, and why."""
        super().__init__(f"{field}: {WORDS[refusal]}{detail}")
        self.field = field
        self.refusal = refusal


class Choice(Frozen):
    """What both sides shall have in one field."""

    field: str
    take: System | None = None
    """The side whose value it is, whatever it is by then; None: it is `value`."""
    value: Value = None
    only_while: tuple[Value, ...] = ()
    """What the person saw: where a side holds anything else by then, it was edited since. Empty: whatever stands."""
    asked: str = Field("", exclude_if=lambda asked: not asked)
    """The question that it answers, as it was told (`Open.told`): one that is answered, or reads otherwise by now, is
    left alone. Empty: whatever is asked."""
    by: str = Field("", exclude_if=lambda by: not by)
    """Who chose it: the id of EspoCRM's user, or the name under which a command was given."""
    at: datetime | None = Field(None, exclude_if=lambda at: at is None)
    """When."""

    def word(self, at: datetime) -> LastWord:
        """For whoever decides the same while it is being carried out. `at`: where it is not known when it was said."""
        return LastWord(at=self.at or at, by=self.by, take=self.take or VALUE, fields=(self.field,))

    @classmethod
    def answering(cls, field: str, told: str, take: System) -> "Choice":
        """An answer to a question as somebody sees it (`Finding.fingerprint`): nothing is done where it moved on."""
        return cls(field=field, take=take, asked=told)

    @classmethod
    def typed(cls, field: str, word: str, table: FieldTable) -> "Choice":
        """From a command line: `espocrm`, `advoware`, or a value; `=` before a value that reads like a side.

        Raises ChoiceRefused.
        """
        side = next((system for system in System if word.strip().casefold() == system), None)
        return cls(field=field, take=side, value=None if side else word.removeprefix(LITERAL)).canonical(table)

    def canonical(self, table: FieldTable) -> "Choice":
        """With a value in its canonical form. Raises ChoiceRefused."""
        field = table.by_name.get(self.field)
        if field is None:
            known = f"; known: {', '.join(sorted(table.by_name))}"
            raise ChoiceRefused(self.field, ChoiceRefusal.UNKNOWN_FIELD, known)
        try:
            value = field.kind.canonical(self.value)
        except Unmappable as reason:
            raise ChoiceRefused(self.field, ChoiceRefusal.NO_SUCH_VALUE, f" ({reason})") from None
        if self.take is None and value is None and self.field == table.name:
            raise ChoiceRefused(self.field, ChoiceRefusal.NO_NAME)
        return self.but(value=value)

    def carried_out(self, espocrm: Mapping[str, Value], advoware: Mapping[str, Value], table: FieldTable) -> Value:
        """What both sides shall have. Raises ChoiceRefused."""
        choice, name = self.canonical(table), self.field
        if name not in espocrm or name not in advoware:
            raise ChoiceRefused(name, ChoiceRefusal.UNREADABLE)
        value = {System.ESPOCRM: espocrm[name], System.ADVOWARE: advoware[name], None: choice.value}[choice.take]
        # Where an earlier attempt landed, that side already holds what was chosen.
        if choice.only_while and not {espocrm[name], advoware[name]} <= {*choice.only_while, value}:
            raise ChoiceRefused(name, ChoiceRefusal.CHANGED)
        if value is None and name == table.name:
            raise ChoiceRefused(name, ChoiceRefusal.NO_NAME)
        if value != advoware[name] and name not in table.writable:
            raise ChoiceRefused(name, ChoiceRefusal.NOT_WRITABLE)
        return value


def carry_out(
    choices: Iterable[Choice],
    espocrm: Mapping[str, Value],
    advoware: Mapping[str, Value],
    table: FieldTable,
) -> tuple[dict[str, FieldVerdict], dict[str, ChoiceRefusal]]:
    """The verdicts of what was chosen, and what was declined, by field. A field that holds it already needs none."""
    verdicts: dict[str, FieldVerdict] = {}
    declined: dict[str, ChoiceRefusal] = {}
    for choice in choices:
        name = choice.field
        try:
            value = choice.carried_out(espocrm, advoware, table)
        except ChoiceRefused as refused:
            declined[name] = refused.refusal
            continue
        if not espocrm[name] == advoware[name] == value:
            who = {"by": choice.by, "at": choice.at}
            verdicts[name] = FieldVerdict(source=Source.CHOSEN, chosen=value, because="a person chose it", **who)
    return verdicts, declined
