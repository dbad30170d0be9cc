"""A stand-in for EspoCRM 9.2.7 with the entity type CBeteiligte (Person, stream on).

Not done: relations, teams, mass actions, imports, e-mail, admin API, lock-out by address (plan a Status(403) fault),
Webhook records over HTTP, list conditions other than those in `_matches`.
Sources: facts/espocrm.md; recordings rest-*, err-*, list-*, occ-*, whd-*.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.deliveries import Deliveries
from simulators.espocrm_values import ATTRIBUTES, Attributes, Invalid
from simulators.faults import Faults
from simulators.server import Calls, answered

API = "/api/v1"
TYPE = "CBeteiligte"
INTEGRATION = "integration"
PERSON = "sachbearbeiter"


class EspoCrmSimulator:
    """State, faults, counters, webhooks, and the ASGI app."""

    def __init__(self, *, optimistic_concurrency: bool = False, dirty_formula: bool = False) -> None:
        """An empty CRM with two users: the integration and a person."""
        self.records: dict[str, Attributes] = {}
        self.deleted: set[str] = set()
        self.notes: list[Attributes] = []
        self.faults = Faults()
        self.calls = Calls()
        self.deliveries = Deliveries()
        self.keys = {INTEGRATION: secrets.token_hex(16), PERSON: secrets.token_hex(16)}
        self.unreadable: set[str] = set()
        """Attributes that the integration's role may not read."""
        self.readonly: set[str] = set()
        """Attributes that it may not edit."""
        self.missing: set[str] = set()
        """Attributes that do not exist."""
        self._versions = optimistic_concurrency
        self._formula = dirty_formula
        self.app = Starlette(
            routes=[
                Route(f"{API}/Note", self._note, methods=["POST"]),
                Route(f"{API}/Notification", self._notification, methods=["POST"]),
                Route(f"{API}/{TYPE}", self._collection, methods=["GET", "POST"]),
                Route(f"{API}/{TYPE}/{{id}}", self._one, methods=["GET", "PUT", "PATCH", "DELETE"]),
                Route(f"{API}/{{rest:path}}", _no_controller),
            ]
        )

    # ------------------------------------------------------------------ what a person does in EspoCRM

    def add(self, *, user: str = PERSON, **attributes: object) -> str:
        """A new record; its id."""
        stored = self._stored(attributes)
        party_id = secrets.token_hex(9)[:17]
        moment = _now()
        record: Attributes = {
            "id": party_id,
            "deleted": False,
            **dict.fromkeys(ATTRIBUTES),
            "syncStatus": "pending_sync",
            "createdAt": moment,
            "createdById": user,
            "modifiedById": None,
            "modifiedByName": None,
            **({"versionNumber": 1} if self._versions else {}),
            **stored,
            "modifiedAt": moment,
        }
        self.records[party_id] = _named(record)
        shown = {key: value for key, value in record.items() if value is not None}
        self.deliveries.queue("create", user, shown)
        return party_id

    def edit(self, party_id: str, *, user: str = PERSON, **attributes: object) -> None:
        """An edit, by the same rules as over HTTP."""
        self._write(self.records[party_id], attributes, user)

    def delete(self, party_id: str, *, user: str = PERSON) -> None:
        """A soft delete."""
        self.deleted.add(party_id)
        del self.records[party_id]
        self.deliveries.queue("delete", user, {"id": party_id})

    # ------------------------------------------------------------------ rules

    def _stored(self, attributes: Mapping[str, object]) -> Attributes:
        return {
            name: ATTRIBUTES[name].stored(name, value)
            for name, value in attributes.items()
            if name in ATTRIBUTES and name not in self.missing
        }

    def _write(self, record: Attributes, attributes: Mapping[str, object], user: str) -> Attributes:
        """Store what changes; every PUT moves modifiedAt on a type with stream (facts/espocrm.md §2.3)."""
        allowed = {n: v for n, v in attributes.items() if user != INTEGRATION or n not in self.readonly}
        changed = {name: value for name, value in self._stored(allowed).items() if record.get(name) != value}
        if self._formula and changed and user != INTEGRATION and "syncStatus" not in changed:
            changed["syncStatus"] = "dirty"
        record.update(changed)
        record["modifiedAt"] = _now()
        if self._versions:
            record["versionNumber"] = int(str(record["versionNumber"])) + 1
        if record["modifiedById"] != user:
            changed |= {"modifiedById": user, "modifiedByName": user}
            record.update(modifiedById=user, modifiedByName=user)
        before = record.get("name")
        if _named(record)["name"] != before:
            changed["name"] = record["name"]
        if changed:
            self.deliveries.queue("update", user, {**changed, "id": record["id"]})
        return changed

    def _shown(self, record: Attributes, user: str) -> Attributes:
        hidden = self.missing | (self.unreadable if user == INTEGRATION else set())
        return {key: value for key, value in record.items() if key not in hidden}

    # ------------------------------------------------------------------ HTTP

    def _user(self, request: Request) -> str | None:
        key = request.headers.get("X-Api-Key", "")
        return next((user for user, known in self.keys.items() if secrets.compare_digest(known, key)), None)

    async def _one(self, request: Request) -> Response:
        party_id = request.path_params["id"]
        raw = await request.body()

        async def effect() -> Response:
            user = self._user(request)
            if user is None:
                return Response(status_code=401, media_type="text/html")
            record = self.records.get(party_id)
            if record is None:
                return _error(404, f"Record {party_id} does not exist.")
            if request.method == "GET":
                return JSONResponse(self._shown(record, user))
            if request.method == "DELETE":
                self.delete(party_id, user=user)
                return JSONResponse(True)
            return self._put(request, record, raw, user)

        call = {"GET": "read", "DELETE": "delete"}.get(request.method, "write")
        return await answered(self.calls, self.faults, f"espocrm.{call}", party_id, effect)

    def _put(self, request: Request, record: Attributes, raw: bytes, user: str) -> Response:
        try:
            body = _body(request, raw)
            stale = request.headers.get("X-Version-Number", "")
            if self._versions and stale and int(stale) != record["versionNumber"]:
                values = {name: record.get(name) for name in body if record.get(name) != body[name]}
                if values:
                    current = {"values": values, "versionNumber": record["versionNumber"]}
                    return JSONResponse(current, 409, headers={"X-Status-Reason": "modified"})
            self._write(record, body, user)
        except Invalid as invalid:
            return _validation(invalid)
        except ValueError:
            return Response(status_code=500)
        return JSONResponse(self._shown(record, user))

    async def _collection(self, request: Request) -> Response:
        raw = await request.body()

        async def create() -> Response:
            user = self._user(request)
            if user is None:
                return Response(status_code=401, media_type="text/html")
            try:
                party_id = self.add(user=user, **_body(request, raw))
            except Invalid as invalid:
                return _validation(invalid)
            except ValueError:
                return Response(status_code=500)
            return JSONResponse({k: v for k, v in self._shown(self.records[party_id], user).items() if v is not None})

        async def listing() -> Response:
            user = self._user(request)
            if user is None:
                return Response(status_code=401, media_type="text/html")
            return self._list(dict(parse_qsl(request.url.query)), user)

        call, effect = ("create", create) if request.method == "POST" else ("list", listing)
        return await answered(self.calls, self.faults, f"espocrm.{call}", "", effect)

    def _list(self, params: dict[str, str], user: str) -> Response:
        size = int(params.get("maxSize", "200"))
        if size > 200:
            return _error(403, "Max size should not exceed 200. Use offset and limit.")
        rows = [r for r in self.records.values() if all(_matches(r, where) for where in _where(params))]
        rows.sort(key=lambda r: (str(r.get(params.get("orderBy", "createdAt"))), str(r["id"])))
        if params.get("order", "asc") == "desc":
            rows.reverse()
        selected = {"id", "createdById", "assignedUserId", *params.get("select", "").split(",")}
        page = rows[int(params.get("offset", "0")) :][:size]
        shown = [self._shown(row, user) for row in page]
        if "select" in params:
            shown = [{key: value for key, value in row.items() if key in selected} for row in shown]
        return JSONResponse({"total": -1 if len(rows) > size else -2, "list": shown})

    async def _note(self, request: Request) -> Response:
        body = await request.json()

        async def effect() -> Response:
            if self._user(request) is None:
                return Response(status_code=401, media_type="text/html")
            note: Attributes = {"id": secrets.token_hex(9)[:17], **body}
            self.notes.append(note)
            return JSONResponse(note)

        return await answered(self.calls, self.faults, "espocrm.note", str(body.get("parentId", "")), effect)

    async def _notification(self, _: Request) -> Response:
        return _error(403, "No create access.")


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


def _named(record: Attributes) -> Attributes:
    parts = [str(record[key]) for key in ("firstName", "lastName") if record.get(key)]
    record["name"] = " ".join(parts) or None
    return record


def _body(request: Request, raw: bytes) -> dict[str, object]:
    """JSON under any other content type, or no object, is silently nothing (recordings err-05, err-06b)."""
    if not request.headers.get("Content-Type", "").startswith("application/json"):
        return {}
    parsed = json.loads(raw)
    return parsed if isinstance(parsed, dict) else {}


def _where(params: dict[str, str]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, value in params.items():
        if key.startswith("where["):
            number, _, part = key[6:].partition("][")
            found.setdefault(number, {})[part.rstrip("]")] = value
    return list(found.values())


def _matches(record: Attributes, where: dict[str, str]) -> bool:
    value, wanted = record.get(where["attribute"]), where.get("value")
    match where["type"]:
        case "equals":
            return str(value) == wanted
        case "notEquals":
            return str(value) != wanted
        case "isNull":
            return value is None
        case "isNotNull":
            return value is not None
        case _:
            return False


def _error(status: int, reason: str) -> Response:
    return Response(status_code=status, media_type="application/json", headers={"X-Status-Reason": reason})


def _validation(invalid: Invalid) -> Response:
    reason = f"Field validation failure; entityType: {TYPE}, field: {invalid.field}, type: {invalid.kind}."
    data = {"field": invalid.field, "type": invalid.kind}
    body = {"messageTranslation": {"label": "validationFailure", "scope": None, "data": data}}
    return JSONResponse(body, 400, headers={"X-Status-Reason": reason})


async def _no_controller(request: Request) -> Response:
    name = request.path_params["rest"].partition("/")[0]
    return _error(404, f"Controller '{name}' does not exist.")
