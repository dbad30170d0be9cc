"""A system that breaks down is seen within minutes: one question to people, and a line in `status` with the cause."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from beteiligte.request_reason import Reason
from contracts.timing import Timing
from simulators.faults import Hang, RefusedBeforeEffect, Status
from simulators.visits import Fault
from tests.commandline import JUDGED, Ran, quick
from tests.engines import skipping_engine
from tests.world import World

AGAIN = {"timing": Timing(first_wait=timedelta(seconds=1), wait_factor=1000)}
"""The second attempt after a second, the third after a quarter of an hour: waits are looked at, not waited for."""
LATER = {"timing": Timing(first_wait=timedelta(hours=1))}


@pytest_asyncio.fixture(loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own: an outage is seen by all runs of a namespace, also those that other tests leave waiting."""
    async with skipping_engine() as env:
        yield env


async def overview(world: World) -> Ran:
    ran = await quick(world, "status", "--json", "--limit", "500")
    assert ran.code in JUDGED
    return ran


async def pending(world: World, parties: list[str], failed: int) -> None:
    """Wait until each party's step has failed so often."""
    async with asyncio.timeout(90):
        while True:
            shown = {row["run"]["party_id"]: row for row in (await overview(world)).json["running"]["shown"]}
            steps = [step for party in parties if party in shown for step in shown[party]["pending"]]
            if sum(step["attempt"] > failed for step in steps) >= len(parties):
                return
            await asyncio.sleep(0.1)


async def met(world: World, parties: list[str]) -> None:
    """Wait until each party is a question to people, or a step of it has failed."""
    open_yet = list(parties)
    while open_yet := [party for party in open_yet if world.status(party) != "conflict"]:
        shown = {row["run"]["party_id"]: row for row in (await overview(world)).json["running"]["shown"]}
        if all(party in shown and any(step["attempt"] > 1 for step in shown[party]["pending"]) for party in open_yet):
            return


BREAKS_OFF = [RefusedBeforeEffect(), Status(502)]


@pytest.mark.parametrize("world", [AGAIN], indirect=True)
@pytest.mark.parametrize("fault", BREAKS_OFF, ids=lambda fault: fault.name)
@pytest.mark.parametrize("together", [True, False], ids=["at once", "one after the other"])
async def test_five_new_parties_wait_for_one_outage_instead_of_asking_five_questions(
    world: World, fault: Fault, together: bool
) -> None:
    """The first POST may have landed, which a person has to find out; the others were not sent, and wait."""
    known, _ = await world.linked()  # so there is a token: else nothing could have been sent
    await world.closed(known)
    world.faults.outage("advoware", fault)
    parties = [world.espocrm.add(lastName=f"Neu {number}") for number in range(5)]
    with world.real_time():
        if together:
            await asyncio.gather(*(world.ask(party, Reason.CREATED) for party in parties))
        else:
            for party in parties:
                await world.ask(party, Reason.CREATED)
                await met(world, [party])
        await met(world, parties)
        asked = [party for party in parties if world.status(party) == "conflict"]
        waiting = [party for party in parties if party not in asked]
        await pending(world, waiting, failed=1)
        seen = await overview(world)
        shown = await quick(world, "status")

    assert len(asked) == 1
    assert world.told_on(asked[0]) != []
    assert [party for party in waiting if world.told_on(party) != []] == []
    [outage] = seen.json["outages"]
    assert outage["suspected"] is True
    assert outage["state"]["system"] == "advoware"
    assert outage["state"]["waiting"] == 4
    assert outage["state"]["codes"] == ["Transient"]
    assert "suspected" in shown.out

    world.faults.lift("advoware")
    await asyncio.gather(*(world.sync(party) for party in waiting))
    await asyncio.gather(*(world.closed(party) for party in waiting))
    assert [world.advoware.count(name=f"Neu {parties.index(party)}") for party in waiting] == [1] * 4
    assert (await overview(world)).json["outages"] == []


@pytest.mark.parametrize("world", [LATER], indirect=True)
async def test_one_slip_of_one_party_is_no_outage(world: World) -> None:
    """It waits for its next attempt, and that is what `status` says."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503))
    with world.real_time():
        await world.ask(party)
        await pending(world, [party], failed=1)
        seen = await overview(world)
        await world.sync(party)

    assert seen.json["outages"] == []


@pytest.mark.parametrize("world", [{"timing": Timing(first_wait=timedelta(seconds=1), wait_factor=1)}], indirect=True)
@pytest.mark.parametrize(
    ("fault", "suspected"), [(Status(503), True), (Status(500), False)], ids=["503", "500, perhaps its own"]
)
async def test_one_party_that_fails_again_is_enough_where_the_system_says_so(
    world: World, fault: Fault, suspected: bool
) -> None:
    """From the second failed attempt on: a quiet installation has no second party to go by."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", *[fault] * 3)
    with world.real_time():
        await world.ask(party)
        await pending(world, [party], failed=2)
        seen = await overview(world)
        await world.closed(party)

    assert [outage["suspected"] for outage in seen.json["outages"]] == [True] * suspected


@pytest.mark.parametrize("world", [{"call_timeout": 0.3}], indirect=True)
@pytest.mark.parametrize("fault", [RefusedBeforeEffect(), Status(503), Hang()], ids=lambda fault: fault.name)
async def test_a_sweep_that_hangs_says_why(world: World, fault: Fault) -> None:
    """It waits for its next attempt for minutes, and shows the failure of the one before."""
    party, _ = await world.linked()
    await world.closed(party)
    world.faults.outage("advoware", fault)
    with world.real_time():
        handle = await world.reconcile(wait=False, reads=10)
        async with asyncio.timeout(20):
            while True:
                seen = (await overview(world)).json["reconciliations"]
                [sweep] = [one for one in seen if one["workflow_id"] == handle.id]
                if any(step["failure"] for step in sweep["pending"]):
                    break
                await asyncio.sleep(0.1)
        shown = await quick(world, "status")
        await handle.terminate()

    assert sweep["pending"][0]["fault"]["system"] == "advoware"
    line = " ".join(shown.out.split())
    assert f"{handle.id} waits: sweep.links, attempt 2 of 9" in line
    assert "transient: advoware" in line.lower()


@pytest.mark.parametrize("working", [True, False], ids=["asked of a worker", "no worker answers"])
async def test_a_missing_right_is_no_system_that_is_down_and_who_waits_for_it_says_so(
    world: World, working: bool
) -> None:
    """What landed waits for it; the party names the cause and what tries at once."""
    party, _ = await world.linked()
    await world.closed(party)
    world.faults.outage("espocrm.write", Status(403, {"X-Status-Reason": "No edit access."}))
    world.espocrm.edit(party, titel="Dr.")
    nobody = {} if working else {"TEMPORAL_TASK_QUEUE": "nobody-works-here"}
    with world.real_time():
        await world.ask(party)
        async with asyncio.timeout(60):
            while not (await quick(world, "status", party, "--json")).json["outage"]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        line = (await quick(world, "status", "--quiet", **nobody)).out
        seen = await quick(world, "status", "--json", **nobody)
        shown = " ".join((await quick(world, "status", party, **nobody)).out.split())
    world.faults.lift("espocrm.write")
    await quick(world, "retry-failed")
    await world.closed(party)

    assert "a right or a field is missing in EspoCRM" in line
    assert "is down" not in line
    assert "failed part" not in line
    assert [one["codes"] for one in seen.json["outages"]] == [["NoRight"]]
    assert "waits for EspoCRM: a right or a field is missing in EspoCRM (NoRight)" in shown
    assert "retry-failed" in shown
