"""Our Advoware client: the signed token, its renewal, and every shape of answer that is known or only guessed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from beteiligte.faults import (
    ConfigurationFault,
    CredentialsRefused,
    Gone,
    NoRight,
    OddAnswer,
    Rejected,
    SyncFault,
    Throttled,
    Transient,
)
from clients.access import AdvowareAccess
from clients.advoware import AdvowareClient
from clients.advoware_token import signature
from simulators import Simulators
from simulators.faults import EmptyList, LostAnswer, Status, expired_token, unavailable

VECTORS = [  # facts/advoware.md §1
    (
        {"app_id": "app-123", "nonce": "nonce-abc", "timestamp": "2026-08-30T00:00:00.000Z"},
        "dGVzdC1zZWNyZXQta2V5",
        "o7rz9KmoXZs550HfzO6ffiG17XwiPmlBHlksUYKZ3jcfolELow51Fw5KlrQqCK5y41aIValDjrh1iQ2GZ2WtqQ==",
    ),
    (
        {
            "app_id": "DEMO-APP",
            "nonce": "00000000-0000-4000-8000-000000000001",
            "timestamp": "2026-02-07T12:34:56.0000000Z",
        },
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "HXJonAGBhPx6QJ3RNBu9jLHxcMEsCdLR7DiWS75CQMQ6S0dRtnIuKRVDfbjQRFaNV9f22gRPAitUn52gaQpxgw==",
    ),
]


@pytest.mark.parametrize(("signed", "key", "wanted"), VECTORS, ids=["A", "B"])
def test_the_signature_is_that_of_the_vectors(signed: dict[str, str], key: str, wanted: str) -> None:
    """Four parts, single colons, the key Base64-decoded, HMAC-SHA-512 in Base64."""
    assert signature(product=64, api_key=SecretStr(key), **signed) == wanted


def test_a_key_that_is_no_base64_names_its_setting() -> None:
    """A person must mend it; retrying does not."""
    with pytest.raises(ConfigurationFault, match="ADVOWARE_API_KEY"):
        signature(product=64, app_id="a", nonce="n", timestamp="t", api_key=SecretStr("no base64!"))


@pytest_asyncio.fixture(loop_scope="session")
async def world() -> AsyncIterator[Simulators]:
    """The stand-in, served; planned faults must have happened."""
    async with Simulators().served() as opened:
        yield opened
        assert opened.faults.unused == []


@asynccontextmanager
async def client(world: Simulators, **more: Any) -> AsyncIterator[AdvowareClient]:
    """Our client, by the stand-in's clock."""
    url = world.advoware_server.url
    values = {"url": url, "security_gateway": f"{url}/security", **world.advoware.settings, **more}
    async with AdvowareClient(AdvowareAccess(**values), clock=world.clock.now) as opened:
        yield opened


async def fault_of(world: Simulators, call: str, fault: Any) -> SyncFault:
    """What the call that meets the fault ends in."""
    bet_nr = world.advoware.add(name="Müßig")
    world.faults.plan(call, fault)
    async with client(world) as firm:
        made: dict[str, Callable[[], Awaitable[object]]] = {
            "advoware.create": lambda: firm.create({"name": "Fleißig"}),
            "advoware.search": lambda: firm.search("x"),
            "advoware.replace": lambda: firm.replace(bet_nr, {"name": "Fleißig"}),
        }
        with pytest.raises(SyncFault) as caught:
            await made.get(call, lambda: firm.read(bet_nr))()
    return caught.value


# ---------------------------------------------------------------------- the token


async def test_one_token_serves_until_shortly_before_its_end(world: Simulators) -> None:
    """Renewed two minutes early, so that no call is lost to the clock."""
    bet_nr = world.advoware.add(name="Müßig")
    async with client(world) as firm:
        for minutes in (0, 52):
            world.clock.advance(timedelta(minutes=minutes))
            await firm.read(bet_nr)
        assert world.calls.count("advoware.token") == 1
        world.clock.advance(timedelta(minutes=2))
        await firm.read(bet_nr)

    assert world.calls.count("advoware.token") == 2
    assert world.calls.count("advoware.read") == 3


@pytest.mark.parametrize("operation", ["read", "create", "replace"])
async def test_an_expired_token_costs_one_refresh_and_one_retry(world: Simulators, operation: str) -> None:
    """A 401 had no effect, so also a POST is made again."""
    bet_nr = world.advoware.add(name="Müßig")
    async with client(world) as firm:
        await firm.read(bet_nr)
        world.advoware.expire_tokens()
        mark = world.calls.mark
        match operation:
            case "read":
                await firm.read(bet_nr)
            case "create":
                await firm.create({"name": "Neu"})
            case _:
                await firm.replace(bet_nr, {"name": "Neu"})

    assert [call.name for call in world.calls.since(mark)] == [
        f"advoware.{operation}",
        "advoware.token",
        f"advoware.{operation}",
    ]
    assert world.advoware.count(name="Neu") == (operation != "read")


async def test_a_fresh_token_that_is_refused_is_no_loop(world: Simulators) -> None:
    """Product or user is not enabled: a person must act, and for a minute nobody calls."""
    bet_nr = world.advoware.add(name="Müßig")
    world.faults.plan("advoware.read", expired_token(), expired_token())
    async with client(world) as firm:
        for _ in range(3):
            with pytest.raises(CredentialsRefused) as caught:
                await firm.read(bet_nr)
            assert caught.value.surely_refused

    assert (world.calls.count("advoware.read"), world.calls.count("advoware.token")) == (2, 2)


async def test_twenty_callers_share_one_refresh(world: Simulators) -> None:
    """At the first call, and again when all of them find their token refused."""
    bet_nr = world.advoware.add(name="Müßig")
    async with client(world, max_concurrent=20) as firm:
        await asyncio.gather(*[firm.read(bet_nr) for _ in range(20)])
        assert world.calls.count("advoware.token") == 1
        world.advoware.expire_tokens()
        await asyncio.gather(*[firm.read(bet_nr) for _ in range(20)])

    assert world.calls.count("advoware.token") == 2


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [
        ({"access_token": "TOKEN", "expiration_utc": "2026-11-24T10:30:00.1234567Z"}, 30),
        ({"access_token": "TOKEN", "expiration_utc": "2026-11-24T10:30:00"}, 30),
        ({"access_token": "TOKEN", "expires_in": 1800}, 30),
        ({"access_token": "TOKEN", "expires_in": "1800"}, 55),
        ({"access_token": "TOKEN", "expires_in": -1}, 55),
        ({"access_token": "TOKEN", "expires_in": True}, 55),
        ({"access_token": "TOKEN", "expiration_utc": "2026-11-24T11:30:00+01:00"}, 30),
        ({"access_token": "TOKEN", "expiration_utc": "0001-01-01T00:00:00Z"}, 55),
        ({"access_token": "TOKEN", "expiration_utc": "0001-01-01T00:00:00+14:00", "expires_in": 1800}, 30),
        ({"access_token": "TOKEN", "expiration_utc": "9999-12-31T23:59:59Z"}, 55),
        ({"access_token": "TOKEN", "expires_in": 1e300}, 55),
        ({"access_token": "TOKEN", "expires_in": 10**200}, 55),
        ({"access_token": "TOKEN", "expiration_utc": "bald"}, 55),
        ({"access_token": "TOKEN"}, 55),
    ],
)
async def test_the_end_of_a_token_is_read_in_every_shape(answer: dict[str, Any], minutes: int) -> None:
    """UTC with seven digits, seconds, or nothing that can be read: then 55 minutes (facts §1)."""
    async with Simulators().served() as world:
        start = datetime(2026, 11, 24, 10, tzinfo=UTC)
        world.clock.advance(start - world.clock.now())
        bet_nr = world.advoware.add(name="Müßig")
        answer = {**answer, "access_token": world.advoware.tokens.hand_out()}
        async with client(world) as firm:
            world.faults.plan("advoware.token", Status(200, json=answer))
            await firm.read(bet_nr)
            world.clock.advance(start + timedelta(minutes=minutes - 2, seconds=-30) - world.clock.now())
            await firm.read(bet_nr)
            assert world.calls.count("advoware.token") == 1
            world.clock.advance(timedelta(minutes=1))
            await firm.read(bet_nr)

        assert world.calls.count("advoware.token") == 2


@pytest.mark.parametrize(
    "fault",
    [
        Status(200, json={"access_token": ""}),
        Status(200, json={"access_token": None}),
        Status(200, json={"access_token": 5}),
        Status(200, json={"access_token": "a\r\nX-Odd: b"}),
        Status(200, json={"access_token": "a b"}),
        Status(200, json={"access_token": "ü"}),
        Status(200, json={"access_token": "a" * 20_000}),
        Status(200, json={"token": "x"}),
        Status(200, json=["x"]),
        Status(200, body="<html>"),
    ],
    ids=repr,
)
async def test_a_token_answer_without_a_token_is_odd(world: Simulators, fault: Status) -> None:
    """The call it was for was never made, so it surely had no effect; the next one asks again."""
    bet_nr = world.advoware.add(name="Müßig")
    world.faults.plan("advoware.token", fault)
    async with client(world) as firm:
        with pytest.raises(OddAnswer) as caught:
            await firm.create({"name": "Neu"})
        assert caught.value.surely_refused
        assert world.calls.count("advoware.create") == 0
        assert (await firm.read(bet_nr)).bet_nr == bet_nr


@pytest.mark.parametrize("name", ["password", "api_key", "kanzlei", "user", "app_id"])
async def test_a_wrong_setting_is_asked_with_once_a_minute(world: Simulators, name: str) -> None:
    """Do not hammer (facts §1)."""
    wrong = "d3Jvbmc=" if name == "api_key" else "wrong"
    async with client(world, **{name: wrong}) as firm:
        for _ in range(5):
            with pytest.raises(CredentialsRefused) as caught:
                await firm.read(1)
            assert caught.value.surely_refused

    assert world.calls.count("advoware.token") == 1


async def test_a_connector_that_is_offline_at_the_token_let_no_call_through(world: Simulators) -> None:
    """503 with Retry-After: transient, with the wait, and the create was surely not made."""
    fault = await fault_of(world, "advoware.token", unavailable(70))

    assert (type(fault), fault.wait, fault.surely_refused) == (Transient, timedelta(seconds=70), True)


# ---------------------------------------------------------------------- answers


@pytest.mark.parametrize("as_list", [False, True])
async def test_a_record_alone_or_as_a_list_of_one_is_the_same(world: Simulators, as_list: bool) -> None:
    """Read and create in both shapes; a PUT always answers a list."""
    world.advoware.read_answers_list = world.advoware.post_answers_list = as_list
    async with client(world) as firm:
        made = await firm.create({"name": "Müßig"})
        assert made.bet_nr is not None
        read = await firm.read(made.bet_nr)
        after = await firm.replace(made.bet_nr, {**read.fields, "name": "Fleißig"})

    assert made.row_id == read.row_id
    assert after.fields["name"] == "Fleißig"
    assert after.row_id not in (None, read.row_id)
    assert world.advoware.records[made.bet_nr]["kommunikation"] == read.fields["kommunikation"]


async def test_a_create_without_a_row_id_says_so(world: Simulators) -> None:
    """The caller then reads once (facts §2)."""
    world.advoware.post_answers_row_id = False
    async with client(world) as firm:
        made = await firm.create({"name": "Müßig"})

    assert (made.row_id, made.bet_nr in world.advoware.records) == (None, True)


async def test_names_are_compared_without_case_and_sent_back_as_they_came(world: Simulators) -> None:
    """PascalCase as in the vendor's other services."""
    bet_nr = world.advoware.add(name="Müßig")
    world.faults.plan("advoware.read", Status(200, json={"BetNr": bet_nr, "ROWID": "R1", "Name": "Müßig"}))
    async with client(world) as firm:
        record = await firm.read(bet_nr)

    assert (record.bet_nr, record.row_id) == (bet_nr, "R1")
    assert record.fields == {"BetNr": bet_nr, "ROWID": "R1", "Name": "Müßig"}


@pytest.mark.parametrize("call", ["advoware.read", "advoware.create", "advoware.replace"])
@pytest.mark.parametrize(
    "fault", [EmptyList(after_effect=True), Status(200, json={}), Status(200, body="7"), Status(204)], ids=repr
)
async def test_an_answer_without_a_record_is_odd_and_never_empty(world: Simulators, call: str, fault: Any) -> None:
    """After a create it may well have had an effect."""
    found = await fault_of(world, call, fault)

    assert isinstance(found, OddAnswer)
    assert not found.surely_refused


@pytest.mark.parametrize(
    "answer",
    [
        {"name": "x"},
        *({"betNr": number} for number in (0, True, None, -5, 1.5, "", "quatsch", "-5", "1.5", "1 2", "٣", [104001])),
    ],
)
async def test_a_create_whose_answer_names_no_party_is_odd(world: Simulators, answer: dict[str, Any]) -> None:
    """Rule 2: it may have created one."""
    found = await fault_of(world, "advoware.create", Status(200, json=answer, after_effect=True))

    assert isinstance(found, OddAnswer)
    assert not found.surely_refused


@pytest.mark.parametrize("number", ["104001", " 104001 ", 104001.0])
async def test_a_create_that_answers_its_number_otherwise_has_answered(world: Simulators, number: Any) -> None:
    """A number as text is the number: the party is there, and nobody has to look for it."""
    world.faults.plan("advoware.create", Status(200, json=[{"betNr": number}], after_effect=True))
    async with client(world) as advoware:
        assert (await advoware.create({"name": "x"})).bet_nr == 104001


@pytest.mark.parametrize("answer", [{"betNr": 7}, [{"betNr": "7", "rowId": "X"}], {"betNr": "quatsch"}])
async def test_a_put_that_answers_another_party_is_not_taken(world: Simulators, answer: Any) -> None:
    """Nor is a number that makes no sense."""
    assert isinstance(await fault_of(world, "advoware.replace", Status(200, json=answer)), OddAnswer)


async def test_the_answer_about_another_party_is_not_taken(world: Simulators) -> None:
    """A stranger's values must never reach this party."""
    assert isinstance(await fault_of(world, "advoware.read", Status(200, json={"betNr": 7, "name": "x"})), OddAnswer)


@pytest.mark.parametrize("answer", [{}, None, [1], [{"betNr": 1}, "x"]])
async def test_a_search_that_answers_no_list_has_not_found_nothing(world: Simulators, answer: Any) -> None:
    """ "None found" would allow a second create."""
    fault = Status(200, json=answer) if answer is not None else Status(200, body="null")

    assert isinstance(await fault_of(world, "advoware.search", fault), OddAnswer)


@pytest.mark.parametrize(
    ("status", "kind", "refused"),
    [
        (Status(400, json={"message": "too long", "field": "name"}), Rejected, False),
        (Status(409), Rejected, False),
        (Status(422), Rejected, False),
        (Status(403), NoRight, True),
        (Status(429), Throttled, True),
        (Status(429, {"Retry-After": "5"}), Throttled, True),
        (Status(500), Transient, False),
        (Status(502), Transient, False),
        (Status(504), Transient, False),
        (unavailable(70), Transient, True),
        (unavailable(None), Transient, False),
        (LostAnswer(), Transient, False),
        (Status(302, {"Location": "/"}), ConfigurationFault, False),
        (Status(405), ConfigurationFault, False),
    ],
    ids=lambda value: str(getattr(value, "status", "")),
)
async def test_an_answer_to_a_create_says_whether_it_had_an_effect(
    world: Simulators, status: Any, kind: type[SyncFault], refused: bool
) -> None:
    """Design §5: only what was surely refused may be posted again."""
    found = await fault_of(world, "advoware.create", status)

    assert (type(found), found.surely_refused) == (kind, refused)
    assert found.field == ("name" if getattr(status, "json", None) and kind is Rejected else None)


async def test_a_party_that_is_gone_and_a_path_that_is_wrong_both_read_404(world: Simulators) -> None:
    """So a 404 alone proves no deletion; on a create it can only be the address (facts §2)."""
    bet_nr = world.advoware.add(name="Müßig")
    for other in ({"prefix": "/api/v2"}, {"database": "other"}):
        async with client(world, **other) as firm:
            with pytest.raises(Gone):
                await firm.read(bet_nr)
    async with client(world, prefix="/api/v2") as firm:
        with pytest.raises(ConfigurationFault):
            await firm.create({"name": "Neu"})
