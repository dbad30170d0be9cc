"""Waits until a party's sync has come to its end, and measures it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from contracts import visibility
from contracts.visibility import workflow_id
from demo.tally import SyncRow, counted
from simulators import Simulators

LONGEST = 20
"""Signs of a name in the table."""
LOOK_EVERY = 0.02
"""Seconds: the story shall not wait for whoever tells it."""
PATIENCE = 45
"""Seconds that a sync may take here before the demo gives up."""


class GaveUp(Exception):
    """Something did not happen; the message says what."""


async def until(ready: Callable[[], object], what: str, *, within: float = PATIENCE, every: float = LOOK_EVERY) -> None:
    """Wait until something holds. Raises GaveUp."""
    try:
        async with asyncio.timeout(within):
            while not ready():  # noqa: ASYNC110  (what is awaited happens in other processes)
                await asyncio.sleep(every)
    except TimeoutError:
        raise GaveUp(f"within {within} s: {what}") from None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a sync should come to; the budget is the design's (§5)."""

    decision: str
    status: str = "clean"
    budget: int


@dataclass(frozen=True)
class Watch:
    """Something that happens to a party, from before it to the quiet after it."""

    world: Simulators
    client: Client
    party: str
    before: str
    """The run that was the party's newest before; empty where it had none."""
    mark: int
    """Where the log of calls stood before."""

    async def newest(self) -> WorkflowExecutionDescription | None:
        """The party's newest run, where it has one."""
        try:
            return await self.client.get_workflow_handle(workflow_id(self.party)).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    async def quiet(self) -> WorkflowExecutionDescription:
        """The run that served it, once nothing is under way and no delivery waits. Raises GaveUp."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    await until(lambda: self.world.espocrm.deliveries.empty, "all deliveries taken")
                    run = await self.newest()
                    if run and run.run_id != self.before and run.status is not WorkflowExecutionStatus.RUNNING:
                        return run
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise GaveUp(f"no sync of party {self.party} ended within {PATIENCE} s") from None

    async def row(self, what: str, expected: Expected) -> SyncRow:
        """What it came to, with everything that is not as expected."""
        run = await self.quiet()
        assert run.close_time is not None
        calls = self.world.calls.since(self.mark)
        row = SyncRow(
            workflow=workflow_id(self.party),
            run=run.run_id,
            name=_name(self.world.espocrm.records[self.party]),
            what=what,
            decision=run.typed_search_attributes.get(visibility.DECISION) or "none",
            status=str(self.world.espocrm.records[self.party]["syncStatus"]),
            calls=counted(calls),
            budget=expected.budget,
            notes=sum(call.name == "espocrm.note" for call in calls),
            seconds=(run.close_time - run.start_time) / timedelta(seconds=1),
            problems=[],
        )
        row.problems += _problems(row, expected)
        return row


def _name(record: dict[str, object]) -> str:
    name = str(record.get("firmenname") or " ".join(str(record[key]) for key in ("firstName", "lastName")))
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _problems(row: SyncRow, expected: Expected) -> list[str]:
    found = []
    if row.decision != expected.decision:
        found.append(f"{row.what}: the decision should be {expected.decision}, not {row.decision}")
    if row.status != expected.status:
        found.append(f"{row.what}: the status should be {expected.status}, not {row.status}")
    if row.calls > row.budget:
        found.append(f"{row.what}: {row.calls} calls break the budget of {row.budget}")
    return found
