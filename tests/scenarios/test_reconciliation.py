"""What webhooks miss is found by looking, and looking is cheap (design §7)."""

import pytest

from contracts.reconciliation import RunKind
from tests.scenarios.sweeping import firm, swept
from tests.world import World


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

    summary = await swept(world, RunKind.NIGHTLY, listing=True)

    assert summary.due == {"edited": 1, "moved": 1}
    assert world.differing(*world.espocrm.records) == []


async def test_a_lost_create_delivery_is_found_by_its_status(world: World) -> None:
    """`pending_sync` asks, also when the webhook never arrived."""
    party = world.espocrm.add(lastName="Müßig")

    summary = await swept(world)

    assert summary.due == {"asked": 1}
    assert world.differing(party) == []


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


@pytest.mark.parametrize("there", [{}, {"zusatz": "c/o Kanzlei"}], ids=["empty", "filled"])
async def test_a_property_that_advoware_does_not_answer_is_no_edit_of_every_night(
    world: World, there: dict[str, str]
) -> None:
    """Not known on both sides it never enters the base; a link that is lost, and an edit, are seen all the same."""
    party, bet_nr = world.espocrm.add(lastName="Müßig", **there), world.advoware.add(name="Müßig")
    del world.advoware.records[bet_nr]["zusatz"]
    world.espocrm.edit(party, betnr=bet_nr)
    await world.sync(party)
    await world.closed(party)
    due = [(await swept(world, RunKind.NIGHTLY, reads=0)).due for _ in range(2)]

    world.espocrm.import_silently(party, titel="Dr.")
    edited = (await swept(world, RunKind.NIGHTLY, reads=0)).due
    world.espocrm.import_silently(party, betnr=None)

    assert (due, edited) == ([{}, {}], {"edited": 1})
    assert (await swept(world, RunKind.NIGHTLY, reads=0)).due == {"unlinked": 1}


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

    summary = await swept(world, RunKind.NIGHTLY, listing=True)

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

    first = await swept(world, RunKind.NIGHTLY, listing=True)
    await world.told_of(str(bet_nr))
    second = await swept(world, RunKind.NIGHTLY, listing=True)

    assert (first.due, second.due) == ({"deleted": 1}, {})
    assert (first.counts.unknown, first.counts.only_advoware) == (1, (bet_nr,))
    assert bet_nr in world.advoware.records


async def test_a_dry_run_reports_and_asks_for_nothing(world: World) -> None:
    """What would be asked for, by reason."""
    (party, _), *_ = await firm(world, 3)
    world.espocrm.import_silently(party, titel="Dr.")
    mark = world.calls.mark

    handle = await world.reconcile(RunKind.NIGHTLY, dry_run=True)

    assert (await handle.result()).due == {"edited": 1}
    assert world.spent(mark).keys() == {"espocrm.list"}


async def test_parties_of_one_second_are_counted_once(world: World) -> None:
    """An import fills more than a page with one second: some rows are looked at twice, in case one slipped up."""
    size = 205
    for _ in range(size):
        party = world.espocrm.add(lastName="Import")
        world.espocrm.records[party]["modifiedAt"] = "2026-11-23 12:00:00"
    world.espocrm.store.index.forget()

    summary = await (await world.reconcile(RunKind.NIGHTLY, dry_run=True, reads=0)).result()

    assert (summary.counts.rows, summary.counts.first) == (size, size)
    assert summary.due == {"asked": size}
