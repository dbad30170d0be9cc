"""What people choose in the record itself: the run hears of it by what it reads."""

from dataclasses import replace

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from simulators.faults import LostAnswer, RefusedBeforeEffect, Status
from tests.replay.situation import Handle, asked, linked, situation
from tests.rules import party_rules
from tests.world import World

DECIDING = party_rules(
    table=replace(PARTY_TABLE, decision="Entscheidung"), policies=dict.fromkeys(Group, Policy.MANUAL)
)


@situation(rules=DECIDING)
async def chosen_in_the_record(world: World) -> Handle:
    world.espocrm.let_people_decide()
    party, _ = await world.torn()
    world.espocrm.edit(party, syncDecision="espocrm")
    return await asked(world, party)


@situation(rules=DECIDING)
async def create_allowed_in_the_record(world: World) -> Handle:
    """And it has no answer again."""
    world.espocrm.let_people_decide()
    await linked(world)
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", RefusedBeforeEffect(), LostAnswer())
    await asked(world, party)
    world.espocrm.edit(party, syncDecision="create")
    return await asked(world, party)


@situation(rules=DECIDING)
async def asked_again_in_vain(world: World) -> Handle:
    """A failure that people know is told to who asks."""
    world.espocrm.let_people_decide()
    party, _ = await linked(world)
    world.faults.plan("advoware.replace", Status(400), Status(400))
    world.espocrm.edit(party, titel="Dr.")
    await asked(world, party)
    world.espocrm.edit(party, syncDecision="again")
    return await asked(world, party)
