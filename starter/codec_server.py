"""Decrypts payloads for the Web UI, in the reader's browser (temporal.md §7).

It knows no users, so it listens on the loopback only and answers the Web UI's own address alone. Whoever may see the
payloads opens the Web UI on this machine, for instance through an SSH tunnel that forwards both ports.
"""

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payloads

from runtime.codec import EncryptingCodec, Newer, Unreadable, known_keys
from runtime.key_file import KeyRing

MAX_BODY = 20_000_000


def app(ring: KeyRing, newer: Newer = lambda: None, *, origin: str) -> Starlette:
    """The service; `origin` is the Web UI's address, scheme and port included. `newer`: see EncryptingCodec."""
    codec = EncryptingCodec(ring, newer)

    async def decode(request: Request) -> Response:
        body = await request.body()
        if len(body) > MAX_BODY:
            return _problem(413, "too many payloads at once")
        try:
            payloads = ParseDict(await request.json(), Payloads())
            opened = await codec.decode(payloads.payloads)
        except (ParseError, ValueError):
            return _problem(400, "the body is no payloads in proto-JSON")
        except Unreadable as error:
            return _problem(400, str(error))
        return JSONResponse(MessageToDict(Payloads(payloads=opened)))

    async def keys(_: Request) -> Response:
        return JSONResponse(known_keys(codec).model_dump())

    allowed = Middleware(
        CORSMiddleware, allow_origins=[origin], allow_methods=["POST"], allow_headers=["content-type", "x-namespace"]
    )
    return Starlette(routes=[Route("/decode", decode, methods=["POST"]), Route("/keys", keys)], middleware=[allowed])


def _problem(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail}, status)
