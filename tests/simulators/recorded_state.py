"""The state in which an exchange was recorded, worked out from its request and its answer."""

import dataclasses
from email.utils import parsedate_to_datetime
from typing import Any

from simulators import EspoCrm
from simulators.espocrm_answers import scripted
from simulators.espocrm_types import PERSONS_OWN, EntityType, not_made
from tests.simulators.recorded import FILES, PARTIES, RECORDINGS, SWITCHED, Recording, seed, seed_webhook, stand_in

SWITCHES = "sw-"
INTEGRATION = {"9.2.7": "6b0ad8c5de3ed0d32", "10.0.0": "6b0adb914057e0c63"}
"""The ids of our user on the instances of those recordings."""
LOWERED = ("sw-06",)
"""Recorded with a lowered `recordListMaxSizeLimit`."""

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

LOCKED = ("sw-05",)
SCRIPTED = ("sw-02", "sw-03", "sw-04")


def as_before(recording: Recording) -> EspoCrm:
    """The stand-in as the real EspoCRM was when a request reached it; its clock stands at the recorded moment."""
    crm = stand_in(_moment(recording), _kind(recording))
    if recording["name"].startswith(SWITCHES):
        crm.users.all["integration"].id = INTEGRATION[recording["espocrm"]]
    if recording["name"].startswith(LOWERED):
        crm.limit_lists(100)
    _prepare(crm, recording)
    _forbid(crm, recording)
    return crm


def _kind(recording: Recording) -> EntityType:
    if recording["name"].startswith(SWITCHES):
        return dataclasses.replace(SWITCHED, versions=recording["espocrm"] == "10.0.0")
    if recording["name"].startswith("setup-"):
        made = recording["name"] != "setup-01-create-entity"
        return dataclasses.replace(not_made(), made=made, attributes=PERSONS_OWN if made else {})
    return FILES if "CAkte" in recording["request"]["path"] else PARTIES


def _forbid(crm: EspoCrm, recording: Recording) -> None:
    """A locked record, or a script of the firm that throws what was recorded."""
    name, path, answer = recording["name"], recording["request"]["path"], recording["response"]
    if name.startswith(LOCKED):
        crm.records[path.rpartition("/")[2]]["isLocked"] = True
    if name.startswith(SCRIPTED):
        crm.install(lambda *_: scripted(answer["status"], answer["body"]["message"]))


def _moment(recording: Recording) -> str:
    """The moment of the exchange, as its answer tells it."""
    body = recording["response"].get("body")
    if recording["name"].startswith(SWITCHES):
        return parsedate_to_datetime(recording["response"]["headers"]["Date"]).strftime("%Y-%m-%d %H:%M:%S")
    seen = body.get("modifiedAt") if isinstance(body, dict) else None
    return seen or "2026-11-24 00:00:00"


def _prepare(crm: EspoCrm, recording: Recording) -> None:
    path = recording["request"]["path"].split("/")[3:]
    body = recording["response"].get("body")
    if path[0] == "Webhook":
        _seed_webhooks(crm, recording, path[-1])
    elif path[0] == "Note":
        seed(crm, {**RECORDINGS["rest-02-read"]["response"]["body"], "id": "6b04d0aa7cb17d8b0", "name": "Notiz"})
    elif isinstance(body, dict) and "list" in body:
        _seed_list(crm, recording)
    elif len(path) == 2 and path[0] in (PARTIES.name, FILES.name):
        _seed_one(crm, recording, path[1])
        if recording["name"].startswith("sw-01"):
            _seed_namesake(crm, recording)
    elif recording["response"]["status"] == 409:
        for record in body:
            seed(crm, record)


def _seed_webhooks(crm: EspoCrm, recording: Recording, webhook_id: str) -> None:
    """Those that the answer shows, with another address where the request sets it; the one that is deleted."""
    method, body = recording["request"]["method"], recording["response"].get("body")
    for shown in reversed(body["list"]) if isinstance(body, dict) and "list" in body else [body]:
        if isinstance(shown, dict) and method != "POST":
            seed_webhook(crm, shown | ({"url": "before"} if method == "PUT" else {}))
    if method == "DELETE":
        seed_webhook(crm, RECORDINGS["wh-03-read"]["response"]["body"] | {"id": webhook_id})


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


def _seed_namesake(crm: EspoCrm, recording: Recording) -> None:
    """The other record of that name, as the refusal of the same request shows it; what was refused is of its name."""
    series, letter = recording["name"][:-1], recording["name"][-1]
    refused = RECORDINGS[series + {"b": "a", "d": "c"}.get(letter, letter)]
    for other in refused["response"]["body"]:
        seed(crm, other)
    record = crm.records[recording["request"]["path"].split("/")[4]]
    record |= {"firstName": "Erika", "lastName": "Muster", "name": "Erika Muster"}


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
