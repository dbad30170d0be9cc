"""Tells a party's run that an attempt failed and the next one is waited for: Temporal itself tells it only the last.

By it the run shows `syncing` in EspoCRM once it waits, and starts no timer for that in a quick sync (design §3).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from activities.boundary import last_attempt
from beteiligte.faults import System
from contracts.party import ATTEMPT_FAILED, WORKFLOW

TOLD_WITHIN = timedelta(seconds=2)
"""What is shown to people must not hold up an attempt's end; untold, the run shows it by the next attempt."""


@dataclass(frozen=True)
class TellSetbacks(Interceptor):
    """For the worker of the parties' runs."""

    client: Client

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Look at how every attempt ends."""
        return _Telling(next, self.client)


class _Telling(ActivityInboundInterceptor):
    def __init__(self, following: ActivityInboundInterceptor, client: Client) -> None:
        super().__init__(following)
        self._client = client

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except ApplicationError as failure:
            if not failure.non_retryable and _is_waited_for():
                await self._tell()
            raise

    async def _tell(self) -> None:
        info = activity.info()
        if info.workflow_id is None:
            return
        run = self._client.get_workflow_handle(info.workflow_id, run_id=info.workflow_run_id)
        with suppress(RPCError, TimeoutError):
            await run.signal(ATTEMPT_FAILED, rpc_timeout=TOLD_WITHIN)


def _is_waited_for() -> bool:
    """A call to either system by a party's run, with another attempt after it. A local one the run sees end."""
    info = activity.info()
    system = info.activity_type.partition(".")[0]
    return info.workflow_type == WORKFLOW and not info.is_local and system in set(System) and not last_attempt()
