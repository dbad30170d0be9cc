"""What webhooks miss is found by looking, cheaply, and an accident stops before anything is written (design §7)."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowFailureError, WorkflowHandle

from simulators.faults import EmptyList, Hang, Status
from tests.world import World
from workflows.reconciliation import ReconciliationWorkflow
from workflows.sweep_contracts import DECIDE, Kind, Phase, Summary, Verdict

STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED


async def swept(world: World, kind: Kind = Kind.SWEEP, **pace: Any) -> Summary:
    """Run one and give its summary; the runs it asked for have ended."""
    summary = await (await world.reconcile(kind, **pace)).result()
    for party in list(world.espocrm.records):
        if world.espocrm.records[party]["syncStatus"] != "clean":
            await world.closed(party)
    return summary


def read(world: World, mark: int) -> list[int]:
    """The betNr that were read in Advoware since the mark, each as often as it was read."""
    return sorted(int(call.party or 0) for call in world.calls.since(mark) if call.name == "advoware.read")


async def firm(world: World, size: int) -> list[tuple[str, int]]:
    """So many linked parties."""
    return list(await asyncio.gather(*(world.linked(lastName=f"Anders {n}") for n in range(size))))


async def test_unchanged_parties_cost_list_calls_only(world: World) -> None:
    """However many rows a page holds: no read of its own for any of them."""
    world.advoware.has_listing = True
    await firm(world, 12)
    mark = world.calls.mark

    summary = await swept(world, listing=True)

    assert world.spent(mark) == {"espocrm.list": 3, "advoware.list": 1}
    assert (summary.counts.rows, summary.counts.linked, summary.due) == (12, 12, {})


async def test_a_silent_import_and_an_edit_in_advoware_are_found(world: World) -> None:
    """Neither raises an event: the one differs from its base, the other has another rowId."""
    world.advoware.has_listing = True
    (imported, _), (_, edited), *_ = await firm(world, 5)
    world.espocrm.import_silently(imported, titel="Dr.")
    world.advoware.edit(edited, titel="Prof.")

    summary = await swept(world, Kind.NIGHTLY, listing=True)

    assert summary.due == {"edited": 1, "moved": 1}
    assert all(world.equal(party) for party in world.espocrm.records)


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
    assert all(world.equal(party) for party in world.espocrm.records)


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

    summary = await swept(world, Kind.NIGHTLY)

    assert world.spent(mark).keys() == {"espocrm.list"}
    assert summary.counts.linked_total is None


async def test_a_lost_create_delivery_is_found_by_its_status(world: World) -> None:
    """`pending_sync` asks, also when the webhook never arrived."""
    party = world.espocrm.add(lastName="Müßig")

    summary = await swept(world)

    assert summary.due == {"asked": 1}
    assert world.equal(party)


async def test_an_open_question_costs_nothing_and_is_not_told_again(world: World) -> None:
    """A held party is not asked for until something in it changes."""
    stranger = world.advoware.add(name="Schmidt")
    party = world.espocrm.add(lastName="Müßig", betnr=stranger)
    await world.sync(party)
    await world.closed(party)
    told, mark = len(world.told()), world.calls.mark

    summary = await swept(world, reads=0)

    assert summary.due == {}
    assert world.spent(mark).keys() == {"espocrm.list"}
    assert len(world.told()) == told

    world.espocrm.import_silently(party, lastName="Schmidt")
    assert (await swept(world, reads=0)).due == {"no_base": 1}


async def test_refused_content_is_not_tried_again_at_every_sweep(world: World) -> None:
    """`permanently_failed` waits for a day, or for a person who changes it."""
    party, _ = await world.linked()
    world.espocrm.edit(party, lastName="x" * 90)
    await world.sync(party)
    await world.closed(party)

    assert (await swept(world, reads=0)).due == {}


async def test_two_records_with_one_bet_nr_are_found_and_told(world: World) -> None:
    """Doubled links: the copy came without an event."""
    world.advoware.has_listing = True
    (party, bet_nr), *_ = await firm(world, 3)
    copy = world.espocrm.add(lastName="Anders 0")
    world.espocrm.import_silently(copy, betnr=bet_nr, syncStatus="clean")

    summary = await swept(world, Kind.NIGHTLY, listing=True)

    assert summary.counts.doubled == (bet_nr,)
    assert world.status(copy) == "conflict"
    assert world.told_on(copy)
    assert party in str(world.told_on(copy))


async def test_a_lost_delete_is_found_by_what_advoware_still_has(world: World) -> None:
    """A deleted record cannot be listed; its betNr is known from its last run, and it is told once."""
    world.advoware.has_listing = True
    (party, bet_nr), *_ = await firm(world, 3)
    await world.closed(party)
    world.espocrm.delete(party)

    first = await swept(world, Kind.NIGHTLY, listing=True)
    await world.told_of(str(bet_nr))
    second = await swept(world, Kind.NIGHTLY, listing=True)

    assert (first.due, second.due) == ({"deleted": 1}, {})
    assert (first.counts.unknown, first.counts.only_advoware) == (1, (bet_nr,))
    assert bet_nr in world.advoware.records


@pytest.mark.parametrize("call", ["espocrm.list", "advoware.list"])
async def test_an_empty_list_changes_nothing_and_raises_an_alarm(world: World, call: str) -> None:
    """P9: 200 and nothing in it is no reason to delete or to clear."""
    world.advoware.has_listing = True
    await firm(world, 4)
    before = dict(world.advoware.records)
    world.faults.plan(call, EmptyList(), times=3)
    mark = world.calls.mark

    handle = await world.reconcile(Kind.NIGHTLY, wait=False, listing=True, guard_number=1)
    await world.told_of("hat angehalten")
    assert (await handle.query("state"))["phase"] == Phase.GUARD
    await handle.terminate()
    world.faults.clear()

    assert world.calls.writes(mark) == []
    assert world.advoware.records == before


async def test_a_broken_import_stops_and_a_person_decides(world: World) -> None:
    """More parties overwritten than is likely: nothing is synced until somebody confirms, with who and when."""
    parties = await firm(world, 6)
    for party, _ in parties:
        world.espocrm.import_silently(party, lastName="Import")
    handle = await world.reconcile(Kind.NIGHTLY, wait=False, guard_number=3)
    await world.told_of("hat angehalten")
    assert world.advoware.count(name="Import") == 0

    await handle.signal(DECIDE, Verdict(go_on=True, by="admin", at=datetime.now(UTC)))
    summary = await handle.result()
    await asyncio.gather(*(world.closed(party) for party, _ in parties))

    assert world.advoware.count(name="Import") == len(parties)
    assert summary.verdict is not None
    assert summary.verdict.by == "admin"
    assert "changed or emptied" in summary.alarm


@pytest.mark.parametrize("kind", Kind)
async def test_a_first_run_creates_no_firm_without_asking(world: World, kind: Kind) -> None:
    """Parties that were never synced, by the dozen: a rollout or an import, which a person plans first."""
    for number in range(4):
        world.espocrm.add(lastName=f"Neu {number}")

    handle = await world.reconcile(kind, wait=False, guard_number=3)
    await world.told_of("noch nie abgeglichen")
    await handle.signal(DECIDE, Verdict(go_on=False, by="admin", at=datetime.now(UTC)))
    summary = await handle.result()

    assert world.advoware.count() == 0
    assert (summary.counts.first, sum(summary.due.values())) == (4, 4)


async def test_parties_gone_in_espocrm_by_the_dozen_are_asked_about_once(world: World) -> None:
    """A lost right or a restored backup hides them; each would be told as deleted."""
    world.advoware.has_listing = True
    for party, _ in await firm(world, 4):
        await world.closed(party)
        world.espocrm.delete(party)

    handle = await world.reconcile(Kind.SWEEP, wait=False, listing=True, guard_number=3)
    await world.told_of("gibt es in EspoCRM nicht mehr")
    await handle.signal(DECIDE, Verdict(go_on=False, by="admin", at=datetime.now(UTC)))
    await handle.result()

    assert len(world.told()) == 1


async def test_a_refused_sweep_writes_nothing(world: World) -> None:
    """The other answer."""
    parties = await firm(world, 6)
    for party, _ in parties:
        world.espocrm.import_silently(party, lastName="Import")
    handle = await world.reconcile(Kind.NIGHTLY, wait=False, guard_number=3)
    await world.told_of("hat angehalten")

    await handle.signal(DECIDE, Verdict(go_on=False, by="admin", at=datetime.now(UTC)))
    await handle.result()

    assert world.advoware.count(name="Import") == 0


async def test_a_dry_run_reports_and_asks_for_nothing(world: World) -> None:
    """What would be asked for, by reason."""
    (party, _), *_ = await firm(world, 3)
    world.espocrm.import_silently(party, titel="Dr.")
    mark = world.calls.mark

    handle = await world.reconcile(Kind.NIGHTLY, dry_run=True)

    assert (await handle.result()).due == {"edited": 1}
    assert world.spent(mark).keys() == {"espocrm.list"}


async def test_a_poisoned_record_delays_no_other(world: World) -> None:
    """P10: one that never ends keeps its place only for the patience; all others are synced."""
    parties = await firm(world, 6)
    for party, _ in parties:
        world.espocrm.import_silently(party, titel="Dr.")
    _, poisoned = parties[0]
    world.faults.plan("advoware.replace", Status(503), times=5, party=poisoned)

    await world.reconcile(Kind.NIGHTLY, in_flight=2, patience=timedelta(seconds=1))

    assert world.advoware.count(titel="Dr.") >= len(parties) - 1
    await world.closed(parties[0][0])


@pytest.mark.parametrize("world", [{"call_timeout": 60}], indirect=True)
async def test_a_sweep_begins_nothing_while_somebody_s_sync_is_under_way(world: World) -> None:
    """A person's edit, or a delivery's, is not slowed down by 10,000 parties: they wait for it, for a while."""
    (edited, _), (asked, _), *others = await firm(world, 5)
    for party in world.espocrm.records:
        await world.closed(party)
    world.espocrm.edit(edited, titel="Prof.")
    for party, _ in others:
        world.espocrm.import_silently(party, titel="Dr.")
    reading = Hang()
    world.faults.plan("espocrm.read", reading, party=edited)
    await world.ask(edited)
    await reading.entered.wait()
    mark = world.calls.mark

    sweep = await world.reconcile(Kind.NIGHTLY, wait=False, reads=0, give_way=timedelta(minutes=1))
    await at_work(sweep, "sweep.sync")
    await world.sync(asked)
    reading.release()
    await sweep.result()

    touched = [call.party for call in world.calls.since(mark) if call.name in ("espocrm.read", "espocrm.write")]
    assert touched[:2] == [asked, edited]
    assert all(world.equal(party) for party, _ in others)


@pytest.mark.parametrize("world", [{"call_timeout": 60}], indirect=True)
async def test_a_sync_that_hangs_holds_a_sweep_up_only_for_a_while(world: World) -> None:
    """Else one dead connection would stop all reconciliation."""
    (stuck, _), (other, _) = await firm(world, 2)
    await asyncio.gather(world.closed(stuck), world.closed(other))
    world.espocrm.import_silently(other, titel="Dr.")
    reading = Hang()
    world.faults.plan("espocrm.read", reading, party=stuck)
    await world.ask(stuck)
    await reading.entered.wait()
    mark = world.calls.mark

    await world.reconcile(Kind.NIGHTLY, reads=0, give_way=timedelta(milliseconds=20))

    assert world.equal(other)
    assert world.calls.since(mark, "espocrm.read", stuck) == []  # it still hangs in its first attempt
    reading.release()
    await world.closed(stuck)


async def at_work(sweep: WorkflowHandle[ReconciliationWorkflow, Summary], activity: str) -> None:
    """Wait until an activity of that type has begun."""
    pending: list[str] = []
    while activity not in pending:
        described = (await sweep.describe()).raw_description
        pending = [a.activity_type.name for a in described.pending_activities if a.state == STARTED]
        await asyncio.sleep(0.01)


async def test_a_right_that_was_lost_is_told_and_nothing_is_written(world: World) -> None:
    """An attribute that is missing from the list is a fault of the set-up, never an empty value."""
    await firm(world, 3)
    world.espocrm.missing.add("advowareSyncBase")
    mark = world.calls.mark

    handle = await world.reconcile(Kind.NIGHTLY, wait=False)
    with pytest.raises(Exception, match="Workflow execution failed"):
        await handle.result()

    assert world.calls.writes(mark) == []
    await world.told_of("konnte nicht stattfinden")


async def test_a_sweep_in_a_known_outage_tells_nothing_of_its_own(world: World) -> None:
    """A night without Advoware is two messages, those of the outage."""
    (party, _), *_ = await firm(world, 2)
    world.faults.outage("advoware")
    world.espocrm.edit(party, titel="Dr.")
    await world.ask(party)
    await world.told_of("Advoware")
    told = len(world.told())

    with pytest.raises(WorkflowFailureError):
        await world.reconcile(Kind.SWEEP)
    world.faults.lift("advoware")

    assert len(world.told()) == told


async def test_another_program_that_writes_our_bookkeeping_is_noticed_and_told_once(world: World) -> None:
    """Two syncs at once would overwrite each other for ever."""
    for party, _ in await firm(world, 3):
        world.espocrm.import_silently(party, advowareRowId="FBABAAAAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX")

    summary = await swept(world, Kind.NIGHTLY, reads=0)

    assert summary.counts.foreign == 3
    [told] = [text for text in world.told() if "ein anderes Programm" in text]
    assert "Bei 3 Beteiligten" in told
