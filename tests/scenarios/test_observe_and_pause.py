"""Observe mode writes nothing; a pause stops all writing at once, loses nothing and is caught up (design §8)."""

import asyncio

import pytest

from beteiligte.request_reason import Reason
from contracts.timing import Timing
from contracts.visibility import PAUSE_ID
from tests.commandline import run
from tests.world import World

OBSERVE = {"timing": Timing(observe=True)}
CONTROLLED = {"controlled": True}


@pytest.mark.parametrize("world", [OBSERVE], indirect=True)
async def test_observe_mode_decides_and_shows_and_writes_nothing(world: World) -> None:
    """A new party, an edit, a conflict, a failing record, a deleted one: no write, no note, no status."""
    bet_nr = world.advoware.add(name="Müßig", titel="Prof.")
    new = world.espocrm.add(lastName="Anders")
    linked = world.espocrm.add(lastName="Müßig", titel="Dr.", betnr=bet_nr)
    long = world.espocrm.add(lastName="x" * 90)
    mark = world.calls.mark

    outcomes = [await world.sync(party, Reason.UPDATED) for party in (new, linked, long)]
    world.espocrm.delete(new)
    gone = await world.sync(new, Reason.DELETED)

    assert [outcome.result for outcome in outcomes] == ["create", "conflict", "create"]
    assert gone.result == "deleted"
    assert [outcome for outcome in outcomes if not outcome.observed] == []
    assert outcomes[1].to_advoware == {"titel": "Dr."}
    assert world.calls.writes(mark) == []
    assert world.told() == []


@pytest.mark.parametrize("world", [OBSERVE], indirect=True)
async def test_observe_mode_keeps_quiet_while_a_system_is_down(world: World) -> None:
    """A fault is shown in the outcome; nothing is written about it and no outage is told."""
    party = world.espocrm.add(lastName="Müßig", betnr=world.advoware.add(name="Müßig"))
    world.faults.outage("advoware")
    mark = world.calls.mark

    outcome = await world.sync(party, Reason.UPDATED)
    await world.closed(party)

    assert (outcome.result, outcome.observed) == ("failed", True)
    assert world.calls.writes(mark) == []
    assert world.told() == []


@pytest.mark.parametrize("world", [CONTROLLED], indirect=True)
async def test_a_pause_stops_all_writing_and_resume_catches_up(world: World) -> None:
    """Edits on both sides during the pause, none written, none lost, nobody alarmed."""
    linked = await asyncio.gather(*(world.linked(lastName=f"Anders {n}") for n in range(4)))
    for party, _ in linked:
        await world.closed(party)
    paused = await run(world, "pause", "--note", "move of the server")
    again = await run(world, "pause")
    mark = world.calls.mark
    new = world.espocrm.add(lastName="Neumann")
    for number, (party, bet_nr) in enumerate(linked):
        if number % 2:
            world.espocrm.edit(party, titel="Dr.")
        else:
            world.advoware.edit(bet_nr, titel="Dr.")
    asked = [new, *(party for party, _ in linked)]
    await asyncio.gather(*(world.ask(party) for party in asked))
    codes = {await world.closed(party) for party in asked}

    assert (paused.code, again.code, codes) == (0, 0, {"Paused"})
    assert world.calls.writes(mark) == []

    resumed = await run(world, "resume")
    for system in ("espocrm", "advoware"):
        await world.recovered(system)
    for party in asked:
        await world.closed(party)

    assert resumed.code == 0
    assert world.differing(*asked) == []
    assert {party: world.status(party) for party in asked} == dict.fromkeys(asked, "clean")
    assert world.told() == []
    assert (await run(world, "resume")).code == 5
    described = await world.client.get_workflow_handle(PAUSE_ID).describe()
    assert described.close_time is not None
