"""What becomes of a sync whose first attempt fails, takes too long or is overtaken."""

from datetime import timedelta

from simulators.faults import Hang, LostAnswer, Status
from tests.replay.situation import Handle, asked, linked, situation
from tests.world import World


@situation()
async def syncing_shown(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503))
    return await asked(world, party)


@situation()
async def first_attempt_failed_at_espocrm(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("espocrm.read", Status(503))
    return await asked(world, party)


@situation()
async def first_attempt_failed_at_advoware(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.read", Status(503), Status(503))
    return await asked(world, party)


@situation()
async def first_attempt_that_took_too_long(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.read", Hang())
    world.timing = world.timing.but(first_try=timedelta(milliseconds=500))
    return await asked(world, party)


@situation()
async def first_write_back_failed(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("espocrm.write", LostAnswer())
    return await asked(world, party)


@situation()
async def first_write_back_that_took_too_long(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("espocrm.write", Hang(effect=True))
    world.timing = world.timing.but(first_try=timedelta(milliseconds=500))
    return await asked(world, party)


@situation()
async def burst(world: World) -> Handle:
    """A request comes during the first attempt, which is done again by regular activities."""
    party, _ = await linked(world)
    reading = Hang()
    handle = await world.held(party, "espocrm.read", reading)
    await world.ask(party)
    reading.release()
    await world.closed(party)
    return handle
