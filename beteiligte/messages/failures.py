"""Why a sync failed, as people read it: what happened, what to do, what the system said, the administrator's code."""

from beteiligte.faults import System
from beteiligte.messages.causes import FAULTS, OF_ONE, SAID, UNEXPECTED
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.naming import label, system_name
from beteiligte.messages.shown import Plain
from beteiligte.record.field_table import FieldTable

_FIELD_AFTER = Phrase(de=" Feld: {field}.", en=" Field: {field}.")
_CODE_AFTER = Phrase(de=" (Kennung für den Betreuer: {code})", en=" (Code for the administrator: {code})")
_PLAIN = Plain()


def fault_text(
    code: str, system: System | None, language: Language = Language.GERMAN, *, said: str = "", own: bool = False
) -> str:
    """What a fault's code means, what to do, and what the system said. `own`: it is one party's matter."""
    phrase = (OF_ONE.get(code) if own else None) or FAULTS.get(code, UNEXPECTED)
    named = system_name(system, language)
    return phrase.told(language, system=named) + (SAID.told(language, system=named, said=said) if said else "")


def failure_summary(
    code: str,
    system: System | None,
    field: str,
    table: FieldTable,
    language: Language = Language.GERMAN,
    *,
    said: str = "",
    own: bool = False,
) -> str:
    """The text for `syncErrorMessage` after the last attempt."""
    return fault_text(code, system, language, said=_PLAIN.value(said), own=own) + after(code, field, table, language)


def after(code: str, field: str, table: FieldTable, language: Language) -> str:
    """Behind a cause: the field that it is about, and for the administrator what stands in logs."""
    named = _FIELD_AFTER.told(language, field=label(field, table)) if field else ""
    return named + _CODE_AFTER.told(language, code=code)
