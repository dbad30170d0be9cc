"""How the last day and week went, looked at once a minute at most, and of each run once."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.client import Client

from starter.views import past_syncs
from starter.views.past_syncs import Calls, PastSyncs

SPANS = ((timedelta(hours=1), 24), (timedelta(hours=6), 28))
"""A day and a week."""
FRESH = 60.0
"""Seconds for which figures of a week count."""


@dataclass
class PastFigures:
    """How it went, looked at once a minute at most."""

    _calls: Calls = field(default_factory=dict)
    _last: tuple[PastSyncs, ...] = ()
    _until: float = 0
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def now(self, client: Client) -> tuple[PastSyncs, ...]:
        """Raises RPCError, Unreadable."""
        async with self._looking:
            if time.monotonic() >= self._until:
                self._last = await past_syncs.look(client, SPANS, self._calls)
                self._until = time.monotonic() + FRESH
            return self._last
