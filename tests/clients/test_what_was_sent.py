"""Whether a request was sent decides whether a create may be repeated: each way to fail, over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult
from pydantic import SecretStr

from beteiligte.faults import SyncFault, System
from clients.access import Access, AdvowareAccess
from clients.advoware import AdvowareClient
from clients.http_call import HttpCall
from clients.transport import Transport
from runtime.ports import free_port
from tests.clients.servers import Handler, answer, certified, head, listening, silence

SHORT = 0.3
"""Seconds for a call; for a connection less."""


async def cut_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Takes the connection and hangs up without a word: no TLS greeting, no answer to CONNECT."""
    writer.transport.abort()


async def cut_after_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hangs up with the request in its hands."""
    await head(reader)
    writer.transport.abort()


async def polite_cut_after_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The same by the book."""
    await head(reader)
    writer.close()


async def half_an_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Breaks off within its answer."""
    await head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    writer.transport.abort()


def refuses(status: str) -> Handler:
    """A proxy that opens no tunnel."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(answer(b"", status))
        await writer.drain()

    return handle


async def post(url: str, *, proxy: str = "", ca_file: Path | None = None) -> SyncFault:
    """What a POST to there ends in."""
    access = Access(
        call_timeout=timedelta(seconds=SHORT),
        connect_timeout=timedelta(seconds=SHORT / 2),
        proxy=SecretStr(proxy) if proxy else None,
        ca_file=ca_file,
    )
    line = Transport(System.ADVOWARE, access)
    try:
        with pytest.raises(SyncFault) as caught:
            await line.call(HttpCall("create", "POST", url, body={"name": "Müßig"}, fresh=True))
    finally:
        await line.close()
    return caught.value


Place = Callable[[AsyncExitStack], Awaitable[tuple[str, str]]]
"""Opens what is there; the address, and the proxy's."""


def served(handler: Handler, scheme: str = "http") -> Place:
    """A server of this kind."""

    async def place(stack: AsyncExitStack) -> tuple[str, str]:
        port = await stack.enter_async_context(listening(handler))
        return f"{scheme}://127.0.0.1:{port}/", ""

    return place


def behind(proxy: Handler | None, scheme: str = "https") -> Place:
    """A server behind such a proxy; None: nobody listens where the proxy should be."""

    async def place(stack: AsyncExitStack) -> tuple[str, str]:
        port = free_port("127.0.0.1") if proxy is None else await stack.enter_async_context(listening(proxy))
        return f"{scheme}://127.0.0.1:{free_port('127.0.0.1')}/", f"http://127.0.0.1:{port}"

    return place


async def nobody(_: AsyncExitStack) -> tuple[str, str]:
    """Nobody listens."""
    return f"http://127.0.0.1:{free_port('127.0.0.1')}/", ""


async def no_such_name(_: AsyncExitStack) -> tuple[str, str]:
    """A name that no name server knows."""
    return "http://advoware.invalid/", ""


NEVER_SENT: dict[str, Place] = {
    "connection refused": nobody,
    "name unknown": no_such_name,
    "TLS: cut at once": served(cut_at_once, "https"),
    "TLS: no greeting": served(silence, "https"),
    "TLS: speaks plain HTTP": served(refuses("400 Bad Request"), "https"),
    "proxy: nobody listens": behind(None),
    "proxy, plain: nobody listens": behind(None, "http"),
    "proxy: cut at CONNECT": behind(cut_at_once),
    "proxy: cut after CONNECT was read": behind(cut_after_reading),
    "proxy: no answer to CONNECT": behind(silence),
    "proxy: wants a password": behind(refuses("407 Proxy Authentication Required")),
    "proxy: does not reach it": behind(refuses("502 Bad Gateway")),
    "proxy: half an answer to CONNECT": behind(half_an_answer),
}
SENT: dict[str, Place] = {
    "cut after reading": served(cut_after_reading),
    "closed after reading": served(polite_cut_after_reading),
    "half an answer": served(half_an_answer),
    "no answer": served(silence),
    "proxy, plain: cut after reading": behind(cut_after_reading, "http"),
}


@pytest.mark.parametrize("place", NEVER_SENT.values(), ids=NEVER_SENT.keys())
async def test_what_was_never_sent_had_surely_no_effect(place: Place) -> None:
    """Even a create may be repeated."""
    async with AsyncExitStack() as stack:
        url, proxy = await place(stack)
        assert (await post(url, proxy=proxy)).surely_refused


@pytest.mark.parametrize("place", SENT.values(), ids=SENT.keys())
async def test_what_was_sent_may_have_had_one(place: Place) -> None:
    """A create is never repeated blindly."""
    async with AsyncExitStack() as stack:
        url, proxy = await place(stack)
        assert not (await post(url, proxy=proxy)).surely_refused


async def test_a_tunnel_that_breaks_after_sending_may_have_had_an_effect(tmp_path: Path) -> None:
    """What came before the tunnel stood does not count any more."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with listening(cut_after_reading, tls=certified(authority)) as port:
        fault = await post(f"https://127.0.0.1:{port}/", ca_file=tmp_path / "ca.pem")

    assert not fault.surely_refused


async def test_a_name_that_is_looked_up_for_too_long_was_never_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that is away takes longer than a call may."""

    async def for_ever(self: ThreadedResolver, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        await asyncio.Event().wait()
        raise AssertionError("nothing sets it")

    monkeypatch.setattr("aiohttp.connector.DefaultResolver.resolve", for_ever)

    assert (await post("http://advoware.example/")).surely_refused


# ---------------------------------------------------------------------- connections that were kept


@asynccontextmanager
async def closing_idle_ones() -> AsyncIterator[tuple[int, list[str]]]:
    """A server that answers one request on each connection and then forgets it: the next one meets a reset.

    Gives port and the requests it read.
    """
    asked: list[str] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = await head(reader)
        asked.append(lines[0])
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length")), 0)
        await reader.readexactly(length)
        content = b'{"access_token": "t", "expires_in": 3600, "betNr": 104001, "rowId": "A"}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        await writer.drain()
        await reader.read(1)  # the next request arrives at a connection that is just being closed
        writer.transport.abort()

    async with listening(handle) as port:
        yield port, asked


async def test_a_create_never_meets_a_connection_that_the_server_has_closed() -> None:
    """An idle connection that is closed at the wrong moment looks like an answer that was lost."""
    async with closing_idle_ones() as (port, asked):
        address = f"http://127.0.0.1:{port}"
        access = AdvowareAccess(
            url=address,
            security_gateway=address,
            app_id="a",
            api_key=SecretStr("a2V5"),
            kanzlei="k",
            database="d",
            user="u",
            password=SecretStr("p"),
        )
        async with AdvowareClient(access) as advoware:
            for _ in range(3):
                assert (await advoware.create({"name": "Müßig"})).bet_nr == 104001

    assert sum(line.startswith("POST /api/v1/advonet/Beteiligte ") for line in asked) == 3
