"""Lets this worker be told apart from all others: its card stands in Temporal, and questions about it get an answer.

The card is written at the start, again when the key file changes, and once more at the end. Nothing of a sync depends
on it: while Temporal does not take it, the worker works all the same.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from contracts.worker_card import WorkerCard, card_id
from runtime.codec import known_keys
from runtime.payloads import BOUNDED
from runtime.version import version
from workflows.worker_card import WorkerCardWorkflow

log = logging.getLogger(__name__)
LOOK_EVERY = timedelta(seconds=5)
"""A key file that was copied here is known as fast as somebody can go back to where he activates the key."""
ANEW = timedelta(hours=12)
"""Any server keeps a closed run for a day at least."""
TAKEN_WITHIN = timedelta(seconds=2)
"""Nothing waits for it but the end of the process."""


@dataclass
class CardOfThisWorker:
    """What this process says, and where."""

    client: Client
    task_queue: str
    card: Callable[[], WorkerCard]
    every: timedelta = LOOK_EVERY
    _said: WorkerCard | None = None

    @property
    def _id(self) -> str:
        return card_id(self.task_queue, self.client.identity)

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """While inside, questions about this worker are answered."""
        clear = Client(self.client.service_client, namespace=self.client.namespace, data_converter=BOUNDED)
        answers = Worker(
            clear,
            task_queue=self._id,
            workflows=[WorkerCardWorkflow],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=0,
            max_concurrent_workflow_task_polls=1,
        )
        async with answers:
            watching = asyncio.create_task(self._watch(clear))
            try:
                yield
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
                await self._say_that_it_ends(clear)

    async def _watch(self, clear: Client) -> None:
        while True:
            with suppress(RPCError):
                await self._say_what_is_new(clear)
            await asyncio.sleep(self.every.total_seconds())

    async def _say_what_is_new(self, clear: Client) -> None:
        now = self.card()
        if self._said is None or not now.says_as(self._said) or now.said - self._said.said > ANEW:
            await self._say(clear, now)
            self._said = now

    async def _say_that_it_ends(self, clear: Client) -> None:
        """While it can still be taken: the run would else stay open for ever."""
        with suppress(RPCError, TimeoutError):
            async with asyncio.timeout(TAKEN_WITHIN.total_seconds()):
                await self._say(clear, self.card().but(ended=True))
                await clear.get_workflow_handle(self._id).result()

    async def _say(self, clear: Client, card: WorkerCard) -> None:
        await clear.start_workflow(
            WorkerCardWorkflow.run,
            card,
            id=self._id,
            task_queue=self._id,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            rpc_timeout=TAKEN_WITHIN,
        )


def card_of(client: Client, *, observe: bool, processes: int) -> Callable[[], WorkerCard]:
    """What a worker on this connection says; its keys are those of its file as it is by now."""

    def card() -> WorkerCard:
        known = known_keys(client.data_converter.payload_codec)
        return WorkerCard(
            identity=client.identity,
            version=version(),
            said=datetime.now(UTC),
            keys=tuple(sorted(known.keys)),
            encrypts=known.encrypts,
            marks=tuple(sorted(known.marks)),
            observe=observe,
            processes=processes,
        )

    return card
