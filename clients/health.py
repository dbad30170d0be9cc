"""How a system stood lately, by its own answers: whether a create may be sent without looking first (design §5).

A POST that breaks off leaves a question to a person, so none is sent to a system that is thought to be down: after a
failure a cheap read goes before each until one is answered. And creates go one after the other, as long as each is
answered soon: an outage then costs one question, not one for each that was on its way.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

PROVEN = 10.0
"""Seconds for which an answer speaks."""
IN_DOUBT = 15 * 60.0
"""Seconds for which a failure speaks: a party's next attempts, but not those of the next day."""
SOON = 2.0
"""Seconds that a create waits for those before it. Then it goes beside them, where the system answered meanwhile."""


class Health:
    """Of one system, as this process knows it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known yet."""
        self._clock = clock
        self._answered = self._failed = float("-inf")
        self._creating = asyncio.Lock()

    def answered(self) -> None:
        """It answered, whatever it said."""
        self._answered = self._clock()

    def failed(self) -> None:
        """It did not answer, or could not do what it was asked; or another process found it so."""
        self._failed = self._clock()

    @property
    def proven(self) -> bool:
        """It answered a moment ago."""
        return not self.doubted and self._clock() - self._answered < PROVEN

    @property
    def doubted(self) -> bool:
        """The last that is known of it is a failure, not long ago."""
        return self._failed > self._answered and self._clock() - self._failed < IN_DOUBT

    @asynccontextmanager
    async def create(self) -> AsyncIterator[bool]:
        """The turn of one create; gives whether a read must go before it."""
        if self.doubted:
            yield True
            return
        waited_since = self._clock()
        mine = await self._taken()
        if mine and self.doubted:
            self._creating.release()
            mine = False
        try:
            yield self.doubted or not (mine or self._answered >= waited_since)
        finally:
            if mine:
                self._creating.release()

    async def _taken(self) -> bool:
        """Whether the creates before it have ended soon enough."""
        try:
            async with asyncio.timeout(SOON):
                return await self._creating.acquire()
        except TimeoutError:
            return False
