"""`explain`: why a field held its value on a day, and whether the settings of today would have it so."""

from datetime import datetime
from typing import Any

import pytest

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from beteiligte.request_reason import Reason
from simulators.faults import refused
from starter.commands.explain import moment
from tests.commandline import Ran, quick
from tests.rules import party_rules
from tests.world import WRITABLE, World


async def asked(world: World, party: str, field: str, *more: str, **settings: str) -> Ran:
    """The command, with the settings of the stand-ins."""
    await world.closed(party)
    advoware = {name: value for name, value in world.environment().items() if name.startswith("ADVOWARE")}
    ran = await quick(world, "explain", party, "--field", field, *more, **{**advoware, **settings})
    assert ran.code == 0, ran.err
    return ran


async def explained(world: World, party: str, field: str, *more: str, **settings: str) -> dict[str, Any]:
    """As JSON."""
    found: dict[str, Any] = (await asked(world, party, field, "--json", *more, **settings)).json
    return found


def words(ran: Ran) -> str:
    """What it printed, without line breaks."""
    return " ".join(ran.out.split())


async def test_a_settled_conflict_is_explained_by_both_values_the_base_and_the_policy(world: World) -> None:
    """What was written where, what it held before, and who was told."""
    party, _ = await world.torn()

    told = await explained(world, party, "titel")
    shown = words(await asked(world, party, "titel"))

    assert (told["rule"], told["basis"]) == ("compared", "policy")
    values = told["values"]
    assert (values["espocrm"], values["advoware"], values["base"], values["written"]) == (
        "Dr.",
        "Prof.",
        None,
        "advoware",
    )
    assert [(c["where"], c["before"], c["after"]) for c in told["changes"]] == [("advoware", "Prof.", "Dr.")]
    assert [message["users"] for message in told["told"]] == [1]
    assert (told["today"]["same"], told["today"]["policy"]) == (True, "espocrm")
    assert "Why: edited on both sides; policy; espocrm wins" in shown
    assert "the settings here would decide the same" in shown


async def test_where_the_settings_of_today_would_decide_otherwise_it_is_said(world: World) -> None:
    """The record stays what it is; only what would be is worked out anew."""
    party, _ = await world.torn()

    other = await explained(world, party, "titel", SYNC_POLICY_STAMMDATEN="advoware")
    asks = words(await asked(world, party, "titel", SYNC_POLICY_STAMMDATEN="manual"))
    unset = await quick(world, "explain", party, "--field", "titel", "--json")

    assert (other["today"]["same"], other["today"]["written"]) == (False, "espocrm")
    assert other["changes"][0]["where"] == "advoware"
    assert "would decide otherwise: edited on both sides; manual; a person decides, nothing would be written" in asks
    assert unset.json["today"]["same"] is None
    assert "Advoware" in unset.json["today"]["why_unknown"]


async def test_without_a_field_every_one_is_explained_in_a_line(world: World) -> None:
    """Whoever does not know which field it is sees what the sync made of all."""
    party, _ = await world.torn()
    await world.closed(party)

    found = (await quick(world, "explain", party, "--json")).json
    shown = await quick(world, "explain", party)
    never = await quick(world, "explain", party, "--at", "2020-01-01")

    rules = {one["field"]: one["rule"] for one in found["fields"]}
    assert sorted(rules) == sorted(party_rules().table.by_name)
    assert (rules["titel"], rules["zusatz"]) == ("compared", "equal")
    [titel] = [line for line in shown.out.splitlines() if line.startswith("titel ")]
    assert titel.split() == ["titel", "Dr.", "Prof.", "edited", "on", "both", "sides;", "policy;", "espocrm", "wins"]
    assert (shown.code, never.code) == (0, 5)


async def test_an_equal_field_is_explained_by_who_wrote_it_last(world: World) -> None:
    """Else one would have to look through all syncs for it."""
    party, _ = await world.torn()
    world.espocrm.edit(party, zusatz="c/o")
    await world.sync(party)

    told = await explained(world, party, "titel")
    shown = words(await asked(world, party, "titel"))

    assert (told["rule"], told["changes"]) == ("equal", [])
    assert [c["after"] for c in told["last_written"]["fields"]] == ["Dr."]
    assert "Last written" in shown


async def test_a_day_and_a_moment_name_the_sync_that_was_the_newest_then(world: World) -> None:
    """As `history` shows it; before the first one nothing is known, and since when is said."""
    party, _ = await world.torn()
    history = await quick(world, "history", party, "--json")
    began = datetime.fromisoformat(history.json["syncs"][1]["began"]).astimezone()

    then = await explained(world, party, "titel", "--at", began.isoformat())
    today = await explained(world, party, "titel", "--at", f"{began:%Y-%m-%d}")
    before = await quick(world, "explain", party, "--field", "titel", "--at", "2001-01-01")

    assert then["sync"]["result"] == "create"
    assert today["sync"]["result"] == "conflict"
    assert before.code == 5
    assert f"{began:%Y-%m-%d}" in before.err


def test_what_is_named_counts_to_its_end() -> None:
    """A minute that is copied from a table must not leave out what began in it."""
    assert moment("2026-11-24").strftime("%H:%M:%S") == "23:59:59"
    assert moment("2026-11-24 10:00").strftime("%H:%M:%S.%f") == "10:00:59.999999"
    assert moment("2026-11-24T10:00:30").strftime("%H:%M:%S.%f") == "10:00:30.999999"
    assert moment("2026-11-24T10:00:30+00:00").isoformat().endswith(("+00:00", "+01:00"))


async def test_a_field_or_a_moment_that_is_none_is_refused_with_what_would_be_one(world: World) -> None:
    """2, before anything is asked."""
    field = await quick(world, "explain", "6b04cd6d623bec762", "--field", "titl")
    at = await quick(world, "explain", "6b04cd6d623bec762", "--field", "titel", "--at", "yesterday")
    nobody = await quick(world, "explain", "6b04cd6d623bec762", "--field", "titel")

    assert (field.code, at.code, nobody.code) == (2, 2, 5)
    assert "titel" in field.err
    assert "2026-11-24T10:00" in at.err


async def test_a_held_party_is_explained_by_what_holds_it(world: World) -> None:
    """No field of it was decided."""
    party = world.espocrm.add(firstName=None, lastName=None, titel="Dr.")
    await world.sync(party)

    told = await explained(world, party, "titel")

    assert told["rule"] == "held"
    assert [found["kind"] for found in told["findings"]] == ["no_name"]
    assert "held until a person acts" in words(await asked(world, party, "titel"))


async def test_a_value_that_a_system_refused_is_explained_until_it_changes(world: World) -> None:
    """First as refused, then as told before."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.advoware.edit(bet_nr, titel="T" * 300)
    await world.sync(party)
    first = await explained(world, party, "titel")
    await world.sync(party)
    blocked = await explained(world, party, "titel")

    assert [change["came_to"] for change in first["changes"]] == ["refused"]
    assert first["findings"][0]["kind"] == "refused"
    assert (blocked["rule"], blocked["changes"]) == ("blocked", [])
    assert blocked["last_written"]["fields"][0]["came_to"] == "refused"


@pytest.mark.parametrize("world", [{"rules": party_rules(policies={Group.STAMMDATEN: Policy.MANUAL})}], indirect=True)
async def test_a_question_is_explained_as_one(world: World) -> None:
    """A person decides: nothing was written for the field."""
    party, _ = await world.torn()

    told = await explained(world, party, "titel", SYNC_POLICY_STAMMDATEN="manual")

    assert (told["rule"], told["basis"], told["changes"]) == ("compared", "manual", [])
    assert told["findings"][0]["kind"] == "undecided"
    assert told["today"]["same"] is True


async def test_a_new_party_s_fields_and_those_that_advoware_does_not_store_are_explained(world: World) -> None:
    """What was created, what was empty, what a person enters there."""
    unstored = next(name for name in ("geburtsname", "kurzname", "familienstand") if name not in WRITABLE)
    row = world.table.by_name[unstored]
    party = world.espocrm.add(lastName="Neu", **{str(row.espocrm): "Alt"})
    await world.sync(party, Reason.CREATED)

    made, empty, left = [await explained(world, party, field) for field in ("name", "titel", unstored)]

    assert (made["rule"], made["changes"][0]["after"]) == ("created", "Neu")
    assert (empty["rule"], empty["changes"]) == ("created", [])
    assert left["rule"] == "not_writable"


async def test_a_field_that_was_not_read_or_that_such_a_party_does_not_have_is_said_to_be(world: World) -> None:
    """A right that the role lacks, and a company's first name."""
    party, _ = await world.linked(titel="Dr.")
    firm = world.espocrm.add(lastName=None, firstName=None, firmenname="Müßig GmbH")
    world.espocrm.unreadable.add("titel")
    await world.closed(party)
    for one in (party, firm):
        await world.sync(one)

    hidden = await explained(world, party, "titel")
    shown = words(await asked(world, party, "titel"))
    world.espocrm.unreadable.clear()
    await world.closed(firm)
    await world.sync(firm)
    foreign = await explained(world, firm, "vorname")

    assert (hidden["rule"], hidden["changes"], hidden["values"]["unknown"]) == ("not_read", [], ["espocrm"])
    assert "EspoCRM: its answer does not hold the attribute" in shown
    assert foreign["rule"] == "not_had"


async def test_a_deleted_record_is_explained_as_gone(world: World) -> None:
    """With what its links were, today's rules are not asked: the history does not hold all of it."""
    party, _ = await world.linked(titel="Dr.")
    await world.closed(party)
    world.espocrm.delete(party)
    await world.sync(party, Reason.DELETED)

    told = await explained(world, party, "titel")

    assert (told["rule"], told["values"], told["today"]["same"]) == ("gone", None, None)
    assert told["last_written"]["fields"][0]["after"] == "Dr."


async def test_a_sync_that_failed_before_it_compared_is_said_to_have(world: World) -> None:
    """Nothing was read, so nothing can be said of the field."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.faults.refuse(bet_nr, refused(403), "advoware.read")
    await world.sync(party)
    await world.closed(party)
    world.faults.allow(bet_nr)

    told = await explained(world, party, "titel")

    assert told["rule"] == "not_compared"
    assert told["sync"]["result"] == "failed"
