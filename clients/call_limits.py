"""Not too many calls to a system at the same time, nor in a second: a call waits for its turn, and not for ever."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext

from aiolimiter import AsyncLimiter

from beteiligte.faults import System, Transient
from clients.access import Access

Workers = Callable[[], int]
"""How many processes share the calls of a second; asked before each call."""


def alone() -> int:
    """This process has them all."""
    return 1


class Turns:
    """Of one system."""

    def __init__(self, system: System, access: Access, workers: Workers) -> None:
        """Nobody waits yet."""
        self._system = system
        self._access = access
        self._slots = asyncio.Semaphore(access.max_concurrent)
        self._workers = workers
        self._shared_by = 1
        self._rate = _limiter(access.calls_per_second)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """The turn of one call. Raises Transient where it does not come in time: that call was surely not sent."""
        bound = self._access.turn_timeout.total_seconds()
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(bound):
                    await turn.enter_async_context(self._slots)
                    await turn.enter_async_context(self._share())
            except TimeoutError:
                name = self._system.upper()
                raise Transient(
                    f"{self._system} was not called: no turn within {bound:g} s "
                    f"({name}_MAX_CONCURRENT, {name}_CALLS_PER_SECOND)",
                    system=self._system,
                    surely_refused=True,
                ) from None
            yield

    def _share(self) -> AbstractAsyncContextManager[None]:
        """This process's part of the calls of a second; a fresh one when workers have come or gone."""
        workers = self._workers()
        if workers != self._shared_by:
            self._shared_by, self._rate = workers, _limiter(self._access.calls_per_second / workers)
        return self._rate


def _limiter(calls_per_second: float) -> AbstractAsyncContextManager[None]:
    """A leaky bucket that holds the calls of one second, and at least one."""
    if not calls_per_second:
        return nullcontext()
    burst = max(1.0, calls_per_second)
    return AsyncLimiter(burst, burst / calls_per_second)
