"""The words that tests speak: a party that EspoCRM has, an edit, a sync, settled."""

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Self

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from beteiligte.decide.policy import Rules
from beteiligte.faults import System
from beteiligte.messages import Language
from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.request_reason import Reason
from clients.access import AdvowareAccess, EspoCrmAccess
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from clients.records import Where
from clients.system_client import Gate, open_gate
from contracts.inbox import SyncRequest
from contracts.party import SyncOutcome
from contracts.reconciliation import ReconciliationOrder, RunKind, RunSummary
from contracts.timing import SweepTiming, Timing
from contracts.visibility import outage_id, workflow_id
from runtime.control import WriteGate
from runtime.settings import OutageSettings, SyncSettings, TemporalSettings, WorkerSettings
from simulators import Simulators
from simulators.espocrm import PERSON
from simulators.faults import Hang
from tests.rules import party_rules
from worker.wiring import worker
from workflows.client import PartyClient
from workflows.party.workflow import PartyWorkflow
from workflows.sweep.workflow import ReconciliationWorkflow

Handle = WorkflowHandle[PartyWorkflow, SyncOutcome]
BY_DEFAULT = party_rules()
WRITABLE = BY_DEFAULT.table.writable
BOSS = "5f3e1c0a9b8d7e6f5"
"""User id that is always told."""

HERE = {"firstName": "Änne", "dateOfBirth": "1980-02-29"}
THERE = {"vorname": "Änne", "geburtsdatum": "1980-02-29T00:00:00"}
"""The same person on both sides: with an equal name enough for a look-up to be certain."""


class World(Simulators):
    """Both stand-ins, a Temporal client, and a worker that serves a queue of its own."""

    env: WorkflowEnvironment
    client: Client
    queue: str
    hook: str
    timing: Timing
    scope: tuple[Where, ...] = ()
    opt_out: str = ""
    call_timeout: float = 5
    """Seconds until a call that hangs is given up."""
    table: FieldTable

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        env: WorkflowEnvironment,
        *,
        timing: Timing | None = None,
        rules: Rules = BY_DEFAULT,
        language: Language = Language.GERMAN,
        optimistic_concurrency: bool = False,
        dirty_formula: bool = False,
        uuids: bool = False,
        working: bool = True,
        controlled: bool = False,
        scope: tuple[Where, ...] = (),
        opt_out: str = "",
        call_timeout: float = call_timeout,
        write_probe: bool = True,
    ) -> AsyncIterator[Self]:
        """Serve both systems and work; `controlled`: the worker looks for a pause before it writes."""
        world = cls(
            optimistic_concurrency=optimistic_concurrency,
            dirty_formula=dirty_formula,
            uuids=uuids,
            scope_fields=bool(scope or opt_out),
        )
        world.scope, world.opt_out, world.call_timeout = scope, opt_out, call_timeout
        world.env, world.client = env, env.client
        world.queue, world.timing, world.table = f"test-{uuid.uuid4()}", timing or Timing(), rules.table
        async with world.served():
            if not working:
                yield world
                await world.end_runs()
                return
            control = WriteGate(world.client, every=timedelta(milliseconds=20))
            gate = control.gate if controlled else open_gate
            watching = asyncio.create_task(control.watch()) if controlled else None
            async with world.espocrm_client(gate=gate) as crm, world.advoware_client(gate=gate) as firm:
                running = worker(
                    world.client,
                    crm,
                    firm,
                    temporal=TemporalSettings(task_queue=world.queue),
                    sync=SyncSettings(),
                    outage=OutageSettings(),
                    rules=rules,
                    recipients=(BOSS,),
                    language=language,
                    settings=WorkerSettings(drain=timedelta(seconds=1)),
                    write_probe=write_probe,
                )
                async with running:
                    yield world
                    await world.end_outages()
            if watching is not None:
                watching.cancel()
            await world.end_runs()

    async def end_runs(self) -> None:
        """What a test leaves open is met by every later one that looks at the whole namespace."""
        query = f"TaskQueue = '{self.queue}' AND ExecutionStatus = 'Running'"
        async for run in self.client.list_workflows(query):
            with contextlib.suppress(RPCError):
                await self.client.get_workflow_handle(run.id, run_id=run.run_id).terminate()

    async def end_outages(self) -> None:
        """Their ids are the systems', so one that a test left open would catch the next test's reports."""
        for system in System:
            with contextlib.suppress(RPCError):
                await self.client.get_workflow_handle(outage_id(system)).terminate()

    async def recovered(self, system: str) -> None:
        """Wait until the outage's workflow has ended."""
        await self.client.get_workflow_handle(outage_id(system)).result()

    def espocrm_client(self, *, timeout: float | None = None, gate: Gate = open_gate) -> EspoCrmClient:
        """A client of the EspoCRM stand-in; it holds nothing back, so that no test waits."""
        env = self.environment()
        return EspoCrmClient(
            EspoCrmAccess(
                url=env["ESPOCRM_URL"],
                api_key=env["ESPOCRM_API_KEY"],
                call_timeout=timedelta(seconds=timeout or self.call_timeout),
                hold_after_401=timedelta(0),
                lockout_wait=timedelta(0),
                scope=self.scope,
                opt_out=self.opt_out,
            ),
            gate=gate,
        )

    def advoware_client(self, *, timeout: float | None = None, gate: Gate = open_gate) -> AdvowareClient:
        """A client of the Advoware stand-in."""
        env = self.environment()
        return AdvowareClient(
            AdvowareAccess(
                url=env["ADVOWARE_URL"],
                security_gateway=env["ADVOWARE_SECURITY_GATEWAY"],
                call_timeout=timedelta(seconds=timeout or self.call_timeout),
                hold_after_401=timedelta(0),
                **self.advoware.settings,
            ),
            gate=gate,
        )

    # ------------------------------------------------------------------ what tests say

    async def linked(self, **attributes: object) -> tuple[str, int]:
        """A party that both sides hold and agree on: EspoCRM id and betNr."""
        party = self.espocrm.add(user=PERSON, **{"lastName": "Müßig", "firstName": "Änne", **attributes})
        await self.sync(party)
        return party, self.bet_nr(party)

    async def disputed(self, **more: str) -> tuple[str, int]:
        """A party whose title was edited differently on both sides; `more`: edited in EspoCRM, too."""
        party, bet_nr = await self.linked()
        await self.closed(party)
        self.espocrm.edit(party, titel="Dr.", **more)
        self.advoware.edit(bet_nr, titel="Prof.")
        return party, bet_nr

    def told_both(self, party: str) -> list[str]:
        """What people were told with both titles of a disputed party in it."""
        return [text for text in self.told_on(party) if "„Dr.“" in text and "„Prof.“" in text]

    async def torn(self, **more: str) -> tuple[str, int]:
        """A disputed party that was synced."""
        party, bet_nr = await self.disputed(**more)
        await self.sync(party)
        await self.closed(party)
        return party, bet_nr

    async def held(self, party: str, call: str, hang: Hang, reason: Reason = Reason.UPDATED) -> Handle:
        """Ask for a sync, which then hangs in that call; its run."""
        self.faults.plan(call, hang)
        handle = await self.ask(party, reason)
        await hang.entered.wait()
        return handle

    async def sync(self, party: str, reason: Reason = Reason.PERSON, **more: object) -> SyncOutcome:
        """Ask for a sync and wait for its outcome."""
        return await self._asking.sync(party, self._request(reason, **more))

    async def reconcile(
        self,
        kind: RunKind = RunKind.SWEEP,
        *,
        wait: bool = True,
        dry_run: bool = False,
        all_links: bool = False,
        count_links: bool = False,
        **timing: object,
    ) -> WorkflowHandle[ReconciliationWorkflow, RunSummary]:
        """Run a reconciliation by hand; it knows of no run before."""
        order = ReconciliationOrder(
            kind=kind,
            timing=SweepTiming.model_validate(timing),
            dry_run=dry_run,
            all_links=all_links,
            count_links=count_links,
        )
        handle = await self.client.start_workflow(
            ReconciliationWorkflow.run, order, id=f"{kind}-{uuid.uuid4()}", task_queue=self.queue
        )
        if wait:
            await handle.result()
        return handle

    async def reset(self, party: str, *, task: int = 0) -> None:
        """Reset the party's newest run to a workflow task that it ended, as the Web UI does."""
        handle = self.client.get_workflow_handle(workflow_id(party))
        history = await handle.fetch_history()
        ended = [e.event_id for e in history.events if e.HasField("workflow_task_completed_event_attributes")]
        await self.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=(await handle.describe()).run_id),
                reason="a person",
                workflow_task_finish_event_id=ended[task],
                request_id=str(uuid.uuid4()),
            )
        )

    async def terminate(self, party: str) -> None:
        """Terminate the party's newest run, as a person may in the Web UI."""
        await self.client.get_workflow_handle(workflow_id(party)).terminate("a person")

    def real_time(self) -> AbstractContextManager[None]:
        """Runs started inside wait for real."""
        return self.env.with_time_skipping_disabled()

    async def ask(self, party: str, reason: Reason = Reason.UPDATED, *, timing: Timing | None = None) -> Handle:
        """Ask for a sync like the webhook service does, and wait for nothing."""
        asking = PartyClient(self.client, self.queue, timing or self.timing)
        return await asking.request(party, self._request(reason))

    @property
    def _asking(self) -> PartyClient:
        return PartyClient(self.client, self.queue, self.timing)

    def _request(self, reason: Reason, **more: object) -> SyncRequest:
        return SyncRequest(reason=reason, at=datetime.now(UTC), **more)

    def bet_nr(self, party: str) -> int:
        """The party's betNr in EspoCRM."""
        number = self.espocrm.records[party]["betnr"]
        assert isinstance(number, int)
        return number

    def status(self, party: str) -> object:
        """`syncStatus` in EspoCRM."""
        return self.espocrm.records[party]["syncStatus"]

    def told(self) -> list[str]:
        """What people were told, on records and to users."""
        return [str(note["post"]) for note in self.espocrm.notes]

    def told_on(self, party: str) -> list[str]:
        """What stands in the record's stream."""
        return [str(note["post"]) for note in self.espocrm.notes if note.get("parentId") == party]

    async def told_of(self, text: str) -> None:
        """Wait until people were told something with this text in it."""
        await self.calls.until(lambda _: any(text in told for told in self.told()))

    def titles(self, party: str) -> tuple[object, object]:
        """`titel` on both sides."""
        return self.espocrm.records[party]["titel"], self.advoware.records[self.bet_nr(party)]["titel"]

    def differing(self, *parties: str) -> list[str]:
        """Each writable field in which the two sides of these parties differ, with both values."""
        return [told for party in parties for told in self._differing(party)]

    def _differing(self, party: str) -> Iterator[str]:
        side = from_espocrm(self.espocrm.records[party], self.table)  # type: ignore[arg-type]
        there = from_advoware(self.advoware.records[self.bet_nr(party)], self.table).values  # type: ignore[arg-type]
        for name in sorted({*WRITABLE} - {*side.absent}):
            if side.values.get(name) != there.get(name):
                yield f"{party} {name}: {side.values.get(name)!r} in EspoCRM, {there.get(name)!r} in Advoware"

    def spent(self, mark: int) -> Counter[str]:
        """The program's calls since the mark, tokens aside."""
        calls = [call for call in self.calls.since(mark) if not call.name.startswith("delivery.")]
        return Counter(call.name for call in calls if call.name != "advoware.token")

    async def closed(self, party: str) -> str:
        """Wait until the party's run has ended; the code of its failure, or nothing."""
        try:
            await self.client.get_workflow_handle(workflow_id(party)).result()
        except WorkflowFailureError as failure:
            return str(getattr(failure.cause, "type", type(failure.cause).__name__))
        return ""

    async def visible(self, query: str, runs: int = 1) -> None:
        """Wait until Temporal's visibility, which lags a moment, shows so many of these."""
        async with asyncio.timeout(30):
            while (await self.client.count_workflows(query)).count < runs:
                pass

    async def gone(self, query: str) -> None:
        """Wait until it shows none of these any more."""
        async with asyncio.timeout(30):
            while (await self.client.count_workflows(query)).count:
                pass

    async def unsettled(self, party: str, *, once_shared: bool = False) -> list[str]:
        """What keeps a party from rest: equal, clean, and one more pass writes nothing and costs two reads.

        once_shared: the betNr was once another record's, too, so who holds it is looked up at every sync.
        """
        await self.closed(party)
        mark = self.calls.mark
        outcome = await self.sync(party)
        spent = self.spent(mark)
        budget = {"espocrm.read": 1, "advoware.read": 1, **({"espocrm.list": 1} if once_shared else {})}
        found = {"calls": dict(spent), "result": str(outcome.result), "status": self.status(party)}
        due = {"calls": budget, "result": "no_change", "status": "clean"}
        wrong = [f"{name}: {was!r} instead of {due[name]!r}" for name, was in found.items() if was != due[name]]
        return [*wrong, *self.differing(party)]
