"""How a system stood lately, by its own answers: whether a create may be sent without looking first (design §5).

A POST that breaks off leaves a question to a person, so none is sent to a system that is thought to be down: after a
failure a cheap read goes before each until one is answered. And where nothing is known for some time, as at night or
after a start, of several creates at once one goes first and the others wait for what becomes of it: an outage then
costs one question, not one for each.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

PROVEN = 10.0
"""Seconds for which an answer speaks: many creates in a row go side by side."""
IN_DOUBT = 15 * 60.0
"""Seconds for which a failure speaks: a party's next attempts, but not those of the next day."""
SOON = 2.0
"""Seconds to wait for the create that went first; a system that takes longer is in doubt."""


class Standing:
    """Of one system, as this process knows it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known yet."""
        self._clock = clock
        self._answered = self._failed = float("-inf")
        self._first: asyncio.Event | None = None

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
        if self.proven or (self._first is None and self.doubted):
            yield self.doubted
        elif self._first is None:
            self._first = going = asyncio.Event()
            try:
                yield False
            finally:
                self._first = None
                going.set()
        else:
            yield not await _ends_soon(self._first) or self.doubted


async def _ends_soon(going: asyncio.Event) -> bool:
    """Whether the create that went first has ended; a system that takes longer for it is in doubt."""
    try:
        async with asyncio.timeout(SOON):
            await going.wait()
    except TimeoutError:
        return False
    return True
