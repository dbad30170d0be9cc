"""Systems that are down: known to be, or suspected by what waits for its next attempt.

People are told, and parties asked for again, by the outage's workflow; it begins when a party has used up its attempts,
with defaults after 85 minutes. Whoever looks at `status` meanwhile shall see the cause, not five single parties.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from temporalio.client import Client

from beteiligte.faults import Blame, System
from beteiligte.frozen import Frozen
from contracts.outage import OUTAGE, OutageState
from contracts.visibility import outage_id
from starter import waits
from starter.views import inspection
from starter.views.inspection import Inspection, PendingStep
from starter.views.sweeps import Sweep
from workflows.outage import OutageWorkflow

OPEN = f"WorkflowType = '{OUTAGE}' AND ExecutionStatus = 'Running'"
SEVERAL = 2
"""Parties that one system fails at the same time, or failed attempts of one: a single slip is no outage."""


class Outage(Frozen):
    """A system that is down, or seems to be."""

    workflow_id: str
    """Empty while it is suspected only."""
    started: datetime
    state: OutageState | None = None
    """What its workflow says, or what is seen; None: no worker answered."""
    suspected: bool = False


async def known(client: Client, *, ask_worker: bool) -> tuple[Outage, ...]:
    """Those that are watched. Raises RPCError."""
    found = [
        execution async for execution in client.list_workflows(OPEN, limit=len(System), rpc_timeout=waits.TEMPORAL)
    ]
    return tuple(
        [
            Outage(
                workflow_id=execution.id,
                started=execution.start_time,
                state=await _said(client, execution.id) if ask_worker else None,
            )
            for execution in found
        ]
    )


async def _said(client: Client, workflow_id: str) -> OutageState | None:
    handle = client.get_workflow_handle_for(OutageWorkflow.run, workflow_id)
    return await inspection.answered(handle.query(OutageWorkflow.state, rpc_timeout=waits.WORKER))


class SystemFailure(Frozen):
    """A step that a system failed."""

    system: System
    code: str
    clear: bool
    """It is surely not the party's fault."""
    failed: int
    """Attempts."""
    since: datetime
    """Begin of its run: of a short-lived one about the first attempt."""
    next_try: datetime | None = None
    party: str = ""
    """Empty: a sweep's."""


def suspected(running: Iterable[Inspection], sweeps: Iterable[Sweep], besides: Iterable[Outage]) -> tuple[Outage, ...]:
    """Systems that fail several parties, or one again and again, by the runs shown; not those known to be down."""
    met = [*_of_parties(running), *_of_sweeps(sweeps)]
    watched = {outage.workflow_id for outage in besides}
    systems = (system for system in System if outage_id(system) not in watched)
    each = ((system, [one for one in met if one.system is system]) for system in systems)
    return tuple(_suspect(system, seen) for system, seen in each if _enough(seen))


def _enough(seen: list[SystemFailure]) -> bool:
    parties = {one.party for one in seen if one.party}
    return len(parties) >= SEVERAL or any(one.clear and one.failed >= SEVERAL for one in seen)


def _suspect(system: System, seen: list[SystemFailure]) -> Outage:
    since = min(one.since for one in seen)
    state = OutageState(
        system=system,
        since=since,
        waiting=len({one.party for one in seen if one.party}),
        codes=tuple(sorted({one.code for one in seen})),
        next_probe=min((one.next_try for one in seen if one.next_try), default=None),
    )
    return Outage(workflow_id="", started=since, state=state, suspected=True)


def _of_parties(running: Iterable[Inspection]) -> Iterator[SystemFailure]:
    for one in running:
        yield from _met(one.retrying, one.run.started, one.run.party_id)


def _of_sweeps(sweeps: Iterable[Sweep]) -> Iterator[SystemFailure]:
    for one in sweeps:
        yield from _met(one.pending, one.started, "")


def _met(steps: Iterable[PendingStep], since: datetime, party: str) -> Iterator[SystemFailure]:
    for step in steps:
        if (fault := step.fault) and fault.system is not None:
            clear = fault.blame is Blame.SYSTEM
            yield SystemFailure(
                system=fault.system,
                code=fault.code,
                clear=clear,
                failed=step.failed,
                since=since,
                next_try=step.next_try,
                party=party,
            )
