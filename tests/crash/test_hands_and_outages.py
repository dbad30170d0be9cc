"""A crash while a person acts, and EspoCRM away while something has landed: still one party, and equal sides."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import product

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from beteiligte.request_reason import Reason
from contracts.party import SyncOutcome
from simulators.faults import Hang
from tests.crash.flows import FLOWS, Party, Unanswered, linked
from tests.crash.processes import DevServer, at_work, timing
from tests.world import World
from workflows.party.workflow import PartyWorkflow

ATTEMPT = 4
"""Seconds until a killed worker's call is given up."""
LONG_AFTER = 4
"""Vain tries to write back after the attempts are used up."""
WRITES = {"create": "advoware.create", "push": "advoware.replace", "merge": "advoware.replace"}


@dataclass
class Writing:
    """A party whose write to Advoware is under way."""

    party: Party
    handle: WorkflowHandle[PartyWorkflow, SyncOutcome]
    hang: Hang


async def write(world: World, name: str, example: Party, *, effect: bool = True) -> Writing:
    """Let a party travel until its write to Advoware hangs; one after the other, since a POST names no party."""
    flow = FLOWS[name]
    party = await flow.begin(world, f"Müßig {len(world.espocrm.records)}", example)
    flow.start(world, party)
    hang = Hang(effect=effect)
    world.faults.plan(WRITES[name], hang)
    handle = await world.ask(party.id, flow.reason)
    await asyncio.wait_for(hang.entered.wait(), 20)
    return Writing(party, handle, hang)


async def test_espocrm_away_after_the_landing_costs_nothing_but_time(
    server: DevServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Landed, not written: five attempts, then again and again, over a crash of the worker, until EspoCRM is back."""
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    async with at_work(server, log, timing(ATTEMPT)) as (world, worker):
        example = await linked(world, "Anders")
        writings = {flow: await write(world, flow, example) for flow in WRITES}
        await world.espocrm_server.stop()
        for writing in writings.values():
            writing.hang.release()

        await asyncio.gather(*(_steps_failed(writing.handle, 1) for writing in writings.values()))
        await worker.kill()
        await worker.start()
        await asyncio.gather(*(_steps_failed(writing.handle, 1 + LONG_AFTER) for writing in writings.values()))
        await world.espocrm_server.start()

        async with asyncio.timeout(30):
            await asyncio.gather(*(writing.handle.result() for writing in writings.values()))
        await world.end_outages()
        for flow, writing in writings.items():
            await FLOWS[flow].holds(world, writing.party)


async def _steps_failed(handle: WorkflowHandle[PartyWorkflow, SyncOutcome], wanted: int) -> None:
    """Wait until so many steps have failed for good: the first by all its attempts, the later ones by one each."""
    failed = 0
    async with asyncio.timeout(40):
        async for event in handle.fetch_history_events(wait_new_event=True):
            failed += event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED
            if failed == wanted:
                return


@dataclass(frozen=True)
class Hand:
    """What a person does while a write is under way."""

    flow: str
    cancels: bool
    effect: bool

    def __str__(self) -> str:
        return f"{'cancel' if self.cancels else 'request'} during {self.flow}, effect: {self.effect}"


HANDS = [Hand(*case) for case in product(("create", "merge"), (False, True), (False, True))]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crashed(
    server: DevServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[World, dict[Hand, Writing]]]:
    """Every write under way, every hand laid on, then the worker dies and another one comes."""
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    async with at_work(server, log, timing(2 * ATTEMPT)) as (world, worker):
        example = await linked(world, "Anders")
        writings = {hand: await write(world, hand.flow, example, effect=hand.effect) for hand in HANDS}
        for hand, writing in writings.items():
            await (writing.handle.cancel() if hand.cancels else world.ask(writing.party.id, Reason.PERSON))
            await writing.handle.query(PartyWorkflow.state)  # the worker has seen it
        assert [call for call in world.calls.since() if call.fault == Hang.name and call.done] == []
        await worker.kill()
        await worker.start()
        await asyncio.wait([asyncio.ensure_future(world.closed(w.party.id)) for w in writings.values()], timeout=60)
        yield world, writings


@pytest.mark.parametrize("hand", HANDS, ids=str)
async def test_a_hand_on_a_write_under_way_doubles_and_loses_nothing(
    crashed: tuple[World, dict[Hand, Writing]], hand: Hand
) -> None:
    """A POST whose worker died is unknown, also when somebody asked or cancelled meanwhile: told, never repeated."""
    world, writings = crashed
    party = writings[hand].party
    async with asyncio.timeout(1):
        assert await world.closed(party.id) == ("CancelledError" if hand.cancels else "")

    if hand.flow == "create":
        assert world.advoware.count(name=party.name) == hand.effect
        await Unanswered().holds(world, party)
    else:
        await world.sync(party.id)  # after a cancel the next request goes on
        await FLOWS[hand.flow].holds(world, party)
