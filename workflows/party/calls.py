"""How a party's run asks its activities: with the run's waits, until somebody cannot wait for the next attempt.

The first attempt may be a local activity, which costs half the events and leaves a marker; the others are regular ones,
which people see waiting. Five in all: what the first attempt came to, and the wait after it, is `FirstTry`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.outage import OutageActivities
    from beteiligte.request_reason import Reason
    from contracts.fault_report import FaultReport
    from contracts.local import LocalCall
    from contracts.outage import AskOrder
    from contracts.party import SWEEP_PRIORITY, FirstWait
    from contracts.timing import Timing
    from workflows import options, web_ui
    from workflows.steps import Restart, Setback, finish, report

Order = TypeVar("Order")
Result = TypeVar("Result")


@dataclass(frozen=True)
class FirstTry:
    """A first attempt that failed in a way that waiting may mend, or took too long for one."""

    fault: FaultReport | None = None
    """None: it took too long. The system is slow, so a regular one goes on at once, with all its attempts."""
    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class ActivityCalls:
    """Of one party, with so many attempts each. `interrupt_wait` says when a wait for the next attempt must end."""

    party_id: str
    timing: Timing
    interrupt_wait: Callable[[], bool]
    attempts: int
    alone: Callable[[], bool] = lambda: False
    """Whether one request at most waits. In a burst each signal would let local activities run again, and the sync
    never end: the server refuses a run's end that has not heard of it, and with it all markers."""
    setback: Setback = field(default_factory=Setback)

    async def call(
        self,
        activity: Callable[[Any, Order], Awaitable[Result]],
        order: Order,
        summary: str,
        *,
        attempts: int | None = None,
        after: FirstTry | None = None,
    ) -> Result:
        """The activity's result. `after`: its first attempt, by which it waits. Raises Restart and StepFailed."""
        if after is not None:
            await self._wait(after, summary)
        tried = after is not None and after.fault is not None
        return await finish(self.start(activity, order, summary, attempts=attempts, tried=tried), self.interrupt_wait)

    def start(
        self,
        activity: Callable[[Any, Order], Awaitable[Result]],
        order: Order,
        summary: str,
        *,
        attempts: int | None = None,
        tried: bool = False,
    ) -> "workflow.ActivityHandle[Result]":
        """Begin it."""
        config = options.calling(self.timing, summary, attempts=attempts or self.attempts, tried=tried)
        config["priority"] = workflow.info().priority  # an eager one does not pass the server, which would give it
        return workflow.start_activity_method(activity, order, **config)

    def local(self) -> LocalCall | None:
        """What a first attempt in the worker is told; None where there is to be none.

        A single attempt is made where people see it.
        """
        if self.attempts == 1 or not self.alone():
            return None
        for_sweep = workflow.info().priority.priority_key == SWEEP_PRIORITY
        return LocalCall(asked_at=workflow.now(), for_sweep=for_sweep)

    async def first(
        self, activity: Callable[[Any, Order], Awaitable[Result]], order: Order, summary: str
    ) -> Result | FirstTry:
        """The result of a first attempt in the worker, or what it came to. Raises Restart and StepFailed."""
        handle = workflow.start_local_activity_method(activity, order, **options.first_try(self.timing, summary))
        try:
            return await handle
        except FailureError as error:
            self.setback.met = True
            if not isinstance(error, ApplicationError):
                return FirstTry()  # its time was over; a replay shows that without an ActivityError around it
            if not error.non_retryable:
                return FirstTry(report(error), error.next_retry_delay or self.timing.first_wait)
            return await finish(handle, lambda: False)  # as a regular one ends that waiting cannot mend

    async def _wait(self, first: FirstTry, summary: str) -> None:
        """Until the second attempt is due. Raises Restart where somebody cannot wait for it."""
        if first.fault is None:
            return
        until = workflow.now() + first.wait
        web_ui.show_wait(first.fault, summary)
        self.setback.waits = FirstWait(step=summary, attempts=self.attempts, until=until, fault=first.fault)
        try:
            await workflow.wait_condition(
                self.interrupt_wait, timeout=first.wait, timeout_summary=f"second attempt: {summary}"
            )
        except TimeoutError:
            return
        finally:
            self.setback.waits = None
        raise Restart(moved=False)

    async def ask_for(self, parties: tuple[str, ...], reason: Reason, summary: str) -> None:
        """Have others synced, too: nothing else would look at them again."""
        if parties:
            order = AskOrder(party_ids=parties, reason=reason)
            config = options.asking(self.timing.call, summary)
            await workflow.execute_activity_method(OutageActivities.ask, order, **config)
