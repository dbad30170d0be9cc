"""Bodies while they are read: each within its time and its size, and all together within so much memory.

A signature covers the whole body, so a body must be kept before it is known who sent it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

from runtime.settings import WebhookSettings

SMALL = 200_000
"""Bytes of a body that always find room: ten times what EspoCRM's fifty events usually are, and bounded by the number
of connections."""


class LargeBody(Exception):
    """It is larger than may be."""


class SlowBody(Exception):
    """It did not come in time."""


class NoRoom(Exception):
    """So many bytes are being read already."""


@dataclass
class Room:
    """For all bodies of one service."""

    settings: WebhookSettings
    _taken: int = 0

    @contextmanager
    def one(self, request: Request) -> "Iterator[Body]":
        """The body of a request, which may be kept within the block."""
        body = Body(request, self)
        try:
            yield body
        finally:
            self._taken -= body.counted

    def take(self, more: int) -> None:
        """Raises NoRoom."""
        if self._taken + more > max(self.settings.max_in_flight, self.settings.max_body):
            raise NoRoom
        self._taken += more


@dataclass
class Body:
    """One of them."""

    request: Request
    room: Room
    content: bytearray = field(default_factory=bytearray)
    counted: int = 0
    """Bytes of it that the room counts."""

    async def read(self) -> bytearray:
        """All of it. Raises LargeBody, SlowBody, NoRoom, and ClientDisconnect where it breaks off."""
        if self._announced() > self.room.settings.max_body:
            raise LargeBody
        try:
            async with asyncio.timeout(self.room.settings.body_within.total_seconds()):
                async for chunk in self.request.stream():
                    self._add(chunk)
        except TimeoutError:
            raise SlowBody from None
        return self.content

    def _announced(self) -> int:
        length = self.request.headers.get("Content-Length", "")
        return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0

    def _add(self, chunk: bytes) -> None:
        size = len(self.content) + len(chunk)
        if size > self.room.settings.max_body:
            raise LargeBody
        beyond = max(0, size - SMALL) - self.counted
        self.room.take(beyond)
        self.counted += beyond
        self.content += chunk
