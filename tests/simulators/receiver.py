"""A receiver of webhooks that notes what it gets and answers as told."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass(frozen=True)
class Got:
    """One POST."""

    path: str
    body: bytes
    headers: dict[str, str]

    @property
    def events(self) -> list[dict[str, Any]]:
        """What stands in it."""
        found: list[dict[str, Any]] = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """Answers `answers` in turn, then 200. `slow`: it takes everything but answers too late."""

    answers: list[int] = field(default_factory=list)
    slow: bool = False
    got: list[Got] = field(default_factory=list)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something has come."""

    async def take(self, request: Request) -> Response:
        """Note and answer."""
        self.got.append(Got(request.url.path, await request.body(), dict(request.headers)))
        self.first.set()
        if self.slow:
            await asyncio.Event().wait()
        status = self.answers.pop(0) if self.answers else 200
        return Response(status_code=status, headers={"Location": "/elsewhere"} if 300 < status < 303 else None)

    @property
    def app(self) -> Starlette:
        """To be served."""
        return Starlette(routes=[Route("/{path:path}", self.take, methods=["POST"])])

    def values(self, name: str) -> list[list[object]]:
        """One attribute of the events, POST by POST."""
        return [[event.get(name) for event in got.events] for got in self.got]
