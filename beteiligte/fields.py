"""The field table: one row per mapped field. Mapping, comparison, docs and set-up read it; nothing repeats it.

A new field is a new row and nothing else. Advoware's property names and which of them a PUT really stores are not
public: `evidence` says how surely each is known, `writable` is only the default and a setting has the last word
(facts/advoware.md §2). EspoCRM's attributes stand in recording rest-02 as far as they are known.
"""

from dataclasses import dataclass
from enum import StrEnum

from beteiligte.kinds import DATE, LEGAL_FORM, SALUTATION, TEXT, Kind


class Group(StrEnum):
    """Field groups; the group's policy decides who wins a conflict."""

    STAMMDATEN = "stammdaten"
    KONTAKTDATEN = "kontaktdaten"
    ADRESSE = "adresse"


class Form(StrEnum):
    """What a party is; EspoCRM keeps a company's name in another attribute than a person's."""

    PERSON = "person"
    COMPANY = "company"


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
    kind: Kind = TEXT
    group: Group = Group.STAMMDATEN
    evidence: Evidence = Evidence.GUESSED
    writable: bool = True
    """Whether Advoware stores it on PUT; a default."""
    company_espocrm: str | None = None
    """EspoCRM attribute while the party is a company, where it differs."""
    persons_only: bool = False
    """A company's record uses the attribute for something else (a contact's first name)."""

    @property
    def travels(self) -> str:
        """How a value travels, in the words of the docs: `lossless`, `normalised` or `one-way`."""
        if not self.writable:
            return "one-way"
        return "lossless" if self.kind.lossless else "normalised"

    @property
    def depends_on_form(self) -> bool:
        """Whether its EspoCRM attribute is another one, or none, for a company."""
        return self.persons_only or self.company_espocrm is not None

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every EspoCRM attribute that may hold it."""
        return tuple(dict.fromkeys(filter(None, (self.espocrm, self.company_espocrm))))

    def attribute(self, form: Form) -> str | None:
        """The EspoCRM attribute that holds the field of such a party; None: it has no place there."""
        if form is Form.COMPANY:
            return None if self.persons_only else self.company_espocrm or self.espocrm
        return self.espocrm


FIELDS: tuple[Field, ...] = (
    Field(name="name", label="Name", espocrm="lastName", company_espocrm="firmenname", advoware="name"),
    Field(name="vorname", label="Vorname", espocrm="firstName", advoware="vorname", persons_only=True),
    Field(name="rechtsform", label="Rechtsform", espocrm="rechtsform", advoware="rechtsform", kind=LEGAL_FORM),
    Field(name="titel", label="Titel", espocrm="titel", advoware="titel"),
    Field(name="anrede", label="Anrede", espocrm="salutationName", advoware="anrede", kind=SALUTATION),
    Field(name="briefanrede", label="Briefanrede", espocrm="briefAnrede", advoware="bAnrede"),
    Field(name="zusatz", label="Zusatz", espocrm="zusatz", advoware="zusatz"),
    Field(
        name="geburtsdatum",
        label="Geburtsdatum",
        espocrm="dateOfBirth",
        advoware="geburtsdatum",
        kind=DATE,
        evidence=Evidence.OBSERVED,
    ),
    Field(name="art", label="Art", espocrm="art", advoware="art", writable=False),
    Field(name="kurzname", label="Kurzname", espocrm="kurzname", advoware="kurzname", writable=False),
    Field(name="geburtsname", label="Geburtsname", espocrm="geburtsname", advoware="geburtsname", writable=False),
    Field(
        name="familienstand",
        label="Familienstand",
        espocrm="familienstand",
        advoware="familienstand",
        writable=False,
    ),
    Field(
        name="handelsregisternummer",
        label="Handelsregisternummer",
        espocrm="handelsregisterNummer",
        advoware="handelsRegisterNummer",
        writable=False,
    ),
    Field(
        name="registergericht",
        label="Registergericht",
        espocrm="registergericht",
        advoware="registergericht",
        writable=False,
    ),
)
BY_NAME = {field.name: field for field in FIELDS}
"""What no operator changes about a field: its name, label and kind."""
DEFAULT_MATCH = ("geburtsdatum", "name", "vorname")
"""In these two records must agree to be the same party."""
DEFAULT_WRITABLE = frozenset(field.name for field in FIELDS if field.writable)

NAME = BY_NAME["name"]
COMPANY_NAME = "firmenname"
"""The built-in attribute; an operator's stands in its `FieldTable`."""
PERSONS_ONLY = tuple(field.name for field in FIELDS if field.persons_only)


@dataclass(frozen=True, slots=True)
class FieldTable:
    """The rows in force: the built-in ones, or as an operator changed them (attribute, property, group, writability).

    A field that is not mapped has no row; its name, label and kind stay known.
    """

    rows: tuple[Field, ...] = FIELDS

    @property
    def company_name(self) -> str:
        """The EspoCRM attribute by which a company is known."""
        name = next(row for row in self.rows if row.name == NAME.name)
        return name.company_espocrm or name.espocrm


BUILT_IN = FieldTable()
