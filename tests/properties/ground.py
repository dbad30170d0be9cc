"""Where histories are played: lanes on one Temporal server, each with a namespace of its own, so that several histories
run at the same time and an outage in one is none in another. Every history gets fresh stand-ins and a fresh worker.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Self

from pydantic import SecretStr
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.client import Interceptor as ClientInterceptor
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor, Worker

from beteiligte.decide.policy import Policy
from beteiligte.faults import System
from beteiligte.messages import note
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from contracts.activity_names import COMPARISON_DECIDE
from contracts.comparing import Compared
from contracts.timing import Timing
from contracts.visibility import outage_id, workflow_id
from runtime.field_file import parse
from runtime.payloads import BOUNDED
from runtime.settings import OutageSettings, SyncSettings, TemporalSettings, WebhookSettings, WorkerSettings
from simulators.espocrm import PERSON
from simulators.server import serve
from starter.requests import Requests
from starter.webhook.app import Webhooks
from tests.engines import skipping_engine
from tests.properties.script import Delete, Reset, Script
from tests.properties.watch import Watch
from tests.rules import party_rules
from tests.world import BOSS, World
from worker.wiring import worker

REST = 120.0
"""Seconds within which everything must come to rest: waits are skipped, so only a run that hangs takes so long."""
ALWAYS_OLD = timedelta(days=-36_500)
"""No read is ever younger."""
RULES = party_rules()
BY_HAND = party_rules(
    policies={Group.STAMMDATEN: Policy.MANUAL, Group.KONTAKTDATEN: Policy.ADVOWARE, Group.ADRESSE: Policy.NEWEST},
    table=parse('[vorname]\ngroup = "kontaktdaten"\n[briefanrede]\ngroup = "adresse"\n'),
)
"""People decide about most fields, the other policies about the rest."""


class Restless(Exception):
    """A run or an outage did not end."""


class Work(ClientInterceptor, Interceptor):
    """Counts the activities under way: a run that was ended by hand leaves one behind that goes on."""

    def __init__(self) -> None:
        """None yet."""
        self.under_way = 0
        self.ended = asyncio.Event()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Stand between the worker and each attempt."""
        return _Counted(next, self)


class _Counted(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, work: Work) -> None:
        super().__init__(inner)
        self.work = work

    async def execute_activity(self, input: ExecuteActivityInput) -> object:
        self.work.under_way += 1
        try:
            return await super().execute_activity(input)
        finally:
            self.work.under_way -= 1
            self.work.ended.set()


@asynccontextmanager
async def lanes(number: int) -> AsyncIterator[list[Client]]:
    """A server, and a client with a skipped clock for each of so many namespaces."""
    names = [f"lane-{n}" for n in range(number)]
    async with skipping_engine(namespaces=names) as env:
        clients = [await env.connect_client(namespace=name, data_converter=BOUNDED) for name in names]
        yield [TimeSkipper(client).client for client in clients]


class Basis(World):
    """A world whose worker can be stopped abruptly, with the real webhook service before it."""

    watch: Watch
    work: Work
    stops = 0
    _new_worker: Callable[[], Worker]
    _worker: Worker
    _serving: asyncio.Task[None]
    _stopping: asyncio.Lock

    @classmethod
    @asynccontextmanager
    async def prepared(cls, client: Client, script: Script) -> AsyncIterator[Self]:
        """Fresh stand-ins, a worker and a webhook service for one history."""
        rules = replace(BY_HAND if script.manual else RULES, look_up=script.look_up)
        asked = frozenset(name for name in rules.table.writable if rules.policy(name) is Policy.MANUAL)
        watch = Watch(concurrency=script.concurrency, asked=asked)
        ground = cls(optimistic_concurrency=script.concurrency, faults=watch)
        ground.work = Work()
        ground.client, ground.queue, ground.timing = client, f"history-{uuid.uuid4()}", Timing()
        ground.watch, watch.world = watch, ground
        ground.advoware.has_search = script.look_up
        ground._stopping = asyncio.Lock()
        # A person takes longer to reset a run than a read is young, and a skipped clock cannot tell.
        old = not script.fresh or script.has(Reset)
        config = client.config()
        config["interceptors"] = [*config["interceptors"], ground.work]
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(ground.served())
            await stack.enter_async_context(ground._webhooks(skip_own=script.skip_own))
            crm = await stack.enter_async_context(ground.espocrm_client())
            firm = await stack.enter_async_context(ground.advoware_client())
            if script.has(Delete):
                ground._add_witness()
            ground._new_worker = lambda: worker(
                Client(**config),
                crm,
                firm,
                temporal=TemporalSettings(task_queue=ground.queue),
                sync=SyncSettings().model_copy(update={"fresh_for": ALWAYS_OLD} if old else {}),
                outage=OutageSettings(),
                rules=rules,
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
            return Requests(self.client, self.queue, self.timing)

        settings = WebhookSettings(secrets={})
        async with serve(Webhooks(settings, connect).app()) as url:
            known = self.espocrm.deliveries.subscribe(f"{url}/webhook/beteiligte", skip_own=skip_own)
            settings.secrets.update({webhook: (SecretStr(secret),) for webhook, secret in known.items()})
            yield

    def _add_witness(self) -> None:
        """A linked party that nobody touches: a 404 is believed only while another party still answers."""
        bet_nr = self.advoware.add(name="Zeuge")
        self.espocrm.add(user=PERSON, lastName="Zeuge", betnr=bet_nr, syncStatus="clean")
        self.espocrm.deliveries.events.clear()

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
        """Until every run, every outage and every activity has ended. Raises Restless."""
        ids = [workflow_id(known.id) for known in self.watch.parties.values()] + [outage_id(s) for s in System]
        try:
            async with asyncio.timeout(REST):
                while (open_now := [name for name in ids if await self._open(name)]) or self.work.under_way:
                    for name in open_now:
                        await self._ended(name)
                    await self._activities_ended()
        except TimeoutError:
            raise Restless(", ".join(open_now) or "an activity") from None
        self.watch.rested()

    async def _activities_ended(self) -> None:
        while self.work.under_way:
            self.work.ended.clear()
            await self.work.ended.wait()

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

    def told_of_party(self, party_id: str) -> list[str]:
        """What people were told of it, also where EspoCRM has it no more: the notes to users name it."""
        return [*self.told_on(party_id), *(text for text in self.told() if party_id in text)]

    async def recorded(self, party_id: str, run: str) -> list[str]:
        """What a run had decided, in the words in which it would have been told."""
        history = await self.client.get_workflow_handle(workflow_id(party_id), run_id=run).fetch_history()
        converter = self.client.data_converter.payload_converter
        markers = (event.marker_recorded_event_attributes.details for event in history.events)
        results = (
            details["result"].payloads
            for details in markers
            if "result" in details and COMPARISON_DECIDE in details["data"].payloads[0].data.decode()
        )
        compared = [converter.from_payloads(list(payloads), [Compared])[0] for payloads in results]
        return [note(one.decision.findings, PARTY_TABLE) for one in compared]
