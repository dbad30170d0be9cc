"""What a table of fields is: its rows, and which of them mean more than a value.

Everything about an entity's fields is read from its table: mapping, comparison, decision, what people are told, docs
and set-up. The table is handed in, so that another entity is another table and no other code. The parties' own:
party_fields.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from beteiligte.record.value_kinds import TEXT, Value, ValueKind


class Group(StrEnum):
    """Field groups; the group's policy decides who wins a conflict."""

    STAMMDATEN = "stammdaten"
    KONTAKTDATEN = "kontaktdaten"
    ADRESSE = "adresse"


class Form(StrEnum):
    """What a party is; EspoCRM keeps a company's name in another attribute than a person's."""

    PERSON = "person"
    COMPANY = "company"


PERSONS = frozenset({Form.PERSON})
EVERYBODY = frozenset(Form)


class Evidence(StrEnum):
    """How surely the Advoware side of a row is known."""

    OBSERVED = "observed"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of the table."""

    name: str
    """In logs, settings and messages."""
    label: str
    """What the firm's people call it."""
    espocrm: str
    """EspoCRM attribute."""
    advoware: str
    """Advoware property."""
    kind: ValueKind = TEXT
    group: Group = Group.STAMMDATEN
    evidence: Evidence = Evidence.GUESSED
    writable: bool = True
    """Whether Advoware stores it on PUT; a default."""
    company_espocrm: str | None = None
    """EspoCRM attribute while the party is a company, where it differs."""
    forms: frozenset[Form] = EVERYBODY
    """What kinds of party have it. In EspoCRM a company's record holds its contact's salutation, title, first name and
    birthday in the attributes that are a person's own, and in Advoware a company is addressed as "Firma". A field that
    a company does not have is not read, compared or written for one, on either side."""

    @property
    def travels(self) -> str:
        """How a value travels, in the words of the docs: `lossless`, `normalised` or `one-way`."""
        if not self.writable:
            return "one-way"
        return "lossless" if self.kind.lossless else "normalised"

    @property
    def depends_on_form(self) -> bool:
        """Whether its EspoCRM attribute is another one, or none, for one of the forms."""
        return self.forms != EVERYBODY or self.company_espocrm is not None

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every EspoCRM attribute that may hold it."""
        return tuple(dict.fromkeys(filter(None, (self.espocrm, self.company_espocrm))))

    def attribute(self, form: Form) -> str | None:
        """The EspoCRM attribute that holds the field of such a party; None: such a party does not have it."""
        if form not in self.forms:
            return None
        return (form is Form.COMPANY and self.company_espocrm) or self.espocrm


@dataclass(frozen=True, kw_only=True)
class FieldTable:
    """The fields of one entity, as they are built in or as an operator changed them (attribute, property, group, …)."""

    rows: tuple[Field, ...]
    """The fields that are compared, in the order in which people see them."""
    unmapped: tuple[Field, ...] = ()
    """Fields that an operator left out: not compared, but what a base holds of them stays, and they keep their names
    and kinds."""
    name: str
    """The field by which a record is known: without it nothing is created, and no first link is believed."""
    given_name: str = ""
    """The field that tells records of one name apart; empty: there is none."""
    legal_form: str = ""
    """The field that says whether it is a person or a company; empty: the entity knows no such difference."""
    identity: tuple[str, ...]
    """What a record is known by after a restore gave its number to another: it is the same while one of them is."""
    match: tuple[str, ...]
    """In these two records must agree to be the same."""
    decision: str = ""
    """What the firm's people call the field in which they decide; empty: there is none, and nobody looks for it."""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """All fields that are known, also those that are not compared."""
        return {row.name: row for row in (*self.rows, *self.unmapped)}

    @cached_property
    def labels(self) -> dict[str, str]:
        """What the firm's people call a field, by every name that a system or the program has for it.

        Ours counts most, since an operator may have swapped the places of two.
        """
        rows = self.by_name.values()
        places = {place: row.label for row in rows for place in (*row.attributes, row.advoware)}
        return {**places, **{row.name: row.label for row in rows}}

    @cached_property
    def writable(self) -> frozenset[str]:
        """The fields that Advoware stores on a PUT."""
        return frozenset(row.name for row in self.rows if row.writable)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that make up what it is called, as lists have it."""
        return tuple(filter(None, (self.name, self.given_name)))

    def called(self, values: Mapping[str, Value]) -> str:
        """The record's name as lists have it; empty where none is known."""
        return ", ".join(filter(None, map(values.get, self.names)))

    @property
    def company_name(self) -> str:
        """The EspoCRM attribute by which a company is known."""
        return self.by_name[self.name].company_espocrm or self.person_name

    @property
    def person_name(self) -> str:
        """The EspoCRM attribute by which a person is known."""
        return self.by_name[self.name].espocrm

    def storing(self, names: Iterable[str]) -> "FieldTable":
        """With just these fields stored by Advoware."""
        stored = frozenset(names)
        return replace(self, rows=tuple(replace(row, writable=row.name in stored) for row in self.rows))

    def of(self, names: Iterable[str], form: Form) -> tuple[str, ...]:
        """Those of these fields that are compared and that such a record has, in the order of the table."""
        wanted = frozenset(names)
        return tuple(row.name for row in self.rows if row.name in wanted and form in row.forms)
