"""Answers whether this worker lives and whether Temporal answers it, for whatever starts containers anew.

The answer comes from the loop that does the work, so a loop that hangs gives none, which no port of a library's own
thread would show. Alive says nothing of Temporal: a restart would not bring it back. Whether a worker takes work that
waits in Temporal is asked there (`beteiligte-sync doctor`).
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from runtime.ports import listenable
from runtime.workers import LOOK_EVERY

SILENT = 4 * LOOK_EVERY
"""Temporal was asked three times at least and did not answer."""


@dataclass
class WorkerHealth:
    """What is answered."""

    silent_for: Callable[[], timedelta]
    """Time since Temporal last answered."""
    draining: bool = False
    """Told to stop: what runs may finish, nothing new is taken."""

    def why_not(self) -> str:
        """Why it takes no work; nothing where it does."""
        if self.draining:
            return "draining"
        if (silent := self.silent_for()) > SILENT:
            return f"Temporal has not answered for {silent.total_seconds():.0f} s"
        return ""

    @asynccontextmanager
    async def answered(self, address: str) -> AsyncIterator[None]:
        """Answer while inside, at IP and port; nowhere where none is given. Raises CannotListen."""
        if not address:
            yield
            return
        runner = web.AppRunner(self._app(), access_log=None)
        await runner.setup()
        try:
            await _listen(runner, address)
            yield
        finally:
            await runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/health/live", self._live)
        app.router.add_get("/health/ready", self._ready)
        return app

    async def _live(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "live"})

    async def _ready(self, _: web.Request) -> web.Response:
        if why := self.why_not():
            return web.json_response({"status": "error", "detail": why}, status=503)
        return web.json_response({"status": "ready"})


async def _listen(runner: web.AppRunner, address: str) -> None:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    listenable("WORKER_HEALTH", host, int(port))
    await web.TCPSite(runner, host, int(port)).start()
