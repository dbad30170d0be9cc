"""A system's fault is not the party's: two messages for a night, whoever waits is synced afterwards (design §3)."""

import asyncio
from datetime import timedelta

import pytest

from beteiligte.request_reason import Reason
from contracts.outage import OUTAGE
from contracts.timing import Timing
from contracts.visibility import outage_id
from simulators.faults import Status
from tests.world import BOSS, World

NIGHT = 25


async def test_a_night_without_advoware_ends_with_equal_parties_and_two_messages(world: World) -> None:
    """However many parties were edited: one message when it begins, one when it is over."""
    linked = await asyncio.gather(*(world.linked(lastName=f"Anders {n}") for n in range(NIGHT)))
    parties = [party for party, _ in linked]
    world.faults.outage("advoware")
    for party in parties:
        world.espocrm.edit(party, titel="Dr.")
    await asyncio.gather(*(world.ask(party) for party in parties))
    assert set(await asyncio.gather(*(world.closed(party) for party in parties))) <= {"Transient", "Throttled"}
    assert {world.status(party) for party in parties} == {"failed"}
    await world.told_of("nicht zur Verfügung")

    world.faults.lift("advoware")
    await world.recovered("advoware")
    await asyncio.gather(*(world.closed(party) for party in parties))

    assert world.differing(*parties) == []
    assert {party: world.status(party) for party in parties} == dict.fromkeys(parties, "clean")
    begun, over = world.espocrm.notes
    assert begun["usersIds"] == over["usersIds"] == [BOSS]
    assert "nicht zur Verfügung" in str(begun["post"])
    assert "wieder zur Verfügung" in str(over["post"])


async def test_without_espocrm_what_landed_is_written_when_it_is_back_and_told_once(world: World) -> None:
    """EspoCRM away from the moment something landed until long after the fifth attempt: one party, one message."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("espocrm.write", Status(503), times=7)
    world.faults.plan("espocrm.note", Status(503), times=3)

    await world.ask(party, Reason.CREATED)
    await world.closed(party)
    await world.recovered("espocrm")

    assert world.calls.count("advoware.create") == 1
    assert world.advoware.count(name="Müßig") == 1
    assert len(world.told()) <= 2
    assert await world.unsettled(party) == []


async def test_a_refused_right_is_told_once_for_all_parties(world: World) -> None:
    """800 parties must not mean 800 messages; a read would not find it, a trial does."""
    parties = [(await world.linked(lastName=f"Anders {n}"))[0] for n in range(5)]
    no_edit = Status(403, {"X-Status-Reason": "No edit access."})
    world.faults.outage("espocrm.write", no_edit)
    for party in parties:
        world.advoware.edit(world.bet_nr(party), titel="Dr.")
        await world.ask(party)
    for party in parties:
        assert await world.closed(party) == "NoRight"
    await world.told_of("nicht zur Verfügung")

    world.faults.lift("espocrm.write")
    await world.recovered("espocrm")
    await asyncio.gather(*(world.closed(party) for party in parties))

    assert world.differing(*parties) == []
    assert len(world.told()) == 2


async def test_one_party_s_own_fault_does_not_keep_an_outage_open(world: World) -> None:
    """The trial party's content is refused: the system answered, so it works."""
    party, _ = await world.linked()
    world.espocrm.edit(party, lastName="x" * 90)
    world.faults.outage("advoware")
    await world.ask(party)
    await world.closed(party)

    world.faults.lift("advoware")
    await world.recovered("advoware")

    assert await world.closed(party) == "Rejected"
    assert world.status(party) == "permanently_failed"


async def test_a_short_outage_that_nobody_was_told_of_ends_without_a_word(world: World) -> None:
    """Fewer than one trial's time: the parties are synced again, and that is all."""
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", *[Status(503)] * 5)

    await world.ask(party)
    assert await world.closed(party) == "Transient"
    await world.recovered("advoware")
    await world.closed(party)

    assert world.told() == []
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [{"timing": Timing(tell_again=timedelta(minutes=5))}], indirect=True)
async def test_a_message_is_tried_until_it_got_through(world: World) -> None:
    """A missing right to post notes is given the next day: nothing is forgotten, nothing is told twice."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    world.faults.plan("espocrm.note", Status(403, {"X-Status-Reason": "No create access."}), times=30)

    await world.ask(party)
    await world.closed(party)

    assert len(world.told_on(party)) == 1
    assert len(world.told()) == 2


async def test_outage_runs_are_found_by_their_type(world: World) -> None:
    """`status` and the Web UI list them."""
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.faults.outage("advoware")
    await world.ask(party)
    await world.closed(party)

    state = await world.client.get_workflow_handle(outage_id("advoware")).query("state")
    described = await world.client.get_workflow_handle(outage_id("advoware")).describe()

    assert state["system"] == "advoware"
    assert described.workflow_type == OUTAGE
    world.faults.lift("advoware")
    await world.recovered("advoware")
