"""Strangers at the webhook service: they hold little, and not for long, and EspoCRM's deliveries pass them by."""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from runtime.ports import free_port
from runtime.settings import WebhookSettings
from simulators.server import serve
from simulators.webhooks import encode
from starter.doors import Doors
from starter.requests import Requests
from starter.webhook import bodies, service
from starter.webhook.app import Webhooks
from starter.webhook.readiness import Readiness
from tests.commandline import environment
from tests.processes import until
from tests.world import World

SOON = 10.0
"""Seconds: far above what a delivery takes, and what EspoCRM waits for."""
LATE = timedelta(seconds=0.5)
NEVER = timedelta(minutes=5)


@dataclass
class Service:
    """The service as it is set, and who sends to it."""

    url: str
    world: World
    hooks: Webhooks
    doors: Doors

    async def delivery(self, body: bytes = b"") -> int:
        """One of EspoCRM's; the status it is answered with."""
        body = body or encode([{"id": self.world.espocrm.add(lastName="x"), "lastName": "x"}])
        async with httpx.AsyncClient(timeout=SOON) as http:
            return (await http.post(self.url, content=body, headers=self.signed(body))).status_code

    def signed(self, body: bytes) -> dict[str, str]:
        webhook = next(hook for hook in self.world.espocrm.deliveries.webhooks if hook.kind == "update")
        return {"Content-Type": "application/json", **webhook.signed(body)}

    def headers(self, length: int, **more: str) -> bytes:
        """Of a stranger who knows the webhook's id, and not its secret."""
        named = {**self.signed(b"another body"), "Host": "x", "Content-Length": str(length), **more}
        lines = [f"{name}: {value}" for name, value in named.items() if value]
        return "\r\n".join(["POST /webhook/beteiligte/update HTTP/1.1", *lines, "", ""]).encode()

    @property
    def held(self) -> int:
        return len(self.doors.strangers) + len(self.doors.believed)


@asynccontextmanager
async def opened(world: World, **settings: object) -> AsyncIterator[Service]:
    """As `webhook` runs it, in this process."""
    set_so = WebhookSettings.model_validate({"secrets": {}, "headers_within": NEVER, "body_within": NEVER, **settings})

    async def connect() -> Requests:
        return Requests(world.client, world.queue, world.timing)

    hooks, http = Webhooks(set_so, connect), service.protocol(set_so)
    async with serve(hooks.app(), http=http) as address:
        known = world.espocrm.deliveries.subscribe(f"{address}/webhook/beteiligte")
        set_so.secrets.update({webhook: (SecretStr(secret),) for webhook, secret in known.items()})
        yield Service(f"{address}/webhook/beteiligte/update", world, hooks, http.doors)


@dataclass
class Stranger:
    """One connection, held by whoever opened it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def says(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def status(self) -> int:
        """Of the answer that comes; 0: the connection was closed without one."""
        try:
            async with asyncio.timeout(SOON):
                line = await self.reader.readline()
        except ConnectionError:
            return 0
        return int(line.split(b" ")[1]) if line else 0

    async def until_closed(self) -> int:
        """Answers that still come before the connection is closed."""
        try:
            async with asyncio.timeout(SOON):
                return (await self.reader.read(-1)).count(b"HTTP/1.1 ")
        except ConnectionError:
            return 0


@asynccontextmanager
async def strangers(url: str, number: int) -> AsyncIterator[list[Stranger]]:
    port = httpx.URL(url).port
    async with AsyncExitStack() as stack:
        all_of_them = []
        for _ in range(number):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            stack.callback(writer.transport.abort)
            all_of_them.append(Stranger(reader, writer))
        yield all_of_them


async def test_half_a_header_holds_a_place_for_a_while_only(world: World) -> None:
    """Whoever says no more is closed."""
    async with opened(world, headers_within=LATE) as service, strangers(service.url, 20) as slow:
        for one in slow:
            await one.says(b"POST /webhook/beteiligte/update HTTP/1.1\r\nX-Slow: ")

        assert [await one.status() for one in slow] == [0] * len(slow)
        assert service.held == 0


async def test_half_a_header_behind_an_answer_holds_it_no_longer(world: World) -> None:
    """A first request that is well buys nothing."""
    async with opened(world, headers_within=LATE) as service, strangers(service.url, 1) as [one]:
        await one.says(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\nGET /health/live HTTP/1.1\r\nX-Slow: ")
        assert await one.status() == 200

        assert await one.until_closed() == 0


async def test_more_connections_than_may_be_cost_the_first_strangers_theirs(world: World) -> None:
    """Five hundred that never say a word, and a delivery is answered as ever."""
    async with opened(world, max_connections=20) as service, strangers(service.url, 100) as silent:
        assert await service.delivery() == 200

        assert service.held <= 20
        assert [await one.status() for one in silent[:75]] == [0] * 75


async def test_a_delivery_that_is_believed_makes_room_for_nobody(world: World) -> None:
    """While it is stored, strangers come and go."""
    storing, go_on = asyncio.Event(), asyncio.Event()

    async with opened(world, max_connections=5) as service:
        connect = service.hooks.connect

        async def slowly() -> Requests:
            storing.set()
            await go_on.wait()
            return await connect()

        service.hooks.connect = slowly
        answering = asyncio.create_task(service.delivery())
        await storing.wait()
        async with strangers(service.url, 30):
            go_on.set()
            assert await answering == 200


@pytest.mark.parametrize("signature", ["", "bm9wZTow", "no base64!"])
async def test_an_unknown_webhook_is_refused_before_its_body(world: World, signature: str) -> None:
    """Nine megabytes are announced, and none of them is waited for."""
    async with opened(world) as service, strangers(service.url, 1) as [one]:
        await one.says(service.headers(9_000_000, **{"Signature": signature, "X-Signature": signature}))

        assert await one.status() == 401


async def test_a_body_larger_than_may_be_is_refused_before_it_comes(world: World) -> None:
    """By what it announces."""
    async with opened(world, max_body=100_000) as service, strangers(service.url, 1) as [one]:
        await one.says(service.headers(100_001))

        assert await one.status() == 413


async def test_a_body_that_drips_is_given_up(world: World) -> None:
    """With an answer after which EspoCRM sends it again (facts/espocrm.md §1.6)."""
    async with opened(world, body_within=LATE) as service, strangers(service.url, 1) as [one]:
        await one.says(service.headers(1_000) + b"[")

        assert await one.status() == 408


async def test_large_bodies_share_one_room_and_small_ones_need_none(world: World) -> None:
    """Whoever knows a webhook's id can begin bodies; what they hold together is bounded, and a delivery passes."""
    beyond = 50_000
    whole = bodies.SMALL + beyond
    async with (
        opened(world, max_body=whole, max_in_flight=6 * beyond, body_within=timedelta(seconds=3)) as service,
        strangers(service.url, 12) as large,
    ):
        for one in large:
            await one.says(service.headers(whole) + b"[" * (whole - 1))
        refused = asyncio.gather(*(one.status() for one in large))

        assert await service.delivery() == 200
        answers = Counter(await refused)
        assert answers.keys() == {503, 408}
        assert answers[408] <= 6
        await until(lambda: service.hooks._room._taken == 0, "the room is given back")


async def test_what_broke_off_gives_its_room_back(world: World) -> None:
    """Else strangers would fill it for good."""
    whole = 2 * bodies.SMALL
    async with opened(world, max_body=whole, max_in_flight=whole) as service:
        for _ in range(3):
            async with strangers(service.url, 1) as [one]:
                await one.says(service.headers(whole) + b"[" * (whole - 1))
                await until(lambda: service.hooks._room._taken > 0, "it is being read")
            await until(lambda: service.hooks._room._taken == 0, "its room is given back")
        assert await service.delivery(b"[" + b" " * (whole - 2) + b"]") == 200


async def test_a_crowd_that_asks_whether_it_is_ready_is_one_question(world: World) -> None:
    """Each is some calls to Temporal, and anybody may ask."""
    asked: list[int] = []

    async with opened(world) as service:
        connect = service.hooks.connect

        async def counted() -> Requests:
            asked.append(1)
            return await connect()

        readiness = Readiness(service.hooks.settings, counted)
        await asyncio.gather(*(readiness.check() for _ in range(50)))

    assert len(asked) == 1


# ---------------------------------------------------------------------- a process of its own, out of files


async def test_out_of_open_files_it_says_so_once_a_second_and_goes_on(world: World, tmp_path: Path) -> None:
    """64 files: more connections than that at one blow, and the log stays short."""
    port = free_port("127.0.0.1")
    secret = world.espocrm.deliveries.subscribe(f"http://127.0.0.1:{port}/webhook/beteiligte")
    settings = {
        "WEBHOOK_SECRETS": json.dumps(secret),
        "WEBHOOK_PORT": str(port),
        "WEBHOOK_HEADERS_WITHIN": "2s",
        "TEMPORAL_STATE": str(tmp_path / "temporal.db"),
    }
    program = str(Path(sys.executable).with_name("beteiligte-sync"))
    process = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", 'ulimit -n 64 && exec "$0" webhook', program),
        env=environment(world, **settings),
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    log: list[bytes] = []

    async def follow(stream: asyncio.StreamReader) -> None:
        async for line in stream:
            log.append(line)

    following = asyncio.create_task(follow(process.stderr))
    url = f"http://127.0.0.1:{port}/webhook/beteiligte/update"
    try:
        await _answers(url)
        process.send_signal(signal.SIGSTOP)
        async with strangers(url, 100):
            process.send_signal(signal.SIGCONT)
            await until(lambda: any(b"no connection can be taken" in line for line in log), "it says so")
        assert await _delivered(world, url) == 200
    finally:
        process.kill()
        await process.wait()
        await following

    assert len(log) < 20, log
    assert not any(b"Traceback" in line for line in log)


async def _answers(url: str) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient() as http:
        while True:
            try:
                if (await http.get(httpx.URL(url).join("/health/live"))).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def _delivered(world: World, url: str) -> int:
    """EspoCRM sends again what was not answered."""
    body = encode([{"id": world.espocrm.add(lastName="x"), "lastName": "x"}])
    webhook = next(hook for hook in world.espocrm.deliveries.webhooks if hook.kind == "update" and hook.url == url)
    async with asyncio.timeout(60), httpx.AsyncClient(timeout=SOON) as http:
        while True:
            try:
                sent = {"Content-Type": "application/json", **webhook.signed(body)}
                if (answer := await http.post(url, content=body, headers=sent)).status_code != 503:
                    return answer.status_code
            except httpx.TransportError:
                await asyncio.sleep(0.05)
