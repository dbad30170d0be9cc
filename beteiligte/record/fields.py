"""The field table: one row per mapped field. Mapping, comparison, docs and set-up read it; nothing repeats it.

A new field is a new row and nothing else. Advoware's property names and which of them a PUT really stores are not
public: `evidence` says how surely each is known, `writable` is only the default and a setting has the last word
(facts/advoware.md §2). EspoCRM's attributes stand in recording rest-02 as far as they are known.
"""

from dataclasses import dataclass
from enum import StrEnum

from beteiligte.record.kinds import DATE, LEGAL_FORM, SALUTATION, TEXT, Kind


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
    kind: Kind = TEXT
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


FIELDS: tuple[Field, ...] = (
    Field(name="name", label="Name", espocrm="lastName", company_espocrm="firmenname", advoware="name"),
    Field(name="vorname", label="Vorname", espocrm="firstName", advoware="vorname", forms=PERSONS),
    Field(name="rechtsform", label="Rechtsform", espocrm="rechtsform", advoware="rechtsform", kind=LEGAL_FORM),
    Field(name="titel", label="Titel", espocrm="titel", advoware="titel", forms=PERSONS),
    Field(name="anrede", label="Anrede", espocrm="salutationName", advoware="anrede", kind=SALUTATION, forms=PERSONS),
    # A company's letter begins somehow, too, so this one is its own.
    Field(name="briefanrede", label="Briefanrede", espocrm="briefAnrede", advoware="bAnrede"),
    Field(name="zusatz", label="Zusatz", espocrm="zusatz", advoware="zusatz"),
    Field(
        name="geburtsdatum",
        label="Geburtsdatum",
        espocrm="dateOfBirth",
        advoware="geburtsdatum",
        kind=DATE,
        forms=PERSONS,
        evidence=Evidence.OBSERVED,
    ),
    Field(name="art", label="Art", espocrm="art", advoware="art", writable=False),
    Field(name="kurzname", label="Kurzname", espocrm="kurzname", advoware="kurzname", writable=False),
    Field(
        name="geburtsname",
        label="Geburtsname",
        espocrm="geburtsname",
        advoware="geburtsname",
        forms=PERSONS,
        writable=False,
    ),
    Field(
        name="familienstand",
        label="Familienstand",
        espocrm="familienstand",
        advoware="familienstand",
        forms=PERSONS,
        writable=False,
    ),
    # Whoever trades under his own name (e.K.) is a person with an entry in the register.
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


@dataclass(frozen=True, slots=True)
class FieldTable:
    """The rows in force: the built-in ones, or as an operator changed them (attribute, property, group, forms, …).

    A field that is not mapped has no row; its name, label and kind stay known.
    """

    rows: tuple[Field, ...] = FIELDS

    @property
    def company_name(self) -> str:
        """The EspoCRM attribute by which a company is known."""
        return self._name.company_espocrm or self._name.espocrm

    @property
    def person_name(self) -> str:
        """The EspoCRM attribute by which a person is known."""
        return self._name.espocrm

    @property
    def _name(self) -> Field:
        return next(row for row in self.rows if row.name == NAME.name)


BUILT_IN = FieldTable()
