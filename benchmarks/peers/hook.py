"""The webhook of the peers: takes a delivery and hands on each id. No signature, no checks."""

import os
from collections.abc import Awaitable, Callable

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def serve(take: Callable[[str], Awaitable[None]]) -> None:
    """Serve at BENCH_PORT until SIGTERM."""

    async def deliver(request: Request) -> Response:
        for element in await request.json():
            await take(element["id"])
        return JSONResponse({"status": "received"})

    app = Starlette(routes=[Route("/hook", deliver, methods=["POST"])])
    config = uvicorn.Config(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), log_level="warning")
    await uvicorn.Server(config).serve()
