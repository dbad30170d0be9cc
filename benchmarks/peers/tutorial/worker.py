"""The worker: `python -m benchmarks.peers.tutorial.worker [workflow|reimported]`."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from benchmarks.peers.tutorial.activities import TutorialActivities
from benchmarks.peers.tutorial.reimported import ReimportedWorkflow
from benchmarks.peers.tutorial.workflow import TutorialWorkflow

QUEUE = "tutorial"
WORKFLOWS: dict[str, type] = {"workflow": TutorialWorkflow, "reimported": ReimportedWorkflow}


async def main(kind: str) -> None:
    """Work until SIGTERM."""
    client = await Client.connect(os.environ["BENCH_TEMPORAL"], data_converter=pydantic_data_converter)
    at, stop = TutorialActivities(), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    calls: list[Callable[..., object]] = [
        at.read_espocrm,
        at.read_advoware,
        at.create_advoware,
        at.write_advoware,
        at.write_espocrm,
    ]
    async with Worker(client, task_queue=QUEUE, workflows=[WORKFLOWS[kind]], activities=calls):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    os._exit(0)  # a process that had a client may hang at its end
