"""Where Advoware lists all rowIds: what a person knows of is left alone; what moved since is looked at again."""

import json

import pytest

from simulators.faults import Status
from tests.scenarios.sweeping import firm, swept
from tests.world import World


@pytest.fixture
def listing(world: World) -> World:
    world.advoware.has_listing = True
    return world


async def stranger(world: World) -> tuple[str, int]:
    """A record whose betNr is somebody else's: held, and told."""
    bet_nr = world.advoware.add(name="Fremd")
    party = world.espocrm.add(lastName="Müßig", betnr=bet_nr)
    await world.sync(party)
    await world.closed(party)
    assert world.status(party) == "conflict"
    return party, bet_nr


async def test_a_doubtful_link_is_not_asked_for_at_every_sweep(listing: World) -> None:
    """A hundred of them would stop every sweep for ever."""
    await stranger(listing)
    mark = listing.calls.mark

    summary = await swept(listing, listing=True)

    assert (summary.due, summary.counts.moved) == ({}, 0)
    assert set(listing.spent(mark)) == {"espocrm.list", "advoware.list"}


async def test_a_doubtful_link_is_looked_at_again_when_its_party_was_edited_in_advoware(listing: World) -> None:
    """So may a person answer the question."""
    party, bet_nr = await stranger(listing)
    listing.advoware.edit(bet_nr, name="Müßig")

    summary = await swept(listing, listing=True)

    assert summary.due == {"moved": 1}
    assert listing.differing(party) == []
    assert listing.status(party) == "clean"


async def test_a_bet_nr_that_advoware_does_not_know_is_not_asked_for_at_every_sweep(listing: World) -> None:
    """Until it comes up."""
    await firm(listing, 2)
    party = listing.espocrm.add(lastName="Müßig", betnr=1)
    await listing.sync(party)
    await listing.closed(party)
    assert listing.status(party) == "conflict"

    assert (await swept(listing, listing=True)).due == {}


async def test_a_party_that_is_back_in_advoware_is_looked_at_again(listing: World) -> None:
    """The wrong database, or a backup put right: what was told is over."""
    (party, bet_nr), *_ = await firm(listing, 3)
    record = listing.advoware.records.pop(bet_nr)
    await listing.sync(party)
    await listing.closed(party)
    assert listing.status(party) == "deleted_in_advoware"
    assert (await swept(listing, listing=True)).due == {}

    listing.advoware.records[bet_nr] = record
    summary = await swept(listing, listing=True)

    assert summary.due == {"moved": 1}
    assert await listing.unsettled(party) == []


async def test_content_that_was_refused_is_not_tried_at_every_sweep(listing: World) -> None:
    """Its rowId has moved and stays so, since EspoCRM does not take what is in Advoware."""
    (party, bet_nr), *_ = await firm(listing, 2)
    listing.advoware.edit(bet_nr, titel="Prof.")
    listing.faults.plan("espocrm.write", Status(400), party=party)
    await listing.sync(party)
    await listing.closed(party)
    assert listing.status(party) == "permanently_failed"

    assert (await swept(listing, listing=True)).due == {}


async def test_of_two_records_with_one_bet_nr_the_one_that_stays_is_not_asked_for_at_every_sweep(
    listing: World,
) -> None:
    """People know of the other; edits in Advoware of the one still arrive."""
    party, bet_nr = await listing.linked(lastName="Müßig")
    await listing.closed(party)
    other = listing.espocrm.add(lastName="Müßig", betnr=bet_nr)
    await listing.sync(other)
    await listing.closed(other)
    assert (listing.status(party), listing.status(other)) == ("clean", "conflict")

    assert (await swept(listing, listing=True)).due == {}

    listing.advoware.edit(bet_nr, titel="Prof.")
    assert (await swept(listing, listing=True)).due.get("moved")
    assert listing.espocrm.records[party]["titel"] == "Prof."


async def test_another_open_question_hides_no_double(listing: World) -> None:
    """Of a record that waits for a person for something else, a second one with its betNr is no known matter."""
    (party, bet_nr), (other, _) = await firm(listing, 2)
    await listing.closed(other)
    record = listing.espocrm.records[other]
    base = {**json.loads(str(record["advowareSyncBase"])), "betNr": bet_nr}
    listing.espocrm.import_silently(other, betnr=bet_nr, advowareSyncBase=json.dumps(base))
    listing.espocrm.import_silently(party, syncStatus="conflict")

    summary = await (await listing.reconcile(dry_run=True, listing=True)).result()

    assert summary.due.get("doubled")
