"""Serves one ASGI application, on 127.0.0.1 unless told otherwise, inside the running event loop.

`Server` can be stopped and started again on the same port, which is how a refused connection is made.
Stopping is immediate: open connections are cut, running requests cancelled. Built on uvicorn's protocol and
start-up; its own shutdown waits for callers politely, which a test never wants.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

ABORT = "simulators.abort"
"""Key in the ASGI scope: a function that cuts the connection at once."""

LOOPBACK = "127.0.0.1"


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose application may cut the connection instead of answering."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = self.app

        async def cuttable(scope: Scope, receive: Receive, send: Send) -> None:
            scope[ABORT] = self.transport.abort
            await application(scope, receive, send)

        self.app = cuttable


class Server:
    """One application under one address. `port` 0: the machine chooses, once."""

    def __init__(
        self, app: ASGIApp, port: int = 0, http: type[H11Protocol] = CuttableProtocol, host: str = LOOPBACK
    ) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._http = http
        self._running: uvicorn.Server | None = None

    @property
    def url(self) -> str:
        """The address, e.g. http://127.0.0.1:40123; known after the first start and then kept."""
        return f"http://{LOOPBACK}:{self._port}"

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        # asyncio sets TCP_NODELAY only where the socket says that it speaks TCP; without it some answers take 40 ms.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self._host, self._port))
        except OSError:
            listening.close()
            raise
        self._port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            http=self._http,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,  # the stand-in's own clock tells it
            timeout_keep_alive=75,
        )
        config.load()
        self._running = uvicorn.Server(config)
        self._running.lifespan = config.lifespan_class(config)
        await self._running.startup(sockets=[listening])

    async def stop(self) -> None:
        """Stop listening and cut what is open; further connections are refused."""
        running, self._running = self._running, None
        if running is None:
            return
        for listener in running.servers:
            listener.close()
        for connection in list(running.server_state.connections):
            if (transport := connection.transport) is not None:
                transport.abort()
        await _end(set(running.server_state.tasks))


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=0.2)  # most notice that their caller has gone
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def serve(
    app: ASGIApp, port: int = 0, http: type[H11Protocol] = CuttableProtocol, host: str = LOOPBACK
) -> AsyncIterator[str]:
    """Serve an application for the length of a `with` block; gives its address."""
    server = Server(app, port, http, host)
    await server.start()
    try:
        yield server.url
    finally:
        await server.stop()
