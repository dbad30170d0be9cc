"""`conflicts`: every party that waits for a person, what for, since when, and what answers it."""

from typing import Any

import pytest

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from simulators.faults import Hang, RefusedBeforeEffect
from starter.cli import conflict_lines
from starter.views import open_questions
from tests.commandline import quick
from tests.rules import party_rules
from tests.world import World

MANUAL = pytest.mark.parametrize(
    "world", [{"rules": party_rules(policies={Group.STAMMDATEN: Policy.MANUAL})}], indirect=True
)


async def waiting(world: World, *more: str) -> dict[str, dict[str, Any]]:
    """Those that wait, by party; the test server is shared."""
    ran = await quick(world, "conflicts", "--json", "--limit", "1000", *more)
    assert ran.code in (0, 7), ran.err
    return {row["party_id"]: row for row in ran.json["parties"]}


@MANUAL
async def test_each_question_stands_there_with_both_values_since_when_and_what_answers_it(world: World) -> None:
    """Of a field, of a create without an answer, of a refused value; what was answered is gone."""
    torn, bet_nr = await world.torn()
    asked = world.espocrm.add(lastName="Anders")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    refused = world.espocrm.add(lastName="x" * 90)
    for party in (asked, refused):
        await world.sync(party)
        await world.closed(party)

    rows = await waiting(world)
    shown = (await quick(world, "conflicts", "--limit", "1000", COLUMNS="80")).out
    [field], [create], [failure] = (rows[party]["questions"] for party in (torn, asked, refused))
    await quick(world, *str(field["answers"][0]).split()[1:])
    await world.closed(torn)
    after = await waiting(world)

    assert (field["kind"], field["field"], field["espocrm"], field["advoware"]) == (
        "undecided",
        "titel",
        "Dr.",
        "Prof.",
    )
    assert (create["kind"], failure["kind"], failure["field"]) == ("create_unanswered", "failed", "name")
    assert rows[torn]["bet_nr"] == bet_nr
    assert "undecided titel: EspoCRM Dr., Advoware Prof." in shown
    for question in (field, create, failure):
        assert question["answers"]
        assert [answer for answer in question["answers"] if f"    {answer}\n" not in shown] == []
    assert [party in after for party in (torn, asked, refused)] == [False, True, True]


@MANUAL
async def test_since_when_is_told_by_the_sync_that_asked_and_not_by_the_last_one(world: World) -> None:
    """A person who asks for a sync in between does not make the question younger."""
    party, _ = await world.torn()
    first = (await waiting(world))[party]
    world.espocrm.edit(party, zusatz="c/o")
    await world.sync(party)
    await world.closed(party)

    again = (await waiting(world))[party]

    assert (again["since"], again["questions"][0]["or_before"]) == (first["since"], False)


@MANUAL
async def test_a_sync_under_way_takes_nobody_s_question_away(world: World) -> None:
    """It may wait for hours for a system that is down."""
    party, _ = await world.torn()
    hang = Hang()
    await world.held(party, "espocrm.read", hang)

    during = (await waiting(world))[party]
    hang.release()
    await world.closed(party)

    assert during["under_way"]
    assert not (await waiting(world))[party]["under_way"]


async def test_hundreds_are_paged_the_longest_waiting_first_and_counted_by_kind(world: World) -> None:
    """Each page goes on behind the one before."""
    mine = []
    for number in range(4):
        mine.append(world.espocrm.add(firstName=None, lastName=None, zusatz=f"{number}"))
        await world.sync(mine[-1])
        await world.closed(mine[-1])

    whole = (await quick(world, "conflicts", "--kind", "no_name", "--json", "--limit", "1000")).json
    in_order = [row["party_id"] for row in whole["parties"]]
    pages = [
        (await quick(world, "conflicts", "--kind", "no_name", "--json", "--limit", "3", "--skip", str(skip))).json
        for skip in range(0, len(in_order), 3)
    ]
    first = await quick(world, "conflicts", "--kind", "no_name", "--limit", "3")

    assert [party for party in in_order if party in mine] == mine
    assert [row["party_id"] for page in pages for row in page["parties"]] == in_order
    assert whole["total"] == whole["kinds"]["no_name"] == len(in_order)
    assert "--skip 3" in first.out
    assert f"for a person: {len(in_order)} without a name. The longest" in " ".join(first.out.split())
    assert first.code == 7


def test_every_kind_that_waits_is_said_in_words() -> None:
    """The first line is read by people; codes stand with each question, and are for `--kind`."""
    assert sorted(conflict_lines.IN_WORDS) == sorted(open_questions.KINDS)
    assert [text for text in conflict_lines.IN_WORDS.values() if "_" in text] == []


async def test_nobody_waits_for_what_does_not_exist(world: World) -> None:
    """A mistyped kind is refused with those there are; none of a kind ends with 0."""
    odd = await quick(world, "conflicts", "--kind", "confict")
    none = await quick(world, "conflicts", "--kind", "set_back")

    assert (odd.code, none.code) == (2, 0)
    assert "undecided" in odd.err
    assert "Nobody waits" in none.out
