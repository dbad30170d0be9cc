"""Applying beside others who ask for the same parties: what was done is told as it was, planned or not."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from beteiligte.request_reason import Reason
from simulators.faults import Hang, Status
from starter.plan import planfile
from starter.requests import Requests
from tests.commandline import Ran, quick
from tests.rules import party_rules
from tests.scenarios.test_optimistic_concurrency import Meanwhile
from tests.starter.plans import planned, rows
from tests.starter.test_plan_takeover import taken_over
from tests.world import HERE, THERE, World


async def applied_beside(world: World, party: str, plan: Path, hang: Hang) -> Ran:
    """A plan's request that waits, together with another, for the sync that hangs."""
    requests = Requests(world.client, world.queue, world.timing)
    await requests.ask(party, Reason.UPDATED, within=timedelta(seconds=10))
    await hang.entered.wait()
    await requests.ask(party, Reason.UPDATED, within=timedelta(seconds=10))
    applying = asyncio.create_task(quick(world, "apply", str(plan), "--json"))
    async with asyncio.timeout(10):
        while (await requests.state(party)).asked < 3:  # noqa: ASYNC110
            await asyncio.sleep(0)
    hang.release()
    return await applying


async def edited(world: World, tmp_path: Path) -> tuple[str, int, Path]:
    """A party that was edited in EspoCRM, and the plan that shows it."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.import_silently(party, titel="Dr.")
    return party, bet_nr, await planned(world, tmp_path)


async def test_a_row_that_ended_as_something_else_is_named_with_what_was_done(world: World, tmp_path: Path) -> None:
    """Who asks together with the plan gets the party as it is by then: the row is not called done."""
    party, bet_nr, plan = await edited(world, tmp_path)
    hang = Hang()
    world.faults.plan("espocrm.write", hang, party=party)
    moved = asyncio.create_task(hang.entered.wait())
    moved.add_done_callback(lambda _: world.advoware.edit(bet_nr, zusatz="c/o Kanzlei"))

    applied = await applied_beside(world, party, plan, hang)

    assert (applied.code, applied.json["done"], applied.json["changed"]) == (7, 0, [party])
    assert applied.json["instead"] == {party: "advoware_newer (→ EspoCRM: zusatz)"}


async def test_a_row_that_was_done_exactly_is_done_whoever_asked_with_it(world: World, tmp_path: Path) -> None:
    """The sync was held to nothing, and came to what the plan shows."""
    party, bet_nr, plan = await edited(world, tmp_path)
    world.espocrm.import_silently(party, titel=None)
    world.timing = world.timing.but(syncing_after=timedelta(days=1))
    hang = Hang()
    world.faults.plan("advoware.read", Status(503), hang, party=bet_nr)
    again = asyncio.create_task(hang.entered.wait())
    again.add_done_callback(lambda _: world.espocrm.import_silently(party, titel="Dr."))

    applied = await applied_beside(world, party, plan, hang)

    assert (applied.code, applied.json["done"], applied.json["changed"]) == (0, 1, [])
    assert world.titles(party) == ("Dr.", "Dr.")


async def test_a_row_that_another_sync_has_just_done_is_done_already(world: World, tmp_path: Path) -> None:
    """The sync before had nothing else to do either; none is left for the one that answers both."""
    party, bet_nr, plan = await edited(world, tmp_path)
    hang = Hang()
    world.faults.plan("advoware.replace", hang, party=bet_nr)

    applied = await applied_beside(world, party, plan, hang)

    assert (applied.code, applied.json["already"], applied.json["instead"]) == (0, 1, {})


@pytest.mark.parametrize("world", [{"rules": party_rules(look_up=True)}], indirect=True)
async def test_a_sync_that_nobody_held_to_a_plan_names_what_it_did_as_the_plan_does(
    world: World, tmp_path: Path
) -> None:
    """Create, link, merge, an edit, an equal party without a base: each by the fingerprint of its row."""
    world.advoware.has_search = True
    merge, bet_nr = await world.linked(lastName="Beide")
    await world.closed(merge)
    world.espocrm.import_silently(merge, titel="Dr.")
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    world.advoware.add(name="Anders", **THERE, titel="Prof.")
    new, link = world.espocrm.add(lastName="Neu"), world.espocrm.add(lastName="Anders", **HERE)
    parties = {new: "create", link: "link", merge: "merge", taken_over(world, "Gleich"): "no_change"}
    plan = await planned(world, tmp_path)

    done = {party: (await world.sync(party)).fingerprint for party in parties}

    assert {party: row["result"] for party, row in rows(plan).items()} == parties
    assert done == {line.party_id: line.fingerprint for line in planfile.read(plan)}


@pytest.mark.parametrize("world", [{"optimistic_concurrency": True}], indirect=True)
async def test_a_row_whose_write_back_starts_over_is_done_as_planned(world: World, tmp_path: Path) -> None:
    """What landed in Advoware was the plan's; the round that only writes it back decides nothing of its own."""
    party, _, plan = await edited(world, tmp_path)
    world.faults.plan("advoware.replace", Meanwhile(lambda: world.espocrm.edit(party, description="sonst nichts")))
    mark = world.calls.mark

    outcome = await world.sync(party)

    assert world.calls.count("espocrm.write", since=mark) == 2
    assert outcome.fingerprint == next(planfile.read(plan)).fingerprint
