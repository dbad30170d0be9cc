"""The stand-ins' server adds no delay of its own."""

import socket
from typing import Any

import httpx
from starlette.types import Receive, Scope, Send

from simulators.server import ABORT, serve


async def test_an_answer_leaves_at_once() -> None:
    """Else some answers wait 40 ms for the caller's acknowledgement, and every latency measured holds them."""
    seen: list[int] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        transport: Any = scope[ABORT].__self__
        connection = transport.get_extra_info("socket")
        seen.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with serve(application) as url, httpx.AsyncClient() as client:
        await client.get(url)

    assert [bool(value) for value in seen] == [True]
