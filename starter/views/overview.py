"""What is going on: everything that runs, waits, failed or waits for a person, bounded."""

from pathlib import Path

from temporalio.client import Client

from beteiligte.frozen import Frozen
from beteiligte.selftest import Problem
from contracts import bounded
from contracts.pause import PauseOrder
from runtime import workers
from runtime.workers import WorkerSeen
from starter import selftests, waits
from starter.views import detection, inspection, pausing, queues, runs, sweeps, undecided
from starter.views.detection import Detection
from starter.views.inspection import Inspection
from starter.views.outages import Outage, known, suspected
from starter.views.queues import Queue
from starter.views.runs import PARTIES, Run, Runs
from starter.views.sweeps import Sweep
from starter.views.undecided import UndecidedParties
from starter.webhook import received
from starter.webhook.received import Received

RUNNING = f"{PARTIES} AND ExecutionStatus = 'Running'"
BROKEN = f"{PARTIES} AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')"


class InspectedRuns(Frozen):
    """Runs of one kind, looked at closely, and whether there are more."""

    shown: tuple[Inspection, ...] = ()
    more: bool = False


class Overview(Frozen):
    """The JSON document."""

    workers: tuple[WorkerSeen, ...]
    elsewhere: tuple[Queue, ...] = ()
    """Other task queues on which runs are open."""
    paused: bool
    """All writing is stopped until `resume`."""
    pause: PauseOrder | None = None
    """By whom, since when, and why."""
    advoware: Detection
    """How late an edit there is seen."""
    deliveries: Received | None = None
    """Of EspoCRM's webhooks, as far as a service of this machine saw them."""
    counts: dict[str, int]
    """All runs of parties that Temporal still keeps, by state."""
    self_test: tuple[Problem, ...] = ()
    """What keeps a program that was just started from working with a system."""
    outages: tuple[Outage, ...]
    """Known ones, then those that are only suspected."""
    reconciliations: tuple[Sweep, ...]
    """Under way, stopped and asking, or failed when last tried."""
    running: InspectedRuns
    """What landed but is not written, and what nobody was told yet, stands in `state`."""
    failed: InspectedRuns
    """Parties whose newest run did not end well."""
    undecided: UndecidedParties
    """Parties whose newest run left a question to a person, with what is open and what answers it."""


async def look(client: Client, task_queue: str, *, ui: str, limit: int, state: Path | None = None) -> Overview:
    """Ask Temporal, and a worker where one lives; `state`: the folder where webhook services keep theirs.

    Raises RPCError.
    """
    working = await workers.alive(client, task_queue)
    running = await runs.some(client, RUNNING, limit)
    failed = await runs.newest(client, BROKEN, limit)

    async def closely(found: Runs) -> InspectedRuns:
        async def one(run: Run) -> Inspection:
            served = bool(working) and run.task_queue == task_queue
            return await inspection.inspect(client, run, ui=ui, ask_worker=served and run.running)

        return InspectedRuns(shown=tuple(await bounded.each(found.shown, one)), more=found.more)

    pause = await pausing.in_force(client)
    outages = await known(client, ask_worker=bool(working))
    reconciliations = await sweeps.look(client, ask_worker=bool(working))
    seen = await closely(running)
    return Overview(
        workers=working,
        elsewhere=await queues.others(client, task_queue),
        paused=pause is not None,
        pause=pause,
        self_test=(await selftests.look(client)).problems,
        advoware=await detection.look(client),
        deliveries=received.known(state) if state else None,
        counts=await _counts(client),
        outages=(*outages, *suspected(seen.shown, reconciliations, outages)),
        reconciliations=reconciliations,
        running=seen,
        failed=await closely(failed),
        undecided=await undecided.look(client, limit),
    )


async def _counts(client: Client) -> dict[str, int]:
    counted = await client.count_workflows(f"{PARTIES} GROUP BY ExecutionStatus", rpc_timeout=waits.TEMPORAL)
    return {str(group.group_values[0]).lower(): group.count for group in counted.groups}
