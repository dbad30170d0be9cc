"""A plan of a firm at work: parties that are edited while it is made are in it, once, or it says that some are not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import activities.listing as listing
import beteiligte.sweep.paging as paging
from beteiligte.decide.plan import PlanRow
from beteiligte.sweep.paging import Cursor
from simulators.faults import Hang
from starter.plan import planning
from tests.commandline import Ran, quick
from tests.scenarios.sweeping import firm
from tests.starter.plans import rows
from tests.world import World

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
Edit = Callable[[], None]


@pytest.fixture
async def parties(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three equal parties, two on a page."""
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(paging, "SLIPPED", 0)  # fewer than a page, as it is
    ids = [party for party, _ in await firm(world, 3)]
    for number, party in enumerate(ids):
        await world.closed(party)
        world.espocrm.records[party]["modifiedAt"] = f"{LONG_AGO + timedelta(seconds=number):%Y-%m-%d %H:%M:%S}"
        world.espocrm.store.index.moved(party)
    return ids


async def planned_while(world: World, plan: Path, edit: Edit, *options: str) -> Ran:
    """A plan during whose first page this happens, a minute later."""
    hang = Hang()
    world.faults.plan("advoware.read", hang)
    planning_it = asyncio.create_task(quick(world, "plan", "--out", str(plan), *options))
    await hang.entered.wait()
    world.clock.advance(timedelta(minutes=1))
    edit()
    hang.release()
    return await planning_it


async def test_a_party_that_moves_while_it_is_planned_is_in_the_plan_as_it_is_now(
    world: World, parties: list[str], tmp_path: Path
) -> None:
    """One that was listed already is replaced, one that was not yet is not left out; each has one row."""
    plan = tmp_path / "plan.csv"
    listed, kept, behind = parties

    def edit() -> None:
        for party in (listed, behind):
            world.espocrm.edit(party, titel="Dr.")

    planned = await planned_while(world, plan, edit, "--json")

    assert {party: row["result"] for party, row in rows(plan).items()} == {
        listed: "espocrm_newer",
        kept: "no_change",
        behind: "espocrm_newer",
    }
    assert len(plan.read_text(encoding="utf-8").splitlines()) == 4
    assert planned.json["results"] == {"espocrm_newer": 2, "no_change": 1}
    assert (planned.json["parties"], planned.json["counted"]) == (3, 3)


async def test_a_plan_that_still_leaves_parties_out_says_how_many_there_are(
    world: World, parties: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A party left its page before it was listed, and no pass follows that would find it."""
    monkeypatch.setattr(planning, "FURTHER_PASSES", 0)

    planned = await planned_while(
        world, tmp_path / "plan.csv", lambda: world.espocrm.edit(parties[2], titel="Dr."), "--json"
    )
    shown = await planned_while(world, tmp_path / "plan.csv", lambda: world.espocrm.edit(parties[2], titel="Prof."))

    assert (planned.json["parties"], planned.json["counted"]) == (2, 3)
    assert "EspoCRM counts 3 parties by now, the plan holds 2" in " ".join(shown.out.split())


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_differs_leaves_no_party_out(
    world: World, parties: list[str], tmp_path: Path, hours: int
) -> None:
    """How far a pass goes is told by EspoCRM's own clock."""
    world.espocrm_clock.advance(timedelta(hours=hours))
    world.espocrm.edit(parties[2], titel="Prof.")

    planned = await planned_while(
        world, tmp_path / "plan.csv", lambda: world.espocrm.edit(parties[2], titel="Dr."), "--json"
    )

    assert (planned.json["parties"], planned.json["counted"]) == (3, 3)
    assert planned.json["results"] == {"espocrm_newer": 1, "no_change": 2}


async def test_a_firm_that_never_rests_is_planned_nevertheless(
    world: World, parties: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some more passes, then the plan is as good as it gets: whatever moved again is skipped as changed."""
    passes, whole = 0, planning.Planning._pass

    def edited_again(plan: planning.Planning, start: Cursor | None) -> AsyncIterator[PlanRow]:
        nonlocal passes
        passes += 1
        world.clock.advance(timedelta(minutes=1))
        world.espocrm.edit(parties[0], titel=f"Dr. {passes}")
        return whole(plan, start)

    monkeypatch.setattr(planning.Planning, "_pass", edited_again)

    planned = await quick(world, "plan", "--out", str(tmp_path / "plan.csv"), "--json")

    assert passes == 1 + planning.FURTHER_PASSES
    assert (planned.code, planned.json["parties"]) == (0, 3)
