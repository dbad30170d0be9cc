"""What must stand in EspoCRM is one piece of knowledge: complete, as recorded, and able to say what is otherwise."""

import dataclasses
from typing import Any

import pytest

from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle import bookkeeping
from installation.espocrm import wanted
from tests.simulators.recorded import RECORDINGS

FIELDS = {field.name: field for field in wanted.fields(PARTY_TABLE)}
STATUS: dict[str, Any] = RECORDINGS["setup-02-create-field"]["response"]["body"]
ACL: dict[str, Any] = RECORDINGS["auth-12-app-user"]["response"]["body"]["acl"]["table"]


def test_every_attribute_that_a_sync_reads_or_writes_is_wanted_once() -> None:
    mapped = [place for row in PARTY_TABLE.rows for place in row.attributes]

    assert [*bookkeeping.REQUIRED, *mapped] == [field.name for field in wanted.fields(PARTY_TABLE)]


def test_a_row_of_the_operator_s_own_table_is_a_wanted_field() -> None:
    table = dataclasses.replace(
        PARTY_TABLE, rows=(*PARTY_TABLE.rows, dataclasses.replace(PARTY_TABLE.rows[3], name="beruf", espocrm="beruf"))
    )

    assert "beruf" in [field.name for field in wanted.fields(table)]


def test_a_setting_that_names_an_attribute_wants_it() -> None:
    opted = {field.name: field for field in wanted.fields(PARTY_TABLE, opt_out="nichtAbgleichen")}

    assert opted["nichtAbgleichen"].type == "bool"


def test_a_field_is_made_as_the_field_manager_was_seen_to_take_it() -> None:
    """The order of the options is ours; all else is the recorded body."""
    recorded = RECORDINGS["setup-02-create-field"]["request"]["body"]
    body = FIELDS["syncStatus"].body()

    assert {**recorded, "options": sorted(recorded["options"])} == {**body, "options": sorted(wanted_options())}
    assert {"name", "type", "label", "options", "default", "maxLength"} >= {
        name for field in FIELDS.values() for name in field.body()
    }


def wanted_options() -> tuple[str, ...]:
    return FIELDS["syncStatus"].options


def test_the_entity_type_is_made_as_the_entity_manager_was_seen_to_take_it() -> None:
    recorded = RECORDINGS["setup-01-create-entity"]

    assert recorded["request"]["body"] == wanted.type_body(recorded["response"]["body"]["name"])


def test_a_role_is_made_of_nothing_that_was_not_recorded() -> None:
    recorded = RECORDINGS["setup-03-create-role"]["request"]["body"]
    body: dict[str, Any] = wanted.role_body("CBeteiligte")

    assert set(body) <= set(recorded)
    assert set(body["data"]) <= set(recorded["data"])
    assert [(body["data"]["Webhook"], body["data"]["User"], body["messagePermission"])] == [
        (recorded["data"]["Webhook"], recorded["data"]["User"], recorded["messagePermission"])
    ]
    assert set(body["data"]["CBeteiligte"]) == set(recorded["data"]["CBeteiligte"])


def test_a_webhook_is_made_as_recorded_and_not_active() -> None:
    hooks = wanted.webhooks("CBeteiligte", "http://127.0.0.1:8095/")
    recorded = RECORDINGS["wh-01-subscribe-update"]["request"]["body"]

    assert {**recorded, "skipOwn": True, "isActive": False} == hooks[1].body()
    assert [hook.event for hook in hooks] == ["CBeteiligte.create", "CBeteiligte.update", "CBeteiligte.delete"]


def test_what_was_recorded_is_as_wanted() -> None:
    assert FIELDS["syncStatus"].unlike(STATUS) == ()
    assert wanted.lacking("CBeteiligte", ACL) == ()
    assert wanted.beyond("CBeteiligte", ACL) == ("CBeteiligte create", "CBeteiligte delete")


@pytest.mark.parametrize(
    ("name", "seen", "word"),
    [
        ("syncStatus", {**STATUS, "options": ["pending_sync"]}, "lacks the options dirty"),
        ("syncStatus", {**STATUS, "options": None}, "lacks the options"),
        ("syncStatus", {**STATUS, "default": "clean"}, "default clean"),
        ("syncStatus", {**STATUS, "readOnly": True}, "read-only"),
        ("syncStatus", {"type": "varchar"}, "type varchar"),
        ("syncStatus", {}, "type None"),
        ("betnr", {"type": "varchar"}, "type varchar instead of int"),
        ("betnr", {"type": "int", "required": True}, "required"),
        ("advowareRowId", {"type": "varchar", "maxLength": 20}, "max length 20"),
        ("advowareSyncBase", {"type": "text", "maxLength": 2000}, "max length 2000"),
        ("syncErrorMessage", {"type": "varchar", "maxLength": 255}, "max length 255"),
        ("rechtsform", {"type": "enum", "options": ["GmbH"]}, "lacks the options natürliche Person"),
        ("salutationName", {"type": "enum", "options": ["", "Mr."]}, "lacks the options Ms."),
        ("dateOfBirth", {"type": "datetime"}, "type datetime"),
    ],
)
def test_what_is_otherwise_is_told_in_words(name: str, seen: dict[str, Any], word: str) -> None:
    (told,) = FIELDS[name].unlike(seen)

    assert word in told


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("advowareSyncBase", {"type": "text"}),
        ("advowareSyncBase", {"type": "text", "maxLength": 65_535}),
        ("rechtsform", {"type": "varchar", "maxLength": 100}),
        ("firmenname", {"type": "varchar", "maxLength": 249, "required": True}),
        ("betnr", {"type": "int", "min": 1, "isCustom": True}),
    ],
)
def test_what_does_as_well_is_let_alone(name: str, seen: dict[str, Any]) -> None:
    assert FIELDS[name].unlike(seen) == ()


def test_a_right_that_is_taken_away_is_lacking() -> None:
    table = {**ACL, "Webhook": False, "CBeteiligte": {**ACL["CBeteiligte"], "edit": "own", "stream": "no"}}

    assert wanted.lacking("CBeteiligte", table) == ("CBeteiligte edit", "CBeteiligte stream", "Webhook")
    assert wanted.lacking("CBeteiligte", {**ACL, "CBeteiligte": False}) == (
        "CBeteiligte read",
        "CBeteiligte edit",
        "CBeteiligte stream",
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("9.2.7", (9, 2, 7)), ("10.0.0-beta1", (10, 0, 0)), ("dev", None), ("", None), ("9.x", None)],
)
def test_versions_are_numbers(text: str, numbers: tuple[int, ...] | None) -> None:
    assert numbers == wanted.version(text)
    assert wanted.PRIVATE_REFUSED_SINCE < (9, 3, 10) < wanted.ADDRESS_STALLS_SINCE
