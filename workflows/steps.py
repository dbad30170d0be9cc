"""How a sync waits for its activities, and how they can end otherwise than with a result.

An activity's retry wait ends when a person asks or the workflow is cancelled; a running attempt always finishes, since
what it does outside cannot be taken back.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError, TimeoutError

with workflow.unsafe.imports_passed_through():
    from activities.espocrm import EspoCrmActivities
    from beteiligte.faults import AmbiguousCreate, BegunElsewhere, Blame, Gone, Stale, System
    from contracts.fault_report import FaultReport
    from contracts.party import FirstWait
    from contracts.said import NotBelieved
    from contracts.timing import Timing
    from contracts.writing import Marked, MarkSyncing
    from workflows import options

T = TypeVar("T")
TIMED_OUT = "TimedOut"
UNKNOWN = (AmbiguousCreate.code, BegunElsewhere.code, TIMED_OUT)
"""After these a create may have landed."""
WORKER_SHUTDOWN = "WorkerShutdown"
"""Temporal's own name: the worker was stopped before the attempt had ended."""


class Restart(Exception):
    """Read and decide again: a side moved, or a person asked during a wait."""

    def __init__(self, *, moved: bool) -> None:
        """Say whether a side moved."""
        super().__init__("a side moved" if moved else "asked anew")
        self.moved = moved


class OutcomeUnknown(Exception):
    """A create may or may not have landed."""

    def __init__(self, *, elsewhere: bool) -> None:
        """Say whether it is another run's, which may have sent something else than would be sent now."""
        super().__init__("another run's create" if elsewhere else "our create")
        self.elsewhere = elsewhere


class StepFailed(Exception):
    """An activity used up its attempts, or retrying cannot mend it."""

    def __init__(self, fault: FaultReport) -> None:
        """Keep the fault for status, message and failure."""
        super().__init__(fault.message)
        self.fault = fault


async def finish(
    handle: "workflow.ActivityHandle[T]", interrupt_wait: Callable[[], bool], *, creating: bool = False
) -> T:
    """The activity's result. Raises Restart, StepFailed, and OutcomeUnknown for a create."""
    await workflow.wait_condition(lambda: handle.done() or interrupt_wait())
    interrupted = not handle.done()
    if interrupted:
        handle.cancel()
    try:
        return await handle
    except (FailureError, asyncio.CancelledError) as error:  # a local one's fault is not wrapped
        fault = report(error)
        if creating and (fault.code in UNKNOWN or _left_no_word(error)):
            raise OutcomeUnknown(elsewhere=fault.code == BegunElsewhere.code) from error
        if fault.code in (Stale.code, Gone.code):
            raise Restart(moved=True) from error
        if interrupted:
            raise Restart(moved=False) from error
        raise StepFailed(fault) from error


def report(error: BaseException) -> FaultReport:
    """The fault inside a failed activity; a bug in our code is the party's until shown otherwise."""
    cause = error.cause if isinstance(error, ActivityError) else error
    if isinstance(cause, ApplicationError):
        if _told(cause):
            return FaultReport.model_validate(cause.details[0])
        if cause.type == WORKER_SHUTDOWN:
            return FaultReport(code=cause.type, message=cause.message, system=_system_of(error), blame=Blame.SYSTEM)
        return FaultReport(code=cause.type or "Unknown", message=cause.message)
    if isinstance(cause, TimeoutError):
        return FaultReport(
            code=TIMED_OUT, message="an attempt ran out of time", system=_system_of(error), blame=Blame.SYSTEM
        )
    return FaultReport(code="Cancelled", message="the step was cancelled", blame=Blame.SYSTEM)


def storable(value: object) -> bool:
    """Whether Temporal takes it: a run whose memory is too large for a successor goes on itself."""
    try:
        workflow.payload_converter().to_payloads([value])
    except ApplicationError:
        return False
    return True


def _left_no_word(error: BaseException) -> bool:
    """Whether an attempt ended without a fault of its own: a worker that stopped, a bug of ours."""
    cause = error.cause if isinstance(error, ActivityError) else error
    return isinstance(cause, ApplicationError) and not _told(cause)


def _told(cause: ApplicationError) -> bool:
    """Whether it says what happened, in words that are ours."""
    return bool(cause.details) and not isinstance(cause.details[0], NotBelieved)


def _system_of(error: BaseException) -> System | None:
    """Activity names begin with the system they call."""
    name = error.activity_type.partition(".")[0] if isinstance(error, ActivityError) else ""
    return System(name) if name in set(System) else None


@dataclass
class Setback:
    """Whether anything of a sync failed, or took too long, so that it goes on waiting."""

    met: bool = False
    waits: FirstWait | None = None
    """What is waited for before anything else shows it."""


class Showing:
    """Shows `syncing` in EspoCRM once a sync waits for something; a quick one pays no extra call (design §3)."""

    def __init__(self, party_id: str, timing: Timing, setback: Setback) -> None:
        """Begin to wait."""
        self._party_id = party_id
        self._timing = timing
        self._setback = setback
        self._writing = False
        self._task: asyncio.Task[Marked | None] = asyncio.create_task(self._show(timing.syncing_after))

    async def _show(self, after: timedelta) -> Marked | None:
        await workflow.wait_condition(lambda: self._setback.met)
        await workflow.sleep(after, summary="show syncing, if it still runs")
        self._writing = True
        config = options.calling(self._timing, "show syncing", attempts=1)
        try:
            return await workflow.execute_activity_method(
                EspoCrmActivities.mark_syncing, MarkSyncing(party_id=self._party_id), **config
            )
        except ActivityError as error:
            workflow.logger.info("whether syncing is shown is not known: %s", report(error).code)
            return Marked()  # it may stand there, so the write-back puts the status right

    async def stop(self) -> Marked | None:
        """The write, if it was made. It has ended before this returns, so it never overwrites a later status."""
        if not self._writing:
            self._task.cancel()
        try:
            return await self._task
        except asyncio.CancelledError:
            return None
