"""Who asks for work: how many worker processes share the calls of a second."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from runtime.workers import WorkerCount, seen
from workflows.pause import PauseWorkflow
from workflows.registry import sandbox


def address(env: WorkflowEnvironment) -> str:
    return env.client.service_client.config.target_host


@asynccontextmanager
async def working(
    env: WorkflowEnvironment, queue: str, identity: str, converter: DataConverter = DataConverter.default
) -> AsyncIterator[Client]:
    """A worker with a client of its own, as soon as Temporal knows of it."""
    client = await Client.connect(address(env), identity=identity, data_converter=converter)
    async with Worker(client, task_queue=queue, workflows=[PauseWorkflow], workflow_runner=sandbox()):
        async with asyncio.timeout(10):
            while all(worker.identity != identity for worker in await seen(client, queue)):  # noqa: ASYNC110  (the server's work)
                await asyncio.sleep(0.05)
        yield client


async def test_a_worker_counts_itself_before_it_asks_for_work(skipping: WorkflowEnvironment) -> None:
    """It shares from its first call on, not only when Temporal has seen it."""
    queue = f"test-{uuid.uuid4()}"
    async with working(skipping, queue, "one"):
        crew = WorkerCount(skipping.client, queue, expected=1)
        await crew.look()

    assert crew.number() == 2


async def test_more_workers_than_set_are_counted(skipping: WorkflowEnvironment) -> None:
    """Nobody has to tell the first one that a second was started."""
    queue = f"test-{uuid.uuid4()}"
    async with working(skipping, queue, "one") as client:
        crew = WorkerCount(client, queue, expected=1)
        await crew.look()
        alone = crew.number()
        async with working(skipping, queue, "two"):
            await crew.look()

    assert (alone, crew.number()) == (1, 2)


async def test_as_many_as_set_share_also_when_fewer_run(skipping: WorkflowEnvironment) -> None:
    """One that starts next finds its share free."""
    crew = WorkerCount(skipping.client, f"test-{uuid.uuid4()}", expected=3)
    await crew.look()

    assert crew.number() == 3


async def test_while_temporal_does_not_tell_the_last_number_counts(skipping: WorkflowEnvironment) -> None:
    """A share must not grow because nobody tells how many there are."""
    queue = f"test-{uuid.uuid4()}"
    async with working(skipping, queue, "one"), working(skipping, queue, "two") as client:
        crew = WorkerCount(client, queue, expected=1)
        await crew.look()
        crew.client = await Client.connect(address(skipping), namespace="nowhere", identity="one")
        await crew.look()

    assert crew.number() == 2
