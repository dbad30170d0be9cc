"""How a sync is asked for: signal-with-start for deliveries, update-with-start where somebody waits (design §3)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowHandle, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.service import RPCError

from beteiligte.decide.choice import Choice
from beteiligte.faults import System
from beteiligte.request_reason import Reason
from contracts import bounded
from contracts.deletes import MOST_TOGETHER
from contracts.inbox import SyncRequest
from contracts.outage import PROBE
from contracts.party import PartyState, SyncOutcome
from contracts.timing import Timing
from contracts.visibility import outage_id, workflow_id
from runtime import settings as s
from runtime.connection import connect
from runtime.loading import load_all
from runtime.telemetry import Telemetry
from starter import waits
from workflows.client import PartyClient
from workflows.party.workflow import PartyWorkflow


class NotAnswered(Exception):
    """The sync has begun and goes on; there is no outcome yet."""


@dataclass(frozen=True)
class Patience:
    """How long somebody waits."""

    taken: timedelta = waits.WORKER_TAKES
    """For a worker to take the request."""
    answered: timedelta = waits.OUTCOME
    """For the outcome."""


@dataclass(frozen=True)
class Requests:
    """Asks parties' workflows for syncs."""

    client: Client
    task_queue: str
    timing: Timing

    async def ask(self, party_id: str, reason: Reason, *, within: timedelta) -> None:
        """Store a request in Temporal; needs no worker. Raises RPCError when Temporal does not take it in time."""
        await self.store(party_id, SyncRequest(reason=reason, at=datetime.now(UTC)), within=within)

    async def hurry_outages(self) -> None:
        """Whoever waits for a system, or met a pause, waits with its outage, which else tries in a while."""
        for system in System:
            with suppress(RPCError):
                await self.client.get_workflow_handle(outage_id(system)).signal(PROBE, rpc_timeout=waits.TEMPORAL)

    async def ask_deleted(self, party_ids: tuple[str, ...], *, within: timedelta) -> None:
        """The same for many deleted parties, told together; of thousands so many at a time."""

        async def some(start: int) -> None:
            await self._parties.ask_deletes(party_ids[start : start + MOST_TOGETHER], within=within)

        await bounded.each(range(0, len(party_ids), MOST_TOGETHER), some)

    async def ask_delivery(self, party_ids: tuple[str, ...], reason: Reason, *, within: timedelta) -> None:
        """The same for the many parties of one delivery: stored as one, and asked for by a run of its own."""
        await self._parties.ask_delivery(party_ids, reason, within=within)

    async def sync_now(
        self, party_id: str, request: SyncRequest | None = None, patience: Patience | None = None
    ) -> SyncOutcome:
        """Ask and wait for the outcome, also that of a failing sync.

        A decision, too, is asked for by this: `by_person(choices=..., by=...)`. Raises DecidedMeanwhile where somebody
        else decided the same first, NotTaken, NotAnswered, RPCError.
        """
        patience = patience or Patience()
        try:
            async with asyncio.timeout(patience.answered.total_seconds()):
                return await self._parties.sync(party_id, request or by_person(), taken=patience.taken)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            raise NotAnswered from None

    async def store(self, party_id: str, request: SyncRequest, *, within: timedelta = waits.TEMPORAL) -> None:
        """Store a request. Raises RPCError when Temporal does not take it in time."""
        await self._parties.request(party_id, request, within=within)

    async def state(self, party_id: str) -> PartyState:
        """What the party's newest run is doing. Raises RPCError where there is none."""
        handle: WorkflowHandle[PartyWorkflow, SyncOutcome] = self.client.get_workflow_handle_for(
            PartyWorkflow.run, workflow_id(party_id)
        )
        return await handle.query(PartyWorkflow.state, rpc_timeout=waits.TEMPORAL)

    @property
    def _parties(self) -> PartyClient:
        return PartyClient(self.client, self.task_queue, self.timing)


def by_person(
    *, create_anyway: bool = False, link: int | None = None, choices: tuple[Choice, ...] = (), by: str = ""
) -> SyncRequest:
    """A person's request, with what he decided."""
    now = datetime.now(UTC)
    return SyncRequest(reason=Reason.PERSON, at=now, create_anyway=create_anyway, link=link, choices=choices, by=by)


async def connected(telemetry: Telemetry | None = None) -> Requests:
    """A connection by the settings. Raises SettingsError, RuntimeError, TimeoutError."""
    loaded = load_all(s.TemporalSettings, s.SyncSettings)
    temporal = loaded[s.TemporalSettings]
    client = await connect(temporal, telemetry=telemetry, reads_clear=True)
    return Requests(client, temporal.task_queue, loaded[s.SyncSettings].timing())
