"""What is going on: everything that runs, waits, failed or waits for a person, bounded."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from temporalio.client import Client

from beteiligte.frozen import Frozen
from beteiligte.selftest import Problem
from contracts import bounded
from contracts.pause import PauseOrder
from runtime import key_file, workers
from runtime.engine import keeping
from runtime.settings import TemporalSettings
from runtime.workers import WorkerSeen
from starter import selftests, waits
from starter.views import (
    crew,
    detection,
    inspection,
    outages,
    pausing,
    queues,
    runs,
    sweeps,
    timetable,
    undecided,
    untold,
)
from starter.views.crew import AskedWorker, Standing
from starter.views.detection import Detection
from starter.views.inspection import Inspection
from starter.views.outages import Outage, known, suspected
from starter.views.queues import Queue
from starter.views.runs import PARTIES, HowMany, Run, Runs
from starter.views.sweeps import Sweep
from starter.views.timetable import TimetableRow
from starter.views.undecided import UndecidedParties
from starter.views.untold import UntoldEdits
from starter.webhook import received
from starter.webhook.received import Received

RUNNING = f"{PARTIES} AND ExecutionStatus = 'Running'"
BROKEN = f"{PARTIES} AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated')"
LOOKED_AT_EACH = 50
"""Closed runs looked at for each row that is wanted: who asks for few rows wants them soon."""
AT_ONCE = 32
"""Runs looked at together: one that does not answer shall not hold up the next."""


class InspectedRuns(HowMany):
    """Runs of one kind, looked at closely."""

    shown: tuple[Inspection, ...] = ()


class Overview(Frozen):
    """What Temporal, a worker and this machine know."""

    task_queue: str
    workers: tuple[WorkerSeen, ...]
    """Those that ask for work, where one answers a question."""
    crew: tuple[AskedWorker, ...] = ()
    """The same one by one, with what each says about itself; also those that hang."""
    encrypts: str | None = None
    """Id of the key with which commands here encrypt."""
    marks: tuple[str, ...] = ()
    """Of all keys here: id and fingerprint."""
    elsewhere: tuple[Queue, ...] = ()
    """Other task queues on which runs are open."""
    paused: bool
    """All writing is stopped until `resume`."""
    pause: PauseOrder | None = None
    """By whom, since when, and why."""
    schedules: tuple[TimetableRow, ...] = ()
    """When sweeps start, and when one last went well."""
    advoware: Detection
    """How late an edit there is seen."""
    deliveries: Received | None = None
    """Of EspoCRM's webhooks, as far as a service of this machine saw them."""
    untold: UntoldEdits = UntoldEdits()
    """Edits that sweeps found and no delivery had told of."""
    space: str = ""
    """Why the embedded server's state cannot grow, or soon cannot."""
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


async def look(client: Client, temporal: TemporalSettings, *, limit: int) -> Overview:
    """Ask Temporal, and a worker where one lives. Raises RPCError, Unreadable."""
    held = await _together(**_of_temporal(client, temporal, limit))
    held["workers"] = await _working(client, temporal, held["crew"])
    living, running = bool(held["workers"]), held.pop("running")
    asked = await _together(
        outages=known(client, ask_worker=living),
        reconciliations=sweeps.look(client, ask_worker=living),
        running=_inspected(client, temporal, running, ask_worker=living),
    )
    asked["outages"] += suspected(asked["running"].shown, asked["reconciliations"], asked["outages"])
    return Overview(task_queue=temporal.task_queue, paused=held["pause"] is not None, **held, **asked)


def _of_temporal(client: Client, temporal: TemporalSettings, limit: int) -> dict[str, Awaitable[Any]]:
    """What is asked of Temporal and this machine alone, by the field that holds the answer."""
    queue, most = temporal.task_queue, limit * LOOKED_AT_EACH
    return {
        "crew": crew.look(client, queue),
        "encrypts": asyncio.to_thread(_encrypts, temporal),
        "marks": asyncio.to_thread(_marks, temporal),
        "elsewhere": queues.others(client, queue),
        "pause": pausing.in_force(client),
        "schedules": timetable.look(client),
        "advoware": detection.look(client),
        "deliveries": asyncio.to_thread(received.known, temporal.state.parent),
        "untold": _untold(client, temporal),
        "space": asyncio.to_thread(_space, temporal),
        "counts": _counts(client),
        "self_test": _self_test(client),
        "running": runs.some(client, RUNNING, limit),
        "failed": _failed(client, temporal, limit, most),
        "undecided": undecided.look(client, limit, most=most),
    }


async def _working(
    client: Client, temporal: TemporalSettings, asked: tuple[AskedWorker, ...]
) -> tuple[WorkerSeen, ...]:
    """Those that work. All are asked together only where one cannot be asked alone: the question may meet any."""
    alone = [worker for worker in asked if worker.standing is not Standing.UNKNOWN]
    if any(worker.standing is Standing.ANSWERS for worker in alone):
        found = await workers.seen(client, temporal.task_queue)
    elif len(alone) < len(asked):
        found = await workers.alive(client, temporal.task_queue, within=waits.WORKER)
    else:
        found = ()
    here = {worker.identity for worker in asked if not worker.hangs}
    return tuple(worker for worker in found if worker.identity in here)


async def _together(**questions: Awaitable[Any]) -> dict[str, Any]:
    """The answers by the questions' names, all asked at the same time; the first error ends all, and is raised."""
    answers = await bounded.each(questions.values(), _answer, at_once=len(questions))
    return dict(zip(questions, answers, strict=True))


async def _answer(question: Awaitable[Any]) -> Any:
    return await question


async def _untold(client: Client, temporal: TemporalSettings) -> UntoldEdits:
    deliveries = received.known(temporal.state.parent)
    return await untold.look(client, deliveries) if deliveries else UntoldEdits()


def _encrypts(temporal: TemporalSettings) -> str | None:
    ring = key_file.load(temporal.keys) if temporal.encrypt else None
    return ring.encrypts if ring else None


def _marks(temporal: TemporalSettings) -> tuple[str, ...]:
    ring = key_file.load(temporal.keys) if temporal.encrypt else None
    return ring.marks if ring else ()


def _space(temporal: TemporalSettings) -> str:
    place = keeping(temporal)
    return place.short() if place else ""


async def _self_test(client: Client) -> tuple[Problem, ...]:
    return (await selftests.look(client)).problems


async def _failed(client: Client, temporal: TemporalSettings, limit: int, most: int) -> InspectedRuns:
    """What an outage or a pause makes wait is asked for when it is over, so it has not failed."""
    watched = await outages.watched(client)
    found = await runs.newest(client, BROKEN, limit, most=most, but=lambda run: run.outage in watched)
    return await _inspected(client, temporal, found, ask_worker=False)


async def _inspected(client: Client, temporal: TemporalSettings, found: Runs, *, ask_worker: bool) -> InspectedRuns:
    async def one(run: Run) -> Inspection:
        served = ask_worker and run.task_queue == temporal.task_queue
        return await inspection.inspect(client, run, ui=temporal.ui, ask_worker=served and run.running)

    shown = await bounded.each(found.shown, one, at_once=AT_ONCE)
    return InspectedRuns(shown=tuple(shown), **dict(found.amount))


async def _counts(client: Client) -> dict[str, int]:
    counted = await client.count_workflows(f"{PARTIES} GROUP BY ExecutionStatus", rpc_timeout=waits.TEMPORAL)
    return {str(group.group_values[0]).lower(): group.count for group in counted.groups}
