"""Lets a person's edit, and a delivery's, go first: a sweep begins no sync while one of theirs is under way.

Known within a worker process, by an interceptor that counts their activities (worker/live_first.py).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

SETTLED = 0.1
"""Seconds without any of their activities until their sync counts as over: longer than a workflow task between two."""


class LiveTraffic:
    """Whether a sync that somebody waits for is under way."""

    def __init__(self) -> None:
        """Nobody waits for anything."""
        self._live = 0
        self._over: asyncio.TimerHandle | None = None
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """An activity that somebody waits for is under way."""
        self._live += 1
        self._free.clear()
        if self._over:
            self._over.cancel()
        try:
            yield
        finally:
            self._live -= 1
            if not self._live:
                self._over = asyncio.get_running_loop().call_later(SETTLED, self._free.set)

    async def free(self, *, within: timedelta) -> None:
        """Return when nobody's sync is under way, or after that time: a sweep must go on too."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._free.wait()
        except TimeoutError:
            return
