"""How many rows EspoCRM lists at once: what an administrator set as `recordListMaxSizeLimit`, learnt from its refusal.

A larger page is refused by 403 with the limit in its reason (recordings sw-06). It may be set anew at any time: a lower
one is learnt by the next refusal, a higher one by asking for the whole page again after a while.
"""

import time
from collections.abc import Callable

from beteiligte.faults import PageTooLarge

ASK_AGAIN = 3600.0
"""Seconds for which a limit is believed: one call in vain then."""


class PageLimit:
    """Of one EspoCRM."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is known yet."""
        self._clock = clock
        self._rows: int | None = None
        self._until = 0.0

    def fit(self, rows: int) -> int:
        """So many of these rows may be asked for."""
        if self._rows is None or self._clock() >= self._until:
            return rows
        return min(rows, self._rows)

    def learn(self, refusal: PageTooLarge, *, asked: int) -> None:
        """Keep what the refusal says. Raises it where it allows what was asked for, or nothing at all."""
        if not 0 < refusal.allowed < asked:
            raise refusal
        self._rows, self._until = refusal.allowed, self._clock() + ASK_AGAIN
