"""The entity type's fields: those in which the sync keeps its books, and those that the field table maps."""

from collections.abc import Iterable, Mapping

from beteiligte.record.field_table import FieldTable
from installation.check import Check
from installation.checks.espocrm import screens
from installation.checks.espocrm.saying import ESPOCRM
from installation.checks.espocrm.seen import EspoCrmSeen, Unread
from installation.espocrm import wanted
from installation.espocrm.making import DECISION_FIELD
from installation.espocrm.wanted import Defs, WantedField

FIELDS = "fields"


def checks(seen: EspoCrmSeen, table: FieldTable, opt_out: str) -> list[Check]:
    """A line each."""
    if isinstance(seen.defs, Unread):
        return [ESPOCRM.unknown(FIELDS, seen.defs.why, seen.defs.remedy)]
    there = seen.defs.fields
    every = wanted.fields(table, opt_out=opt_out)
    named = [_field(field, there.get(field.name), seen.entity_type) for field in every]
    return named if table.decision else [*named, _not_in_use(wanted.decision(table), there)]


def _not_in_use(field: WantedField, there: Mapping[str, Defs]) -> Check:
    """The one in which people could decide: a firm may do without it, but not without knowing."""
    if field.name not in there:
        return ESPOCRM.ok(
            called(field), f"not there and not needed: people decide by commands; {screens.SETUP} makes it"
        )
    told = "is there, and the sync does not look at it: what people choose there is answered by nobody"
    return ESPOCRM.warning(called(field), told, f"{DECISION_FIELD}={field.label} in .env, as EspoCRM's screen calls it")


def called(field: WantedField) -> str:
    """The name of a field's check."""
    return f"field {field.name}"


def _field(field: WantedField, seen: Defs | None, entity_type: str) -> Check:
    name, where = called(field), screens.field(entity_type, field.name)
    if seen is None:
        return ESPOCRM.wrong(name, _missing(field), _make(field, entity_type))
    if seen.get("optionsReference") and seen.get("type") == "enum" and field.options:
        words = ", ".join(filter(None, field.options))
        return ESPOCRM.unknown(name, "its words stand at another field", f"{where}: do its options include {words}?")
    if unlike := field.unlike(seen):
        return _otherwise(field, seen, unlike, where)
    if seen.get("required") is True:
        told = f"{_as_it_is(seen)}, required: what is emptied in Advoware stays in EspoCRM"
        return ESPOCRM.ok(name, told)
    return ESPOCRM.ok(name, _as_it_is(seen))


def _otherwise(field: WantedField, seen: Defs, unlike: tuple[str, ...], where: str) -> Check:
    """A data field that only lacks words costs the parties that have them, and no other."""
    told, remedy = "; ".join(unlike), f"{where}: {_mend(field, seen)}"
    if not field.bookkeeping and unlike == _lacks_words(field, seen):
        return ESPOCRM.warning(called(field), f"{told}: such a value is not written", remedy)
    return ESPOCRM.wrong(called(field), told, remedy)


def _missing(field: WantedField) -> str:
    if field.bookkeeping:
        return "does not exist: the sync keeps its books there, and nothing is written anywhere"
    return "does not exist: it is not synced"


def _make(field: WantedField, entity_type: str) -> str:
    """By hand or by command; a mapped field may be meant to be missing."""
    if field.made_with_type:
        return "it comes with an entity type made as Person; for another type name its own in SYNC_FIELDS_FILE"
    by_hand = f"{screens.new_field(entity_type)} → {_kind(field)}, named {field.name}"
    left_out = "" if field.bookkeeping else "; a field that you do not have is left out in SYNC_FIELDS_FILE"
    return f"{screens.SETUP}, or {by_hand}{left_out}"


def _kind(field: WantedField) -> str:
    length = f" with Max Length {field.max_length}" if field.max_length else ""
    options = f" with the options {', '.join(filter(None, field.options))}" if field.options else ""
    default = f", Default {field.default}" if field.default is not None else ""
    return f"{TYPES[field.type]}{length}{options}{default}"


TYPES = {
    "int": "Integer",
    "varchar": "Varchar",
    "text": "Text",
    "datetime": "Date-Time",
    "date": "Date",
    "enum": "Enum",
    "bool": "Boolean",
}
"""Types of fields as EspoCRM's screens call them."""


def _lacks_words(field: WantedField, seen: Defs) -> tuple[str, ...]:
    """What a field that only lacks words would be said to be."""
    missing = field.missing_options(seen) if seen.get("type") == "enum" else ()
    return (f"lacks the options {', '.join(missing)}",) if missing else ()


def _mend(field: WantedField, seen: Defs) -> str:
    """Its parameters as they should be; a type can only be chosen anew."""
    if seen.get("type") not in field.fits:
        return (
            f"remove it and add it again as {_kind(field)} (its values are lost), or name another in SYNC_FIELDS_FILE"
        )
    return ", ".join(_parameters(field, seen))


def _parameters(field: WantedField, seen: Defs) -> Iterable[str]:
    length = seen.get("maxLength")
    if field.least_length and isinstance(length, int) and length < field.least_length:
        yield f"Max Length {field.least_length} or more" + (", or empty" if seen["type"] == "text" else "")
    if missing := _lacks_words(field, seen):
        yield f"Options: {missing[0].removeprefix('lacks the options ')}"
    if field.bookkeeping and field.lacks_empty(seen):
        yield "Options: one that is empty"
    if field.default is not None and seen.get("default") != field.default:
        yield f"Default {field.default}"
    if field.optional and seen.get("default"):
        yield "Default none"
    if field.bookkeeping and seen.get("required") is True:
        yield "Required off"
    if seen.get("readOnly") is True:
        yield "Read-only off (set it in the layout instead)"


def _as_it_is(seen: Defs) -> str:
    length = (
        f", max length {seen['maxLength']}" if seen.get("type") in ("varchar", "text") and seen.get("maxLength") else ""
    )
    return f"{TYPES.get(str(seen.get('type')), seen.get('type'))}{length}"
