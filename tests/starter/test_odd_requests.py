"""Bytes that are no well-behaved request: each service answers what it is, or closes, and tells no trace of it.

Below what a description of the service can say (test_described_answers.py): request lines, headers, lengths, chunks.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.applications import Starlette

import tests.examples  # noqa: F401
from runtime.key_file import KeyRing, add_key, load
from runtime.settings import WebhookSettings
from simulators.server import serve
from starter import codec_server, doors
from starter.requests import Requests
from starter.webhook.app import Webhooks

UI = "http://127.0.0.1:8233"
WITHIN = timedelta(seconds=0.1)
"""For headers and bodies that do not come."""
SOON = 10.0
METHODS = ["GET", "POST", "PUT", "OPTIONS", "HEAD", "TRACE", "CONNECT", "PRI", "get", "P\u00d6ST", "", "X" * 300]
TARGETS = [
    *("/webhook/beteiligte/create", "/webhook/beteiligte/%00", "/webhook/beteiligte/..%2f..", "/health/ready", "/keys"),
    *("/decode", "/decode?x=%ff", "*", "", "//", "http://evil.example/decode", "/" + "a" * 9_000, "/\u00e4", "/%"),
]
VERSIONS = ["HTTP/1.1"] * 6 + ["HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "", "HTTP/1.1 x"]
HEADERS = [
    *("Host: 127.0.0.1", "Host: evil.example", "Host:", "Host: a\r\nHost: b", "Connection: upgrade\r\nUpgrade: h2c"),
    *("Content-Length: -1", "Content-Length: 9", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: \u00b2"),
    *("Content-Length: 99999999999999999999", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked"),
    *("Content-Type: application/json", "Content-Type: ;;;", "Content-Type: \xff", "Content-Encoding: gzip"),
    *(f"Origin: {UI}", "Origin: null", f"Origin: {UI}\r\nOrigin: {UI}", "Expect: 100-continue", "Expect: odd"),
    *("Signature: dzph", "Signature: dzo=", "Signature: =", "X-Signature: d3r/", "Signature: " + "A" * 20_000),
    *("traceparent: 00-zz-zz-01", "Cookie: ;=;", ": x", "X", " X: folded", "X: a\x00b", "X-Namespace: \u202e"),
]
BODIES = [
    b"",
    b"[]",
    b"{}",
    b"\xff\xfe",
    b"5\r\n[]   \r\n0\r\n\r\n",
    b"ZZ\r\n",
    b"[" * 3_000,
    b"GET / HTTP/1.1\r\n\r\n",
]


@st.composite
def requests_of_strangers(draw: st.DrawFn) -> bytes:
    """As bytes on the wire, cut off now and then."""
    line = " ".join((draw(st.sampled_from(METHODS)), draw(st.sampled_from(TARGETS)), draw(st.sampled_from(VERSIONS))))
    named = draw(st.lists(st.sampled_from(HEADERS), max_size=6))
    ends = draw(st.sampled_from(["\r\n", "\r\n", "\r\n", "\n"]))
    head = ends.join([line, *named, "Connection: close", "", ""]).encode("utf-8", "replace")
    whole = head + draw(st.sampled_from(BODIES))
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 5)) == 0 else whole


def webhooks() -> Starlette:
    """A service that knows a webhook, and whose Temporal is away."""

    async def away() -> Requests:
        raise RuntimeError

    return Webhooks(WebhookSettings(secrets={"w": (SecretStr("s"),)}, body_within=WITHIN), away).app()


async def answered(url: str, sent: bytes) -> bytes:
    """All that comes back until the connection is closed."""
    reader, writer = await asyncio.open_connection(httpx.URL(url).host, httpx.URL(url).port)
    try:
        async with asyncio.timeout(SOON):
            writer.write(sent)
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    add_key(tmp_path / "keys.json")
    loaded = load(tmp_path / "keys.json")
    assert loaded is not None
    return loaded


@pytest.mark.parametrize("name", ["webhook", "codec"])
async def test_whatever_comes_is_answered_or_closed(
    name: str, ring: KeyRing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Never a 500, never a stack in the log, and whoever comes next is answered as ever."""
    monkeypatch.setattr(codec_server, "BODY_WITHIN", WITHIN.total_seconds())
    loop, app = asyncio.get_running_loop(), webhooks() if name == "webhook" else codec_server.app(ring, ui=UI)
    async with serve(app, http=doors.protocol(most=50, headers_within=WITHIN)) as url:

        @given(sent=requests_of_strangers())
        def play(sent: bytes) -> None:
            said = asyncio.run_coroutine_threadsafe(answered(url, sent), loop).result()
            assert b"Traceback" not in said
            assert not said or said.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.1 503", b"HTTP/1.1 100"))

        await asyncio.to_thread(play)
        async with httpx.AsyncClient(base_url=url) as http:
            assert (await http.get("/keys" if name == "codec" else "/health/live")).status_code == 200
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


BROKEN = {
    "a body that is none": b"POST /decode HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "HEAD": b"HEAD /keys HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "a second request": b"GET /keys HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n\xff\r\n\r\n",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
async def test_bytes_behind_a_request_leave_no_stack(
    ring: KeyRing, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    """They come with a request that is answered without them: one answer at most, and nobody stumbles over that."""
    async with serve(codec_server.app(ring, ui=UI), http=doors.protocol(most=5, headers_within=WITHIN)) as url:
        said = await answered(url, sent)

    assert said.count(b"HTTP/1.1 ") <= 1
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
