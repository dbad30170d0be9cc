"""Who is answered at all, and what every answer forbids a browser to do.

A page of somebody else's shows another Origin; one whose name was made to lead here (DNS rebinding) shows that name as
Host. No script runs and nothing is loaded from elsewhere; nothing is kept in a cache, since pages show client values.
"""

import httpx
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.codec_server import LOOPBACK, origins

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # none at all would make browsers send `Origin: null` with our own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
NOT_KEPT = "no-store"


def middleware(url: str) -> list[Middleware]:
    """For a desk that browsers reach under this address."""
    host = httpx.URL(url).host
    return [
        Middleware(Forbidding, secure=url.startswith("https://")),
        Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, host], www_redirect=False),
    ]


def is_own(request: Request, url: str) -> bool:
    """Whether a form was sent by a page of ours: a browser always says whose page it shows."""
    return request.headers.getlist("origin") in [[page] for page in origins(url)]


class Forbidding:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """`secure`: browsers shall come by https alone from now on."""
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", NOT_KEPT)
            await send(message)

        await self._app(scope, receive, sent)
