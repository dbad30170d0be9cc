"""The fields of the page's form: what they are called, what may be chosen, and what a form that comes back says."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulators.espocrm_types import DECISION, DECISIONS, EntityType
from simulators.espocrm_users import User
from simulators.espocrm_values import Attributes, Bool, Enum, Int, LongText

Somebody = User

LABELS = {
    "salutationName": "Anrede",
    "firstName": "Vorname",
    "lastName": "Nachname",
    "firmenname": "Firma",
    "rechtsform": "Rechtsform",
    "titel": "Titel",
    "briefAnrede": "Briefanrede",
    "zusatz": "Zusatz",
    "dateOfBirth": "Geburtsdatum",
    "art": "Art",
    "kurzname": "Kurzname",
    "geburtsname": "Geburtsname",
    "familienstand": "Familienstand",
    "handelsregisterNummer": "Handelsregisternummer",
    "registergericht": "Registergericht",
    "betnr": "Advoware-Nummer (betNr)",
    "syncStatus": "Sync-Status",
    "syncErrorMessage": "Sync-Meldung",
    DECISION: "Entscheidung",
}
WORDS = {
    "syncStatus": {
        "pending_sync": "abzugleichen",
        "clean": "gleich",
        "dirty": "geändert",
        "syncing": "läuft",
        "failed": "fehlgeschlagen",
        "conflict": "zu entscheiden",
        "permanently_failed": "abgelehnt",
        "deleted_in_advoware": "in Advoware gelöscht",
    },
    DECISION: DECISIONS,
}
"""What the screens call the options."""
FIRST = (DECISION, "syncStatus")
NOT_SHOWN = frozenset({"advowareRowId", "advowareLastSync", "advowareSyncBase", "syncErrorMessage", "assignedUserId"})
YES_NO = (("", "nein"), ("1", "ja"))


@dataclass(frozen=True)
class FormField:
    """One field with what stands in it."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    long: bool = False

    @property
    def decides(self) -> bool:
        """Whether it is the one by which people decide."""
        return self.name == DECISION


@dataclass(frozen=True)
class Column:
    """One of a list."""

    name: str
    label: str
    words: Mapping[str, str]

    def shown(self, record: Attributes) -> str:
        """What stands there, in the words of the screen."""
        value = str(record.get(self.name) or "")
        return self.words.get(value, value)


def column(kind: EntityType, name: str) -> Column:
    """An enumeration as a column."""
    return Column(name, _label(kind, name), WORDS.get(name, {}))


def of(kind: EntityType, record: Attributes) -> list[FormField]:
    """Those of the form: what a person decides by first."""
    names = [name for name in kind.attributes if name not in NOT_SHOWN]
    return [field(kind, name, record) for name in sorted(names, key=lambda name: name not in FIRST)]


def field(kind: EntityType, name: str, record: Attributes) -> FormField:
    """One of them."""
    attribute, value = kind.attributes[name], record.get(name)
    text = "" if value in (None, False) else "1" if value is True else str(value)
    options: tuple[tuple[str, str], ...] = ()
    if isinstance(attribute, Enum):
        options = tuple((word, WORDS.get(name, {}).get(word, word)) for word in _options(attribute))
    elif isinstance(attribute, Bool):
        options = YES_NO
    return FormField(name, _label(kind, name), text, options, long=isinstance(attribute, LongText))


def _options(attribute: Enum) -> list[str]:
    return list(dict.fromkeys(option or "" for option in attribute.options))


def _label(kind: EntityType, name: str) -> str:
    return kind.labels.get(name) or LABELS.get(name, name)


def read(kind: EntityType, record: Attributes, sent: Mapping[str, str | None]) -> dict[str, object]:
    """What was changed in the form, as EspoCRM is sent it."""
    before = {one.name: one.value for one in of(kind, record)}
    return {name: _value(kind, name, text) for name, text in sent.items() if (text or "") != before.get(name)}


def _value(kind: EntityType, name: str, text: str | None) -> object:
    attribute = kind.attributes[name]
    if isinstance(attribute, Bool):
        return bool(text)
    if isinstance(attribute, Int) and text is not None and text.isdigit():
        return int(text)
    return text
