"""A situation as a table of fields reads it: what the party is, what of both sides it has, and the base in force.

A Situation stands in histories and knows no table; which one is in force, a worker knows. So whatever depends on fields
is asked here, and workflow code, which must say the same again when an operator has changed the table, never asks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from beteiligte.decide import base as bases
from beteiligte.decide.base import Base
from beteiligte.decide.situation import Situation
from beteiligte.record.field_table import FieldTable, Form
from beteiligte.record.person_or_company import form_by_legal_form
from beteiligte.record.value_kinds import Value


@dataclass(frozen=True)
class FieldView:
    """One situation, one table."""

    situation: Situation
    table: FieldTable

    @cached_property
    def stored_base(self) -> Base:
        """The base as it stands in EspoCRM."""
        espocrm = self.situation.espocrm
        return bases.parse(espocrm.base_text, espocrm.party_id, self.table)

    @cached_property
    def moved_base(self) -> Base:
        """The base as it stands in EspoCRM, moved by what landed meanwhile."""
        stored, owed = self.stored_base.for_party(self.situation.bet_nr), self.situation.owed
        if not owed.open:
            return stored
        return stored.but(bet_nr=self.situation.bet_nr, values={**stored.values, **self._own(owed.agreed)})

    @cached_property
    def base(self) -> Base:
        """The base in force: of the fields that such a party has.

        What a person's first name was is no base for the one of a company's contact.
        """
        return self.moved_base.but(values=self._own(self.moved_base.values))

    @cached_property
    def form(self) -> Form:
        """What the party is; an EspoCRM record without any name, and of which no base tells, takes Advoware's word."""
        espo, there = self.situation.espocrm, self.situation.advoware
        named = any(espo.side.values.get(name) for name in self.table.names)
        if there is None or named or self.stored_base.form_by(self.table):
            return espo.form
        return form_by_legal_form(there.side.values, self.table) or Form.PERSON

    @property
    def turned(self) -> bool:
        """Whether it was another form when both sides last agreed, and another attribute holds its name since."""
        agreed, name = self.stored_base.for_party(self.situation.bet_nr), self.name
        was = agreed.form_by(self.table)
        return was not in (None, self.form) and name is not None and name != agreed.values.get(self.table.name)

    @property
    def name(self) -> Value:
        """What EspoCRM calls it."""
        return self.situation.espocrm.side.values.get(self.table.name)

    @cached_property
    def espocrm(self) -> dict[str, Value]:
        """EspoCRM's values as they are compared."""
        return self._own(self.situation.espocrm.side.values)

    @property
    def advoware(self) -> Mapping[str, Value]:
        """Advoware's values, as far as it was read."""
        return self.situation.advoware.side.values if self.situation.advoware else {}

    @property
    def keys(self) -> str:
        """A hash of what the party is looked for by."""
        compared = {name: self.espocrm.get(name) for name in {self.table.name, *self.table.match}}
        return bases.fingerprint(None, {**compared, "form": self.form.value})

    def has(self, name: str) -> bool:
        """Whether such a party has the field: what stands in its place on a side is somebody else's, or nobody's."""
        espo = self.situation.espocrm
        if self.form is espo.form:
            return name not in espo.side.absent
        return self.form in self.table.by_name[name].forms

    def _own(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: value for name, value in values.items() if self.has(name)}
