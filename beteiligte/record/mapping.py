"""Wire ⇄ canonical record, by the field table in force.

`from_*` never fails: what cannot be read or mapped is listed in the Side. `to_espocrm` gives a partial update (EspoCRM
merges), `overlay` a whole Advoware record (a PUT there replaces, facts/advoware.md §2), so unmapped fields survive.
Held by the mapper laws in tests/laws/test_mapping.py.
"""

from collections.abc import Mapping

from pydantic import JsonValue

from beteiligte.record.field_table import Field, FieldTable, Form
from beteiligte.record.person_or_company import form_at_espocrm
from beteiligte.record.size import TOO_LONG, surplus, too_long
from beteiligte.record.snapshots import Side
from beteiligte.record.value_kinds import Unmappable, Value, ValueKind

Wire = Mapping[str, JsonValue]


def from_espocrm(attributes: Wire, table: FieldTable, form: Form | None = None) -> Side:
    """The canonical record of an EspoCRM answer.

    While it does not show the company's name, nobody knows whether `lastName` is a person's or a company's contact's.
    """
    form = form or form_at_espocrm(attributes, table)
    places = {field.name: field.attribute(form) for field in table.rows}
    if table.company_name not in attributes:
        places |= {field.name: table.company_name for field in table.rows if field.depends_on_form}
    side = _side({name: place for name, place in places.items() if place is not None}, attributes, table)
    return side.but(absent=tuple(name for name, place in places.items() if place is None))


def from_advoware(record: Wire, table: FieldTable) -> Side:
    """The canonical record of an Advoware answer, whatever form the party has; property names without case."""
    spelling = {key.lower(): key for key in record}
    places = {field.name: spelling.get(field.advoware.lower(), field.advoware) for field in table.rows}
    return _side(places, record, table)


def _side(places: Mapping[str, str], wire: Wire, table: FieldTable) -> Side:
    values: dict[str, Value] = {}
    unreadable: list[str] = []
    unmappable: dict[str, str] = {}
    for name, place in places.items():
        if place not in wire:
            unreadable.append(name)
            continue
        if too_long(wire[place]):
            unmappable[name] = TOO_LONG
            continue
        try:
            values[name] = table.by_name[name].kind.canonical(wire[place])
        except Unmappable as reason:
            unmappable[name] = str(reason)
    for name in surplus(values):
        del values[name]
        unmappable[name] = TOO_LONG
    return Side(values=values, unreadable=tuple(unreadable), unmappable=unmappable)


def to_espocrm(values: Mapping[str, Value], form: Form, table: FieldTable) -> dict[str, JsonValue]:
    """Attributes to PUT. An empty value travels as null: "" would store 0 or be refused (facts/espocrm.md §2.6)."""
    body: dict[str, JsonValue] = {}
    for field in _sent(values, table):
        attribute, value = field.attribute(form), values[field.name]
        if attribute is not None:
            body[attribute] = None if value is None else field.kind.to_espocrm(value)
    return body


def to_advoware(values: Mapping[str, Value], table: FieldTable) -> dict[str, JsonValue]:
    """Properties to POST."""
    return {field.advoware: _advoware(field.kind, values[field.name]) for field in _sent(values, table)}


def overlay(record: Wire, values: Mapping[str, Value], table: FieldTable) -> dict[str, JsonValue]:
    """The whole record with `values` laid over it; a value that already stands there in another spelling stays."""
    spelling = {key.lower(): key for key in record}
    whole = dict(record)
    for field in _sent(values, table):
        key, value = spelling.get(field.advoware.lower(), field.advoware), values[field.name]
        if key not in record or not _holds(field.kind, record[key], value):
            whole[key] = _advoware(field.kind, value)
    return whole


def _sent(values: Mapping[str, Value], table: FieldTable) -> list[Field]:
    """The rows of these values; a field that stopped being mapped since it was decided is not sent."""
    return [field for field in table.rows if field.name in values]


def field_at_espocrm(attribute: str, table: FieldTable) -> str | None:
    """The field that an EspoCRM attribute holds; None where it holds none of ours."""
    for field in table.rows:
        if attribute in (field.espocrm, field.company_espocrm):
            return field.name
    return None


def _advoware(kind: ValueKind, value: Value) -> JsonValue:
    return None if value is None else kind.to_advoware(value)


def _holds(kind: ValueKind, wire: JsonValue, value: Value) -> bool:
    try:
        return kind.canonical(wire) == value
    except Unmappable:
        return False
