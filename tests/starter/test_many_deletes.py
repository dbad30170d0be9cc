"""Many records deleted at once: one message with every number; what nobody ever synced is nobody's concern."""

import asyncio
import dataclasses
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.deletes import DeletesActivities
from activities.history import HistoryActivities
from beteiligte.decide.findings import Finding, FindingKind
from contracts.deletes import CollectOrder, DeletedParty, DeletedSeen
from contracts.reconciliation import RunKind
from simulators.faults import Hang
from simulators.webhooks import encode
from tests.scenarios.sweeping import firm
from tests.scenarios.test_deletes import ended
from tests.starter.test_webhook import hooked, post
from tests.world import BOSS, World

__all__ = ["hooked"]


async def delivered(world: World, parties: list[str]) -> None:
    """Deleted in EspoCRM, which says so in one POST; what it asked for has ended."""
    for party in parties:
        world.espocrm.records.pop(party, None)
    before = {run.run_id async for run in world.client.list_workflows("WorkflowType = 'Deletes'")}
    body = encode([{"id": party} for party in parties])
    answer = await post(world, body, action="delete")
    assert (answer.status_code, answer.json()["new_ids_count"]) == (200, len(parties))
    while True:
        new = [r async for r in world.client.list_workflows("WorkflowType = 'Deletes'") if r.run_id not in before]
        if new:
            break
    await world.client.get_workflow_handle(new[0].id, run_id=new[0].run_id).result()


def of_deletes(world: World) -> list[str]:
    """What people were told of deletes."""
    return [text for text in world.told() if "gelöscht" in text]


async def test_many_known_parties_deleted_at_once_are_one_message(hooked: World) -> None:
    """With every number and every record, to whom is always told."""
    parties = await firm(hooked, 12)
    for party, _ in parties:
        await ended(hooked, party, runs=1)

    await delivered(hooked, [party for party, _ in parties])

    [told] = of_deletes(hooked)
    assert "12 Beteiligte wurden in EspoCRM gelöscht" in told
    assert [(party, number) for party, number in parties if not (f"(betNr {number})" in told and party in told)] == []
    assert hooked.espocrm.notes[-1]["usersIds"] == [BOSS]
    assert {number for _, number in parties} <= hooked.advoware.records.keys()


async def test_a_delivery_that_comes_twice_is_told_once(hooked: World) -> None:
    """EspoCRM repeats one whose answer took too long."""
    parties = await firm(hooked, 3)
    for party, _ in parties:
        await ended(hooked, party, runs=1)

    for times in (2, 3):
        await delivered(hooked, [party for party, _ in parties])
        for party, _ in parties:
            await ended(hooked, party, runs=times)

    assert len(of_deletes(hooked)) == 1


async def test_hundreds_of_unknown_ids_are_no_message_and_no_call(hooked: World) -> None:
    """Nobody knows them, so nothing landed of them; the one that is known among them is told as ever."""
    [(party, number)] = await firm(hooked, 1)
    await ended(hooked, party, runs=1)
    mark, own = hooked.calls.mark, secrets.token_hex(6)
    unknown = [f"{own}{n:05x}" for n in range(297)]  # of no other test's parties

    await delivered(hooked, unknown)
    assert (of_deletes(hooked), hooked.spent(mark)) == ([], {})

    await delivered(hooked, [*unknown, party])
    [told] = of_deletes(hooked)
    assert f"Ein Beteiligter wurde in EspoCRM gelöscht (betNr {number})" in told
    assert party in told


async def test_a_record_of_many_that_was_never_synced_is_not_among_them(hooked: World) -> None:
    """Created and deleted in one run of EspoCRM's queue."""
    (one, _), (two, _) = await firm(hooked, 2)
    new = hooked.espocrm.add(lastName="Müßig")
    hooked.espocrm.delete(new)
    await hooked.sync(new)
    for party in (one, two, new):
        await ended(hooked, party, runs=1)

    await delivered(hooked, [one, two, new])

    [told] = of_deletes(hooked)
    assert "2 Beteiligte" in told
    assert new not in told


async def test_what_must_not_be_deleted_has_its_own_words_among_many(hooked: World) -> None:
    """One of them was merged into a living record."""
    (one, first), (two, second), (kept, _) = await firm(hooked, 3)
    for party in (one, two, kept):
        await ended(hooked, party, runs=1)
    hooked.espocrm.edit(kept, betnr=second)

    await delivered(hooked, [one, two])

    [told] = of_deletes(hooked)
    asked, _, held = told.partition("Ein Beteiligter wurde in EspoCRM gelöscht")
    assert f"(betNr {first})" in asked
    assert f"(betNr {second})" not in asked
    assert f"(betNr {second})" in held
    assert kept in held


async def test_a_party_that_is_restored_meanwhile_is_not_told(hooked: World) -> None:
    """The delivery was late."""
    (one, _), (two, number) = await firm(hooked, 2)
    for party in (one, two):
        await ended(hooked, party, runs=1)
    record = hooked.espocrm.records[one]
    reading = Hang()
    hooked.faults.plan("espocrm.read", reading, party=one)

    async def restore() -> None:
        await reading.entered.wait()
        hooked.espocrm.records[one] = record
        reading.release()

    restoring = asyncio.create_task(restore())
    await delivered(hooked, [one, two])
    await restoring

    [told] = of_deletes(hooked)
    assert f"(betNr {number})" in told
    assert one not in told


async def test_deletes_whose_deliveries_were_lost_are_one_message_too(world: World) -> None:
    """The nightly comparison finds them in Advoware's listing."""
    world.advoware.has_listing = True
    parties = await firm(world, 5)
    for party, _ in parties:
        await ended(world, party, runs=1)
    for party, _ in parties[:4]:
        world.espocrm.delete(party)

    summary = await (await world.reconcile(RunKind.NIGHTLY, listing=True)).result()

    [told] = of_deletes(world)
    assert "4 Beteiligte" in told
    assert [number for _, number in parties[:4] if f"(betNr {number})" not in told] == []
    assert (summary.due, summary.counts.asked) == ({"deleted": 4}, 4)
    night = await (await world.reconcile(RunKind.NIGHTLY, listing=True)).result()
    assert night.due == {}


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
async def test_many_deletes_are_stored_without_a_worker(hooked: World) -> None:
    """A 2xx says that nothing is lost."""
    answer = await post(hooked, encode([{"id": f"{n:017x}"} for n in range(50)]), action="delete")

    assert answer.status_code == 200


@dataclass
class Answering:
    """Asks nobody: what a party's run would say."""

    seen: DeletedSeen

    async def deleted(self, party_id: str) -> DeletedSeen:
        """What is said."""
        return self.seen


@dataclass(frozen=True)
class Knowing(HistoryActivities):
    """Every id is known."""

    async def seen(self, party_ids: Collection[str]) -> set[str]:
        """All of them."""
        return set(party_ids)


@pytest.mark.parametrize(("attempt", "told"), [(1, ()), (2, ("b",))])
async def test_an_answer_that_was_lost_with_its_worker_is_told_rather_twice_than_never(
    world: World, attempt: int, told: tuple[str, ...]
) -> None:
    """Its run says that people know; whoever was to tell them was killed. What was collected before is not asked."""
    known = (Finding(kind=FindingKind.DELETED_IN_ESPOCRM, bet_nr=104001),)
    asking = ActivityEnvironment()
    before = {"a": DeletedParty(party_id="a").model_dump(mode="json")}
    asking.info = dataclasses.replace(asking.info, attempt=attempt, heartbeat_details=[before])
    work = DeletesActivities(Answering(DeletedSeen(bet_nr=104001, known=known)), Knowing(world.client))

    order = CollectOrder(party_ids=("a", "b"), patience=timedelta(seconds=5))
    collected = await asking.run(work.collect, order)

    assert tuple(party.party_id for party in collected.deleted) == told
