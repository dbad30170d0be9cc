"""Several worker processes keep one system's calls per second together, whatever activities make the calls."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from clients.access import Access
from contracts.timing import Timing
from runtime.workers import seen
from tests.crash.processes import Child, dev_server, environment, worker_process
from tests.processes import until
from tests.world import World
from worker.wiring import places

RATE = 2
PARTIES = 12
LIMITED = {"ADVOWARE_CALLS_PER_SECOND": str(RATE), "ADVOWARE_TURN_TIMEOUT": "1m", "SYNC_CREATE": "5m"}
"""All calls get their turn, so that nothing is put off for minutes."""


@asynccontextmanager
async def working(many: int, folder: Path, **settings: str) -> AsyncIterator[tuple[World, list[Child]]]:
    """Both stand-ins, the real server, and so many worker processes that ask for work."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(dev_server(folder))
        env = WorkflowEnvironment.from_client(await server.up())
        world = await stack.enter_async_context(World.open(env, working=False))
        workers: list[Child] = []
        for number in range(1, many + 1):
            process = worker_process({**environment(world, server), **settings}, folder / f"worker-{number}.log")
            workers.append(await stack.enter_async_context(process))
            async with asyncio.timeout(20):
                while len(await seen(world.client, world.queue)) < number:  # noqa: ASYNC110  (what is awaited happens in other processes)
                    await asyncio.sleep(0.05)
        yield world, workers


@pytest.mark.parametrize("told", [True, False], ids=["as set", "as seen"])
async def test_two_workers_stay_under_the_rate_together(told: bool, tmp_path: Path) -> None:
    """One second's worth of calls may go at once, the rest at the pace; a busy machine only makes it slower."""
    processes = "2" if told else "1"
    async with working(2, tmp_path, **LIMITED, WORKER_PROCESSES=processes) as (world, workers):
        if not told:
            await until(lambda: all("2 worker processes share" in w.said() for w in workers), "both know of both")
        parties = [world.espocrm.add(lastName=f"Müßig {number}") for number in range(PARTIES)]

        begun = time.monotonic()
        await asyncio.gather(*(world.ask(party) for party in parties))
        await asyncio.gather(*(world.closed(party) for party in parties))
        calls, seconds = world.calls.count("advoware.*"), time.monotonic() - begun

        assert calls <= RATE * seconds + RATE
        assert world.calls.count("advoware.create") == PARTIES
        assert world.calls.count("advoware.token") == 2, "each of them made some of the calls"


@pytest.mark.parametrize(
    ("rates", "workers", "expected"),
    [((0, 0), 1, 100), ((4, 0), 1, 20), ((4, 3), 1, 15), ((4, 0), 2, 10), ((4, 0), 8, 8), ((1_000, 0), 1, 100)],
)
def test_a_worker_takes_no_more_than_gets_its_turn_in_time(
    rates: tuple[float, ...], workers: int, expected: int
) -> None:
    """By the slower system and this worker's share of it; never so few that a sweep's own activities fill them."""
    assert places([Access(calls_per_second=rate) for rate in rates], workers) == expected


async def test_a_crowd_waits_in_the_task_queue_and_costs_no_attempt(tmp_path: Path) -> None:
    """More parties at once than get a turn before ADVOWARE_TURN_TIMEOUT: not one is put off by a retry wait."""
    async with working(1, tmp_path, ADVOWARE_CALLS_PER_SECOND=str(RATE)) as (world, _):
        timing = Timing(first_wait=timedelta(hours=1))
        parties = [world.espocrm.add(lastName=f"Müßig {number}") for number in range(40)]

        await asyncio.gather(*(world.ask(party, timing=timing) for party in parties))
        async with asyncio.timeout(90):
            await asyncio.gather(*(world.closed(party) for party in parties))

        assert [party for party in parties if world.status(party) != "clean"] == []
