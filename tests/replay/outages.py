"""A system that is down, as the workflow that watches it sees it: who waits, what is tried, what people are told."""

import asyncio
from collections.abc import Sequence

from contracts.outage import PROBE
from contracts.visibility import outage_id
from simulators.faults import RefusedBeforeEffect, Status, refused
from tests.replay.situation import Handle, newest, situation
from tests.scenarios.refusing import edited_in_advoware, edited_in_espocrm
from tests.world import World

FEW_EVENTS = {"limit.historyCount.suggestContinueAsNew": 10}
DOWN, OVER = "nicht zur Verfügung", "wieder zur Verfügung"


async def waiting(world: World, parties: Sequence[str]) -> None:
    """They have failed by the system's fault."""
    for party in parties:
        await world.ask(party)
    for party in parties:
        await world.closed(party)


async def over(world: World, system: str, parties: Sequence[str]) -> Handle:
    """The outage's run; it has ended, and those that it asked for, too."""
    await world.recovered(system)
    await asyncio.gather(*(world.closed(party) for party in parties))
    return world.client.get_workflow_handle(outage_id(system))


@situation(FEW_EVENTS)
async def outage_handed_on(world: World) -> Handle:
    parties = await edited_in_espocrm(world, 6)
    world.faults.outage("advoware")
    await waiting(world, parties)
    await world.told_of(DOWN)
    world.faults.lift("advoware")
    return await over(world, "advoware", parties)


@situation(FEW_EVENTS)
async def outage_handed_on_before_it_was_told(world: World) -> Handle:
    """EspoCRM is down, so it takes no message either."""
    parties = await edited_in_advoware(world, 6)
    world.faults.outage("espocrm.write", Status(503))
    world.faults.plan("espocrm.note", Status(503), times=6)
    await waiting(world, parties)
    await world.told_of(DOWN)
    world.faults.lift("espocrm.write")
    return await over(world, "espocrm", parties)


@situation()
async def outage_with_a_party_of_its_own_matter(world: World) -> Handle:
    """It is locked in Advoware, which says nothing about the other: that one is tried at once."""
    own, other = await edited_in_espocrm(world, 2)
    world.faults.outage("advoware.replace", Status(503))
    await waiting(world, (own, other))
    world.faults.refuse(world.bet_nr(own), refused(423), "advoware.read")
    await world.told_of("gesperrt")
    world.faults.lift("advoware.replace")
    world.faults.allow(world.bet_nr(own))
    return await over(world, "advoware", (own, other))


@situation()
async def outage_of_two_kinds(world: World) -> Handle:
    """A party that meets silence, and one that is refused like nobody else."""
    silent, alone = await edited_in_espocrm(world, 2)
    world.faults.refuse(world.bet_nr(silent), RefusedBeforeEffect(), "advoware.*")
    world.faults.refuse(world.bet_nr(alone), Status(401), "advoware.*")
    await waiting(world, (silent, alone))
    await world.told_of(DOWN)
    world.faults.allow(world.bet_nr(silent))
    world.faults.allow(world.bet_nr(alone))
    return await over(world, "advoware", (silent, alone))


@situation()
async def outage_tried_at_once(world: World) -> Handle:
    """Somebody knows that it works again."""
    [party] = await edited_in_espocrm(world, 1)
    world.faults.outage("advoware")
    await waiting(world, [party])
    await world.told_of(DOWN)
    await world.client.get_workflow_handle(outage_id("advoware")).signal(PROBE)
    world.faults.lift("advoware")
    return await over(world, "advoware", [party])


@situation()
async def outage_over_before_it_was_told(world: World) -> Handle:
    """The message that it began is withdrawn; that it is over is told with since when."""
    [party] = await edited_in_advoware(world, 1)
    world.faults.plan("espocrm.write", Status(503), times=9)
    world.faults.outage("espocrm.note", Status(503))
    await waiting(world, [party])
    await world.calls.until(lambda calls: world.calls.count("espocrm.note") > 1)
    await world.calls.until(lambda calls: world.status(party) == "clean")
    world.faults.lift("espocrm.note")
    return await over(world, "espocrm", [party])


@situation()
async def outage_in_the_system_s_own_words(world: World) -> Handle:
    parties = await edited_in_advoware(world, 3)
    world.faults.outage("espocrm.write", Status(403, {"X-Status-Reason": "No edit access."}))
    await waiting(world, parties)
    await world.told_of(DOWN)
    world.faults.lift("espocrm.write")
    return await over(world, "espocrm", parties)


@situation()
async def trial_refused_twice(world: World) -> Handle:
    """The system may have come back between call and probe, so its own is what is refused once more."""
    (party, _) = await edited_in_espocrm(world, 2)
    world.faults.plan(
        "advoware.replace", *[RefusedBeforeEffect()] * 5, Status(500), Status(500), party=world.bet_nr(party)
    )
    await waiting(world, [party])
    await over(world, "advoware", [party])
    return newest(world, party)
