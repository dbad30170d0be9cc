"""One piece of work at a time, however many callers wait for it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Work whose result, or fault, all get who asked while it ran.

    A lock would let every waiting caller try again after a failure, one time-out after the other.
    """

    def __init__(self, work: Callable[[], Awaitable[T]]) -> None:
        """Begin nothing yet."""
        self._work = work
        self._running: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """Join the work that runs, or begin it. A caller that is cancelled leaves it to the others."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._begin())
            self._running.add_done_callback(_look_at)
        return await asyncio.shield(self._running)

    async def _begin(self) -> T:
        return await self._work()


def _look_at(task: asyncio.Task[T]) -> None:
    """A fault that nobody waited for any more is no bug."""
    if not task.cancelled():
        task.exception()
