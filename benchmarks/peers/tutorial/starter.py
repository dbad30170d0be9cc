"""The webhook: starts a workflow for each id; one that runs already is used."""

import asyncio
import os

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from benchmarks.peers import hook
from benchmarks.peers.tutorial.worker import QUEUE


async def main() -> None:
    """Serve until SIGTERM."""
    client = await Client.connect(os.environ["BENCH_TEMPORAL"])

    async def take(party_id: str) -> None:
        policy = WorkflowIDConflictPolicy.USE_EXISTING
        await client.start_workflow("Sync", party_id, id=party_id, task_queue=QUEUE, id_conflict_policy=policy)

    await hook.serve(take)


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # a process that had a client may hang at its end
