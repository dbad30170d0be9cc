"""The fields of a party: one row each. Mapping, comparison, docs and set-up read them; nothing repeats them.

A new field is a new row and nothing else. Advoware's property names and which of them a PUT really stores are not
public: `evidence` says how surely each is known, `writable` is only the default and a setting has the last word
(facts/advoware.md §2). EspoCRM's attributes stand in recording rest-02 as far as they are known.
"""

from beteiligte.record.field_table import PERSONS, Evidence, Field, FieldTable
from beteiligte.record.value_kinds import DATE, LEGAL_FORM, SALUTATION

PARTY_TABLE = FieldTable(
    name="name",
    given_name="vorname",
    legal_form="rechtsform",
    identity=("name", "vorname", "geburtsdatum"),
    match=("geburtsdatum", "name", "vorname"),
    rows=(
        Field(name="name", label="Name", espocrm="lastName", company_espocrm="firmenname", advoware="name"),
        Field(name="vorname", label="Vorname", espocrm="firstName", advoware="vorname", forms=PERSONS),
        Field(name="rechtsform", label="Rechtsform", espocrm="rechtsform", advoware="rechtsform", kind=LEGAL_FORM),
        Field(name="titel", label="Titel", espocrm="titel", advoware="titel", forms=PERSONS),
        Field(
            name="anrede", label="Anrede", espocrm="salutationName", advoware="anrede", kind=SALUTATION, forms=PERSONS
        ),
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
    ),
)
"""As it is built in. Only settings and the pages of docs/ start from it: other code is handed the table in force."""
