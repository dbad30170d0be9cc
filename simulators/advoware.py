"""A stand-in for Advoware: token with signature, GET, POST, PUT as full replace, silently ignored fields.

Not done: sub-resources, product and role checks, rate limits, the real field lengths (only `name` has one, 80).
Sources: facts/advoware.md §1, §2.
"""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.calls import Call, Calls
from simulators.clock import Clock
from simulators.faults import Effect, Faults
from simulators.gate import Gate

WRITABLE = ("name", "vorname", "rechtsform", "titel", "anrede", "bAnrede", "zusatz", "geburtsdatum")
IGNORED = ("art", "kurzname", "geburtsname", "familienstand", "handelsRegisterNummer", "registergericht")
PREFIX = "/api/v1/advonet/Beteiligte"
LONGEST_NAME = 80

Record = dict[str, object]


class Advoware:
    """State, faults, counters, and the ASGI app."""

    def __init__(self, calls: Calls, faults: Faults, clock: Clock) -> None:
        """An empty firm."""
        self.records: dict[int, Record] = {}
        gate = Gate(calls, faults, clock)
        self.settings = {
            "app_id": "DEMO-APP",
            "kanzlei": "4711",
            "database": "demo",
            "user": "SYN",
            "password": secrets.token_urlsafe(12),
            "api_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        self.post_answers_row_id = True
        self.has_search = False
        self.ignores: set[str] = set()
        """Writable fields that this installation ignores as well."""
        self._tokens: set[str] = set()
        self._next = 104_000
        self.app = Starlette(
            routes=[
                gate.route("/security/api/v1/Token", {"POST": ("advoware.token", self._token)}),
                gate.route(
                    PREFIX, {"GET": ("advoware.search", self._search), "POST": ("advoware.create", self._create)}
                ),
                gate.route(
                    PREFIX + "/{id:int}",
                    {
                        "GET": ("advoware.read", self._read),
                        "PUT": ("advoware.replace", self._replace),
                        "DELETE": ("advoware.delete", self._delete),
                    },
                ),
            ]
        )

    # ------------------------------------------------------------------ what a person does in Advoware

    def add(self, **fields: object) -> int:
        """A new party; its betNr."""
        self._next += 1
        empty: Record = dict.fromkeys((*WRITABLE, *IGNORED))
        self.records[self._next] = {
            "betNr": self._next,
            **empty,
            **fields,
            "kommunikation": [{"tlf": "+49 30 1234", "kommKz": 1}],
        }
        self._touch(self._next)
        return self._next

    def edit(self, bet_nr: int, **fields: object) -> None:
        """An edit by a person, who may change every field."""
        self.records[bet_nr].update(fields)
        self._touch(bet_nr)

    def remove(self, bet_nr: int) -> None:
        """A delete by a person."""
        del self.records[bet_nr]

    def count(self, **fields: object) -> int:
        """Parties with these values."""
        return sum(all(record.get(k) == v for k, v in fields.items()) for record in self.records.values())

    def expire_tokens(self) -> None:
        """All tokens are refused from now on."""
        self._tokens.clear()

    def _touch(self, bet_nr: int) -> None:
        self.records[bet_nr]["rowId"] = "FBABAAAA" + secrets.token_hex(16).upper()
        self.records[bet_nr]["geaendertAm"] = datetime.now().replace(microsecond=0).isoformat()

    # ------------------------------------------------------------------ HTTP

    def _token(self, _: Request, raw: bytes, __: Call) -> tuple[Effect, Effect | None]:
        body = _object(raw)

        def effect() -> Response:
            signed = ":".join(str(body.get(key)) for key in ("Product", "AppID", "Nonce", "RequestTimeStamp"))
            key = base64.b64decode(self.settings["api_key"])
            expected = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha512).digest()).decode()
            known = body.get("AppID") == self.settings["app_id"] and body.get("Password") == self.settings["password"]
            if not known or not hmac.compare_digest(expected, str(body.get("HMAC512Signature"))):
                return JSONResponse({"message": "not authorised"}, 401)
            token = secrets.token_urlsafe(24)
            self._tokens.add(token)
            ends = datetime.now(UTC) + timedelta(minutes=55)
            return JSONResponse({"access_token": token, "expiration_utc": f"{ends:%Y-%m-%dT%H:%M:%S.%f}0Z"})

        return effect, None

    def _create(self, request: Request, raw: bytes, _: Call) -> tuple[Effect, Effect | None]:
        body = _object(raw)

        def effect() -> Response:
            if refused := self._refused(request) or _invalid(body):
                return refused
            bet_nr = self.add(**{name: body.get(name) for name in WRITABLE})
            answer = dict(self.records[bet_nr])
            if not self.post_answers_row_id:
                del answer["rowId"]
            return JSONResponse(answer)

        return effect, None

    def _search(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        text = request.query_params.get("Search", "")

        def effect() -> Response:
            if refused := self._refused(request):
                return refused
            if not self.has_search:
                return Response(status_code=405)
            return JSONResponse([r for r in self.records.values() if text and text in str(r.get("name"))])

        return effect, None

    def _read(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        bet_nr: int = request.path_params["id"]
        return lambda: self._unknown(request, bet_nr) or JSONResponse(self.records[bet_nr]), None

    def _replace(self, request: Request, raw: bytes, _: Call) -> tuple[Effect, Effect | None]:
        """Full replace: a field that was left out is lost; ignored ones keep their value."""
        bet_nr: int = request.path_params["id"]
        body = _object(raw)

        def effect() -> Response:
            if refused := self._unknown(request, bet_nr) or _invalid(body):
                return refused
            record = self.records[bet_nr]
            taken = [name for name in WRITABLE if name not in self.ignores]
            record.update({name: body.get(name) for name in taken})
            record["kommunikation"] = body.get("kommunikation", [])
            self._touch(bet_nr)
            return JSONResponse([record])

        return effect, None

    def _delete(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        return lambda: self._refused(request) or Response(status_code=403), None

    def _refused(self, request: Request) -> Response | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return None if kind == "Bearer" and token in self._tokens else Response(status_code=401)

    def _unknown(self, request: Request, bet_nr: int) -> Response | None:
        if refused := self._refused(request):
            return refused
        return None if bet_nr in self.records else JSONResponse({"message": "not found"}, 404)


def _object(raw: bytes) -> Record:
    try:
        parsed = json.loads(raw)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _invalid(body: Record) -> Response | None:
    if len(str(body.get("name") or "")) > LONGEST_NAME:
        return JSONResponse({"message": "name is too long", "field": "name"}, 400)
    return None
