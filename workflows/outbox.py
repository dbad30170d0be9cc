"""Messages to people, sent one after the other beside whatever else a workflow does.

A message is tried until it gets through, which may take days, and delays nothing else. What is not told stands in the
list that the workflow remembers it by, so that it is handed over when the run continues as new.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from contracts.telling import Told

M = TypeVar("M")


class Outbox(Generic[M]):
    """Sends what stands in `messages`; `send` starts the activity that tells one."""

    def __init__(self, messages: list[M], send: Callable[[M], "workflow.ActivityHandle[Told]"]) -> None:
        """Send nothing yet."""
        self._messages = messages
        self._send = send
        self._sending: workflow.ActivityHandle[Told] | None = None
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Send from now on."""
        self._stopping = False
        self._task = asyncio.create_task(self._run())

    def put(self, message: M) -> None:
        """Have it told after all that was put before."""
        self._messages.append(message)

    async def emptied(self) -> None:
        """Return as soon as everything is told."""
        await workflow.wait_condition(lambda: not self._messages)

    async def stop(self) -> None:
        """Let a message that is just being sent get through; those that wait for their next try stay."""
        assert self._task is not None, "it was started"
        self._stopping = True
        (self._sending or self._task).cancel()
        await workflow.wait([self._task])

    async def withdraw(self) -> bool:
        """Take back what has not got through; whether there was anything."""
        await self.stop()
        withdrawn = bool(self._messages)
        self._messages.clear()
        self.start()
        return withdrawn

    def close(self) -> None:
        """The run ends: nothing is left to be told."""
        assert self._task is not None, "it was started"
        self._task.cancel()

    async def _run(self) -> None:
        while not self._stopping:
            await workflow.wait_condition(lambda: bool(self._messages))
            self._sending = self._send(self._messages[0])
            try:
                await self._sending
            except (ActivityError, asyncio.CancelledError):
                return  # it was stopped while the message waited for its next try
            finally:
                self._sending = None
            self._messages.pop(0)
