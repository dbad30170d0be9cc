"""What the firm's people call a field, a system and a party's number."""

from datetime import datetime
from zoneinfo import ZoneInfo

from beteiligte.faults import System
from beteiligte.messages.language import Language, Phrase
from beteiligte.record.field_table import FieldTable

SYSTEM_NAMES = {System.ESPOCRM: "EspoCRM", System.ADVOWARE: "Advoware"}
_UNKNOWN_SYSTEM = Phrase(de="Das System", en="The system")
BERLIN = ZoneInfo("Europe/Berlin")
"""The firm's people read their own time."""
MOMENT = Phrase(de="{moment:%d.%m.%Y %H:%M} Uhr", en="{moment:%Y-%m-%d %H:%M}")
_NO_NUMBER = Phrase(de="nicht bekannt", en="not known")


def label(field: str, table: FieldTable) -> str:
    """What the firm's people call it."""
    return table.labels.get(field, field)


def number(bet_nr: int | None, language: Language) -> str:
    """A betNr, or that none is known."""
    return _NO_NUMBER.told(language) if bet_nr is None else str(bet_nr)


def moment(at: datetime, language: Language) -> str:
    """A moment, as the firm's clocks show it."""
    return MOMENT.told(language, moment=at.astimezone(BERLIN))


def system_name(system: System | None, language: Language) -> str:
    """A system; where it is not known which, a word for any."""
    return SYSTEM_NAMES[system] if system else _UNKNOWN_SYSTEM.told(language)


def other(system: System | None) -> System:
    """The side across."""
    return System.ADVOWARE if system is System.ESPOCRM else System.ESPOCRM
