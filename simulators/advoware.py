"""A stand-in for Advoware: token with signature, GET, POST, PUT as full replace, silently ignored fields.

Not done: sub-resources, product and role checks, rate limits, the real field lengths (only `name` has one, 80).
Sources: facts/advoware.md §1, §2.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.faults import Faults
from simulators.server import Calls, answered

WRITABLE = ("name", "vorname", "rechtsform", "titel", "anrede", "bAnrede", "zusatz", "geburtsdatum")
IGNORED = ("art", "kurzname", "geburtsname", "familienstand", "handelsRegisterNummer", "registergericht")
PREFIX = "/api/v1/advonet/Beteiligte"
LONGEST_NAME = 80

Record = dict[str, object]


class AdvowareSimulator:
    """State, faults, counters, and the ASGI app."""

    def __init__(self) -> None:
        """An empty firm."""
        self.records: dict[int, Record] = {}
        self.faults = Faults()
        self.calls = Calls()
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
        self._tokens: set[str] = set()
        self._next = 104_000
        self.app = Starlette(
            routes=[
                Route("/security/api/v1/Token", self._token, methods=["POST"]),
                Route(PREFIX, self._collection, methods=["GET", "POST"]),
                Route(PREFIX + "/{bet_nr:int}", self._one, methods=["GET", "PUT", "DELETE"]),
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

    async def _token(self, request: Request) -> Response:
        body = await request.json()

        async def effect() -> Response:
            signed = ":".join(str(body[key]) for key in ("Product", "AppID", "Nonce", "RequestTimeStamp"))
            key = base64.b64decode(self.settings["api_key"])
            expected = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha512).digest()).decode()
            known = body["AppID"] == self.settings["app_id"] and body["Password"] == self.settings["password"]
            if not known or not hmac.compare_digest(expected, str(body["HMAC512Signature"])):
                return JSONResponse({"message": "not authorised"}, 401)
            token = secrets.token_urlsafe(24)
            self._tokens.add(token)
            ends = datetime.now(UTC) + timedelta(minutes=55)
            return JSONResponse({"access_token": token, "expiration_utc": f"{ends:%Y-%m-%dT%H:%M:%S.%f}0Z"})

        return await answered(self.calls, self.faults, request, "advoware.token", "", effect)

    def _refused(self, request: Request) -> Response | None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return None if kind == "Bearer" and token in self._tokens else Response(status_code=401)

    async def _collection(self, request: Request) -> Response:
        body = await request.json() if request.method == "POST" else None

        async def create() -> Response:
            if refused := self._refused(request) or self._invalid(body):
                return refused
            bet_nr = self.add(**{name: body.get(name) for name in WRITABLE})
            answer = dict(self.records[bet_nr])
            if not self.post_answers_row_id:
                del answer["rowId"]
            return JSONResponse(answer)

        async def search() -> Response:
            text = request.query_params.get("Search", "")
            if refused := self._refused(request):
                return refused
            if not self.has_search:
                return Response(status_code=405)
            return JSONResponse([r for r in self.records.values() if text and text in str(r.get("name"))])

        call, effect = ("create", create) if request.method == "POST" else ("search", search)
        return await answered(self.calls, self.faults, request, f"advoware.{call}", "", effect)

    async def _one(self, request: Request) -> Response:
        bet_nr: int = request.path_params["bet_nr"]
        body = await request.json() if request.method == "PUT" else None

        async def effect() -> Response:
            if refused := self._refused(request):
                return refused
            if request.method == "DELETE":
                return Response(status_code=403)
            if bet_nr not in self.records:
                return JSONResponse({"message": "not found"}, 404)
            if request.method == "GET":
                return JSONResponse(self.records[bet_nr])
            return self._invalid(body) or self._replace(bet_nr, body)

        call = {"GET": "read", "PUT": "replace", "DELETE": "delete"}[request.method]
        return await answered(self.calls, self.faults, request, f"advoware.{call}", str(bet_nr), effect)

    def _invalid(self, body: object) -> Response | None:
        if not isinstance(body, dict):
            return JSONResponse({"message": "no object"}, 400)
        if len(str(body.get("name") or "")) > LONGEST_NAME:
            return JSONResponse({"message": "name is too long", "field": "name"}, 400)
        return None

    def _replace(self, bet_nr: int, body: Record) -> Response:
        """Full replace: a field that was left out is lost; ignored ones keep their value."""
        record = self.records[bet_nr]
        record.update({name: body.get(name) for name in WRITABLE})
        record["kommunikation"] = body.get("kommunikation", [])
        self._touch(bet_nr)
        return JSONResponse([record])
