"""A delivery of many parties is stored as one and asked for by a run of its own, to its last id whatever fails."""

import asyncio
import uuid
from collections import Counter
from dataclasses import dataclass, field

import pytest
from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from activities.outage import OutageActivities
from beteiligte.request_reason import Reason
from contracts.delivery import ARRIVED, DeliveryAsked, DeliveryOrder
from contracts.outage import OutageReport, Tried, TryOrder
from contracts.timing import Timing
from simulators.webhooks import encode
from starter.webhook.app import STORED_SINGLY
from tests.starter.test_webhook import hooked, post
from tests.world import World
from workflows import client as clients
from workflows.client import PartyClient
from workflows.delivery import DeliveryWorkflow
from workflows.registry import sandbox

__all__ = ["hooked"]


async def runs(world: World) -> list[str]:
    """Runs of deliveries on this world's queue."""
    query = f"WorkflowType = 'Delivery' AND TaskQueue = '{world.queue}'"
    return [run.id async for run in world.client.list_workflows(query)]


async def asked_for(world: World) -> None:
    """Until the only large delivery has asked for its parties; visibility lags a moment behind."""
    while not (found := await runs(world)):  # noqa: ASYNC110  (the server's work)
        await asyncio.sleep(0)
    await world.client.get_workflow_handle(found[0]).result()


async def test_every_party_of_a_large_delivery_is_synced(hooked: World) -> None:
    """And the answer counts what is asked for, though none of it has been asked for yet."""
    parties = [hooked.espocrm.add(lastName=f"Müßig {n}") for n in range(STORED_SINGLY + 1)]

    answer = await post(hooked, encode([{"id": party} for party in [*parties, parties[0]]]), action="create")

    counts = (answer.json()["new_ids_count"], answer.json()["total_ids_in_batch"])
    assert (answer.status_code, *counts) == (200, len(parties), len(parties) + 1)
    await asked_for(hooked)
    for party in parties:
        await hooked.closed(party)
    assert hooked.differing(*parties) == []
    assert hooked.advoware.count() == len(parties)


async def test_a_delivery_of_few_is_stored_party_by_party(hooked: World) -> None:
    """As many as one run of the stand-in's job sends: no run stands between."""
    before = len(await runs(hooked))

    await post(hooked, encode([{"id": f"{n:017x}"} for n in range(STORED_SINGLY)]))

    assert len(await runs(hooked)) == before


@dataclass
class Recorder:
    """Takes what parties are asked for; may hold or refuse it."""

    asked: list[str] = field(default_factory=list)
    fails: set[str] = field(default_factory=set)
    """Parties whose first asking fails."""
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """Until it is set, nobody is asked."""
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once somebody waits for it."""

    async def ask(self, party_id: str, reason: Reason) -> None:
        """Note it."""
        self.waiting.set()
        await self.held.wait()
        self.asked.append(party_id)
        if party_id in self.fails:
            self.fails.remove(party_id)
            raise RuntimeError("Temporal is away")

    async def trial(self, order: TryOrder) -> Tried:
        """A delivery asks for syncs and for nothing else."""
        raise AssertionError(f"a delivery tried {order.party_id}")

    async def report(self, report: OutageReport) -> str:
        """A delivery asks for syncs and for nothing else."""
        raise AssertionError(f"a delivery reported {report.party_id}")


@dataclass
class Stored:
    """A client and a worker with a recorder behind it."""

    recorder: Recorder
    parties: PartyClient

    async def deliver(self, ids: tuple[str, ...]) -> list[WorkflowHandle[DeliveryWorkflow, DeliveryAsked]]:
        """As the webhook service does."""
        return await self.parties.ask_delivery(ids, Reason.UPDATED)


@pytest.fixture
def stored(world: World) -> Stored:
    """On a queue of its own."""
    return Stored(Recorder(), PartyClient(world.client, f"deliveries-{uuid.uuid4()}", Timing()))


def worker(stored: Stored) -> Worker:
    """Works for it while its block lasts."""
    return Worker(
        stored.parties.client,
        task_queue=stored.parties.task_queue,
        workflows=[DeliveryWorkflow],
        activities=[OutageActivities(stored.recorder).ask],
        workflow_runner=sandbox(),
    )


def ids(number: int) -> tuple[str, ...]:
    """Ids that no other test has."""
    return tuple(uuid.uuid4().hex[:17] for _ in range(number))


async def test_a_delivery_that_comes_again_while_it_is_asked_for_is_asked_for_again(stored: Stored) -> None:
    """It joins the run that stands, and may tell of a later edit than that run has asked for."""
    party_ids = ids(3)
    async with worker(stored):
        [first] = await stored.deliver(party_ids)
        await stored.recorder.waiting.wait()
        [second] = await stored.deliver(party_ids)
        stored.recorder.held.set()
        await first.result()

    assert (second.id, second.first_execution_run_id) == (first.id, first.first_execution_run_id)
    assert Counter(stored.recorder.asked) == dict.fromkeys(party_ids, 2)
    assert set(stored.recorder.asked[3:]) == set(party_ids)


async def test_a_portion_that_breaks_off_is_asked_for_again_and_the_tail_is_reached(stored: Stored) -> None:
    """A party asked twice joins its own request; one never asked would be lost."""
    party_ids = ids(250)
    stored.recorder.held.set()
    stored.recorder.fails = {party_ids[120], party_ids[249]}
    async with worker(stored):
        [run] = await stored.deliver(party_ids)
        answered = await run.result()

    assert answered == DeliveryAsked(parties=250)
    assert set(party_ids) - set(stored.recorder.asked) == set()


async def test_what_is_delivered_without_a_worker_is_asked_for_when_one_runs(stored: Stored) -> None:
    """The answer needs Temporal alone."""
    party_ids = ids(2)
    [run] = await stored.deliver(party_ids)
    stored.recorder.held.set()

    async with worker(stored):
        await run.result()

    assert set(stored.recorder.asked) == set(party_ids)


async def test_a_delivery_larger_than_temporal_takes_is_several_runs(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each party in one of them."""
    monkeypatch.setattr(clients, "MOST", 2)
    stored.recorder.held.set()
    party_ids = ids(5)
    async with worker(stored):
        handles = await stored.deliver(party_ids)
        for run in handles:
            await run.result()

    assert len({run.id for run in handles}) == 3
    assert sorted(stored.recorder.asked) == sorted(party_ids)


async def test_one_that_is_started_without_a_signal_waits_for_it(stored: Stored) -> None:
    """Its first arrival is the signal that starts it, however Temporal orders the two."""
    stored.recorder.held.set()
    party_ids = ids(1)
    async with worker(stored):
        run = await stored.parties.client.start_workflow(
            DeliveryWorkflow.run,
            DeliveryOrder(party_ids=party_ids, reason=Reason.UPDATED),
            id=f"delivery-{uuid.uuid4()}",
            task_queue=stored.parties.task_queue,
        )
        await run.signal(ARRIVED)
        await run.result()

    assert stored.recorder.asked == list(party_ids)
