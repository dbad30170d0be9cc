"""Limits: calls at the same time and in a second; who gets no turn was surely not sent."""

import asyncio
import time
from datetime import timedelta

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from beteiligte.faults import Transient
from clients.access import AdvowareAccess, EspoCrmAccess
from clients.advoware import AdvowareClient
from clients.call_limits import Workers, alone
from clients.espocrm import EspoCrmClient
from runtime.settings import AdvowareSettings, EspoCrmSettings
from simulators import Simulators
from simulators.faults import unavailable
from simulators.server import serve
from tests.clients.servers import answer, head, listening


class Busy:
    """Takes a while for each call and knows how many there were at the same time."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now, self.most = seconds, 0, 0
        self.arrivals = 0
        self.app = Starlette(routes=[Route("/api/v1/{rest:path}", self.answer)])

    async def answer(self, request: Request) -> Response:
        self.arrivals += 1
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(self.seconds)
        self.now -= 1
        return JSONResponse({"id": request.path_params["rest"].partition("/")[2]})


def client(url: str, *, workers: Workers = alone, **limits: object) -> EspoCrmClient:
    access = EspoCrmAccess.model_validate({"url": url, "api_key": SecretStr("k"), **limits})
    return EspoCrmClient(access, workers=workers)


async def test_never_more_calls_at_the_same_time_than_set() -> None:
    """A crowd is served one after the other."""
    busy = Busy(0.02)
    async with serve(busy.app) as url, client(url, max_concurrent=3) as crm:
        await asyncio.gather(*(crm.read(str(n)) for n in range(12)))

    assert busy.most == 3


async def test_never_more_calls_in_a_second_than_set() -> None:
    """One second's worth goes at once, the rest at the pace: 15 calls at 10 a second take half a second."""
    busy = Busy(0)
    async with serve(busy.app) as url, client(url, calls_per_second=10) as crm:
        begun = time.monotonic()
        await asyncio.gather(*(crm.read(str(n)) for n in range(15)))

    assert time.monotonic() - begun >= 0.45


async def test_two_workers_keep_one_limit_together() -> None:
    """30 calls at 20 a second: 20 go at once, the others take half a second; alone each worker would let all go."""
    busy = Busy(0)
    shared: dict[str, object] = {"calls_per_second": 20}
    async with (
        serve(busy.app) as url,
        client(url, workers=lambda: 2, **shared) as one,
        client(url, workers=lambda: 2, **shared) as other,
    ):
        begun = time.monotonic()
        await asyncio.gather(*(crm.read(str(n)) for n in range(15) for crm in (one, other)))

    assert time.monotonic() - begun >= 0.45


async def test_a_worker_that_comes_later_takes_its_share() -> None:
    """From then on the others make fewer calls: four share ten a second, so that two calls and a half go at once."""
    busy, workers = Busy(0), [1]
    async with serve(busy.app) as url, client(url, workers=lambda: workers[0], calls_per_second=10) as crm:
        await crm.read("before")
        workers[0] = 4
        begun = time.monotonic()
        await asyncio.gather(*(crm.read(str(n)) for n in range(4)))

    assert time.monotonic() - begun >= 0.55


async def test_less_than_one_call_a_second_can_be_set() -> None:
    """Two calls at one in five seconds: the second gets no turn within its bound."""
    busy = Busy(0)
    async with serve(busy.app) as url, client(url, calls_per_second=0.2, turn_timeout=timedelta(seconds=0.1)) as crm:
        await crm.read("1")
        with pytest.raises(Transient, match="ESPOCRM_CALLS_PER_SECOND") as caught:
            await crm.read("2")

    assert caught.value.surely_refused
    assert busy.arrivals == 1


async def test_a_call_behind_slow_ones_is_put_off_and_costs_no_slot() -> None:
    """Those that gave up waiting leave the line in order: the next call gets through."""
    busy = Busy(0.3)
    async with serve(busy.app) as url, client(url, max_concurrent=1, turn_timeout=timedelta(seconds=0.05)) as crm:
        answers = await asyncio.gather(*(crm.read(str(n)) for n in range(4)), return_exceptions=True)
        await crm.read("next")

    assert [isinstance(one, Transient) and one.surely_refused for one in answers].count(True) == 3
    assert busy.arrivals == 2


async def test_an_answer_that_is_no_http_is_a_typed_fault() -> None:
    """A wrong port (a mail server, a database) must not end in an unknown error."""

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await head(reader)
        writer.write(b"220 mail.kanzlei.example ESMTP\r\n\r\n" + answer(b""))
        await writer.drain()

    async with listening(garbage) as port, client(f"http://127.0.0.1:{port}") as crm:
        with pytest.raises(Transient) as caught:
            await crm.read("1")

    assert not caught.value.surely_refused


@pytest.mark.parametrize(("access", "settings"), [(EspoCrmAccess, EspoCrmSettings), (AdvowareAccess, AdvowareSettings)])
def test_every_access_value_is_a_setting_with_the_same_default(
    access: type[EspoCrmAccess | AdvowareAccess], settings: type[EspoCrmSettings | AdvowareSettings]
) -> None:
    """What the client can do, an operator can set."""
    assert issubclass(settings, access)
    for name, field in access.model_fields.items():
        setting = settings.model_fields[name]
        assert (setting.is_required(), setting.default) == (field.is_required(), field.default), name


@pytest.mark.parametrize(("surely", "expected"), [({429, 503}, True), (set(), False)])
async def test_which_refusals_are_sure_is_a_setting(surely: set[int], expected: bool) -> None:
    """Whether Advoware's 503 really means that nothing was made is an assumption."""
    world = Simulators()
    world.faults.plan("advoware.create", unavailable())
    async with world.served():
        env = world.environment()
        access = AdvowareAccess.model_validate(
            {
                **world.advoware.settings,
                "url": env["ADVOWARE_URL"],
                "security_gateway": env["ADVOWARE_SECURITY_GATEWAY"],
                "surely_refused": surely,
            }
        )
        async with AdvowareClient(access) as advoware:
            with pytest.raises(Transient) as caught:
                await advoware.create({"name": "Müßig"})

    assert caught.value.surely_refused is expected
