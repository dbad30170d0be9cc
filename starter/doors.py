"""Who may hold a connection of a service of ours, and for how long.

Whoever reaches a port can open connections and say half a header, and EspoCRM gives up a delivery that is not answered
within 10 s. So what has not shown yet that it may ask is a stranger: it has a time for its headers and one for its
body, there are so many connections, and where one more comes, the stranger who came first goes. A delivery shows its
signature within milliseconds, and a page of the Web UI its Origin with the headers.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from runtime.open_files import allowed_open_files

BELIEVE = "beteiligte.believe"
"""Key in the ASGI scope: a function that says that the request may ask what it asks."""


@dataclass
class Doors:
    """The connections of one service."""

    most: int
    headers_within: timedelta
    strangers: dict["Connection", None] = field(default_factory=dict)
    """In the order in which they came."""
    believed: set["Connection"] = field(default_factory=set)

    def opened(self, one: "Connection") -> None:
        """One more: the first stranger makes room for it; where all are believed it goes itself."""
        self.strangers[one] = None
        if len(self.strangers) + len(self.believed) > self.most:
            next(iter(self.strangers)).cut()

    def believe(self, one: "Connection") -> None:
        """Its request may ask: it stays until that is answered."""
        if one in self.strangers:
            del self.strangers[one]
            self.believed.add(one)

    def answered(self, one: "Connection") -> None:
        """It may send another request, or nothing."""
        if one in self.believed:
            self.believed.discard(one)
            self.strangers[one] = None

    def closed(self, one: "Connection") -> None:
        """It is gone."""
        self.strangers.pop(one, None)
        self.believed.discard(one)


class Connection(H11Protocol):
    """One connection, whose headers have to come in time."""

    doors: Doors

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._late: asyncio.TimerHandle | None = None
        application = self.app

        async def marked(scope: Scope, receive: Receive, send: Send) -> None:
            scope[BELIEVE] = lambda: self.doors.believe(self)
            await application(scope, receive, send)

        self.app = marked

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the headers."""
        super().connection_made(transport)
        self.doors.opened(self)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        """The headers are here, or not yet; what follows an answered request is waited for as well."""
        super().data_received(data)
        self._wait_for_headers()

    def send_400_response(self, msg: str) -> None:
        """Bytes that are no request are answered once: whoever still works on what came before them answers no more,
        which would be an error with its stack in the log. Where an answer has begun, or may hold no words (HEAD), the
        connection is cut.
        """
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:
            self.cut()

    def on_response_complete(self) -> None:
        """It is a stranger's again, until it asks something that it may, and has as long for other headers."""
        super().on_response_complete()
        self.doors.answered(self)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        super().connection_lost(exc)
        self.doors.closed(self)
        self._stop_waiting()

    def cut(self) -> None:
        """Close it at once; its place is free from now on."""
        self.doors.closed(self)
        self.transport.abort()

    def _wait_for_headers(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(self.doors.headers_within.total_seconds(), self.cut)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def protocol(*, most: int, headers_within: timedelta) -> type[Connection]:
    """The protocol of one service, with doors of its own; never more connections than half of its open files."""
    most = min(most, max(1, allowed_open_files() // 2))
    return type("DoorConnection", (Connection,), {"doors": Doors(most, headers_within)})


def believe(scope: Scope) -> None:
    """The request in this scope may ask; where no door was passed, nobody is to be told."""
    if told := scope.get(BELIEVE):
        told()


def config(app: ASGIApp, *, host: str, port: int, doors: type[Connection]) -> uvicorn.Config:
    """How uvicorn serves an app to strangers."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=doors,
        ws="none",
        access_log=False,
        log_config=None,  # uvicorn's own shows errors with their texts, which may quote a value (runtime/logs.py)
        log_level="warning",
        lifespan="off",
    )
