"""Whether the program can work, and if not, why: Temporal, the place of its state, both systems, the last delivery."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio.service import RPCError

from beteiligte.selftest import Problem
from runtime.codec import Unreadable
from runtime.loading import SettingsError
from runtime.settings import WebhookSettings
from runtime.storage_places import Keeping
from starter import selftests
from starter.requests import Requests

REMEMBERED = 60.0
"""Seconds that a delivery which was not stored counts, unless a later one was."""


class Unready(Exception):
    """Why it cannot work; the message is for the operator."""

    def __init__(self, detail: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(detail)
        self.problems = problems


@dataclass
class Readiness:
    """What a health check asks. Deliveries are taken all the same: they are stored for the time after."""

    settings: WebhookSettings
    connected: Callable[[], Awaitable[Requests]]
    keeping: Keeping | None = None
    """The embedded server's state, where it is on this machine."""
    clock: Callable[[], float] = time.monotonic
    _unstored: float | None = None

    def stored(self, *, well: bool) -> None:
        """A delivery was stored, or was not."""
        self._unstored = None if well else self.clock()

    async def check(self) -> None:
        """Raises Unready."""
        await self._place()
        await self._systems()
        if self._unstored is not None and self.clock() - self._unstored < REMEMBERED:
            raise Unready("Temporal did not store the last delivery: look at its log, its disk and its database")

    async def _place(self) -> None:
        why = await asyncio.to_thread(self.keeping.trouble) if self.keeping else ""
        if why:
            raise Unready(f"{why} (TEMPORAL_STATE)")

    async def _systems(self) -> None:
        within = self.settings.answer_within
        try:
            client = (await self.connected()).client
            await client.service_client.check_health(timeout=within)
            standing = await selftests.look(client, within=within)
        except (RPCError, RuntimeError, TimeoutError):
            raise Unready("Temporal does not answer") from None
        except Unreadable as sealed:
            raise Unready(f"what Temporal holds cannot be read: {sealed}") from None
        except SettingsError as wrong:
            raise Unready(f"settings are missing or wrong: {wrong}") from None
        if standing.under_way:
            raise Unready("the self-test has just begun")
        if standing.problems:
            raise Unready("; ".join(found.detail for found in standing.problems), standing.problems)
