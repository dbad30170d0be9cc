"""Mapper laws for every row of the field table and for whole records, on both sides, up to the canonical form.

GetPut: writing what was read changes nothing. PutGet: what was written is read. PutPut: the last write counts. What
EspoCRM really stores comes from its stand-in, which is held to recordings of the real one.
"""

import json
from collections.abc import Mapping
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from beteiligte.record.field_table import Field, Form
from beteiligte.record.mapping import field_at_espocrm, from_advoware, from_espocrm, overlay, to_advoware, to_espocrm
from beteiligte.record.party_fields import PARTY_TABLE as TABLE
from beteiligte.record.person_or_company import form_at_espocrm
from beteiligte.record.snapshots import Side
from beteiligte.record.value_kinds import DATE, TEXT, Unmappable, Value
from simulators.advoware import IGNORED, WRITABLE
from simulators.espocrm_types import ATTRIBUTES
from simulators.espocrm_values import Invalid

NASTY = (
    *(
        "Müßig",
        "Mu\u0308ßig",
        "ẞ",
        "👩‍⚖️ Änne",
        "\u05d9\u05d5\u05e1\u05e3",
        "\u202eabc",
        "x" * 255,
        "x" * 256,
        "ä" * 255,
    ),
    *("\u00a0Müßig\u00a0", "\u200b", "a\u200bb", "Hof\r\nlinks", "a\0b", "\0a", "<b>&amp;</b>", "<Änne>", "a=b", "007"),
    *(
        "1980-02-29",
        "1980-02-29T00:00:00",
        "1900-01-01",
        "1981-02-29",
        "2024-03-31T02:30:00",
        "0001-01-01",
        "0000-00-00",
    ),
    *(
        "Mü\u00adßig",
        "\u200eMüßig",
        "M\u200düßig\ufe0f",
        "Mu\u00ad\u0308ßig",
        "Müßig\u00a0Söhne",
        "\u200e",
        "\u3164",
        "a\u2028b",
    ),
    *("1980-02-28T23:00:00Z", "1980-06-30T22:00:00+00:00", "1980-02-28T12:00:00Z", "1899-12-30", "1753-01-01T00:00:00"),
    *("Herr", "Mr.", "Firma", "Gräfin", "GmbH", "ug", "natürliche Person", "null", "None", "0", "\ud800", "Array"),
)
values = st.sampled_from(NASTY) | st.text(max_size=300) | st.dates().map(str)
wires: st.SearchStrategy[JsonValue] = (
    values | st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.text(), max_size=2)
)
EVERY = pytest.mark.parametrize("field", TABLE.rows, ids=lambda field: field.name)
FORMS = pytest.mark.parametrize("form", Form)
UNMAPPED: dict[str, JsonValue] = {"betNr": 4711, "rowId": "R1", "kommunikation": [{"tlf": "1"}], "Sonstiges": None}

advoware_records = st.fixed_dictionaries({field.advoware: wires for field in TABLE.rows}).map(
    lambda r: {**r, **UNMAPPED}
)
espocrm_records = st.fixed_dictionaries(
    {attribute: wires for field in TABLE.rows for attribute in {field.espocrm, field.company_espocrm} - {None}}
)


def canonical(field: Field, wire: JsonValue) -> Value:
    """Of a generated value; one without canonical form stands for empty here."""
    try:
        return field.kind.canonical(wire)
    except Unmappable:
        return None


def stored(attribute: str, sent: JsonValue) -> JsonValue:
    """What EspoCRM keeps of what was sent. Raises Invalid for a 400."""
    return cast(JsonValue, ATTRIBUTES[attribute].stored(attribute, sent))


def written(record: Mapping[str, JsonValue], wanted: Mapping[str, Value], form: Form) -> dict[str, JsonValue]:
    """An EspoCRM record after a write-back: only what differs is sent. Raises Invalid."""
    held = from_espocrm(record, TABLE).values
    differing = {name: value for name, value in wanted.items() if name not in held or held[name] != value}
    sent = to_espocrm(differing, form, TABLE)
    json.dumps(sent, ensure_ascii=False).encode()
    return {**record, **{attribute: stored(attribute, value) for attribute, value in sent.items()}}


# ---------------------------------------------------------------------- one field


@EVERY
@given(wire=wires)
def test_canonical_is_idempotent(field: Field, wire: JsonValue) -> None:
    """c∘c = c, also through either system's wire form, or every stored base would look edited."""
    value = canonical(field, wire)
    assert canonical(field, value) == value
    if value is not None:
        assert canonical(field, field.kind.to_espocrm(value)) == value
        assert canonical(field, field.kind.to_advoware(value)) == value


@EVERY
@given(wire=wires)
def test_every_value_maps_or_is_rejected_by_field_and_reason(field: Field, wire: JsonValue) -> None:
    """Never an exception, never silently dropped; a reason names no value (P15)."""
    for side in (
        from_advoware({field.advoware: wire}, TABLE),
        from_espocrm({TABLE.company_name: None, field.espocrm: wire}, TABLE),
    ):
        assert (field.name in side.values) != (field.name in side.unmappable)
        assert field.name not in side.unreadable
        reason = side.unmappable.get(field.name, "a reason")
        assert reason
        assert not isinstance(wire, str) or len(wire) < 4 or wire not in reason


@EVERY
@given(wire=wires)
def test_what_was_read_from_advoware_writes_nothing(field: Field, wire: JsonValue) -> None:
    """GetPut, to the letter: a spelling that says the same stays as it is."""
    record: dict[str, JsonValue] = {**UNMAPPED, field.advoware: wire}

    assert overlay(record, from_advoware(record, TABLE).values, TABLE) == record


@EVERY
@given(before=wires, wire=wires)
def test_what_was_written_to_advoware_is_read(field: Field, before: JsonValue, wire: JsonValue) -> None:
    """PutGet; whatever stood there before, and what is not mapped survives the full replace."""
    value = canonical(field, wire)
    record = overlay({**UNMAPPED, field.advoware: before}, {field.name: value}, TABLE)

    json.dumps(record, ensure_ascii=False).encode()
    assert from_advoware(record, TABLE).values[field.name] == value
    assert {name: record[name] for name in UNMAPPED} == UNMAPPED
    assert record.keys() == {*UNMAPPED, field.advoware}


@EVERY
@given(before=wires, first=wires, second=wires)
def test_the_last_write_to_advoware_counts(
    field: Field, before: JsonValue, first: JsonValue, second: JsonValue
) -> None:
    """PutPut."""
    record = {field.advoware: before}
    one, two = canonical(field, first), canonical(field, second)
    twice = overlay(overlay(record, {field.name: one}, TABLE), {field.name: two}, TABLE)

    assert from_advoware(twice, TABLE) == from_advoware(overlay(record, {field.name: two}, TABLE), TABLE)


@EVERY
@given(wire=wires)
def test_advoware_s_property_names_are_read_in_any_case(field: Field, wire: JsonValue) -> None:
    """And written back under the name they came with (facts/advoware.md §2)."""
    record = {field.advoware.upper(): wire}

    assert from_advoware(record, TABLE) == from_advoware({field.advoware: wire}, TABLE)
    assert overlay(record, {field.name: None}, TABLE).keys() == record.keys()


@FORMS
@EVERY
@given(wire=wires)
def test_what_was_written_to_espocrm_is_read_or_refused(field: Field, form: Form, wire: JsonValue) -> None:
    """PutGet with EspoCRM's own trimming and refusals: never stored as something else."""
    attribute = field.attribute(form)
    value = canonical(field, wire)
    if attribute is None or (field.name == "name" and value is None):
        return
    company = {TABLE.company_name: "Müßig GmbH" if form is Form.COMPANY else None}
    refused = None
    try:
        record = written({**company, attribute: None, **company}, {field.name: value}, form)
    except Invalid as invalid:
        refused, record = invalid.field, {}

    if refused is None:
        assert from_espocrm(record, TABLE).values[field.name] == value
    else:
        assert field_at_espocrm(refused, TABLE) == field.name


@EVERY
@given(wire=values)
def test_a_value_crosses_both_systems_unharmed(field: Field, wire: str) -> None:
    """EspoCRM → Advoware → EspoCRM is where it began."""
    value = canonical(field, wire)
    there = from_advoware(to_advoware({field.name: value}, TABLE), TABLE).values
    back = from_espocrm({TABLE.company_name: None, **to_espocrm(there, Form.PERSON, TABLE)}, TABLE).values

    assert there == {field.name: value}
    assert back[field.name] == value


# ---------------------------------------------------------------------- the whole record


def each_field_once(side: Side, names: set[str]) -> bool:
    found = [*side.values, *side.unreadable, *side.unmappable]
    return len(found) == len(set(found)) and set(found) == names


@given(advoware_records)
def test_a_whole_advoware_record_obeys(record: dict[str, JsonValue]) -> None:
    """Every field is known, unreadable or unmappable; writing all that is known changes nothing."""
    side = from_advoware(record, TABLE)

    assert each_field_once(side, set(TABLE.by_name))
    assert overlay(record, side.values, TABLE) == record


@given(espocrm_records)
def test_a_whole_espocrm_record_obeys(record: dict[str, JsonValue]) -> None:
    """A person's as a company's; writing all that is known sends nothing."""
    side = from_espocrm(record, TABLE)
    form = form_at_espocrm(record, TABLE)
    places = {field.name for field in TABLE.rows if field.attribute(form) is not None}

    assert each_field_once(side, places)
    assert written(record, side.values, form) == record


@given(espocrm_records, st.sets(st.sampled_from(sorted(ATTRIBUTES))))
def test_an_attribute_that_is_missing_is_never_empty(record: dict[str, JsonValue], hidden: set[str]) -> None:
    """What the role may not read is unknown, in any combination."""
    side = from_espocrm({name: value for name, value in record.items() if name not in hidden}, TABLE)

    for name, value in side.values.items():
        attributes = {TABLE.by_name[name].espocrm, TABLE.by_name[name].company_espocrm} - {None}
        assert value is not None or not attributes <= hidden
        assert not (TABLE.by_name[name].depends_on_form and TABLE.company_name in hidden)


@pytest.mark.parametrize("hidden", [TABLE.company_name, "lastName"])
def test_a_company_s_contact_is_never_taken_for_its_name(hidden: str) -> None:
    """With `firmenname` unreadable, `lastName` may be a person's or a contact's: nobody knows."""
    record = {TABLE.company_name: "Müßig GmbH", "lastName": "Meier", "firstName": "Karl"}
    side = from_espocrm({name: value for name, value in record.items() if name != hidden}, TABLE)

    assert side.values.get("name") in (None, "Müßig GmbH")
    assert "vorname" not in side.values
    assert ("name" in side.unreadable) == (hidden == TABLE.company_name)


@FORMS
@given(st.fixed_dictionaries({field.name: values for field in TABLE.rows}))
def test_an_empty_value_travels_as_null(form: Form, wanted: dict[str, str]) -> None:
    """Never as "", which EspoCRM refuses or stores as 0."""
    body = to_espocrm({name: canonical(TABLE.by_name[name], value) for name, value in wanted.items()}, form, TABLE)

    assert "" not in body.values()
    assert (
        ""
        not in to_advoware(
            {name: canonical(TABLE.by_name[name], value) for name, value in wanted.items()}, TABLE
        ).values()
    )
    assert to_espocrm(dict.fromkeys(wanted), form, TABLE) == dict.fromkeys(body)


# ---------------------------------------------------------------------- the table itself


def test_no_two_fields_share_a_place() -> None:
    """Else one would overwrite the other."""
    for places in (
        [field.advoware.lower() for field in TABLE.rows],
        [field.attribute(Form.PERSON) for field in TABLE.rows],
        [place for field in TABLE.rows if (place := field.attribute(Form.COMPANY))],
        [field.name for field in TABLE.rows],
        [field.label for field in TABLE.rows],
    ):
        assert len(places) == len(set(places))


def test_the_stand_ins_know_every_place() -> None:
    """Fourteen fields, eight of which a PUT stores (facts/advoware.md §2)."""
    assert {field.advoware for field in TABLE.rows if field.writable} == set(WRITABLE)
    assert {field.advoware for field in TABLE.rows if not field.writable} == set(IGNORED)
    assert {a for f in TABLE.rows for a in (f.espocrm, f.company_espocrm) if a} <= ATTRIBUTES.keys()


@pytest.mark.parametrize("attribute", ["lastName", TABLE.company_name])
def test_a_refused_attribute_is_traced_to_its_field(attribute: str) -> None:
    """EspoCRM names the attribute, people know the field."""
    assert field_at_espocrm(attribute, TABLE) == "name"
    assert field_at_espocrm("syncStatus", TABLE) is None


def test_a_birthday_reaches_advoware_at_midnight() -> None:
    """And a time of day that stands there already is let alone."""
    at_noon: dict[str, JsonValue] = {"geburtsdatum": "1980-02-29T12:00:00"}

    assert to_advoware({"geburtsdatum": "1980-02-29"}, TABLE) == {"geburtsdatum": "1980-02-29T00:00:00"}
    assert overlay(at_noon, {"geburtsdatum": "1980-02-29"}, TABLE) == at_noon
    assert overlay(at_noon, {"geburtsdatum": "1980-03-01"}, TABLE) == {"geburtsdatum": "1980-03-01T00:00:00"}


def test_kinds_are_shared_by_what_they_are() -> None:
    """The one date is a date; most fields are texts."""
    assert [field.name for field in TABLE.rows if field.kind is DATE] == ["geburtsdatum"]
    assert sum(field.kind is TEXT for field in TABLE.rows) > len(TABLE.rows) / 2
