"""A firm whose EspoCRM checks for duplicates on update, too: every write to a namesake must say that it is none."""

from simulators.faults import Status
from tests.world import World

NAME = {"firstName": "Erika", "lastName": "Muster"}


async def test_a_namesake_is_created_pushed_pulled_and_set_right(world: World) -> None:
    """Create with its write-back, both directions, and the status of a sync that failed."""
    world.espocrm.switch(duplicate_check_on_update=True)
    await world.linked(**NAME)
    party, bet_nr = await world.linked(**NAME)
    assert await world.unsettled(party) == []

    world.advoware.edit(bet_nr, titel="Dr.")
    await world.sync(party)
    await world.closed(party)
    assert world.titles(party) == ("Dr.", "Dr.")

    world.espocrm.edit(party, titel="Prof.")
    world.faults.plan("advoware.replace", Status(400))
    await world.sync(party)
    await world.closed(party)
    assert world.status(party) == "permanently_failed"

    await world.sync(party)
    assert await world.unsettled(party) == []


async def test_a_refused_duplicate_is_told_as_what_it_is(world: World) -> None:
    """Where the header is not honoured: by the other record, and not as a value to be corrected."""
    party, bet_nr = await world.linked(**NAME)
    await world.closed(party)
    world.advoware.edit(bet_nr, titel="Dr.")
    refused = Status(409, {"X-Status-Reason": "duplicate"}, [{"id": "6b0af993c29aacf2b", "lastName": "Geheim"}])
    world.faults.plan("espocrm.write", refused)

    outcome = await world.sync(party)
    await world.closed(party)

    assert outcome.failure is not None
    assert outcome.failure.code == "Duplicate"
    assert "Dublette" in str(world.espocrm.records[party]["syncErrorMessage"])
    told = " ".join(world.told_on(party))
    assert "6b0af993c29aacf2b" in told
    assert "berichtigen" not in told
    assert "Geheim" not in told
