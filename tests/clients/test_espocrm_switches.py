"""Switches that a firm sets in EspoCRM and that must not stop a sync (facts/espocrm.md §2.10, recordings sw-*)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr

from beteiligte.faults import Duplicate, NoRight, PageTooLarge, System
from clients import page_limit, wire_errors
from clients.access import EspoCrmAccess
from clients.espocrm import EspoCrmClient
from clients.http_call import HttpAnswer
from clients.page_limit import PageLimit
from clients.records import ListQuery, RecordNote
from simulators import Simulators
from simulators.faults import Status
from tests.simulators.recorded import EXCHANGES

REFUSED = [name for name in EXCHANGES if name.startswith("sw-01") and name.endswith(("-a", "-c"))]
TOO_LARGE = [name for name in EXCHANGES if name.startswith(("sw-06", "list-03")) and not name.endswith("-b")]
ALL = ListQuery(order_by="id")


@asynccontextmanager
async def client(world: Simulators) -> AsyncIterator[EspoCrmClient]:
    """Our client of the stand-in."""
    access = EspoCrmAccess(url=world.espocrm_server.url, api_key=SecretStr(world.espocrm.keys["integration"]))
    async with EspoCrmClient(access) as crm:
        yield crm


def recorded(name: str) -> HttpAnswer:
    """The answer as it was taken."""
    told = EXCHANGES[name]["response"]
    body = b"" if told.get("body") is None else httpx.Response(200, json=told["body"]).content
    return HttpAnswer(told["status"], httpx.Headers(told["headers"]), body)


# ---------------------------------------------------------------------- duplicate check on update


@pytest.mark.parametrize("sent", [{"titel": "Dr."}, {"betnr": 4711}, {"syncStatus": "syncing"}, {"lastName": "Muster"}])
async def test_a_namesake_is_written_like_any_other(sent: dict[str, object]) -> None:
    """Also our bookkeeping alone, which would be refused without the header."""
    async with Simulators().served() as world, client(world) as crm, httpx.AsyncClient() as other:
        world.espocrm.switch(duplicate_check_on_update=True)
        world.espocrm.add(firstName="Erika", lastName="Muster")
        party = world.espocrm.add(firstName="Erika", lastName="Muster")
        url = f"{world.espocrm_server.url}/api/v1/CBeteiligte/{party}"
        bare = await other.put(url, json=sent, headers={"X-Api-Key": world.espocrm.keys["integration"]})

        await crm.write(party, sent)  # type: ignore[arg-type]

        assert bare.status_code == 409
        assert {name: world.espocrm.records[party][name] for name in sent} == sent


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_duplicate_names_the_other_records(name: str) -> None:
    """By their ids alone: the answer holds them in full."""
    fault = wire_errors.espocrm(recorded(name), "write", lockout_wait=timedelta(seconds=65))

    ids = tuple(row["id"] for row in EXCHANGES[name]["response"]["body"])
    assert isinstance(fault, Duplicate)
    assert fault.others == ids
    assert ids[0] in str(fault)
    assert "Muster" not in str(fault)


@pytest.mark.parametrize("body", [b"", b"{}", b"[1, {}]", b'[{"id": "<b>"}]', b"quatsch"])
def test_a_duplicate_that_names_nobody_is_one_all_the_same(body: bytes) -> None:
    """Whatever the body holds."""
    answer = HttpAnswer(409, httpx.Headers({"X-Status-Reason": "duplicate"}), body)

    fault = wire_errors.espocrm(answer, "write", lockout_wait=timedelta(seconds=65))

    assert isinstance(fault, Duplicate)
    assert fault.others == ()


# ---------------------------------------------------------------------- recordListMaxSizeLimit


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_page_that_is_too_large_is_no_missing_right(name: str) -> None:
    """The limit stands in the reason."""
    fault = wire_errors.espocrm(recorded(name), "list", lockout_wait=timedelta(seconds=65))

    assert isinstance(fault, PageTooLarge)
    assert fault.allowed in (100, 200)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 199, 200])
async def test_the_page_that_is_allowed_is_taken_and_remembered(limit: int) -> None:
    """One refused call, then pages of that size; all rows come, each once."""
    async with Simulators().served() as world, client(world) as crm:
        added = {world.espocrm.add(lastName=f"Müßig {number}") for number in range(5)}
        world.espocrm.limit_lists(limit)
        first = await crm.find(ALL)
        mark = world.calls.mark
        every = await crm.find_all(ALL)

        assert (len(first.rows), first.more) == (min(limit, 5), limit < 5)
        assert [row["id"] for row in every.rows] == sorted(added)
        assert len(world.calls.since(mark)) == -(-5 // limit)
        assert len((await crm.find_all(ALL, most=2)).rows) == 2


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("rows", [0, 3, 4])
async def test_whether_others_follow_is_what_espocrm_says(rows: int, *, counted: bool) -> None:
    """A page that is just full is not taken for one of several."""
    async with Simulators().served() as world, client(world) as crm:
        for number in range(rows):
            world.espocrm.add(lastName=f"Müßig {number}")

        page = await crm.find(ListQuery(max_size=3, counted=counted))

        assert (len(page.rows), page.more) == (min(rows, 3), rows > 3)


async def test_a_limit_may_be_lowered_and_raised_while_we_run() -> None:
    """A lower one is learnt by the next refusal; a higher one is used after an hour at the latest."""
    async with Simulators().served() as world, client(world) as crm:
        for number in range(9):
            world.espocrm.add(lastName=f"Müßig {number}")
        sizes = []
        for limit in (4, 2):
            world.espocrm.limit_lists(limit)
            sizes.append(len((await crm.find(ALL)).rows))
        world.espocrm.limit_lists(200)
        sizes.append(len((await crm.find(ALL)).rows))
        crm._page_limit._clock = lambda: page_limit.ASK_AGAIN * 10**6
        sizes.append(len((await crm.find(ALL)).rows))

    assert sizes == [4, 2, 2, 9]


@pytest.mark.parametrize("allowed", [0, 200, 500])
async def test_a_refusal_that_makes_no_sense_is_no_endless_loop(allowed: int) -> None:
    """A limit that is not below what was asked for, or nothing at all."""
    refused = Status(403, {"X-Status-Reason": f"Max size should not exceed {allowed}. Use offset and limit."})
    async with Simulators().served() as world, client(world) as crm:
        world.faults.plan("espocrm.list", refused)
        with pytest.raises(PageTooLarge):
            await crm.find(ALL)


async def test_many_callers_learn_the_limit_together() -> None:
    """Each may be refused once, none twice."""
    async with Simulators().served() as world, client(world) as crm:
        world.espocrm.limit_lists(50)
        await asyncio.gather(*(crm.find(ALL) for _ in range(20)))

        assert world.calls.count("espocrm.list") <= 40


async def test_the_same_words_about_anything_else_are_a_missing_right() -> None:
    """Only a list has pages."""
    refused = Status(403, {"X-Status-Reason": "Max size should not exceed 100. Use offset and limit."})
    async with Simulators().served() as world, client(world) as crm:
        world.faults.plan("espocrm.note", refused)
        with pytest.raises(NoRight):
            await crm.post_note(RecordNote(party_id="1", text="…"))


def test_what_is_believed_ends() -> None:
    """By the clock that it is given."""
    now = [0.0]
    limit = PageLimit(clock=lambda: now[0])
    assert limit.fit(200) == 200
    refusal = PageTooLarge("…", system=System.ESPOCRM)
    refusal.allowed = 100
    limit.learn(refusal, asked=200)
    assert (limit.fit(200), limit.fit(3)) == (100, 3)
    now[0] = page_limit.ASK_AGAIN
    assert limit.fit(200) == 200
