"""A step that Temporal would not store fails the sync, visibly: it is never tried again for ever by a worker alone.

What is read is bounded (tests/scenarios/test_large_parties.py); here the bound of Temporal itself is brought down.
"""

import asyncio

import pytest

from runtime import payloads
from tests.world import World

TITLE = "x" * 4_000


async def closed(world: World, party: str) -> str:
    async with asyncio.timeout(60):
        return await world.closed(party)


async def test_a_create_that_cannot_be_stored_is_told_and_sent_once_it_can(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its order holds the record and what is written; nothing was sent."""
    world.espocrm.make_text("titel")
    party = world.espocrm.add(lastName="Müßig", titel=TITLE)
    monkeypatch.setattr(payloads, "MOST", 7_500)

    outcome = await world.sync(party)

    assert outcome.failure is not None
    assert outcome.failure.code == await closed(world, party) == "TooLarge"
    assert world.status(party) == "permanently_failed"
    assert sum("zu groß" in told for told in world.told_on(party)) == 1
    assert world.calls.count("advoware.create") == 0

    world.espocrm.edit(party, titel="Dr.")
    await world.sync(party)
    assert await world.unsettled(party) == []


async def test_a_write_back_that_cannot_be_stored_is_told_and_written_once_it_can(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What landed is written back as soon as that is possible."""
    world.espocrm.make_text("titel")
    party, _ = await world.linked()
    await closed(world, party)
    world.espocrm.edit(party, titel=TITLE)
    monkeypatch.setattr(payloads, "MOST", 13_000)
    handle = await world.ask(party)
    await world.told_of("EspoCRM")
    monkeypatch.undo()

    await world.sync(party)
    await handle.result()

    assert world.titles(party) == (TITLE, TITLE)
    assert world.status(party) == "clean"


async def test_an_answer_that_cannot_be_stored_is_the_party_s_matter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The read itself fails; it is not taken for a system that is down."""
    world.espocrm.make_text("titel")
    party = world.espocrm.add(lastName="Müßig", titel=TITLE)
    monkeypatch.setattr(payloads, "MOST", 4_000)

    await world.sync(party)

    assert await closed(world, party) == "TooLarge"
    assert world.status(party) == "permanently_failed"
    assert world.calls.count("espocrm.read") <= 3
