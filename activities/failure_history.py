"""What Temporal's visibility knows of failed syncs: what people were told of a party, and who else is refused alike.

EspoCRM may take no status for a record (locked, archived, a script), so what people know of a party cannot always
stand there. It stands on the party's runs, which are kept for `TEMPORAL_RETENTION`, 30 days by default: what is refused
for longer is told again every 30 days.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client, WorkflowExecution

from beteiligte.faults import System
from beteiligte.sync_status import Result
from contracts import visibility
from contracts.timing import SweepTiming
from contracts.visibility import Trouble

LATELY = SweepTiming().retry_after
"""A refused party is tried again after that time (`SWEEP_RETRY_AFTER`), so each of them has failed within it."""
LOOKED_AT = 200
"""Runs in one look; more change nothing about the answer."""
WRITES = {
    System.ESPOCRM: (Result.CREATE, Result.ESPOCRM_NEWER, Result.ADVOWARE_NEWER, Result.MERGE),
    System.ADVOWARE: (Result.CREATE, Result.ESPOCRM_NEWER, Result.MERGE),
}
"""What a sync comes to that wrote the system."""
FAILED = "failed"


@dataclass(frozen=True)
class EarlierFailure:
    """What an earlier sync of a party failed by."""

    trouble: Trouble
    began: datetime


@dataclass(frozen=True)
class FailureHistory:
    """Questions to visibility. All methods raise RPCError."""

    client: Client

    async def of(self, party_id: str) -> list[EarlierFailure]:
        """What the party failed by since its last sync that ended well, the newest first."""
        found = list[EarlierFailure]()
        async for run in self._runs(f"WorkflowId = '{visibility.workflow_id(party_id)}'"):
            if text := run.typed_search_attributes.get(visibility.TROUBLE):
                found.append(EarlierFailure(Trouble.parse(text), run.start_time))
            elif run.typed_search_attributes.get(visibility.DECISION) not in (None, FAILED):
                break
        return found

    async def last_success(self, system: System, queue: str, *, besides: str) -> datetime | None:
        """When the newest sync of another party began that wrote the system."""
        wrote = ", ".join(f"'{result}'" for result in WRITES[system])
        query = f"{visibility.DECISION.name} IN ({wrote}) AND {_others(queue, besides)}"
        async for run in self.client.list_workflows(query, limit=1):
            return run.start_time
        return None

    async def alike(self, kind: str, queue: str, *, besides: str, since: datetime) -> int:
        """How many other parties failed like this since then."""
        query = f"{visibility.TROUBLE.name} STARTS_WITH '{kind}' AND StartTime > '{since.isoformat()}'"
        return len({run.id async for run in self._runs(f"{query} AND {_others(queue, besides)}")})

    def _runs(self, query: str) -> AsyncIterator[WorkflowExecution]:
        return self.client.list_workflows(query, limit=LOOKED_AT)


def _others(queue: str, besides: str) -> str:
    return f"TaskQueue = '{queue}' AND WorkflowId != '{visibility.workflow_id(besides)}'"
