"""Decrypts payloads for the Web UI, in the reader's browser (temporal.md §7).

It knows no users, so it listens on the loopback only and decrypts for one asker: a browser on this machine that shows a
page of the Web UI. A page of somebody else's shows another Origin; one whose name was made to lead to this machine
meanwhile (DNS rebinding) shows that name as Host. Whoever may see the payloads opens the Web UI on this machine, for
instance through an SSH tunnel that forwards both ports.

A program on this machine can claim any Origin: whoever must not see the payloads may have no account on it.
"""

import asyncio
from datetime import timedelta

import httpx
import uvicorn
from google.protobuf.json_format import MessageToDict, Parse, ParseError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payloads

from beteiligte.frozen import Frozen
from runtime.codec import EncryptingCodec, Newer, Unreadable, known_keys
from runtime.engine import HOST
from runtime.key_file import KeyRing
from starter import doors

MAX_BODY = 20_000_000
"""Bytes."""
BODY_WITHIN = 30.0
"""Seconds."""
LOOPBACK = (HOST, "localhost")
"""Names of this machine for itself."""
HEADERS = ("content-type", "x-namespace")
"""What the Web UI sends beside."""
MOST_CONNECTIONS = 100
"""A browser opens six."""
HEADERS_WITHIN = timedelta(seconds=5)
"""From a connection's beginning to the end of its headers."""


class PayloadsRefused(Frozen):
    """What is wrong, in words."""

    detail: str


class NoPayloads(Exception):
    """The body is not what the Web UI sends; with the status that says so."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def app(ring: KeyRing, newer: Newer = lambda: None, *, ui: str) -> Starlette:
    """The service; `ui` is the Web UI's address. `newer`: see EncryptingCodec."""
    codec, pages = EncryptingCodec(ring, newer), origins(ui)

    async def decode(request: Request) -> Response:
        if request.headers.getlist("origin") not in [[page] for page in pages]:
            return _problem(403, f"only a page of {' or '.join(pages)} is answered: is that TEMPORAL_UI?")
        doors.believe(request.scope)
        try:
            opened = await codec.decode((await _payloads(request)).payloads)
        except NoPayloads as error:
            return _problem(error.status, str(error))
        except Unreadable as error:
            return _problem(400, str(error))
        return JSONResponse(MessageToDict(Payloads(payloads=opened)))

    async def keys(_: Request) -> Response:
        return JSONResponse(known_keys(codec).model_dump())

    return Starlette(
        routes=[Route("/decode", decode, methods=["POST"]), Route("/keys", keys)],
        exception_handlers={HTTPException: _of_no_route},
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK, www_redirect=False),
            Middleware(
                CORSMiddleware,
                allow_origins=pages,
                allow_methods=["POST"],
                allow_headers=["content-type", "x-namespace"],
            ),
        ],
    )


def origins(ui: str) -> tuple[str, ...]:
    """The Web UI's address as browsers name it: without path and usual port; on this machine by each of its names."""
    url = httpx.URL(ui)
    hosts = LOOPBACK if url.host in LOOPBACK else (url.host,)
    return tuple(f"{at.scheme}://{at.netloc.decode()}" for at in (url.copy_with(host=host) for host in hosts))


def config(
    served: Starlette, port: int, *, host: str = HOST, headers_within: timedelta = HEADERS_WITHIN
) -> uvicorn.Config:
    """How uvicorn serves it: behind the doors of the webhook service."""
    passing = doors.protocol(most=MOST_CONNECTIONS, headers_within=headers_within)
    return doors.config(served, host=host, port=port, doors=passing)


async def _payloads(request: Request) -> Payloads:
    """Read no more than may be. Raises NoPayloads."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in request.stream():
                if len(body) + len(chunk) > MAX_BODY:
                    raise NoPayloads(413, "too many payloads at once")
                body += chunk
        return Parse(bytes(body), Payloads())
    except TimeoutError:
        raise NoPayloads(408, "the body did not come in time") from None
    except (ParseError, ValueError, RecursionError, ClientDisconnect):
        raise NoPayloads(400, "the body is no payloads in proto-JSON") from None


async def _of_no_route(_: Request, error: Exception) -> Response:
    """An address or a method that there is not."""
    assert isinstance(error, HTTPException)
    answered = _problem(error.status_code, f"{error.detail}: there is nothing of this kind here")
    answered.headers.update(error.headers or {})
    return answered


def _problem(status: int, detail: str) -> Response:
    return JSONResponse(PayloadsRefused(detail=detail).model_dump(), status)
