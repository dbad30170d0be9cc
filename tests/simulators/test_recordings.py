"""The EspoCRM stand-in answers what the real one answered: status, reason, and the body value by value.

Each recorded exchange of an operation that the program uses is put to the stand-in in the state in which it was
recorded. `DIFFERENCES` names every value in which the two still differ, and why; a difference that goes away turns a
test red as well, so the table never says more than is so.
"""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from simulators import EspoCrm
from simulators.server import serve
from tests.simulators.recorded import FILES, PARTIES, RECORDINGS, Recording, request, seed, seed_webhook, stand_in

EXCHANGES = {name: recording for name, recording in RECORDINGS.items() if "response" in recording}
MADE_UP = {"id", "secretKey"}
"""Made anew at each create: only their form is compared."""
FORM = re.compile(r"[0-9a-f]{17}|[0-9a-f]{32}")

WHOLE = "MISSING"
NO_DERIVED = "what follows from an e-mail address, a phone number or an amount is not derived: the program has none"
DIFFERENCES: dict[str, tuple[set[str], str]] = {
    "rest-01-create": (
        {"emailAddressData", "phoneNumberData", "verzeichnisBetragConverted"},
        NO_DERIVED,
    ),
    "auth-12-app-user": (
        {"user", "acl", "preferences", "token", "settings", "language", "appParams"},
        "only who one is and the rights on the parties are there, as that is what a health check reads",
    ),
    "wh-13-admin-create": ({"userName"}, "a webhook without an owner, which only an administrator can make"),
}
"""By recording: the attributes in which the stand-in differs, and the reason."""

LOCKED_OUT = ("auth-16", "auth-17", "auth-18")
"""Recorded after fourteen logins with a wrong key."""
HIDDEN: dict[str, dict[str, object]] = {
    "list-16-where-after-with-datetime-flag": {"modifiedAt": "2026-11-23 22:00:00"},
    "list-20-or": {"betnr": 1, "syncStatus": "failed"},
    "list-21-textfilter": {},
}
"""What the rows of a list hold without showing it."""
DECOYS: dict[str, dict[str, object]] = {
    "date-01-where-after-timezone": {"advowareLastSync": "2026-11-05 09:00:00"},
    "date-02-where-after-plain": {"advowareLastSync": "2026-11-05 10:00:00"},
    "err-12-list-own": {},
    "list-06-where-array": {"syncStatus": "clean"},
    "list-15-where-after-utc": {"modifiedAt": "2026-11-23 22:38:41"},
    "list-16-where-after-with-datetime-flag": {"modifiedAt": "2026-11-23 21:30:00"},
    "list-18-where-iso": {"modifiedAt": "2026-11-23 22:38:41"},
    "list-20-or": {"betnr": 1, "syncStatus": "clean"},
    "list-21-textfilter": {"name": "Test2 Liste0002"},
    "list-25-where-email": {"emailAddress": "moritz@example.test"},
    "list-26-deleted-via-where": {},
    "list-28-where-between": {"advowareLastSync": "2026-11-06 00:00:00"},
}
"""A record that must not be in the answer."""


@pytest.mark.parametrize("name", EXCHANGES)
async def test_it_answers_as_recorded(name: str) -> None:
    """Status, reason, kind of content and every value of the body."""
    recording = EXCHANGES[name]
    crm = stand_in(_moment(recording), FILES if "CAkte" in recording["request"]["path"] else PARTIES)
    _prepare(crm, recording)

    async with serve(crm.app) as url, httpx.AsyncClient() as http:
        for _ in range(14 if name.startswith(LOCKED_OUT) else 0):
            await http.get(f"{url}/api/v1/App/user", headers={"X-Api-Key": "wrong"})
        answer = await http.send(request(crm, recording, url))

    wanted = recording["response"]
    assert answer.status_code == wanted["status"]
    assert answer.headers.get("X-Status-Reason") == wanted["headers"].get("X-Status-Reason")
    assert answer.headers["Content-Type"].lower() == wanted["headers"]["Content-Type"].lower()
    body = answer.json() if answer.content else None
    assert _differences(wanted.get("body"), body) == DIFFERENCES.get(name, (set(), ""))[0]


def test_each_difference_has_a_reason_and_a_recording() -> None:
    """Nothing is excused that was not recorded."""
    assert all(name in EXCHANGES and reason for name, (_, reason) in DIFFERENCES.items())


# ---------------------------------------------------------------------- the state before


def _moment(recording: Recording) -> str:
    """The moment of the exchange, as its answer tells it."""
    body = recording["response"].get("body")
    seen = body.get("modifiedAt") if isinstance(body, dict) else None
    return seen or "2026-11-24 00:00:00"


def _prepare(crm: EspoCrm, recording: Recording) -> None:
    method, path = recording["request"]["method"], recording["request"]["path"].split("/")[3:]
    body = recording["response"].get("body")
    if path[0] == "Webhook":
        for shown in reversed(body["list"]) if isinstance(body, dict) and "list" in body else [body]:
            if isinstance(shown, dict) and method != "POST":
                seed_webhook(crm, shown | ({"url": "before"} if method == "PUT" else {}))
        if method == "DELETE":
            seed_webhook(crm, RECORDINGS["wh-03-read"]["response"]["body"] | {"id": path[1]})
    elif path[0] == "Note":
        seed(crm, {**RECORDINGS["rest-02-read"]["response"]["body"], "id": "6b04d0aa7cb17d8b0", "name": "Notiz"})
    elif isinstance(body, dict) and "list" in body:
        _seed_list(crm, recording)
    elif len(path) == 2 and path[0] in (PARTIES.name, FILES.name):
        _seed_one(crm, recording, path[1])
    elif recording["response"]["status"] == 409:
        for record in body:
            seed(crm, record)


def _seed_one(crm: EspoCrm, recording: Recording, party_id: str) -> None:
    """The record as it was answered, but with other values where the request writes."""
    name, body = recording["name"], recording["response"].get("body")
    if recording["response"]["status"] == 404 and "HEAD" not in name:
        return
    record: dict[str, Any] = body if isinstance(body, dict) and "id" in body else {}
    if crm.store.type is PARTIES:
        record = {**RECORDINGS["rest-02-read"]["response"]["body"], **record}
    record = {**record, "id": party_id}
    if recording["request"]["method"] in ("PUT", "PATCH"):
        record |= {"modifiedAt": "2026-11-23 00:00:00", "modifiedById": None, "modifiedByName": None}
        role, sent = crm.users.all[recording["authUser"]].role, recording["request"]["body"] or {}
        taken = set(sent) & crm.store.type.attributes.keys() - role.readonly - role.unreadable
        record |= dict.fromkeys(taken) if recording["response"]["status"] == 200 else {}
    if "versionNumber" in record:
        record["versionNumber"] -= 1
    if name.startswith("occ-03"):
        record |= {"name": "B2", "versionNumber": 2}
    seed(crm, record)


def _seed_list(crm: EspoCrm, recording: Recording) -> None:
    """The rows of the page, as many records around it as were counted, and one that must not be found."""
    name, body, query = recording["name"], recording["response"]["body"], dict(recording["request"]["query"])
    hidden, rows = HIDDEN.get(name, {}), body["list"]
    for row in rows:
        seed(crm, {**hidden, **row})
    before = int(query.get("offset", 0))
    after = (1 if body["total"] == -1 else max(body["total"], 0)) - len(rows) - before
    last = rows[-1] if rows else {"createdAt": "2026-11-23 00:00:00"}
    first_ids, last_ids = ("0", "f") if query.get("order") == "asc" else ("f", "0")
    for number in range(before):
        seed(crm, {**last, **hidden, "id": f"{first_ids}{number:016x}"})
    for number in range(max(after, 1 if body["total"] == -1 else 0)):
        seed(crm, {**last, **hidden, "id": f"{last_ids}{number:016x}"})
    if (decoy := DECOYS.get(name)) is not None:
        seed(crm, {**last, **decoy, "id": "e" * 17})
        seed(crm, {**last, "id": "d" * 17, "deleted": True})


# ---------------------------------------------------------------------- comparing


def _differences(wanted: object, got: object) -> set[str]:
    """The attributes in which two bodies differ; `WHOLE` where they cannot be told apart by attributes."""
    wanted = None if wanted == "" else wanted
    if isinstance(wanted, dict) and isinstance(got, dict) and "list" in wanted:
        rows = zip(wanted["list"], got["list"], strict=False)
        equal = wanted["total"] == got["total"] and len(wanted["list"]) == len(got["list"])
        return set().union(*(_differences(left, right) for left, right in rows), set() if equal else {WHOLE})
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return set().union(*(_differences(left, right) for left, right in zip(wanted, got, strict=True)))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return {name for name in wanted.keys() | got.keys() if not _same(name, wanted, got)}
    return set() if wanted == got else {WHOLE}


def _same(name: str, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    if name not in wanted or name not in got:
        return False
    if name in MADE_UP:
        return bool(FORM.fullmatch(str(got[name]))) and len(str(got[name])) == len(str(wanted[name]))
    return bool(wanted[name] == got[name])
