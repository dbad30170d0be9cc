"""How bytes reach a system: connections, proxy, trusted certificates.

httpx speaks through aiohttp (a quarter of the CPU), which then has the say over TLS and connections: the session made
here is what counts, and httpx' own `verify`, `proxy` and environment variables have no effect.
"""

import ssl
from functools import partial

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from clients.records import Access

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


def http_client(access: Access) -> httpx.AsyncClient:
    """A client that connects on its first call. Raises OSError where the file of certificates cannot be read."""
    trusted = _trusted(access)
    proxy = httpx.Proxy(access.proxy.get_secret_value()) if access.proxy else None
    session = partial(_session, trusted, access.max_concurrent)
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


def _session(trusted: ssl.SSLContext, connections: int) -> aiohttp.ClientSession:
    """A session that sends every request once: by default it repeats a PUT whose connection broke (aiohttp 3.14)."""
    connector = aiohttp.TCPConnector(ssl=trusted, limit=connections)
    session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False)
    session._retry_connection = False
    return session
