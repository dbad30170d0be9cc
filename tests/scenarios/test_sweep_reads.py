"""Where Advoware lists nothing, a sweep reads some parties one by one: in turn, and those worked on last (§7)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.testing import ActivityEnvironment

from activities.history import HistoryActivities
from activities.links import LinksActivities
from contracts.reconciliation import RunKind
from contracts.sweep import LinksOrder
from simulators.faults import Hang, Status
from simulators.visits import Fault
from tests.scenarios.sweeping import firm, swept
from tests.world import World


def read(world: World, mark: int) -> list[int]:
    """The betNr that were read in Advoware since the mark, each as often as it was read."""
    return sorted(int(call.party or 0) for call in world.calls.since(mark) if call.name == "advoware.read")


async def test_without_a_listing_advoware_is_read_bit_by_bit(world: World) -> None:
    """A budget of single reads a sweep, going on where the last one ended; the position is in the summary."""
    parties = await firm(world, 5)
    for _, bet_nr in parties:
        world.advoware.edit(bet_nr, titel="Prof.")
    mark = world.calls.mark

    summary = await swept(world, reads=2, recent=0)

    assert summary.due == {"moved": 2}
    assert summary.position == sorted(bet_nr for _, bet_nr in parties)[1]
    assert world.spent(mark)["advoware.read"] == 2 + 2


def worked_on(world: World, *in_order: int) -> None:
    """EspoCRM shows these parties, by betNr, as modified last, the last of them latest."""
    for at, bet_nr in enumerate(in_order):
        [party] = [id for id, record in world.espocrm.records.items() if record["betnr"] == bet_nr]
        world.espocrm.records[party]["modifiedAt"] = f"2030-01-01 00:00:{at:02}"
        world.espocrm.store.index.moved(party)


async def test_parties_modified_last_are_read_by_every_sweep_within_its_budget(world: World) -> None:
    """Whoever was worked on is likely worked on again; the others' turn goes on beside them."""
    numbers = sorted(bet_nr for _, bet_nr in await firm(world, 8))
    worked_on(world, numbers[0], numbers[6], numbers[7])
    mark = world.calls.mark

    summary = await swept(world, reads=4, recent=2)

    assert read(world, mark) == [*numbers[:2], *numbers[6:]]
    assert (summary.position, summary.counts.linked, summary.counts.linked_total) == (numbers[1], 4, 8)


async def test_an_edit_in_advoware_of_a_party_worked_on_is_found_at_once(world: World) -> None:
    """Although its turn is far away; our write of what was found keeps it among them."""
    numbers = sorted(bet_nr for _, bet_nr in await firm(world, 8))
    worked_on(world, numbers[7])
    world.advoware.edit(numbers[7], titel="Prof.")

    summary = await swept(world, reads=4, recent=1)

    assert summary.due == {"moved": 1}
    assert world.differing(*world.espocrm.records) == []


async def test_a_party_worked_on_whose_turn_it_is_is_read_once(world: World) -> None:
    """What that saves goes to the next in turn."""
    numbers = sorted(bet_nr for _, bet_nr in await firm(world, 9))
    worked_on(world, numbers[8], numbers[1], numbers[0])
    mark = world.calls.mark

    summary = await swept(world, reads=6, recent=3)

    assert read(world, mark) == [*numbers[:5], numbers[8]]
    assert summary.position == numbers[4]


@pytest.mark.parametrize(("reads", "recent"), [(1, 100), (2, 100), (3, 100), (3, 1), (250, 100)])
async def test_however_many_are_worked_on_the_turn_of_the_others_comes(world: World, reads: int, recent: int) -> None:
    """A budget of one read goes to them; never more is read than the budget says."""
    numbers = sorted(bet_nr for _, bet_nr in await firm(world, 4))
    worked_on(world, *numbers[2:])
    mark = world.calls.mark

    summary = await swept(world, reads=reads, recent=recent)

    assert numbers[0] in read(world, mark)
    assert summary.counts.linked <= reads
    assert world.spent(mark)["advoware.read"] <= reads


async def test_a_nightly_run_without_a_listing_reads_nobody(world: World) -> None:
    """Its calls are EspoCRM's pages alone, also where parties were just worked on."""
    worked_on(world, *(bet_nr for _, bet_nr in await firm(world, 3)))
    mark = world.calls.mark

    summary = await swept(world, RunKind.NIGHTLY)

    assert world.spent(mark).keys() == {"espocrm.list"}
    assert summary.counts.linked_total is None


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_a_party_that_advoware_does_not_answer_for_stops_no_sweep(world: World, status: int) -> None:
    """A restricted one, or one on which Advoware stumbles: its own sync tells; the others are looked at as ever."""
    (_, odd), *_, (_, edited) = await firm(world, 4)
    world.advoware.edit(edited, titel="Prof.")
    world.faults.plan("advoware.read", Status(status), party=odd)

    summary = await (await world.reconcile(dry_run=True)).result()

    assert summary.due == {"unreadable": 1, "moved": 1}


async def test_a_party_read_by_itself_that_advoware_does_not_answer_for_stops_no_sweep(world: World) -> None:
    """A sweep's last page may hold one party; where it stopped there, every sweep after it would stop, too."""
    odd = min(bet_nr for _, bet_nr in await firm(world, 2))
    world.faults.plan("advoware.read", Status(403), party=odd)

    summary = await (await world.reconcile(dry_run=True, reads=1)).result()

    assert summary.due == {"unreadable": 1}


async def test_a_page_that_ran_out_of_time_goes_on_where_it_was(world: World) -> None:
    """At an Advoware that takes seconds a read; what was read is told as a sign of life and not read again."""
    await firm(world, 6)
    told, two = list[dict[str, str]](), asyncio.Event()
    order = LinksOrder(after=0, listing=False, limit=10)

    def beat(read: dict[str, str]) -> None:
        if len(read) == 2:
            told.append(dict(read))
            two.set()

    async with world.espocrm_client() as crm, world.advoware_client() as advoware:
        links = LinksActivities(crm, advoware, HistoryActivities(world.client)).links
        slow = ActivityEnvironment()
        slow.info = replace(slow.info, heartbeat_timeout=timedelta(milliseconds=4))
        slow.on_heartbeat = beat
        mark = world.calls.mark
        world.faults.plan("advoware.read", Fault(), Fault(), Hang())
        out_of_time = asyncio.create_task(slow.run(links, order))
        await two.wait()
        out_of_time.cancel()

        again = ActivityEnvironment()
        again.info = replace(again.info, heartbeat_details=[told[0]])
        seen = await again.run(links, order)

    assert (seen.rows, seen.found) == (6, ())
    assert len(set(read(world, mark))) == 6
    assert len(read(world, mark)) <= 6 + 1  # the one that hung


async def test_many_that_advoware_does_not_answer_for_are_asked_for_again(world: World) -> None:
    """That is a fault of the system, which passes."""
    parties = await firm(world, 8)
    for _, bet_nr in parties[:6]:
        world.faults.plan("advoware.read", Status(503), party=bet_nr)

    summary = await (await world.reconcile(dry_run=True)).result()

    assert summary.due == {}
    assert world.faults.unused == []


async def test_an_advoware_that_answers_for_nobody_is_no_news_about_parties(world: World) -> None:
    """The sweep fails and says so."""
    await firm(world, 3)
    world.faults.outage("advoware.read", Status(403))

    handle = await world.reconcile(wait=False)
    with pytest.raises(WorkflowFailureError):
        await handle.result()

    world.faults.lift("advoware.read")

    await world.told_of("konnte nicht stattfinden")


@pytest.mark.parametrize("status", ["permanently_failed", "failed"])
async def test_a_failed_party_waits_for_its_own_time(world: World, status: str) -> None:
    """What failed for good is tried after a day, what failed by its status: not again because it cannot be read."""
    (party, odd), *_ = await firm(world, 2)
    world.espocrm.import_silently(party, syncStatus=status)
    world.faults.plan("advoware.read", Status(500), party=odd)

    summary = await (await world.reconcile(dry_run=True)).result()

    assert "unreadable" not in summary.due
