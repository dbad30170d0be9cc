"""An accident stops a sweep before anything is written, and a person is asked (design §7)."""

import asyncio
from datetime import UTC, datetime

import pytest

from simulators.faults import EmptyList
from tests.scenarios.sweeping import firm, swept
from tests.world import World
from workflows.sweep_contracts import DECIDE, Kind, Phase, Verdict


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


async def test_another_program_that_writes_our_bookkeeping_is_noticed_and_told_once(world: World) -> None:
    """Two syncs at once would overwrite each other for ever."""
    for party, _ in await firm(world, 3):
        world.espocrm.import_silently(party, advowareRowId="FBABAAAAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX")

    summary = await swept(world, Kind.NIGHTLY, reads=0)

    assert summary.counts.foreign == 3
    [told] = [text for text in world.told() if "ein anderes Programm" in text]
    assert "Bei 3 Beteiligten" in told
