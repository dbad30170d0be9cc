"""How bytes reach a system: connections, proxy, trusted certificates.

httpx speaks through aiohttp (a quarter of the CPU), which then has the say over TLS and connections: the session made
here is what counts, and httpx' own `verify`, `proxy` and environment variables have no effect.

Whether a request was sent decides whether a create may be repeated. Its errors tell that only in part: a proxy that
hangs up on CONNECT, or a name that is looked up for too long, ends like a call that got no answer. So the session says
when it begins to write a request (`sending`); before that, whatever happens, nothing was sent. After it nobody can
tell a server that closed an idle connection from one that broke off at work, so what must not be repeated blindly goes
over a connection of its own (`fresh`).
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from clients.access import Access

NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
)
"""Causes after which the request had no effect for certain; a proxy error is the refusal of a tunnel.

Only the cause can tell: the transport calls a connection that broke after sending `httpx.ConnectTimeout` as well.
"""
UNTRUSTED = aiohttp.ClientConnectorCertificateError


@dataclass
class Sending:
    """How far one call came."""

    begun: bool = False
    """The request began to be written to its connection."""


_sending: ContextVar[Sending | None] = ContextVar("sending", default=None)


@contextmanager
def sending() -> Iterator[Sending]:
    """Watch the one call made in the body."""
    watched = Sending()
    token = _sending.set(watched)
    try:
        yield watched
    finally:
        _sending.reset(token)


def http_client(access: Access, *, fresh: bool = False) -> httpx.AsyncClient:
    """A client that connects on its first call; `fresh`: anew for each.

    Raises OSError where the file of certificates cannot be read.
    """
    trusted = _trusted(access)
    proxy = httpx.Proxy(access.proxy.get_secret_value()) if access.proxy else None
    session = partial(_session, trusted, access.max_concurrent, fresh)
    seconds = access.call_timeout.total_seconds()
    return httpx.AsyncClient(
        transport=AiohttpTransport(verify=trusted, proxy=proxy, client=session),
        timeout=httpx.Timeout(seconds, connect=min(seconds, access.connect_timeout.total_seconds())),
        follow_redirects=False,
    )


def _trusted(access: Access) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if access.ca_file:
        context.load_verify_locations(cafile=access.ca_file)
    return context


def _session(trusted: ssl.SSLContext, connections: int, fresh: bool) -> aiohttp.ClientSession:
    """A session that sends every request once: by default it repeats a PUT whose connection broke (aiohttp 3.14)."""
    connector = aiohttp.TCPConnector(ssl=trusted, limit=connections, force_close=fresh)
    session = aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trace_configs=[_watching()]
    )
    session._retry_connection = False
    return session


def _watching() -> aiohttp.TraceConfig:
    """Says that a request begins to be written; a proxy's CONNECT is none."""

    async def begun(*_: object) -> None:
        if (watched := _sending.get()) is not None:
            watched.begun = True

    tracing = aiohttp.TraceConfig()
    tracing.on_request_headers_sent.append(begun)
    return tracing
