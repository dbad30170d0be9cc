"""Where Advoware is: the vendor's discovery, or fixed addresses (facts/advoware.md §1)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from beteiligte.faults import ConfigurationFault, OddAnswer, SyncFault, Transient
from clients.access import AdvowareAccess
from clients.advoware import AdvowareClient
from simulators import Simulators
from simulators.server import serve


async def for_ever() -> None:
    """Wait for what never comes, until the caller leaves or the server is closed."""
    await asyncio.Event().wait()


class Vendor:
    """The discovery service: answers what it is told to, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        self.tells: object = {}
        self.hangs = False
        self.app = Starlette(routes=[Route("/api/Url", self.answer)])

    async def answer(self, request: Request) -> Response:
        self.asked.append(str(request.query_params))
        if self.hangs:
            await for_ever()
        return JSONResponse(self.tells, self.status)


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


class Firm(Simulators):
    """The Advoware stand-in behind discovery."""

    vendor: Vendor
    vendor_url: str
    clock_of_client: Clock

    def client(self, **more: object) -> AdvowareClient:
        access = AdvowareAccess(
            discovery_url=f"{self.vendor_url}/api/Url",
            call_timeout=timedelta(seconds=5),
            **{**self.advoware.settings, **more},
        )
        return AdvowareClient(access, clock=self.clock_of_client)


@pytest.fixture
async def firm() -> AsyncIterator[Firm]:
    """Discovery names the stand-in's addresses, with a connector."""
    async with opened() as world:
        yield world


@asynccontextmanager
async def opened() -> AsyncIterator[Firm]:
    world = Firm()
    world.vendor, world.clock_of_client = Vendor(), Clock()
    async with world.served(), serve(world.vendor.app) as url:
        world.vendor_url = url
        here = world.advoware_server.url
        world.vendor.tells = {
            "relayUrl": "http://127.0.0.1:1/relay",
            "connectorUrl": f"{here}/",
            "securityGateway": f"{here}/security/",
        }
        yield world


async def test_the_connector_wins_and_is_asked_for_once(firm: Firm) -> None:
    """One question however many parties are read, also at the same time."""
    bet_nr = firm.advoware.add(name="Müßig")
    async with firm.client() as advoware:
        await asyncio.gather(*(advoware.read(bet_nr) for _ in range(5)))
        await advoware.read(bet_nr)

    assert firm.vendor.asked == ["Kanzlei=4711"]
    assert firm.calls.count("advoware.token") == 1


async def test_without_a_connector_the_relay_is_used(firm: Firm) -> None:
    """Keys may be missing or null."""
    bet_nr = firm.advoware.add(name="Müßig")
    here = firm.advoware_server.url
    firm.vendor.tells = {"RelayUrl": here, "connectorUrl": None, "securityGateway": f"{here}/security"}
    async with firm.client() as advoware:
        assert (await advoware.read(bet_nr)).bet_nr == bet_nr


async def test_fixed_addresses_ask_nobody(firm: Firm) -> None:
    """Also when Advoware is away."""
    here = firm.advoware_server.url
    async with firm.client(url=here, security_gateway=f"{here}/security") as advoware:
        await firm.advoware_server.stop()
        with pytest.raises(Transient):
            await advoware.read(1)

    assert firm.vendor.asked == []


async def test_a_fixed_address_wins_over_what_discovery_says(firm: Firm) -> None:
    """One of the two may be fixed."""
    bet_nr = firm.advoware.add(name="Müßig")
    firm.vendor.tells = {"relayUrl": "http://127.0.0.1:1", "securityGateway": f"{firm.advoware_server.url}/security"}
    async with firm.client(url=firm.advoware_server.url) as advoware:
        assert (await advoware.read(bet_nr)).bet_nr == bet_nr


async def test_a_connector_that_moved_is_found_again(firm: Firm) -> None:
    """The call that met the closed door fails; later ones find the new address, once the least time is over."""
    bet_nr = firm.advoware.add(name="Müßig")
    true_answer = firm.vendor.tells
    assert isinstance(true_answer, dict)
    firm.vendor.tells = {**true_answer, "connectorUrl": "http://127.0.0.1:1"}
    async with firm.client() as advoware:
        with pytest.raises(Transient):
            await advoware.read(bet_nr)
        firm.vendor.tells = true_answer
        with pytest.raises(Transient):
            await advoware.read(bet_nr)  # asked a moment ago: the vendor is not hammered
        firm.clock_of_client.moment += timedelta(minutes=1)

        assert (await advoware.read(bet_nr)).bet_nr == bet_nr

    assert len(firm.vendor.asked) == 2


async def test_a_discovery_that_fails_costs_nothing_while_the_old_address_works(firm: Firm) -> None:
    """One time-out of Advoware must not make us depend on the vendor's other service."""
    bet_nr = firm.advoware.add(name="Müßig")
    async with firm.client() as advoware:
        await advoware.read(bet_nr)
        await firm.advoware_server.stop()
        with pytest.raises(Transient):
            await advoware.read(bet_nr)
        await firm.advoware_server.start()
        firm.vendor.status = 500
        firm.clock_of_client.moment += timedelta(minutes=2)

        assert (await advoware.read(bet_nr)).bet_nr == bet_nr

    assert len(firm.vendor.asked) == 2


@pytest.mark.parametrize(
    ("status", "tells", "kind"),
    [
        (404, {}, ConfigurationFault),
        (400, {}, ConfigurationFault),
        (503, {}, Transient),
        (200, {}, ConfigurationFault),
        (200, {"relayUrl": None, "connectorUrl": "", "securityGateway": None}, ConfigurationFault),
        (200, {"relayUrl": "http://127.0.0.1:1"}, ConfigurationFault),
        (200, [], OddAnswer),
        (200, {"connectorUrl": 5, "relayUrl": "http://127.0.0.1:1"}, OddAnswer),
        (200, {"connectorUrl": "file:///etc/passwd"}, ConfigurationFault),
    ],
)
async def test_a_discovery_that_fails_made_no_call(
    firm: Firm, status: int, tells: object, kind: type[SyncFault]
) -> None:
    """Typed, and surely refused for the create that waited for it; never "no such party"."""
    firm.vendor.status, firm.vendor.tells = status, tells
    async with firm.client() as advoware:
        with pytest.raises(kind) as caught:
            await advoware.create({"name": "Müßig"})

    assert type(caught.value) is kind
    assert caught.value.surely_refused
    assert firm.calls.count("advoware.*") == 0


@pytest.mark.parametrize("key", ["connectorUrl", "relayUrl", "securityGateway"])
@pytest.mark.parametrize(
    "told", ["http://169.254.169.254", "{here}?x=1", "{here}#x", "http://u:p@{host}", "{here}\r\nX: y"]
)
async def test_an_address_that_must_not_get_the_password_gets_nothing(firm: Firm, key: str, told: str) -> None:
    """Neither password nor signature nor the party: it is surely refused before any POST."""
    here = firm.advoware_server.url
    tells = {"relayUrl": here, "securityGateway": f"{here}/security"}
    firm.vendor.tells = {**tells, key: told.format(here=here, host=here.removeprefix("http://"))}
    async with firm.client() as advoware:
        with pytest.raises(ConfigurationFault, match="gets no password") as caught:
            await advoware.create({"name": "Müßig"})

    assert caught.value.surely_refused
    assert "ADVOWARE_" in str(caught.value)
    assert firm.calls.count("advoware.*") == 0


async def test_an_address_that_is_fixed_needs_no_word_of_discovery(firm: Firm) -> None:
    """What discovery says instead of it is not even looked at."""
    bet_nr = firm.advoware.add(name="Müßig")
    here = firm.advoware_server.url
    firm.vendor.tells = {"connectorUrl": "http://169.254.169.254", "securityGateway": f"{here}/security"}
    async with firm.client(url=here, allowed_hosts=("127.0.0.1",)) as advoware:
        assert (await advoware.read(bet_nr)).bet_nr == bet_nr


async def test_only_hosts_that_are_allowed_are_believed(firm: Firm) -> None:
    """Whoever can change the vendor's answer gets no password, whatever certificate he has."""
    async with firm.client(allowed_hosts=("advo-net.net", ".advo-net.net")) as advoware:
        with pytest.raises(ConfigurationFault, match="ADVOWARE_ALLOWED_HOSTS"):
            await advoware.read(1)

    assert firm.calls.count("advoware.*") == 0


async def test_a_wrong_address_later_changes_nothing(firm: Firm) -> None:
    """The one that was known before stays in force."""
    bet_nr = firm.advoware.add(name="Müßig")
    async with firm.client() as advoware:
        await advoware.read(bet_nr)
        await firm.advoware_server.stop()
        with pytest.raises(Transient):
            await advoware.read(bet_nr)
        await firm.advoware_server.start()
        firm.vendor.tells = {"connectorUrl": "http://169.254.169.254", "securityGateway": "http://169.254.169.254"}
        firm.clock_of_client.moment += timedelta(minutes=2)

        assert (await advoware.read(bet_nr)).bet_nr == bet_nr


async def test_a_slow_discovery_or_token_made_no_call(firm: Firm) -> None:
    """A time-out before the POST is not of unknown outcome."""
    firm.vendor.hangs = True
    async with firm.client(discovery_timeout=timedelta(seconds=0.1)) as advoware:
        with pytest.raises(Transient) as caught:
            await advoware.create({"name": "Müßig"})

    assert caught.value.surely_refused


async def test_a_token_service_that_hangs_is_waited_for_once(firm: Firm) -> None:
    """All who wait share its failure; each trying again by itself would wait for minutes."""
    here = firm.advoware_server.url

    async with serve(Starlette(routes=[Route("/api/v1/Token", _hang, methods=["POST"])])) as gateway:
        access: dict[str, object] = {"url": here, "security_gateway": gateway}
        async with firm.client(**access, token_timeout=timedelta(seconds=0.2)) as advoware:
            async with asyncio.timeout(2):
                faults = await asyncio.gather(
                    *(advoware.create({"name": "Müßig"}) for _ in range(20)), return_exceptions=True
                )

    assert [fault for fault in faults if not (isinstance(fault, Transient) and fault.surely_refused)] == []
    assert firm.calls.count("advoware.create") == 0


@pytest.mark.parametrize("status", [404, 405, 422])
async def test_a_wrong_token_address_is_no_fault_of_the_party(firm: Firm, status: int) -> None:
    """A 404 of the token service must never be read as a party that was deleted."""

    async def refuse(_: Request) -> Response:
        return Response(status_code=status)

    async with (
        serve(Starlette(routes=[Route("/api/v1/Token", refuse, methods=["POST"])])) as gateway,
        firm.client(url=firm.advoware_server.url, security_gateway=gateway) as advoware,
    ):
        with pytest.raises(ConfigurationFault) as caught:
            await advoware.read(1)

    assert type(caught.value) is ConfigurationFault


async def test_a_wrong_prefix_is_no_fault_of_a_new_party(firm: Firm) -> None:
    """The create's 404 speaks of the address; there is no party yet that could be gone."""
    async with firm.client(prefix="/api/v1") as advoware:
        with pytest.raises(ConfigurationFault, match="ADVOWARE_PREFIX"):
            await advoware.create({"name": "Müßig"})


async def _hang(_: Request) -> Response:
    await for_ever()
    raise AssertionError("it never ends")
