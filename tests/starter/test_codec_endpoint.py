"""The service that decrypts for the Web UI answers no other page, whatever name leads to it, and no endless body."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import uvicorn
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload, Payloads

from runtime.codec import EncryptingCodec
from runtime.key_file import KeyRing, add_key, load
from simulators.server import serve
from starter import codec_server, doors

CANARY = "Zinnoberfink"
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=f'"{CANARY}"'.encode())
UI = "http://127.0.0.1:8233"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-namespace"}


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    add_key(tmp_path / "keys.json")
    loaded = load(tmp_path / "keys.json")
    assert loaded is not None
    return loaded


@pytest.fixture
async def sealed(ring: KeyRing) -> object:
    """A body as the Web UI sends it."""
    return MessageToDict(Payloads(payloads=await EncryptingCodec(ring).encode([CLEAR])))


@pytest.fixture
async def codec(ring: KeyRing) -> AsyncIterator[httpx.AsyncClient]:
    async with serve(codec_server.app(ring, ui=UI)) as url, httpx.AsyncClient(base_url=url) as http:
        yield http


async def test_the_web_ui_has_payloads_decrypted(codec: httpx.AsyncClient, sealed: object) -> None:
    """As Temporal's UI 2.54 asks: a preflight with x-namespace, then proto-JSON (temporal.md §7)."""
    asked = await codec.options("/decode", headers={**ASKS, "Origin": UI})
    opened = await codec.post("/decode?preserveStorageRefs=true", json=sealed, headers={"Origin": UI})

    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, UI)
    assert opened.json() == MessageToDict(Payloads(payloads=[CLEAR]))
    assert opened.headers["access-control-allow-origin"] == UI


@pytest.mark.parametrize(
    "origin", [None, "", "null", "http://127.0.0.1:9999", "http://evil.example:8233", "https://127.0.0.1:8233"]
)
async def test_no_other_page_does(codec: httpx.AsyncClient, sealed: object, origin: str | None) -> None:
    """Also as `text/plain`, which browsers send unasked; and without an Origin, which none leaves out."""
    headers = {"Content-Type": "text/plain"} if origin is None else {"Content-Type": "text/plain", "Origin": origin}
    content = httpx.Request("POST", codec.base_url, json=sealed).content
    opened = await codec.post("/decode", content=content, headers=headers)

    assert opened.status_code == 403
    assert "TEMPORAL_UI" in opened.text
    assert "access-control-allow-origin" not in opened.headers


async def test_a_second_origin_beside_the_right_one_is_no_right_one(codec: httpx.AsyncClient, sealed: object) -> None:
    headers = [("Origin", UI), ("Origin", "http://evil.example")]
    assert (await codec.post("/decode", json=sealed, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example:8234", "127.0.0.1.evil.example", "localhost.evil.example:8234", "[::1]"]
)
async def test_a_name_that_was_made_to_lead_here_is_refused(
    codec: httpx.AsyncClient, sealed: object, host: str
) -> None:
    """DNS rebinding: the page and the service have one name, so that the browser lets the page read everything."""
    opened = await codec.post("/decode", json=sealed, headers={"Host": host, "Origin": UI})
    known = await codec.get("/keys", headers={"Host": host})

    assert (opened.status_code, known.status_code) == (400, 400)
    assert "key-1" not in known.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST:18234"])
async def test_names_of_this_machine_lead_here_through_a_tunnel_too(codec: httpx.AsyncClient, host: str) -> None:
    known = await codec.get("/keys", headers={"Host": host})
    assert (known.json()["keys"], known.json()["encrypts"]) == (["key-1"], "key-1")


@pytest.mark.parametrize(
    ("ui", "pages"),
    [
        ("http://127.0.0.1:8233", ("http://127.0.0.1:8233", "http://localhost:8233")),
        ("http://localhost:8233/", ("http://127.0.0.1:8233", "http://localhost:8233")),
        ("https://Temporal.Kanzlei.example:443/ui", ("https://temporal.kanzlei.example",)),
        ("http://[::1]:8233", ("http://[::1]:8233",)),
    ],
)
def test_the_web_ui_is_known_as_browsers_name_it(ui: str, pages: tuple[str, ...]) -> None:
    assert codec_server.origins(ui) == pages


@pytest.mark.parametrize("odd", [b"", b"[1", b"{}\xff", b'{"payloads": 5}', b"[" * 100_000, b'{"payloads":' * 100_000])
async def test_a_body_that_is_none_is_refused(codec: httpx.AsyncClient, odd: bytes) -> None:
    assert (await codec.post("/decode", content=odd, headers={"Origin": UI})).status_code == 400


async def test_a_body_without_end_is_refused_while_it_comes(
    codec: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec_server, "MAX_BODY", 1_000)
    reader, writer = await asyncio.open_connection(codec.base_url.host, codec.base_url.port)
    head = f"POST /decode HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {UI}\r\nContent-Length: 1000000000\r\n\r\n"
    writer.write(head.encode() + b" " * 1_001)

    async with asyncio.timeout(10):
        status = await reader.readline()
    writer.close()

    assert b" 413 " in status


async def test_half_a_header_holds_a_place_for_a_while_only(ring: KeyRing) -> None:
    """The doors are those of the webhook service (test_webhook_strangers.py)."""
    served = codec_server.app(ring, ui=UI)
    config = codec_server.config(served, 0, headers_within=timedelta(seconds=0.2))
    assert isinstance(config.http, type)
    assert issubclass(config.http, doors.Connection)
    async with serve(served, http=config.http) as url:
        reader, writer = await asyncio.open_connection(httpx.URL(url).host, httpx.URL(url).port)
        writer.write(b"POST /decode HTTP/1.1\r\nX-Slow: ")
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


@contextmanager
def uvicorn_as_set() -> Iterator[logging.Logger]:
    """The logger of errors, as it was before afterwards."""
    log = logging.getLogger("uvicorn.error")
    parents = [logging.getLogger("uvicorn"), log]
    before = [(one.handlers[:], one.propagate, one.level) for one in parents]
    try:
        yield log
    finally:
        for one, (handlers, propagate, level) in zip(parents, before, strict=True):
            one.handlers[:], one.propagate = handlers, propagate
            one.setLevel(level)


def test_uvicorn_logs_errors_by_our_rules_alone(ring: KeyRing) -> None:
    """Its own handler would show an error's text, which may quote a value."""
    with uvicorn_as_set() as log:
        config = codec_server.config(codec_server.app(ring, ui=UI), 0)
        assert isinstance(config, uvicorn.Config)
        assert not log.handlers
        assert not logging.getLogger("uvicorn").handlers
        assert log.propagate
