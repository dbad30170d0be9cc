"""Where histories are played: lanes on one Temporal server, each with a namespace of its own, so that several histories
run at the same time and an outage in one is none in another. Every history gets fresh stand-ins and a fresh worker.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Self

from pydantic import SecretStr
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import Worker

from beteiligte.faults import System
from beteiligte.pace import Pace
from beteiligte.policy import Rules
from beteiligte.search import outage_id, workflow_id
from runtime.settings import OutageSettings, SyncSettings, TemporalSettings, WebhookSettings, WorkerSettings
from simulators.server import serve
from starter.requests import Requests
from starter.webhook import Webhooks
from tests.engines import skipping_engine
from tests.properties.script import Script
from tests.properties.watch import Watch
from tests.world import BOSS, World
from worker.wiring import worker

REST = 120.0
"""Seconds within which everything must come to rest: waits are skipped, so only a run that hangs takes so long."""
ALWAYS_OLD = timedelta(days=-36_500)
"""No read is ever younger."""


class Restless(Exception):
    """A run or an outage did not end."""


@asynccontextmanager
async def lanes(number: int) -> AsyncIterator[list[Client]]:
    """A server, and a client with a skipped clock for each of so many namespaces."""
    names = [f"lane-{n}" for n in range(number)]
    async with skipping_engine(namespaces=names) as env:
        clients = [await env.connect_client(namespace=name, data_converter=pydantic_data_converter) for name in names]
        yield [TimeSkipper(client).client for client in clients]


class Ground(World):
    """A world whose worker can be stopped abruptly, with the real webhook service before it."""

    watch: Watch
    stops = 0
    _new_worker: Callable[[], Worker]
    _worker: Worker
    _serving: asyncio.Task[None]
    _stopping: asyncio.Lock

    @classmethod
    @asynccontextmanager
    async def prepared(cls, client: Client, script: Script) -> AsyncIterator[Self]:
        """Fresh stand-ins, a worker and a webhook service for one history."""
        watch = Watch(concurrency=script.concurrency)
        ground = cls(optimistic_concurrency=script.concurrency, faults=watch)
        ground.client, ground.queue, ground.pace = client, f"history-{uuid.uuid4()}", Pace()
        ground.watch, watch.world = watch, ground
        ground.advoware.has_search = script.look_up
        ground._stopping = asyncio.Lock()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(ground.served())
            await stack.enter_async_context(ground._webhooks(skip_own=script.skip_own))
            crm = await stack.enter_async_context(ground.espocrm_client())
            firm = await stack.enter_async_context(ground.advoware_client())
            ground._new_worker = lambda: worker(
                client,
                crm,
                firm,
                temporal=TemporalSettings(task_queue=ground.queue),
                sync=SyncSettings().model_copy(update={} if script.fresh else {"fresh_for": ALWAYS_OLD}),
                outage=OutageSettings(),
                rules=Rules(look_up=script.look_up),
                recipients=(BOSS,),
                settings=WorkerSettings(drain=timedelta(0)),
            )
            ground._start()
            try:
                yield ground
            finally:
                await ground.end_outages()
                await ground._end()

    @asynccontextmanager
    async def _webhooks(self, *, skip_own: bool) -> AsyncIterator[None]:
        async def connect() -> Requests:
            return Requests(self.client, self.queue, self.pace)

        settings = WebhookSettings(secrets={})
        async with serve(Webhooks(settings, connect).app()) as url:
            known = self.espocrm.deliveries.subscribe(f"{url}/webhook/beteiligte", skip_own=skip_own)
            settings.secrets.update({webhook: SecretStr(secret) for webhook, secret in known.items()})
            yield

    # ------------------------------------------------------------------ the worker

    def _start(self) -> None:
        self._worker = self._new_worker()
        self._serving = asyncio.create_task(self._worker.run())

    async def _end(self) -> None:
        await self._worker.shutdown()
        await self._serving

    async def stop_worker(self) -> None:
        """Stop it without any grace, whatever it is doing, and start another."""
        async with self._stopping:
            self.stops += 1
            await self._end()
            self._start()

    # ------------------------------------------------------------------ coming to rest

    async def rest(self) -> None:
        """Until every run and every outage has ended. Raises Restless."""
        ids = [workflow_id(known.id) for known in self.watch.parties.values()] + [outage_id(s) for s in System]
        try:
            async with asyncio.timeout(REST):
                while open_now := [name for name in ids if await self._open(name)]:
                    for name in open_now:
                        await self._ended(name)
        except TimeoutError:
            raise Restless(", ".join(open_now)) from None

    async def _open(self, name: str) -> bool:
        try:
            description = await self.client.get_workflow_handle(name).describe()
        except RPCError:
            return False  # never begun
        return description.status is WorkflowExecutionStatus.RUNNING

    async def _ended(self, name: str) -> None:
        try:
            await self.client.get_workflow_handle(name).result()
        except Exception as failure:  # how it failed stands in the record
            if isinstance(failure, RPCError):
                raise
