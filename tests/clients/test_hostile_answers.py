"""Whatever the two systems answer: a model that can be kept, or a fault that says truly what became of the call."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, SecretStr
from pydantic_core import from_json, to_json

from beteiligte.faults import OddAnswer, SyncFault, Transient
from beteiligte.ids import is_record_id
from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle.bookkeeping import changed_at, moment
from clients import espocrm, espocrm_admin
from clients.access import AdvowareAccess, EspoCrmAccess
from clients.advoware import AdvowareClient
from clients.advoware_endpoints import AddressBook
from clients.advoware_token import Tokens
from clients.espocrm import EspoCrmClient
from clients.espocrm_admin import EspoCrmMaker
from clients.http_dates import OURS
from clients.records import HIGHEST_BET_NR, AdvowareRecord, EspoRecord, Listed, ListQuery, Page, RecordNote
from tests.clients.hostile import CANARY, answers, written
from tests.clients.servers import answer, head, listening

PARTY = "5f3e1c0a9b8d7e6f5"
CRM_RECORD = {
    "id": PARTY,
    "lastName": CANARY,
    "betnr": 104001,
    "advowareRowId": "FBABAAAANJFGABAAGJDOAEAPAAAAAPGFPDAFAAAA",
    "advowareLastSync": "2026-11-24 10:30:00",
    "advowareSyncBase": '{"v": 1}',
    "syncStatus": "clean",
    "modifiedAt": "2026-11-24 10:30:00",
    "dateOfBirth": "1980-02-29",
    "versionNumber": 7,
}
CRM_ERROR = {
    "messageTranslation": {"label": "validationFailure", "scope": None, "data": {"field": "lastName", "type": "max"}},
    "message": CANARY,
}
FIRM_RECORD: dict[str, JsonValue] = {
    "betNr": 104001,
    "rowId": "FBABAAAANJFGABAAGJDOAEAPAAAAAPGFPDAFAAAA",
    "name": CANARY,
    "geburtsdatum": "1980-02-29T00:00:00",
    "geaendertAm": "2026-11-24T10:30:00",
    "kommunikation": [{"tlf": CANARY, "kommKz": 1}],
}
FIRM_ERROR = {"title": CANARY, "field": "name"}
TOKEN = {"access_token": "t", "expiration_utc": "2026-11-24T10:30:00.1234567Z", "expires_in": 3600}
SURELY_REFUSED = {401, 403, 429, 503}
"""Statuses by which a create surely had no effect."""


def now() -> datetime:
    return datetime(2026, 11, 24, 10, tzinfo=UTC)


@dataclass
class Server:
    """Answers well, but to the calls that are tried."""

    bad: bytes = b""
    tried: Callable[[str, str], bool] = lambda method, path: False
    asked: list[str] = field(default_factory=list)
    port: int = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = await head(reader)
        method, path, _ = lines[0].split(" ")
        length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length")), 0)
        await reader.readexactly(length)
        self.asked.append(f"{method} {path}")
        writer.write(self.bad if self.tried(method, path) else answer(written(self.good(path)).encode()))
        await writer.drain()

    def good(self, path: str) -> dict[str, Any]:
        if path.startswith("/api/Url"):
            here = f"http://127.0.0.1:{self.port}"
            return {"relayUrl": here, "connectorUrl": None, "securityGateway": here}
        return TOKEN if path.endswith("/Token") else FIRM_RECORD

    @property
    def posted(self) -> bool:
        """A create arrived."""
        return "POST /api/v1/advonet/Beteiligte" in self.asked


@dataclass
class Wired:
    """Both clients and who answers them."""

    server: Server
    crm: EspoCrmClient
    maker: EspoCrmMaker
    firm: AdvowareClient
    told_firm: AdvowareClient
    """Asks the discovery where it is."""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        for client in (self.crm, self.maker, self.firm, self.told_firm):
            client._transport._clock = lambda: self.seconds

    def firm_knows_nothing(self) -> None:
        """Neither an address nor a token."""
        access, session = advoware(self.server), self.told_firm.session
        session.addresses = AddressBook(access, session.transport, now)
        session.tokens = Tokens(access, session.transport, session.addresses, now)

    def after_all_holds(self) -> None:
        """What an answer before made the client wait for is over."""
        self.seconds += 10 * 3600


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wired() -> AsyncIterator[Wired]:
    async with AsyncExitStack() as stack:
        server = Server()
        server.port = await stack.enter_async_context(listening(server.handle))
        here = f"http://127.0.0.1:{server.port}"
        crm = EspoCrmAccess(url=here, api_key=SecretStr("key"), call_timeout=timedelta(seconds=5))
        firm = advoware(server, url=here, security_gateway=here)
        yield Wired(
            server,
            await stack.enter_async_context(EspoCrmClient(crm)),
            await stack.enter_async_context(EspoCrmMaker(crm)),
            await stack.enter_async_context(AdvowareClient(firm, clock=now)),
            await stack.enter_async_context(AdvowareClient(advoware(server), clock=now)),
        )


def advoware(server: Server, **more: object) -> AdvowareAccess:
    return AdvowareAccess.model_validate(
        {
            "discovery_url": f"http://127.0.0.1:{server.port}/api/Url",
            "app_id": "a",
            "api_key": "a2V5",
            "kanzlei": "k",
            "database": "d",
            "user": "u",
            "password": CANARY,
            "call_timeout": timedelta(seconds=5),
            **more,
        }
    )


Endpoint = tuple[list[Any], Callable[[str, str], bool], Callable[[Wired], Awaitable[object]]]


def all_of_them(method: str, path: str) -> bool:
    return True


def the_post(method: str, path: str) -> bool:
    return method == "POST" and path.endswith("/Beteiligte")


def no_token(method: str, path: str) -> bool:
    return not path.endswith("/Token")


CRM_LIST = {"total": 2, "list": [CRM_RECORD, {"id": "5f3e1c0a9b8d7e6f6", "betnr": None}]}
SHORT_LIST = {**CRM_LIST, "total": 5}
CRM = [CRM_ERROR, [CRM_RECORD]]
FIRM = [FIRM_ERROR]
ENDPOINTS: dict[str, Endpoint] = {
    "espocrm.read": ([CRM_RECORD, *CRM], all_of_them, lambda w: w.crm.read(PARTY)),
    "espocrm.write": ([CRM_RECORD, *CRM], all_of_them, lambda w: w.crm.write(PARTY, {"betnr": 1}, version=3)),
    "espocrm.list": ([CRM_LIST, *CRM], all_of_them, lambda w: w.crm.find(ListQuery(counted=True))),
    "espocrm.list to its end": ([CRM_LIST, *CRM], all_of_them, lambda w: w.crm.find_all(ListQuery(), most=5)),
    "espocrm.note": ([CRM_RECORD, *CRM], all_of_them, lambda w: w.crm.post_note(RecordNote(party_id=PARTY, text="x"))),
    "espocrm.get": ([CRM_LIST, *CRM], all_of_them, lambda w: w.maker.get("/Role")),
    "espocrm.rows": ([SHORT_LIST, *CRM], all_of_them, lambda w: w.maker.rows("/Role")),
    "espocrm.make": ([CRM_RECORD, *CRM], all_of_them, lambda w: w.maker.post("/Role", {"name": "x"})),
    "espocrm.change": ([CRM_RECORD, *CRM], all_of_them, lambda w: w.maker.put(f"/Role/{PARTY}", {"name": "x"})),
    "advoware.read": ([FIRM_RECORD, [FIRM_RECORD], *FIRM], no_token, lambda w: w.firm.read(104001)),
    "advoware.replace": ([[FIRM_RECORD], *FIRM], no_token, lambda w: w.firm.replace(104001, FIRM_RECORD)),
    "advoware.create": ([FIRM_RECORD, [FIRM_RECORD], *FIRM], the_post, lambda w: w.firm.create({"name": "x"})),
    "advoware.search": ([[FIRM_RECORD, {"betNr": 7}], *FIRM], no_token, lambda w: w.firm.search("x")),
    "advoware.listing": ([[FIRM_RECORD], *FIRM], no_token, lambda w: w.firm.listing(after=0, limit=10)),
}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(data=st.data())
async def test_every_answer_is_a_model_or_a_true_fault(wired: Wired, endpoint: str, data: st.DataObject) -> None:
    """Of EspoCRM's and Advoware's own calls."""
    good, tried, call = ENDPOINTS[endpoint]
    bad = data.draw(answers(good))
    wired.server.bad, wired.server.tried = bad, tried
    wired.server.asked.clear()
    try:
        hold(await call(wired))
    except SyncFault as fault:
        judge(fault, status=status_of(bad), sent=endpoint != "advoware.create" or wired.server.posted)
    finally:
        wired.after_all_holds()


@pytest.mark.parametrize("path", ["/api/v1/Token", "/api/Url"])
@given(data=st.data())
async def test_what_comes_before_a_create_never_leaves_it_in_doubt(
    wired: Wired, path: str, data: st.DataObject
) -> None:
    """A token or an address that is none: the create was not sent, and everybody must know."""
    server = wired.server
    good = TOKEN if path.endswith("Token") else server.good(path)
    server.bad, server.tried = data.draw(answers([good])), lambda _, asked: asked.startswith(path)
    server.asked.clear()
    wired.firm_knows_nothing()
    try:
        hold(await wired.told_firm.create({"name": "x"}))
    except SyncFault as fault:
        judge(fault, status=0, sent=server.posted)
    finally:
        wired.after_all_holds()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
async def test_a_good_answer_is_a_model(wired: Wired, endpoint: str) -> None:
    """Else the others would show nothing."""
    good, tried, call = ENDPOINTS[endpoint]
    wired.server.bad, wired.server.tried = answer(written(good[0]).encode()), tried

    hold(await call(wired))


def status_of(raw: bytes) -> int:
    """0: it tells none."""
    word = raw.split(b"\r\n")[0].split(b" ")[1]
    return int(word) if word.isdigit() else 0


def judge(fault: SyncFault, *, status: int, sent: bool) -> None:
    """It says what it is, shows nothing that was answered, and is right about whether anything happened."""
    said = str(fault)
    assert said.isprintable()
    assert len(said) < 500
    assert CANARY not in said
    assert fault.field is None or (fault.field.isprintable() and len(fault.field) <= 100)
    assert fault.wait is None or timedelta(0) <= fault.wait <= timedelta(hours=1)
    assert all(map(is_record_id, fault.others))
    assert len(fault.said) <= 300
    assert fault.surely_refused or sent
    if sent and 200 <= status < 300:
        assert isinstance(fault, Transient)
        assert not fault.surely_refused
    if sent and fault.surely_refused:
        assert status in SURELY_REFUSED


def hold(result: object) -> None:
    """It can be kept in a history, read again, and asked what is asked of it."""
    match result:
        case EspoRecord():
            kept(result.attributes)
            assert result.attributes.get("id", PARTY) == PARTY
            assert result.version is None or isinstance(result.version, int)
            assert result.at is None or OURS[0] <= result.at < OURS[1]
            from_espocrm(result.attributes, PARTY_TABLE)
            for value in result.attributes.values():
                moment(value if isinstance(value, str) else None)
        case Page():
            assert all(is_record_id(row["id"]) for row in result.rows)
            assert result.total is None or result.total >= 0
            kept(list(result.rows))
        case AdvowareRecord():
            kept(result.fields)
            assert result.bet_nr is None or 0 < result.bet_nr < HIGHEST_BET_NR
            from_advoware(result.fields, PARTY_TABLE)
            changed_at(result.fields)
        case [AdvowareRecord() | Listed(), *_]:
            for one in result:
                hold(one)
        case Listed():
            assert 0 < result.bet_nr < HIGHEST_BET_NR
            assert result.row_id
        case _:
            kept(result)


def kept(value: object) -> None:
    assert from_json(to_json(value)) == value


# ---------------------------------------------------------------------- single ones


async def answered(wired: Wired, endpoint: str, body: str, *headers: str, status: str = "200 OK") -> SyncFault | object:
    """What this answer is for the caller."""
    _, tried, call = ENDPOINTS[endpoint]
    wired.server.bad, wired.server.tried = answer(body.encode(), status, *headers), tried
    try:
        return await call(wired)
    except SyncFault as fault:
        return fault
    finally:
        wired.after_all_holds()


@pytest.mark.parametrize(
    "value", ["1e400", "-1e400", "NaN", "1" + "0" * 400, "[" * 40 + "]" * 40, "[" + "[]," * 300_000 + "0]", '"\\ud800"']
)
async def test_what_no_history_holds_is_odd(wired: Wired, value: str) -> None:
    """It would stop a party's run where it is read again."""
    assert isinstance(await answered(wired, "advoware.read", f'{{"betNr": 104001, "x": {value}}}'), OddAnswer)


@pytest.mark.parametrize("name", ["BETNR", "betnr"])
async def test_a_name_that_stands_twice_is_odd(wired: Wired, name: str) -> None:
    """Names count without case, so nobody knows which of the two is meant."""
    body = f'{{"betNr": 104001, "{name}": 104002, "rowId": "A"}}'
    assert isinstance(await answered(wired, "advoware.read", body), OddAnswer)


@pytest.mark.parametrize("endpoint", ["espocrm.read", "espocrm.write"])
@pytest.mark.parametrize("other", ['"5f3e1c0a9b8d7e6f6"', "5", "null", "[]"])
async def test_another_record_of_espocrm_is_odd(wired: Wired, endpoint: str, other: str) -> None:
    """One that a proxy kept for somebody else must not become this party's values."""
    assert isinstance(await answered(wired, endpoint, f'{{"id": {other}, "lastName": "x"}}'), OddAnswer)


@pytest.mark.parametrize("row", ["{}", '{"id": null}', '{"id": 5}', '{"id": "../Note"}', '{"id": "a\\n"}'])
async def test_a_row_without_an_id_is_odd(wired: Wired, row: str) -> None:
    """Its id becomes the name of a run and a part of an address."""
    assert isinstance(await answered(wired, "espocrm.list", f'{{"total": 1, "list": [{row}]}}'), OddAnswer)


async def test_more_rows_than_were_asked_for_are_odd(wired: Wired) -> None:
    """Who pages by what he asked for would read them twice, or for ever."""
    rows = ",".join(f'{{"id": "{number:017x}"}}' for number in range(201))
    assert isinstance(await answered(wired, "espocrm.list", f'{{"total": 201, "list": [{rows}]}}'), OddAnswer)


@pytest.mark.parametrize("call", [lambda w: w.crm.find_all(ListQuery()), lambda w: w.maker.rows("/Role")])
async def test_a_list_without_end_is_odd(
    wired: Wired, call: Callable[[Wired], Awaitable[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that says with each page that others follow: neither memory nor calls without bound."""
    for module in (espocrm, espocrm_admin):
        monkeypatch.setattr(module, "MOST_ROWS", 20)
    wired.server.bad = answer(written({**CRM_LIST, "total": 10**9}).encode())
    wired.server.tried = all_of_them

    with pytest.raises(OddAnswer, match="no end"):
        await call(wired)


@pytest.mark.parametrize("wait", ["²", "-5", "9" * 30, "9" * 5_000, "Fri, 31 Dec 9999 23:59:59 -1400", "soon"])
async def test_a_wait_that_is_none_is_a_fault_all_the_same(wired: Wired, wait: str) -> None:
    """Waited for is what the status asks for, and never more than an hour."""
    fault = await answered(wired, "espocrm.read", "", f"Retry-After: {wait}", status="429 Too Many Requests")

    assert isinstance(fault, Transient)
    assert fault.wait is not None
    assert fault.wait <= timedelta(hours=1)


async def test_words_of_a_status_that_are_no_text_are_odd(wired: Wired) -> None:
    """The library raises an error of its own for them: for a create it is an answer that cannot be read."""
    _, tried, call = ENDPOINTS["advoware.create"]
    wired.server.bad, wired.server.tried = b"HTTP/1.1 200 \xff\xfe\r\nContent-Length: 2\r\n\r\n{}", tried

    with pytest.raises(OddAnswer) as caught:
        await call(wired)

    assert not caught.value.surely_refused
