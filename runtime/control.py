"""Whether writing is stopped: by `pause`, which lasts until `resume`, or by observe mode.

A pause is a workflow that runs as long as it lasts, so it survives every restart and its history says who and when.
Workers look at it every second; before a call that would write they look at once if they hold it for paused.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.faults import Observing, Paused, System
from contracts.visibility import PAUSE_ID

log = logging.getLogger(__name__)
WITHIN = timedelta(seconds=5)
LOOK_EVERY = timedelta(seconds=1)


async def is_paused(client: Client) -> bool:
    """Whether a pause is in force. Raises RPCError when Temporal does not answer."""
    try:
        described = await client.get_workflow_handle(PAUSE_ID).describe(rpc_timeout=WITHIN)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return described.status is WorkflowExecutionStatus.RUNNING


@dataclass
class WriteGate:
    """What the clients of one worker ask before they write."""

    client: Client
    observe: bool = False
    every: timedelta = LOOK_EVERY
    _paused: bool = False

    async def gate(self, system: System) -> None:
        """Let a write through. Raises Paused, Observing."""
        if self.observe:
            raise Observing(f"{system} is not written in observe mode (SYNC_OBSERVE)", system=system)
        if self._paused and await self._look():
            known = f"workflow `{PAUSE_ID}` says by whom and why"
            raise Paused(f"{system} was not written: paused by hand, {known}; `beteiligte-sync resume`", system=system)

    async def watch(self) -> None:
        """Keep looking until cancelled; while Temporal is away the last word counts."""
        while True:
            with suppress(RPCError):
                await self._look()
            await asyncio.sleep(self.every.total_seconds())

    async def _look(self) -> bool:
        paused = await is_paused(self.client)
        if paused != self._paused:
            log.warning("writing is %s", "paused" if paused else "no longer paused")
        self._paused = paused
        return paused
