"""Everybody who waits for a person, looked at as often as somebody asks, and read only once.

What a run that ended left open never changes, so of a thousand parties only the new ones are read: a look is one
question to Temporal for each party. It stands in this process's memory while it is open, and nowhere else.
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.client import Client

from starter.views import open_questions
from starter.views.open_questions import WaitingParty

FRESH = 5.0
"""Seconds for which a look counts."""
PATIENCE = 0.3
"""Seconds that a page waits for a new look while it has an older one to show."""


@dataclass(frozen=True)
class WaitingNow:
    """What waits, the longest first, and as of when."""

    parties: tuple[WaitingParty, ...]
    at: datetime


@dataclass
class WaitingList:
    """What is known of it."""

    _known: dict[str, WaitingParty] = field(default_factory=dict)
    _last: WaitingNow | None = None
    _until: float = 0
    _looking: "asyncio.Task[WaitingNow] | None" = None

    async def now(self, client: Client) -> WaitingNow:
        """A fresh look, or the one before where that takes long. Raises RPCError, Unreadable."""
        if self._last is not None and time.monotonic() < self._until:
            return self._last
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(client))
        if self._last is None:
            return await asyncio.shield(self._looking)
        done, _ = await asyncio.wait({self._looking}, timeout=PATIENCE)
        return self._looking.result() if done else self._last

    async def _look(self, client: Client) -> WaitingNow:
        at = datetime.now(UTC)
        self._last = WaitingNow(tuple(await open_questions.everybody(client, self._known)), at)
        self._until = time.monotonic() + FRESH
        return self._last

    async def again(self, client: Client, party_ids: list[str]) -> None:
        """Look at these anew: something was decided about them. Raises RPCError, Unreadable."""
        if self._last is None:
            return
        found = {party_id: await open_questions.of_party(client, party_id) for party_id in party_ids}
        kept = [found.get(party.party_id, party) for party in self._last.parties]
        self._last = WaitingNow(tuple(party for party in kept if party is not None), self._last.at)
        self.forget_age()

    def forget_age(self) -> None:
        """Whoever asks next has it looked at anew."""
        self._until = 0
