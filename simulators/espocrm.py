"""A stand-in for EspoCRM 9.2.7 with the entity type CBeteiligte (Person, stream on).

Not done: relations, teams, mass actions, imports, e-mail, admin API, lock-out by address (plan a Status(403) fault),
Webhook records over HTTP, list conditions other than those in `_matches`.
Sources: facts/espocrm.md; recordings rest-*, err-*, list-*, occ-*, whd-*.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.calls import Call, Calls
from simulators.clock import Clock
from simulators.deliveries import Deliveries
from simulators.espocrm_values import ATTRIBUTES, Attributes, Invalid
from simulators.faults import Effect, Faults
from simulators.gate import Gate

API = "/api/v1"
TYPE = "CBeteiligte"
INTEGRATION = "integration"
PERSON = "sachbearbeiter"


class EspoCrm:
    """State, faults, counters, webhooks, and the ASGI app."""

    def __init__(
        self,
        calls: Calls,
        faults: Faults,
        clock: Clock,
        *,
        optimistic_concurrency: bool = False,
        dirty_formula: bool = False,
    ) -> None:
        """An empty CRM with two users: the integration and a person."""
        self.records: dict[str, Attributes] = {}
        self.deleted: set[str] = set()
        self.notes: list[Attributes] = []
        gate = Gate(calls, faults, clock)
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
                gate.route(f"{API}/Note", {"POST": ("espocrm.note", self._note)}),
                gate.route(
                    f"{API}/{TYPE}",
                    {"GET": ("espocrm.list", self._listing), "POST": ("espocrm.create", self._create)},
                ),
                gate.route(
                    f"{API}/{TYPE}/{{id}}",
                    {
                        "GET": ("espocrm.read", self._read),
                        "PUT": ("espocrm.write", self._put),
                        "PATCH": ("espocrm.write", self._put),
                        "DELETE": ("espocrm.delete", self._remove),
                    },
                ),
                Route(f"{API}/Notification", _no_notification, methods=["POST"]),
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

    def _known(self, request: Request, answer: Callable[[str], Response]) -> tuple[Effect, Effect | None]:
        """The answer for a known user; invalid values and unreadable JSON as Espo refuses them."""

        def effect() -> Response:
            user = self._user(request)
            if user is None:
                return Response(status_code=401, media_type="text/html")
            try:
                return answer(user)
            except Invalid as invalid:
                return _validation(invalid)
            except ValueError:
                return Response(status_code=500)

        return effect, None

    def _on_record(
        self, request: Request, answer: Callable[[Attributes, str], Response]
    ) -> tuple[Effect, Effect | None]:
        party_id = request.path_params["id"]
        missing = f"Record {party_id} does not exist."
        return self._known(
            request,
            lambda user: answer(self.records[party_id], user) if party_id in self.records else _error(404, missing),
        )

    def _read(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        return self._on_record(request, lambda record, user: JSONResponse(self._shown(record, user)))

    def _put(self, request: Request, raw: bytes, _: Call) -> tuple[Effect, Effect | None]:
        def answer(record: Attributes, user: str) -> Response:
            body = _body(request, raw)
            if conflict := self._modified(request, record, body):
                return conflict
            self._write(record, body, user)
            return JSONResponse(self._shown(record, user))

        return self._on_record(request, answer)

    def _modified(self, request: Request, record: Attributes, body: Attributes) -> Response | None:
        """409 for a stale version, if a written value differs from the stored one (recording occ-03)."""
        sent = request.headers.get("X-Version-Number", "")
        values = {name: record.get(name) for name in body if record.get(name) != body[name]}
        if not self._versions or not sent or int(sent) == record["versionNumber"] or not values:
            return None
        current = {"values": values, "versionNumber": record["versionNumber"]}
        return JSONResponse(current, 409, headers={"X-Status-Reason": "modified"})

    def _remove(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        def answer(record: Attributes, user: str) -> Response:
            self.delete(str(record["id"]), user=user)
            return JSONResponse(True)

        return self._on_record(request, answer)

    def _create(self, request: Request, raw: bytes, _: Call) -> tuple[Effect, Effect | None]:
        def answer(user: str) -> Response:
            party_id = self.add(user=user, **_body(request, raw))
            return JSONResponse({k: v for k, v in self._shown(self.records[party_id], user).items() if v is not None})

        return self._known(request, answer)

    def _note(self, request: Request, raw: bytes, _: Call) -> tuple[Effect, Effect | None]:
        def answer(_: str) -> Response:
            note: Attributes = {"id": secrets.token_hex(9)[:17], **_body(request, raw)}
            self.notes.append(note)
            return JSONResponse(note)

        return self._known(request, answer)

    def _listing(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        return self._known(request, lambda user: self._list(dict(parse_qsl(request.url.query)), user))

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


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


def _named(record: Attributes) -> Attributes:
    parts = [str(record[key]) for key in ("firstName", "lastName") if record.get(key)]
    record["name"] = " ".join(parts) or None
    return record


def _body(request: Request, raw: bytes) -> Attributes:
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


async def _no_notification(_: Request) -> Response:
    return _error(403, "No create access.")


async def _no_controller(request: Request) -> Response:
    name = request.path_params["rest"].partition("/")[0]
    return _error(404, f"Controller '{name}' does not exist.")
