"""Our EspoCRM client makes the same of a recorded answer and of the stand-in's: value by value, fault by fault.

The recorded side is a server that plays back the answer as it was taken. What the client has no method for (create,
delete, webhooks) is read by `wire_errors` alone.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from beteiligte.faults import Blame, Gone, SyncFault
from clients import wire_errors
from clients.access import EspoCrmAccess
from clients.espocrm import EspoCrmClient
from clients.http_call import HttpAnswer
from clients.records import ListQuery, RecordNote, UsersNote, Where
from simulators.server import serve
from tests.simulators.recorded import EXCHANGES, Recording
from tests.simulators.recorded_state import as_before

HOP = {"transfer-encoding", "connection", "date", "server"}
LOCK_OUT = timedelta(seconds=65)


def playback(recording: Recording) -> Starlette:
    """Answers everything with the recorded answer."""
    told = recording["response"]

    async def answer(_: Request) -> Response:
        content = told.get("rawBody") or ""
        if told.get("body") is not None:
            content = httpx.Response(200, json=told["body"]).text
        headers = {name: value for name, value in told["headers"].items() if name.lower() not in HOP}
        return Response(content, told["status"], headers)

    return Starlette(routes=[Route("/{rest:path}", answer, methods=["GET", "PUT", "POST", "PATCH", "DELETE"])])


@asynccontextmanager
async def client(url: str, recording: Recording, key: str) -> AsyncIterator[EspoCrmClient]:
    """Our client, for the entity type of the recording."""
    kind = recording["request"]["path"].split("/")[3]
    access = EspoCrmAccess(url=url, api_key=SecretStr(key), entity_type="CBeteiligte" if kind == "Note" else kind)
    async with EspoCrmClient(access) as opened:
        yield opened


def query(recording: Recording) -> ListQuery:
    """The recorded list as our client asks for it."""
    sent = dict(recording["request"]["query"])
    named = {"type": "where[0][type]", "attribute": "where[0][attribute]", "value": "where[0][value]"}
    where = {part: sent[name] for part, name in named.items() if name in sent}
    return ListQuery(
        where=(Where(**where),) if where else (),
        select=tuple(sent["select"].split(",")) if "select" in sent else (),
        order_by=sent.get("orderBy", "createdAt"),  # EspoCRM's default, which our client does not leave to it
        order=sent.get("order", "desc"),
        offset=int(sent.get("offset", 0)),
        max_size=int(sent.get("maxSize", 200)),
    )


async def call(crm: EspoCrmClient, recording: Recording) -> Any:
    """What was recorded, by our client's methods."""
    sent = recording["request"]
    path, body = sent["path"].split("/")[3:], sent["body"]
    if path[0] == "Note":
        if "usersIds" in body:
            return await crm.post_note(UsersNote(users=tuple(body["usersIds"]), text=body["post"]))
        return await crm.post_note(RecordNote(party_id=body["parentId"], text=body["post"]))
    if len(path) == 1:
        return (await crm.find(query(recording))).rows
    if sent["method"] == "GET":
        return (await crm.read(path[1])).attributes
    version = sent["headers"].get("X-Version-Number")
    return (await crm.write(path[1], body, version=int(version) if version else None)).attributes


async def outcome(crm: EspoCrmClient, recording: Recording) -> object:
    """What a caller gets: the value, or the fault with all that is decided by it."""
    try:
        return await call(crm, recording)
    except SyncFault as fault:
        return (fault.code, fault.field, fault.wait, fault.surely_refused, fault.blame, str(fault))


OTHERWISE = ("list-03", "sw-01", "sw-06")
"""Our client goes on where these were refused: test_espocrm_switches.py."""


def is_ours(name: str, recording: Recording) -> bool:
    """Whether our client can make this call with an API key."""
    sent = recording["request"]
    path = sent["path"].split("/")[3:]
    with_key = recording["authKind"] == "apikey" and recording["authUser"] is not None
    known = path[0] in ("CBeteiligte", "CAkte", "CGibtEsNicht", "Account", "Note")
    flat = {"where[0][type]", "where[0][attribute]", "where[0][value]", "where[0][dateTime]", "where[0][timeZone]"}
    plain = {"maxSize", "offset", "select", "orderBy", "order"}
    names = {part[0] for part in sent["query"]}
    method = sent["method"] in ("GET", "PUT") or path[0] == "Note"
    return (
        with_key
        and known
        and method
        and (sent["body"] is not None or sent["method"] == "GET")
        and names <= flat | plain
        and name != "list-16-where-after-with-datetime-flag"
        and not name.startswith(OTHERWISE)
        and not name.startswith("auth-1")
    )


OURS = [name for name, recording in EXCHANGES.items() if is_ours(name, recording)]


@pytest.mark.parametrize("name", OURS)
async def test_the_stand_in_and_the_recording_come_out_the_same(name: str) -> None:
    """Same call, same client; once against what was recorded, once against the stand-in."""
    recording = EXCHANGES[name]
    crm = as_before(recording)
    async with serve(playback(recording)) as url, client(url, recording, "any") as recorded:
        wanted = await outcome(recorded, recording)
    key = crm.users.all[recording["authUser"]].key
    async with serve(crm.app) as url, client(url, recording, key) as simulated:
        got = await outcome(simulated, recording)

    assert got == wanted


def test_every_operation_of_the_client_is_among_them() -> None:
    """Read, write, list, note; a success and a refusal of each."""
    kinds = {(EXCHANGES[name]["request"]["method"], "Note" in EXCHANGES[name]["request"]["path"]) for name in OURS}
    assert kinds == {("GET", False), ("PUT", False), ("POST", True)}
    assert len(OURS) > 60


FAULTS = {
    "CredentialsRefused": "auth-02 auth-03 auth-04 auth-08 auth-09 auth-10",
    "Throttled": "auth-16 auth-17 auth-18",
    "NoRight": "auth-15 err-09 err-10 err-11 list-03 sw-06 ntf-01 ntf-09 ntf-19 rest-25 wh-08 wh-09 wh-10 wh-11 "
    "write-assignedUserId-gibtsnicht",
    "Gone": "rest-20 rest-21 rest-22 wh-18",
    "ConfigurationFault": "err-16 err-19 rest-23 rest-24",
    "Stale": "occ-03",
    "Transient": "err-04 list-22 write-istAktiv-None",
    "Rejected": "err-01 err-02 err-15 list-10 list-11 list-12 list-14 rest-11 sw-04",
    "Duplicate": "rest-14 rest-16 sw-01",
    "RecordRefused": "sw-02 sw-03",
    "Locked": "sw-05",
}
"""By fault: the recordings, by the beginning of their names. All other refused writes are Rejected, too."""
ERRORS = [name for name, recording in EXCHANGES.items() if recording["response"]["status"] >= 400]


def _fault_of(name: str) -> str:
    found = [code for code, names in FAULTS.items() if any(name.startswith(part) for part in names.split())]
    assert len(found) <= 1, f"{name} stands under {found}"
    return found[0] if found else "Rejected" if name.startswith("write-") else ""


@pytest.mark.parametrize("name", ERRORS)
async def test_a_recorded_error_becomes_one_fault(name: str) -> None:
    """Every recorded answer that is no success, whoever was asked for what."""
    recording = EXCHANGES[name]
    async with serve(playback(recording)) as url, client(url, recording, "any") as crm:
        with pytest.raises(SyncFault) as caught:
            await crm.read("1")

    fault, told = caught.value, recording["response"]
    assert fault.code == _fault_of(name)
    body = told.get("body")
    translated = body.get("messageTranslation") if told["status"] == 400 and isinstance(body, dict) else None
    assert fault.field == (translated["data"].get("field") if translated else None)
    assert fault.wait == (
        LOCK_OUT if fault.code == "Throttled" else timedelta(minutes=1) if told["status"] == 401 else None
    )
    assert fault.surely_refused is (told["status"] in (401, 403))
    assert fault.blame is (Blame.UNCLEAR if told["status"] == 500 else fault.__class__.blame)
    values = str(recording["request"]["body"] or "")
    assert [part for part in values.split("'")[3::4] if len(part) > 3 and part in str(fault)] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sw-02-before-save-api-script-a", "Record is archived."),
        ("sw-04-before-save-bad-request-v10-a", "Unvollständig."),
        ("err-10-forbidden-edit", "No edit access."),
    ],
)
async def test_what_the_system_said_is_kept_for_people_and_not_in_the_message(name: str, said: str) -> None:
    """The header holds raw UTF-8; the text is a script's, so it may hold a value and must reach no log."""
    recording = EXCHANGES[name]
    without = {**recording, "response": {**recording["response"], "body": None}}
    for told in (recording, without):
        async with serve(playback(told)) as url, client(url, recording, "any") as crm:
            with pytest.raises(SyncFault) as caught:
                await crm.write("1", {})

        assert caught.value.said == said
        assert said not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("70", 70),
        (" 5 ", 5),
        ("0", 0),
        ("99999999999999999999", 3600),
        ("7200", 3600),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Fri, 31 Dec 2999 23:59:59 GMT", 3600),
        ("", None),
        ("bald", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_an_hour(text: str, seconds: int | None) -> None:
    """Nonsense is ignored: a hostile or broken header never puts a party off for days."""
    wait = wire_errors.retry_after(HttpAnswer(503, httpx.Headers({"Retry-After": text}), b""))

    assert wait == (None if seconds is None else timedelta(seconds=seconds))


async def test_an_id_in_another_case_is_no_record_s() -> None:
    """A database that ignores case would else give one record two locks."""

    async def answer(_: Request) -> Response:
        return JSONResponse({"id": "6b04cf61b158069fb", "lastName": "x"})

    app = Starlette(routes=[Route("/{rest:path}", answer)])
    async with serve(app) as url, EspoCrmClient(EspoCrmAccess(url=url, api_key=SecretStr("k"))) as crm:
        with pytest.raises(Gone):
            await crm.read("6B04CF61B158069FB")
        assert (await crm.read("6b04cf61b158069fb")).attributes["lastName"] == "x"
