"""The night without Advoware: hundreds of edited parties, two messages, and in the morning everything is equal."""

import asyncio
from datetime import UTC, datetime

from beteiligte.decide.base import Base, agreed, dumps
from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle.bookkeeping import BASE, BETNR, LAST_SYNC, ROW_ID, STATUS
from contracts.visibility import outage_id
from demo.play import Play
from demo.tally import SyncRow, counted, differences
from simulators import Simulators

PATIENCE = 240
"""Seconds for all parties to fail, and for all to be equal again; a busy machine is slow."""
TRIALS = 12
"""Calls that the tries to reach Advoware may cost beside the parties' own."""


async def without_advoware(play: Play) -> None:
    """A night without Advoware: many edited parties, two messages, all equal in the morning"""
    world, many = play.stage.world, play.stage.night
    parties = [held_by_both(world, number) for number in range(many)]
    notes = len(world.espocrm.notes)
    play.happens(f"In the evening Advoware goes down, and {many} parties get an addition in EspoCRM.")
    await world.advoware_server.stop()
    for number, party in enumerate(parties):
        world.espocrm.edit(party, zusatz=f"Akte {number}")
    await play.shows_progress("failed, waiting for Advoware", lambda: _count(world, parties, "failed"), many, PATIENCE)
    await play.until(lambda: len(world.espocrm.notes) > notes, "a message about the outage")
    play.stage.say.quotes("Message to the people in charge", str(world.espocrm.notes[-1]["post"]))

    play.happens("In the morning Advoware is back.")
    mark, began = world.calls.mark, play.stage.say.elapsed()
    await world.advoware_server.start()
    await play.shows_progress("equal again", lambda: _count(world, parties, "clean"), many, PATIENCE)
    await asyncio.wait_for(play.stage.client.get_workflow_handle(outage_id("advoware")).result(), PATIENCE)
    play.stage.say.quotes("Message to the people in charge", str(world.espocrm.notes[-1]["post"]))

    told = len(world.espocrm.notes) - notes
    play.sees(f"{many} parties, {told} messages, {len(differences(world))} differences between the systems.")
    play.check(told == 2, f"a night without Advoware made {told} messages, not 2")
    play.keep(_row(world, many, mark, play.stage.say.elapsed() - began))


def held_by_both(world: Simulators, number: int) -> str:
    """A party that was synced long ago: both sides hold it, and the bookkeeping says so. No event, as in an import."""
    receivers, world.espocrm.deliveries.webhooks = world.espocrm.deliveries.webhooks, []
    party = world.espocrm.add(lastName=f"Nachtmann {number}", firstName="Änne")
    world.espocrm.deliveries.webhooks = receivers
    bet_nr = world.advoware.add(name=f"Nachtmann {number}", vorname="Änne")
    ours, theirs = world.espocrm.records[party], world.advoware.records[bet_nr]
    values = agreed(from_espocrm(ours, PARTY_TABLE).values, from_advoware(theirs, PARTY_TABLE).values)  # type: ignore[arg-type]
    bookkeeping = {
        BETNR: bet_nr,
        ROW_ID: theirs["rowId"],
        BASE: dumps(Base(party_id=party, bet_nr=bet_nr, values=values)),
        LAST_SYNC: f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        STATUS: "clean",
    }
    world.espocrm.import_silently(party, **bookkeeping)
    return party


def _count(world: Simulators, parties: list[str], status: str) -> int:
    return sum(world.espocrm.records[party][STATUS] == status for party in parties)


def _row(world: Simulators, many: int, mark: int, seconds: float) -> SyncRow:
    calls = counted(world.calls.since(mark))
    budget = 4 * many + TRIALS
    return SyncRow(
        workflow=outage_id("advoware"),
        name=f"{many} parties",
        what="edited in the night",
        decision="espocrm_newer",
        status="clean",
        calls=calls,
        budget=budget,
        notes=2,
        seconds=seconds,
        problems=[f"the night: {calls} calls break the budget of {budget}"] if calls > budget else [],
    )
