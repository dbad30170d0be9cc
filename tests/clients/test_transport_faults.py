"""What can go wrong below HTTP, and the pauses a client keeps by itself: each is one fault with the right promise."""

import asyncio
import json
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import httpx
import pytest
from pydantic import SecretStr

from beteiligte.faults import ConfigurationFault, CredentialsRefused, OddAnswer, SyncFault, System, Throttled, Transient
from clients.access import EspoCrmAccess
from clients.answer_body import MAX_ANSWER
from clients.connections import NEVER_SENT, UNTRUSTED
from clients.espocrm import EspoCrmClient
from clients.records import ListQuery
from clients.transport import Transport
from simulators import Simulators
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status, lock_out
from tests.clients.servers import Handler, answer, head, listening

PARTY = "5f3e1c0a9b8d7e6f5"


@asynccontextmanager
async def client(port: int, *, timeout: float = 5) -> AsyncIterator[EspoCrmClient]:
    """Our client of a server on that port."""
    access = EspoCrmAccess(
        url=f"http://127.0.0.1:{port}", api_key=SecretStr("key"), call_timeout=timedelta(seconds=timeout)
    )
    async with EspoCrmClient(access) as opened:
        yield opened


async def fault_of(handler: Handler, *, timeout: float = 5) -> SyncFault:
    """What a write to such a server ends in."""
    async with listening(handler) as port, client(port, timeout=timeout) as crm:
        with pytest.raises(SyncFault) as caught:
            await crm.write(PARTY, {"titel": "Dr."})
    return caught.value


def answers(content: bytes, status: str = "200 OK", *headers: str) -> Handler:
    """A server that answers so, whatever it is asked."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(answer(content, status, *headers))
        await writer.drain()

    return handle


async def test_a_refused_connection_surely_had_no_effect() -> None:
    """So even a create may be repeated."""
    async with listening(answers(b"")) as port:
        pass
    async with client(port) as crm:
        with pytest.raises(Transient, match="could not be reached") as caught:
            await crm.write(PARTY, {})
    assert caught.value.surely_refused


async def test_a_connection_that_breaks_after_sending_may_have_had_one() -> None:
    """Never repeated blindly, neither by us nor below us: the server sees one request."""
    seen = []

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await head(reader))[0])
        writer.transport.abort()

    fault = await fault_of(cut)

    assert (type(fault), fault.surely_refused) == (Transient, False)
    assert seen == [f"PUT /api/v1/CBeteiligte/{PARTY} HTTP/1.1"]


async def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one() -> None:
    """Half a list must not look like a short list."""

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n" + b'{"list":[]}'
        )
        await writer.drain()
        writer.transport.abort()

    fault = await fault_of(half)

    assert (type(fault), fault.surely_refused) == (Transient, False)


async def test_no_answer_within_the_time_may_have_had_an_effect() -> None:
    """The bound is ours: it also ends an answer that drips."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    fault = await fault_of(drip, timeout=0.2)

    assert (type(fault), fault.surely_refused) == (Transient, False)
    assert "did not answer within" in str(fault)


async def test_an_answer_without_end_is_cut() -> None:
    """Bounded memory, also where no length was announced."""

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            writer.write(b" " * 100_000)
            await writer.drain()

    fault = await fault_of(endless)

    assert isinstance(fault, OddAnswer)
    assert str(MAX_ANSWER) in str(fault)


HALF = b'{"id": "5f3e", "unmapped": ["\\ud800"]}'
"""Half a character: no text that Temporal, or anybody, could store."""


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Wartung</html>", b'{"id": ', b"\xff\xfe", b"[]", b"7", b"null", HALF, b"[" * 9_999, b'{"id": NaN}'],
    ids=lambda content: content[:24],
)
async def test_a_200_that_is_no_record_is_odd_and_never_empty(content: bytes) -> None:
    """A maintenance page, half a body, half a character, no object: tried again, never read as "nothing there"."""
    fault = await fault_of(answers(content))

    assert isinstance(fault, OddAnswer)
    assert not fault.surely_refused


async def test_an_error_s_body_that_makes_no_sense_names_no_field() -> None:
    """Half a character there must not come into a message either."""
    odd = b'{"messageTranslation": {"data": {"field": "\\ud800"}}}'

    assert (await fault_of(answers(odd, "400 Bad Request"))).field is None


async def test_a_byte_order_mark_is_no_part_of_an_answer() -> None:
    """Some .NET services send one."""
    async with listening(answers(BOM_UTF8 + b'{"lastName": "x"}')) as port, client(port) as crm:
        assert (await crm.read(PARTY)).attributes == {"lastName": "x"}


@pytest.mark.parametrize("content", ["{}", "[]", '{"list": null}', '{"list": {}}', '{"list": [1]}', '{"list": [{}]}'])
async def test_a_list_that_is_none_is_odd_and_never_empty(content: str) -> None:
    """P9: nothing is ever deleted because of it."""
    async with listening(answers(content.encode())) as port, client(port) as crm:
        with pytest.raises(OddAnswer):
            await crm.find(ListQuery())


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"])
async def test_a_redirect_is_not_followed(status: str) -> None:
    """The key would go to whom the answer names; an address that moved is for a person to mend."""
    followed = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        followed.append(await head(reader))
        writer.write(answer(b"{}"))

    async with listening(elsewhere) as port:
        fault = await fault_of(answers(b"", status, f"Location: http://127.0.0.1:{port}/"))

    assert isinstance(fault, ConfigurationFault)
    assert followed == []


# ---------------------------------------------------------------------- every error that the libraries can raise


def _all(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for part in kind.__subclasses__():
        yield from _all(part)


BELOW = sorted({*_all(httpx.TransportError), *_all(aiohttp.ClientError)}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", BELOW, ids=lambda kind: f"{kind.__module__.split('.')[0]}.{kind.__name__}")
def test_every_error_below_http_is_one_fault(kind: type[Exception]) -> None:
    """Also those a next version adds: unknown ones are transient and promise nothing."""
    line = Transport(System.ESPOCRM, EspoCrmAccess(url="http://x", api_key=SecretStr("key")))
    error = kind.__new__(kind)  # made without their many arguments; only what they are counts
    if issubclass(kind, UNTRUSTED):
        error._certificate_error = Exception()  # type: ignore[attr-defined]
    if isinstance(error, httpx.TransportError):
        Exception.__init__(error, "")

    fault = line._transport_fault(error)  # type: ignore[arg-type]

    assert type(fault) is (ConfigurationFault if issubclass(kind, UNTRUSTED) else Transient)
    assert fault.surely_refused is issubclass(kind, NEVER_SENT)


# ---------------------------------------------------------------------- through the stand-in's faults


@pytest.mark.parametrize(
    ("fault", "code", "refused"),
    [
        (RefusedBeforeEffect(), "Transient", False),
        (LostAnswer(), "Transient", False),
        (Hang(), "Transient", False),
        (Status(502), "Transient", False),
        (Status(503), "Transient", False),
        (Status(429), "Throttled", False),
        (Status(200, body="<html>"), "OddAnswer", False),
        (lock_out(), "Throttled", True),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_a_planned_fault_reaches_the_caller_as_such(fault: Any, code: str, refused: bool) -> None:
    """The stand-in's faults over a real connection."""
    async with Simulators().served() as world:
        party = world.espocrm.add(lastName="Müßig")
        world.faults.plan("espocrm.write", fault)
        access = EspoCrmAccess(
            url=world.espocrm_server.url,
            api_key=SecretStr(world.espocrm.keys["integration"]),
            call_timeout=timedelta(seconds=0.3),
        )
        async with EspoCrmClient(access) as crm:
            with pytest.raises(SyncFault) as caught:
                await crm.write(party, {"titel": "Dr."})
        assert world.faults.unused == []

    assert (caught.value.code, caught.value.surely_refused) == (code, refused)


# ---------------------------------------------------------------------- pauses


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def paused(world: Simulators, key: str) -> AsyncIterator[tuple[EspoCrmClient, Clock]]:
    """A client whose pauses are measured by a clock of the test."""
    clock = Clock()
    access = EspoCrmAccess(url=world.espocrm_server.url, api_key=SecretStr(key))
    async with EspoCrmClient(access) as crm:
        crm._transport._clock = clock
        yield crm, clock


async def test_a_refused_key_is_tried_once_a_minute() -> None:
    """Eleven tries within a minute lock out everything behind the address (facts/espocrm.md §2.1)."""
    async with Simulators().served() as world, paused(world, "wrong") as (crm, clock):
        for _ in range(20):
            with pytest.raises(CredentialsRefused) as caught:
                await crm.read(PARTY)
            assert caught.value.surely_refused
            assert caught.value.wait == timedelta(minutes=1)
        assert world.calls.count("espocrm.read") == 1

        clock.now += 60
        with pytest.raises(CredentialsRefused):
            await crm.read(PARTY)
        assert world.calls.count("espocrm.read") == 2


async def test_a_lock_out_by_address_is_waited_for() -> None:
    """Nobody calls until it is over, then all is well."""
    async with Simulators().served() as world, httpx.AsyncClient() as stranger:
        party = world.espocrm.add(lastName="Müßig")
        for _ in range(12):
            await stranger.get(f"{world.espocrm_server.url}/api/v1/App/user", headers={"X-Api-Key": "wrong"})
        async with paused(world, world.espocrm.keys["integration"]) as (crm, clock):
            for _ in range(5):
                with pytest.raises(Throttled) as caught:
                    await crm.read(party)
                assert caught.value.wait == timedelta(seconds=65)
            assert world.calls.count("espocrm.read") == 1

            clock.now += 64
            with pytest.raises(Throttled) as caught:
                await crm.read(party)
            assert caught.value.wait == timedelta(seconds=1)
            clock.now += 1
            world.clock.advance(timedelta(seconds=65))
            assert (await crm.read(party)).attributes["lastName"] == "Müßig"


async def test_what_is_sent_is_json_in_utf_8() -> None:
    """EspoCRM ignores any other content type with 200 (facts/espocrm.md §2.3)."""
    got: dict[str, Any] = {}

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = await head(reader)
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        got.update(headers=headers, body=await reader.readexactly(int(headers["content-length"])))
        writer.write(answer(b"{}"))
        await writer.drain()

    async with listening(keep) as port, client(port) as crm:
        await crm.write(PARTY, {"titel": "Änne"}, version=7)

    assert json.loads(got["body"].decode()) == {"titel": "Änne"}
    assert got["headers"]["content-type"] == "application/json"
    assert got["headers"]["x-version-number"] == "7"
