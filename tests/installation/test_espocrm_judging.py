"""What doctor says of an EspoCRM that it has seen: one thing is wrong, and it alone is named, with what mends it."""

import dataclasses
from datetime import timedelta

import pytest
from pydantic import JsonValue

from beteiligte.faults import ConfigurationFault, CredentialsRefused, System, Throttled, Transient
from installation.check import Area, Verdict
from installation.checks.espocrm import entry
from installation.checks.espocrm.seen import EntityDefs, Narrowed, PartiesListed, SecretStanding, TypeStanding, Unread
from installation.espocrm import wanted
from tests.installation.espocrm_as_wanted import (
    ACCESS,
    FIELDS,
    ME,
    OURS,
    TYPE,
    WEBHOOKS,
    WELL,
    checked,
    not_ok,
    only,
    with_field,
    with_fields,
)

AWAY = Unread(why="EspoCRM did not answer", remedy="ask again")


def test_where_all_is_well_every_line_is_green() -> None:
    assert not_ok() == {}
    assert {check.area for check in checked()} == {Area.ESPOCRM, Area.WEBHOOKS}


def test_each_field_has_a_line_of_its_own() -> None:
    names = [check.name for check in checked()]

    assert len(names) == len(set(names))
    assert {f"field {field.name}" for field in wanted.fields(OURS.table)} <= set(names)


# ---------------------------------------------------------------------- the way in


@pytest.mark.parametrize(
    ("fault", "name", "told"),
    [
        (CredentialsRefused("held", system=System.ESPOCRM), "API key", "tried once"),
        (Throttled("locked out", system=System.ESPOCRM, status=403), "API key", "also with a good key"),
        (Transient("espocrm could not be reached", system=System.ESPOCRM), "address", "could not be reached"),
        (ConfigurationFault("a certificate that is not trusted", system=System.ESPOCRM), "address", "certificate"),
    ],
)
def test_who_is_shut_out_is_told_why_and_that_nothing_else_was_looked_at(
    fault: Transient | ConfigurationFault, name: str, told: str
) -> None:
    first, *others = entry.shut_out(fault)

    assert (first.name, first.verdict) == (name, Verdict.WRONG)
    assert told in first.seen
    assert [(other.area, other.verdict) for other in others] == [
        (Area.ESPOCRM, Verdict.UNKNOWN),
        (Area.WEBHOOKS, Verdict.UNKNOWN),
    ]


def test_a_lock_out_says_to_wait_and_a_refused_key_where_it_stands() -> None:
    """Whoever answers a lock-out with further tries prolongs it."""
    refused, locked = (
        entry.shut_out(fault)[0].remedy or ""
        for fault in (
            CredentialsRefused("x", system=System.ESPOCRM),
            Throttled("x", system=System.ESPOCRM, status=403),
        )
    )

    assert "Administration → API Users" in refused
    assert "ESPOCRM_SECRET_KEY" in refused
    assert locked.startswith("wait for about a minute")
    assert "Auth Log" in locked


@pytest.mark.parametrize("url", ["http://127.0.0.1:8081", "http://localhost", "http://[::1]:80"])
def test_a_connection_in_clear_that_leaves_the_machine_is_warned_of(url: str) -> None:
    assert not_ok(WELL.but(url=url)) == {}
    assert only(WELL.but(url="http://crm.kanzlei.example")).verdict is Verdict.WARNING


@pytest.mark.parametrize(("seconds", "told"), [(73, "73 s ahead of"), (-73, "73 s behind")])
def test_a_clock_that_differs_is_warned_of(seconds: int, told: str) -> None:
    check = only(WELL.but(ahead=timedelta(seconds=seconds)))

    assert (check.name, check.verdict) == ("clock", Verdict.WARNING)
    assert told in check.seen


def test_a_proxy_that_drops_the_time_is_no_verdict_on_the_clock() -> None:
    assert only(WELL.but(ahead=None)).verdict is Verdict.UNKNOWN


def test_a_person_in_place_of_an_api_user_is_warned_of() -> None:
    assert only(WELL.but(me=ME.but(type="regular"))).name == "API user"


# ---------------------------------------------------------------------- the role


def test_an_entity_type_that_is_not_there_is_named_and_not_its_rights() -> None:
    there = PartiesListed(parties=TypeStanding.NO_SUCH_TYPE)
    rights = {name: value for name, value in ME.rights.items() if name != TYPE}
    nothing = Unread(why="EspoCRM shows nothing of CBeteiligte", remedy="mend the lines above")
    found = not_ok(WELL.but(listed=there, me=ME.but(rights=rights), defs=nothing))

    assert found["entity type"].seen == "EspoCRM has no entity type CBeteiligte"
    assert "ESPOCRM_ENTITY_TYPE" in (found["entity type"].remedy or "")
    assert f"role: {TYPE}" not in found


def test_an_entity_type_that_is_closed_as_a_whole_is_told_from_one_that_is_not_there() -> None:
    closed = not_ok(WELL.but(listed=PartiesListed(parties=TypeStanding.NO_RIGHT)))["entity type"]

    assert closed.remedy == (
        "Administration → API Users → the user's role: CBeteiligte: read all, edit all, stream all; "
        "then Administration → Clear Cache"
    )


@pytest.mark.parametrize("right", ["read", "edit", "stream"])
def test_a_right_that_was_taken_away_is_named(right: str) -> None:
    levels: JsonValue = {"create": "no", "read": "all", "edit": "all", "delete": "no", "stream": "all", right: "own"}
    check = only(WELL.but(me=ME.but(rights={**ME.rights, TYPE: levels})))

    assert (check.name, check.verdict, check.seen) == (f"role: {TYPE}", Verdict.WRONG, f"lacks {right}")


@pytest.mark.parametrize("scope", ["Webhook", "User"])
def test_a_scope_that_is_closed_is_named(scope: str) -> None:
    rights = {name: value for name, value in ME.rights.items() if name != scope}

    assert only(WELL.but(me=ME.but(rights=rights))).name == f"role: {scope}"


def test_more_rights_than_needed_are_no_fault_and_named() -> None:
    levels: JsonValue = {"create": "yes", "read": "all", "edit": "all", "delete": "all", "stream": "all"}
    seen = WELL.but(me=ME.but(rights={**ME.rights, TYPE: levels}))

    assert not_ok(seen) == {}
    (line,) = [check.seen for check in checked(seen) if check.name == f"role: {TYPE}"]
    assert line.endswith("create, delete too, which is not needed")


def test_a_restricted_field_of_the_books_stops_all_and_another_one_is_not_synced() -> None:
    books = only(WELL.but(me=ME.but(hidden=frozenset({"advowareSyncBase"}))))
    data = only(WELL.but(me=ME.but(fixed=frozenset({"titel", "unmapped"}))))

    assert (books.name, books.verdict) == ("role: fields", Verdict.WRONG)
    assert "may not read advowareSyncBase" in books.seen
    assert (data.verdict, data.seen.partition(":")[0]) == (Verdict.WARNING, "may not edit titel")


def test_who_cannot_be_told_is_named() -> None:
    assert only(WELL.but(me=ME.but(messages="no"))).name == "role: messages"
    gone = only(WELL.but(people=frozenset()))
    assert (gone.name, gone.verdict) == ("recipients", Verdict.WRONG)
    assert OURS.recipients[0] in gone.seen
    assert only(ours=dataclasses.replace(OURS, recipients=())).verdict is Verdict.WARNING


# ---------------------------------------------------------------------- fields


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in wanted.OF_A_PERSON])
def test_a_field_that_is_missing_is_named_with_how_it_is_made(name: str) -> None:
    check = only(with_fields({other: field for other, field in FIELDS.items() if other != name}))

    assert (check.name, check.verdict) == (f"field {name}", Verdict.WRONG)
    assert f"Administration → Entity Manager → {TYPE} → Fields → Add Field" in (check.remedy or "")
    assert "espocrm-setup" in (check.remedy or "")


def test_a_field_that_cannot_be_made_by_itself_is_not_asked_for() -> None:
    """Parts of a person's name come with the entity type."""
    check = only(with_fields({name: field for name, field in FIELDS.items() if name != "firstName"}))

    assert "made as Person" in (check.remedy or "")
    assert "Add Field" not in (check.remedy or "")


@pytest.mark.parametrize(
    ("name", "otherwise", "remedy"),
    [
        ("advowareSyncBase", {"maxLength": 255}, "Max Length 10000 or more, or empty"),
        ("advowareRowId", {"maxLength": 20}, "Max Length 50 or more"),
        ("syncErrorMessage", {"maxLength": 500}, "Max Length 2000 or more, or empty"),
        ("syncStatus", {"options": ["pending_sync", "clean"]}, "Options: "),
        ("syncStatus", {"default": "clean"}, "Default pending_sync"),
        ("betnr", {"required": True}, "Required off"),
        ("betnr", {"type": "varchar"}, "add it again as Integer"),
        ("titel", {"readOnly": True}, "Read-only off"),
        ("dateOfBirth", {"type": "datetime"}, "add it again as Date"),
        ("lastName", {"maxLength": 30}, "Max Length 100 or more"),
    ],
)
def test_a_field_that_is_otherwise_is_named_with_what_to_set(
    name: str, otherwise: dict[str, str | int | bool | list[str]], remedy: str
) -> None:
    check = only(with_field(name, **otherwise))  # type: ignore[arg-type]

    assert (check.name, check.verdict) == (f"field {name}", Verdict.WRONG)
    assert remedy in (check.remedy or "")
    assert f"→ Fields → {name}" in (check.remedy or "")


@pytest.mark.parametrize("name", ["salutationName", "rechtsform"])
def test_a_word_that_an_enumeration_lacks_is_warned_of(name: str) -> None:
    """Its value is refused, the rest of the party is synced."""
    check = only(with_field(name, options=["", "Mr."]))

    assert check.verdict is Verdict.WARNING
    assert "lacks the options" in check.seen


def test_words_that_stand_at_another_field_are_for_a_person_to_look_at() -> None:
    seen = with_fields({**FIELDS, "rechtsform": {"type": "enum", "optionsReference": "Account.type"}})

    assert only(seen).verdict is Verdict.UNKNOWN


def test_a_text_may_be_longer_or_of_another_kind() -> None:
    zusatz: dict[str, JsonValue] = {"type": "enum", "options": []}
    titel: dict[str, JsonValue] = {"type": "text"}
    message: dict[str, JsonValue] = {"type": "text", "maxLength": 5_000}

    assert not_ok(with_fields({**FIELDS, "titel": titel, "zusatz": zusatz, "syncErrorMessage": message})) == {}


def test_the_field_of_the_opt_out_is_wanted_where_it_is_set() -> None:
    assert only(access=ACCESS.but(opt_out="nichtAbgleichen")).name == "field nichtAbgleichen"


# ---------------------------------------------------------------------- switches


def test_switches_that_cost_something_are_warned_of() -> None:
    off = not_ok(WELL.but(defs=EntityDefs(fields=FIELDS, versions=False, stream=False)))

    assert {name: check.verdict for name, check in off.items()} == {
        "optimistic concurrency control": Verdict.WARNING,
        "stream": Verdict.WARNING,
    }
    assert off["optimistic concurrency control"].remedy == (
        "Administration → Entity Manager → CBeteiligte → Edit → Optimistic concurrency control"
    )


def test_switches_that_cost_nothing_are_explained() -> None:
    seen = WELL.but(defs=EntityDefs(fields=FIELDS, versions=True, lockable=True), me=ME.but(most_rows=50))
    lines = {check.name: check.seen for check in checked(seen)}

    assert not_ok(seen) == {}
    assert "left alone until it is unlocked" in lines["record locking"]
    assert lines["rows of a list"].startswith("50 at once")
    assert "X-Skip-Duplicate-Check" in lines["duplicate check on update"]


@pytest.mark.parametrize(
    ("narrowed", "verdict"),
    [(Narrowed(refused=True), Verdict.WRONG), (Narrowed(total=0), Verdict.WARNING), (AWAY, Verdict.UNKNOWN)],
)
def test_conditions_that_leave_nothing_to_sync_are_named(narrowed: Narrowed | Unread, verdict: Verdict) -> None:
    assert only(WELL.but(narrowed=narrowed)).verdict is verdict
    assert not_ok(WELL.but(narrowed=Narrowed(total=3))) == {}


def test_what_only_an_administrator_sees_is_unknown_without_one() -> None:
    unseen = not_ok(WELL.but(administration=AWAY))

    assert {name: check.verdict for name, check in unseen.items()} == {
        "duplicate check on update": Verdict.UNKNOWN,
        "job Process Webhook Queue": Verdict.UNKNOWN,
    }
    assert "Administration → Scheduled Jobs" in (unseen["job Process Webhook Queue"].remedy or "")


def test_a_part_that_could_not_be_read_is_unknown_and_hides_nothing_else() -> None:
    seen = WELL.but(listed=AWAY, defs=AWAY, people=AWAY, webhooks=AWAY, me=ME.but(messages="no"))
    found = not_ok(seen)

    assert found.pop("role: messages").verdict is Verdict.WRONG
    assert {check.verdict for check in found.values()} == {Verdict.UNKNOWN}
    assert set(found) == {"entity type", "fields", "recipients", "webhooks"}
    assert {check.seen for check in found.values()} == {AWAY.why}


def test_no_secret_gets_into_what_is_said() -> None:
    """Whatever is wrong."""
    webhooks = tuple(one.but(secret=SecretStanding.OTHER) for one in WEBHOOKS)
    broken = WELL.but(me=ME.but(messages="no"), webhooks=webhooks)
    said = " ".join(check.model_dump_json() for check in checked(broken))

    assert [known for (known,) in OURS.secrets.values() if known.get_secret_value() in said] == []
    assert ACCESS.api_key.get_secret_value() not in said
