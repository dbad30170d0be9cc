"""What is not the program's business is left alone: out of the scope, or opted out by a person."""

import pytest

from clients.records import Where
from tests.world import World
from workflows.sweep_contracts import Kind

ONE_CLIENT = {"scope": (Where(type="equals", attribute="mandant", value="A"),)}
OPT_OUT = {"opt_out": "nichtAbgleichen"}


@pytest.mark.parametrize("world", [ONE_CLIENT], indirect=True)
async def test_a_record_out_of_the_scope_is_neither_created_nor_written(world: World) -> None:
    """Asked for by a delivery or seen by a sweep: it costs a look, and nothing is written on either side."""
    inside = world.espocrm.add(lastName="Müßig", mandant="A")
    outside = world.espocrm.add(lastName="Fremd", mandant="B")

    outcome = await world.sync(outside)
    summary = await (await world.reconcile(Kind.SWEEP, reads=0)).result()
    await world.closed(inside)

    assert outcome.result == "excluded"
    assert summary.due == {"asked": 1}
    assert world.equal(inside)
    assert world.advoware.count(name="Fremd") == 0
    assert world.status(outside) == "pending_sync"


@pytest.mark.parametrize("world", [OPT_OUT], indirect=True)
async def test_a_record_that_a_person_opted_out_is_left_as_it_is(world: World) -> None:
    """Also one that was synced before; taken in again, it goes on from its base."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, nichtAbgleichen=True, titel="Dr.")
    mark = world.calls.mark

    outcome = await world.sync(party)
    summary = await (await world.reconcile(Kind.NIGHTLY, reads=0)).result()
    await world.closed(party)

    assert (outcome.result, summary.due) == ("excluded", {})
    assert world.calls.writes(mark) == []
    assert world.advoware.records[bet_nr]["titel"] is None

    world.espocrm.edit(party, nichtAbgleichen=False)
    await world.sync(party)
    assert await world.settled(party)


@pytest.mark.parametrize("world", [OPT_OUT], indirect=True)
async def test_a_record_that_was_opted_out_is_not_taken_for_deleted(world: World) -> None:
    """The list leaves it out and Advoware names it, at every sweep; EspoCRM still has it."""
    world.advoware.has_listing = True
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, nichtAbgleichen=True)

    summary = await (await world.reconcile(listing=True)).result()

    assert (summary.due, summary.counts.deleted, summary.counts.unknown) == ({}, 0, 1)
