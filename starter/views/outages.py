"""Systems that are down: known to be, or suspected by what waits for its next attempt.

People are told, and parties asked for again, by the outage's workflow; it begins when a party has used up its attempts,
with defaults after 85 minutes. Whoever looks at `status` meanwhile shall see the cause, not five single parties.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from temporalio.client import Client, WorkflowExecution

from beteiligte import faults
from beteiligte.faults import Blame, System
from beteiligte.frozen import Frozen
from contracts.outage import OUTAGE, OutageState
from contracts.visibility import TROUBLE, Trouble, outage_id
from starter import waits
from starter.views import inspection, runs
from starter.views.inspection import Inspection, PendingStep
from starter.views.runs import Run
from starter.views.sweeps import Sweep
from workflows.outage import OutageWorkflow

OPEN = f"WorkflowType = '{OUTAGE}' AND ExecutionStatus = 'Running'"
SEVERAL = 2
"""Parties that one system fails at the same time, or failed attempts of one: a single slip is no outage."""


LOOKED_AT = 50
"""Parties whose runs are asked what they wait for, where no worker answers."""
LACKING = frozenset({faults.NoRight.code, faults.MissingAttribute.code})
REFUSING = frozenset(
    {
        faults.CredentialsRefused.code,
        faults.ConfigurationFault.code,
        faults.PageTooLarge.code,
        faults.Rejected.code,
        faults.Duplicate.code,
        faults.RecordRefused.code,
        faults.Locked.code,
    }
)
"""The system answers, and a person has to mend something; anything else is no answer, or none that makes sense."""


class OutageKind(StrEnum):
    """What parties wait for."""

    DOWN = "down"
    REFUSES = "refuses"
    LACKS = "lacks"
    """A right or a field."""
    PAUSE = "pause"
    """Nothing else: a person stopped all writing."""


class Outage(Frozen):
    """A system that is down, or seems to be."""

    workflow_id: str
    """Empty while it is suspected only."""
    started: datetime
    state: OutageState | None = None
    """What its workflow says, or what is seen; None: no worker answered."""
    suspected: bool = False
    codes: tuple[str, ...] = ()
    """Of the faults that parties met, by its workflow; where no worker answers, by their runs."""

    @property
    def system(self) -> System:
        """Which one."""
        return self.state.system if self.state else next(one for one in System if outage_id(one) == self.workflow_id)

    @property
    def kind(self) -> OutageKind:
        """By the worst that parties met."""
        met = {*self.codes} - {faults.Paused.code}
        if not met:
            return OutageKind.PAUSE if self.codes else OutageKind.DOWN
        if met - LACKING - REFUSING:
            return OutageKind.DOWN
        return OutageKind.REFUSES if met & REFUSING else OutageKind.LACKS


async def watched(client: Client) -> frozenset[str]:
    """Ids of those that ask for whoever waits, when they are over. Raises RPCError."""
    return frozenset([one.id async for one in client.list_workflows(OPEN, rpc_timeout=waits.TEMPORAL)])


async def of_run(client: Client, run: Run, *, ask_worker: bool) -> Outage | None:
    """The one that a party waits for since its newest run failed, or could not write back. Raises RPCError."""
    if not run.outage or run.state not in ("failed", "running"):
        return None
    return next((one for one in await known(client, ask_worker=ask_worker) if one.workflow_id == run.outage), None)


async def known(client: Client, *, ask_worker: bool) -> tuple[Outage, ...]:
    """Those that are watched. Raises RPCError."""
    found = client.list_workflows(OPEN, limit=len(System), rpc_timeout=waits.TEMPORAL)
    return tuple([await _known(client, execution, ask_worker=ask_worker) async for execution in found])


async def _known(client: Client, execution: WorkflowExecution, *, ask_worker: bool) -> Outage:
    state = await _said(client, execution.id) if ask_worker else None
    found = Outage(workflow_id=execution.id, started=execution.start_time, state=state)
    if state is None:
        return found.but(codes=await _met(client, found))
    return found.but(codes=state.codes or (faults.Paused.code,))  # a pause alone it counts as no cause


async def _met(client: Client, outage: Outage) -> tuple[str, ...]:
    """What parties met since it began, as it stands on their runs."""
    ended = f"(ExecutionStatus = 'Failed' AND CloseTime >= '{outage.started.isoformat()}')"
    of_it = f"{TROUBLE.name} STARTS_WITH '{outage.system}.' AND (ExecutionStatus = 'Running' OR {ended})"
    found = [run async for run in runs.listed(client, f"{runs.PARTIES} AND {of_it}", LOOKED_AT)]
    waiting = (Trouble.parse(run.trouble) for run in found if run.outage == outage.workflow_id)
    return tuple(sorted({met.kind.rpartition(" ")[2] for met in waiting}))


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
    return Outage(workflow_id="", started=since, state=state, suspected=True, codes=state.codes)


def _of_parties(running: Iterable[Inspection]) -> Iterator[SystemFailure]:
    for one in running:
        yield from _steps(one.retrying, one.run.started, one.run.party_id)


def _of_sweeps(sweeps: Iterable[Sweep]) -> Iterator[SystemFailure]:
    for one in sweeps:
        yield from _steps(one.pending, one.started, "")


def _steps(steps: Iterable[PendingStep], since: datetime, party: str) -> Iterator[SystemFailure]:
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
