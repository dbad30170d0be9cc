"""Whether deliveries are stored, and if not, why: Temporal, the place of its state, the last delivery.

Only what keeps the service from storing makes it unready: whatever stands before it would else turn deliveries away
that are kept for the time after. What else is wrong, as a system that refuses the key, is said beside `ready`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from temporalio.service import RPCError

from installation.check import Area, Check, Verdict
from runtime.codec import Unreadable
from runtime.loading import SettingsError
from runtime.settings import WebhookSettings
from runtime.storage_places import Keeping
from starter import selftests
from starter.requests import Requests

REMEMBERED = 60.0
"""Seconds that a delivery which was not stored counts, unless a later one was."""


class Unready(Exception):
    """Why nothing can be stored; the message is for the operator."""


@dataclass
class Readiness:
    """What a health check asks."""

    settings: WebhookSettings
    connected: Callable[[], Awaitable[Requests]]
    keeping: Keeping | None = None
    """The embedded server's state, where it is on this machine."""
    clock: Callable[[], float] = time.monotonic
    _unstored: float | None = None
    _asking: asyncio.Task[list[Check]] | None = None

    def stored(self, *, well: bool) -> None:
        """A delivery was stored, or was not."""
        self._unstored = None if well else self.clock()

    async def check(self) -> list[Check]:
        """What is not well, though deliveries are stored. Raises Unready.

        Who asks while it is being found out joins: strangers may ask, and Temporal is asked once.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
        found = await asyncio.shield(self._asking)
        if self._unstored is not None and self.clock() - self._unstored < REMEMBERED:
            raise Unready("Temporal did not store the last delivery: look at its log, its disk and its database")
        return found

    async def _ask(self) -> list[Check]:
        await self._place()
        return await self._temporal()

    async def _place(self) -> None:
        why = await asyncio.to_thread(self.keeping.trouble) if self.keeping else ""
        if why:
            raise Unready(f"{why} (TEMPORAL_STATE)")

    async def _temporal(self) -> list[Check]:
        within = self.settings.answer_within
        try:
            client = (await self.connected()).client
            await client.service_client.check_health(timeout=within)
            return selftests.checks((await selftests.look(client, within=within)).problems)
        except (RPCError, RuntimeError, TimeoutError):
            raise Unready("Temporal does not answer") from None
        except Unreadable as sealed:
            return [_unread(sealed)]
        except SettingsError as wrong:
            raise Unready(f"settings are missing or wrong: {wrong}") from None


def _unread(sealed: Unreadable) -> Check:
    return Check(
        area=Area.KEYS,
        name="what Temporal holds can be read",
        verdict=Verdict.WRONG,
        seen=str(sealed),
        remedy="put the key file here that the workers have (TEMPORAL_KEYS)",
    )
