"""No create is sent to a system that is thought to be down, and a healthy one is asked nothing more (design §5)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from beteiligte.faults import SyncFault, Transient
from clients import health
from clients.access import AdvowareAccess
from clients.advoware import AdvowareClient
from simulators import Simulators
from simulators.faults import Hang, Latency, LostAnswer, Status, unavailable
from simulators.visits import Fault

FIVE = 5


@asynccontextmanager
async def advoware(**more: object) -> AsyncIterator[tuple[Simulators, AdvowareClient]]:
    """The stand-in and our client of it, with a token in hand."""
    async with Simulators().served() as world:
        env = world.environment()
        access = AdvowareAccess(
            url=env["ADVOWARE_URL"],
            security_gateway=env["ADVOWARE_SECURITY_GATEWAY"],
            **{"call_timeout": timedelta(seconds=0.5), **world.advoware.settings, **more},
        )
        async with AdvowareClient(access) as client:
            yield world, client


async def create(client: AdvowareClient, number: int = 0) -> SyncFault | None:
    """What a create ends in."""
    try:
        await client.create({"name": f"Müßig {number}"})
    except SyncFault as fault:
        return fault
    return None


async def all_at_once(client: AdvowareClient) -> list[SyncFault | None]:
    """Five new parties."""
    return await asyncio.gather(*(create(client, number) for number in range(FIVE)))


def unanswered(faults: list[SyncFault | None]) -> int:
    """How many leave a question to a person."""
    return sum(fault is not None and not fault.surely_refused for fault in faults)


DOWN = {
    "hangs up": None,
    "500": Status(500),
    "502 of a gateway": Status(502),
    "503 without Retry-After": Status(503),
    "a maintenance page": Status(200, body="<html>"),
    "no answer": Hang(),
}


@pytest.mark.parametrize("fault", DOWN.values(), ids=DOWN.keys())
@pytest.mark.parametrize("together", [True, False], ids=["at once", "one after the other"])
async def test_five_new_parties_in_an_outage_leave_one_question(fault: Fault | None, together: bool) -> None:
    """The first POST cannot be known to fail; the others are not sent."""
    async with advoware() as (world, client):
        assert await create(client) is None
        world.faults.outage("advoware", fault)
        mark = world.calls.mark

        faults = await all_at_once(client) if together else [await create(client, n) for n in range(FIVE)]

        assert unanswered(faults) == 1
        assert [fault for fault in faults if not isinstance(fault, Transient)] == []
        assert world.calls.count("advoware.create", since=mark) == 1


@pytest.mark.parametrize("call", ["read", "replace", "search"])
async def test_whatever_failed_puts_a_system_in_doubt(call: str) -> None:
    """A read or a PUT of another party is word enough."""
    async with advoware() as (world, client):
        assert await create(client) is None
        bet_nr = next(iter(world.advoware.records))
        world.faults.outage("advoware")
        asked: dict[str, Callable[[], Awaitable[object]]] = {
            "read": lambda: client.read(bet_nr),
            "replace": lambda: client.replace(bet_nr, {}),
            "search": lambda: client.search("x"),
        }
        with pytest.raises(Transient):
            await asked[call]()

        faults = await all_at_once(client)

        assert unanswered(faults) == 0
        assert world.calls.count("advoware.create") == 1


async def test_when_it_answers_again_a_create_is_sent_after_one_read() -> None:
    """And those after it are asked nothing more."""
    async with advoware() as (world, client):
        world.faults.plan("advoware.create", unavailable())
        assert unanswered([await create(client)]) == 0
        mark = world.calls.mark

        assert [await create(client, n) for n in range(FIVE)] == [None] * FIVE

        assert world.calls.count("advoware.read", since=mark) == 1
        assert world.calls.count("advoware.create", since=mark) == FIVE


@pytest.mark.parametrize("answer", [Status(404), Status(403), Status(400)], ids=["404", "403", "400"])
async def test_any_answer_about_any_party_will_do(answer: Fault) -> None:
    """The party that is asked about may be gone, or not ours to read."""
    async with advoware() as (world, client):
        client.doubt()
        world.faults.plan("advoware.read", answer)

        assert await create(client) is None
        assert world.faults.unused == []


async def test_a_healthy_system_is_asked_nothing_more() -> None:
    """The call budget of a create holds, one alone or many at once, known or not (design §5)."""
    async with advoware() as (world, client):
        world.faults.plan("advoware.create", Latency(0.1), times=FIVE)

        assert await all_at_once(client) == [None] * FIVE

        assert world.calls.count("advoware.read") == 0


async def test_creates_do_not_wait_for_ever_for_the_first_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes long puts the system in doubt; the others look, once it answered, and go on side by side."""
    monkeypatch.setattr(health, "SOON", 0.05)
    hang = Hang()
    async with advoware(call_timeout=timedelta(seconds=5)) as (world, client):
        world.faults.plan("advoware.create", hang)
        first = asyncio.create_task(create(client))
        await hang.entered.wait()

        assert await all_at_once(client) == [None] * FIVE

        assert 1 <= world.calls.count("advoware.read") <= FIVE
        assert not first.done()
        hang.release()
        assert await first is None


async def test_a_long_queue_of_creates_is_asked_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that waited long go on beside the others, since the system answered meanwhile."""
    monkeypatch.setattr(health, "SOON", 0.3)
    async with advoware() as (world, client):
        world.faults.plan("advoware.create", Latency(0.1), times=20)

        faults = await asyncio.gather(*(create(client, number) for number in range(20)))

        assert faults == [None] * 20
        assert world.calls.count("advoware.read") == 0


async def test_a_doubt_ends_with_the_first_answer_and_with_time() -> None:
    """What happened yesterday says nothing."""
    now = 0.0
    known = health.Health(lambda: now)
    known.failed()
    assert known.doubted
    now += health.IN_DOUBT
    assert not known.doubted
    known.failed()
    now += 1
    known.answered()
    assert known.proven
    now += health.PROVEN
    assert not known.proven


async def test_a_token_proves_nothing() -> None:
    """Its service is another machine, which may well answer while Advoware does not."""
    async with advoware() as (world, client):
        client.doubt()
        world.faults.outage("advoware.read")

        fault = await create(client)

        assert world.calls.count("advoware.token") == 1
        assert fault is not None
        assert fault.surely_refused


async def test_a_lost_answer_stays_a_question() -> None:
    """Nothing of this makes an unknown outcome a known one."""
    async with advoware() as (world, client):
        world.faults.plan("advoware.create", LostAnswer())

        assert unanswered([await create(client)]) == 1
        assert world.advoware.count() == 1
