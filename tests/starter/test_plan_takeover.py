"""Parties of an earlier program that are equal and have no base: a plan shows them, applying enters the bookkeeping."""

from pathlib import Path

from contracts.reconciliation import RunKind
from tests.commandline import quick
from tests.starter.plans import planned, rows
from tests.world import World


def taken_over(world: World, name: str) -> str:
    """A party that both sides hold alike, as another program left it; its id."""
    bet_nr = world.advoware.add(name=name)
    row_id = world.advoware.records[bet_nr]["rowId"]
    return world.espocrm.add(lastName=name, betnr=bet_nr, advowareRowId=row_id, syncStatus="clean")


async def test_equal_parties_without_a_base_are_shown_entered_and_no_alarm_at_night(
    world: World, tmp_path: Path
) -> None:
    """Only the bookkeeping is written, and applying once more finds it done."""
    parties = [taken_over(world, f"Gleich {number}") for number in range(4)]
    known, _ = await world.linked(lastName="Bekannt")
    await world.closed(known)

    plan = await planned(world, tmp_path)
    shown = await quick(world, "plan", "--out", str(plan))
    mark = world.calls.mark
    applied = await quick(world, "apply", str(plan), "--json")
    written = world.calls.writes(mark)
    again = await quick(world, "apply", str(plan), "--json")
    for party in parties:
        await world.closed(party)
    night = await (await world.reconcile(RunKind.NIGHTLY, guard_number=3)).result()

    assert {party for party, row in rows(plan).items() if row["first"] == "yes"} == set(parties)
    assert "4 equal parties have no base yet" in shown.out
    assert (applied.code, applied.json["done"], applied.json["left"]) == (0, 4, 1)
    assert [call.name for call in written] == ["espocrm.write"] * 4
    assert (again.json["done"], again.json["already"]) == (0, 4)
    assert (night.due, night.alarm) == ({}, "")


async def test_an_equal_party_that_differs_by_now_is_named_and_left_alone(world: World, tmp_path: Path) -> None:
    """Edited since, or linked to another party that holds the same values: neither was shown."""
    edited, moved = taken_over(world, "Gleich"), taken_over(world, "Woanders")
    plan = await planned(world, tmp_path)
    world.espocrm.import_silently(edited, titel="Dr.")
    world.espocrm.import_silently(moved, betnr=world.advoware.add(name="Woanders"))
    mark = world.calls.mark

    applied = await quick(world, "apply", str(plan), "--json")

    assert (applied.code, sorted(applied.json["changed"])) == (7, sorted([edited, moved]))
    assert world.calls.writes(mark) == []
