"""Counts the activities of syncs that somebody waits for: a sweep lets them go first (activities/live_traffic.py)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.live_traffic import LiveTraffic
from contracts.local import LocalCall
from contracts.party import SWEEP_PRIORITY, WORKFLOW


@dataclass(frozen=True)
class LiveFirst(Interceptor):
    """For the worker whose sweeps shall make way."""

    traffic: LiveTraffic

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Count every activity on its way to its code."""
        return _Counting(next, self.traffic)


class _Counting(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, traffic: LiveTraffic) -> None:
        super().__init__(following)
        self._traffic = traffic

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        if not _somebody_waits(input.args):
            return await super().execute_activity(input)
        with self._traffic.taken():
            return await super().execute_activity(input)


def _somebody_waits(orders: Sequence[Any]) -> bool:
    """Of a local activity only its order tells; one that tells nothing, the pure decision, is over in no time."""
    info = activity.info()
    if info.workflow_type != WORKFLOW:
        return False
    if info.is_local:
        calls = [local for order in orders if isinstance(local := getattr(order, "local", None), LocalCall)]
        return any(not call.for_sweep for call in calls)
    return info.priority.priority_key != SWEEP_PRIORITY
