"""`status` lists the parties that wait for a person, with what is open and what answers it."""

from typing import Any

import pytest

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from simulators.faults import RefusedBeforeEffect
from tests.commandline import quick
from tests.rules import party_rules
from tests.world import World


async def listed(world: World) -> dict[str, Any]:
    """The rows of the list, by party; the test server is shared."""
    ran = await quick(world, "status", "--json", "--limit", "500")
    return {row["party_id"]: row for row in ran.json["undecided"]["shown"]}


@pytest.mark.parametrize("world", [{"rules": party_rules(policies={Group.STAMMDATEN: Policy.MANUAL})}], indirect=True)
async def test_the_list_of_undecided_parties_says_what_is_open_and_what_answers(world: World) -> None:
    """Of a field and of a whole party; each command, as it stands there, ends what it answers."""
    torn, _ = await world.torn()
    asked = world.espocrm.add(lastName="Anders")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(asked)
    await world.closed(asked)
    nameless = world.espocrm.add(firstName=None, lastName=None)
    await world.sync(nameless)
    await world.closed(nameless)

    rows = await listed(world)
    shown = " ".join((await quick(world, "status", "--limit", "500")).out.split())
    [field], [create], [name] = (rows[party]["questions"] for party in (torn, asked, nameless))
    one = await quick(world, *str(field["answers"][0]).split()[1:])
    other = await quick(world, *str(create["answers"][-1]).split()[1:])
    after = await listed(world)

    assert (field["kind"], field["field"]) == ("undecided", "titel")
    assert (create["kind"], create["field"]) == ("create_unanswered", "")
    assert (name["kind"], name["answers"]) == ("no_name", [])
    for question in (field, create, name):
        assert " ".join(question["text"].split()) in shown
        assert [answer for answer in question["answers"] if answer not in shown] == []
    assert (one.code, other.code) == (0, 0)
    assert [party in after for party in (torn, asked, nameless)] == [False, False, True]
    assert "Dr." not in shown


async def test_the_list_is_bounded_and_says_that_there_is_more(world: World) -> None:
    """Hundreds may wait after a bad import."""
    for number in range(3):
        party = world.espocrm.add(firstName=None, lastName=None, zusatz=f"{number}")
        await world.sync(party)
        await world.closed(party)

    ran = await quick(world, "status", "--json", "--limit", "2")
    shown = await quick(world, "status", "--limit", "2")

    assert (len(ran.json["undecided"]["shown"]), ran.json["undecided"]["more"]) == (2, True)
    assert "undecided, more than shown: --limit" in shown.out
