"""How a party's run asks its activities: with the run's waits, until somebody cannot wait for the next attempt."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.outage import OutageActivities
    from beteiligte.request_reason import Reason
    from contracts.outage import AskOrder
    from contracts.timing import Timing
    from workflows import options
    from workflows.steps import finish

Order = TypeVar("Order")
Result = TypeVar("Result")


@dataclass(frozen=True)
class ActivityCalls:
    """Of one party, with so many attempts each. `interrupt_wait` says when a wait for the next attempt must end."""

    party_id: str
    timing: Timing
    interrupt_wait: Callable[[], bool]
    attempts: int

    async def call(
        self,
        activity: Callable[[Any, Order], Awaitable[Result]],
        order: Order,
        summary: str,
        *,
        attempts: int | None = None,
    ) -> Result:
        """The activity's result. Raises Restart and StepFailed."""
        return await finish(self.start(activity, order, summary, attempts=attempts), self.interrupt_wait)

    def start(
        self,
        activity: Callable[[Any, Order], Awaitable[Result]],
        order: Order,
        summary: str,
        *,
        attempts: int | None = None,
    ) -> "workflow.ActivityHandle[Result]":
        """Begin it."""
        config = options.calling(self.timing, summary, attempts=attempts or self.attempts)
        return workflow.start_activity_method(activity, order, **config)

    async def ask_for(self, parties: tuple[str, ...], reason: Reason, summary: str) -> None:
        """Have others synced, too: nothing else would look at them again."""
        if parties:
            order = AskOrder(party_ids=parties, reason=reason)
            config = options.asking(self.timing.call, summary)
            await workflow.execute_activity_method(OutageActivities.ask, order, **config)
