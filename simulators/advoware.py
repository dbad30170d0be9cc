"""A stand-in for Advoware: discovery, token with signature, GET, POST, PUT as full replace, silently ignored fields.

What is only guessed of the real one (facts/advoware.md §2) is an option, the guess its default (advoware_habits.py).
Not done: sub-resources, product and role checks, rate limits, the real field lengths (only `name` has one, 80); the
search and the bulk listing answer a shape of our own, as none is published.
Sources: facts/advoware.md §1, §2.
"""

import copy
import itertools
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount

from simulators.advoware_habits import AdvowareHabits
from simulators.advoware_tokens import TokenService, addresses
from simulators.calls import Call, Calls
from simulators.clock import Clock
from simulators.fault_plan import Faults
from simulators.gate import Gate
from simulators.visits import Effect

WRITABLE = ("name", "vorname", "rechtsform", "titel", "anrede", "bAnrede", "zusatz", "geburtsdatum")
IGNORED = ("art", "kurzname", "geburtsname", "familienstand", "handelsRegisterNummer", "registergericht")
PREFIX = "/api/v1/advonet/Beteiligte"
LONGEST_NAME = 80

Record = dict[str, object]


@dataclass(frozen=True)
class AdvowareBackup:
    """The data at some moment. The next betNr is part of it: after a restore numbers are given again."""

    records: dict[int, Record]
    next: int


_FIRST = itertools.count(104_000, 10_000)
"""Each stand-in has betNr of its own, so that what is remembered of one never speaks of another."""


class Advoware(AdvowareHabits):
    """State, options, and the ASGI app."""

    def __init__(self, calls: Calls, faults: Faults, clock: Clock) -> None:
        """An empty firm."""
        super().__init__()
        self.records: dict[int, Record] = {}
        self.tokens = TokenService(clock)
        self.settings = self.tokens.access
        self._clock = clock
        self._next = next(_FIRST)
        self._before: dict[int, Record] = {}
        self._gate = Gate(calls, faults, clock)
        self.app = Starlette(routes=self._routes())

    # ------------------------------------------------------------------ what a person does in Advoware

    def add(self, **fields: object) -> int:
        """A new party; its betNr."""
        self._next += 1
        empty: Record = dict.fromkeys((*WRITABLE, *IGNORED))
        phone = [{"tlf": "+49 30 1234", "kommKz": 1}]
        self.records[self._next] = {"betNr": self._next, **empty, **fields, "kommunikation": phone}
        self._touch(self._next)
        return self._next

    def edit(self, bet_nr: int, **fields: object) -> None:
        """An edit by a person, who may change every field."""
        self._change(bet_nr, fields)

    def remove(self, bet_nr: int) -> None:
        """A delete by a person."""
        del self.records[bet_nr]

    def count(self, **fields: object) -> int:
        """Parties with these values."""
        return sum(all(record.get(k) == v for k, v in fields.items()) for record in self.records.values())

    def expire_tokens(self) -> None:
        """All tokens are refused from now on."""
        self.tokens.expire()

    def backup(self) -> AdvowareBackup:
        """The data as it is now."""
        return AdvowareBackup(copy.deepcopy(self.records), self._next)

    def restore_backup(self, backup: AdvowareBackup) -> None:
        """Put the data back, for instance by a day."""
        self.records.clear()
        self.records.update(copy.deepcopy(backup.records))
        self._next = backup.next
        self._before.clear()

    def _change(self, bet_nr: int, fields: Record, *, new_row_id: bool = True) -> None:
        self._before[bet_nr] = copy.deepcopy(self.records[bet_nr])
        self.records[bet_nr].update(fields)
        if new_row_id:
            self._touch(bet_nr)

    def _touch(self, bet_nr: int) -> None:
        self.records[bet_nr]["rowId"] = "FBABAAAA" + secrets.token_hex(16).upper()
        if self.stamps:
            self.records[bet_nr]["geaendertAm"] = self.stamp(self._clock.now())

    # ------------------------------------------------------------------ HTTP

    def _routes(self) -> list[BaseRoute]:
        """The same parties under the fixed address, the relay and the connector."""
        route = self._gate.route
        one = {
            "GET": ("advoware.read", self._read),
            "PUT": ("advoware.replace", self._replace),
            "DELETE": ("advoware.delete", self._delete),
        }
        parties: list[BaseRoute] = [
            route(PREFIX, {"GET": (_search_or_list, self._search), "POST": ("advoware.create", self._create)}),
            route(PREFIX + "/{id:int}", one),
        ]
        return [
            route("/AdvonetConfigurator/api/Url", {"GET": ("advoware.discover", self._discover)}),
            route("/security/api/v1/Token", {"POST": ("advoware.token", self._token)}),
            *parties,
            Mount("/relay", routes=parties),
            Mount("/connector", routes=parties),
        ]

    def _discover(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        return lambda: addresses(request, self.settings["kanzlei"], connector=self.has_connector), None

    def _token(self, _: Request, raw: bytes, __: Call) -> tuple[Effect, Effect | None]:
        return lambda: self.tokens.issue(_object(raw)), None

    def _create(self, request: Request, raw: bytes, _: Call) -> tuple[Effect, Effect | None]:
        body = self.inward(_object(raw))

        def effect() -> Response:
            if refused := self._refused(request) or _invalid(body):
                return refused
            bet_nr = self.add(**{name: body.get(name) for name in WRITABLE})
            answer = self._shown(bet_nr)
            if not self.post_answers_values:
                answer = {name: answer[name] for name in ("betNr", "rowId")}
            if not self.post_answers_row_id:
                del answer["rowId"]
            return JSONResponse([answer] if self.post_answers_list else answer)

        return effect, None

    def _search(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        text = request.query_params.get("Search")

        def effect() -> Response:
            if refused := self._refused(request):
                return refused
            if text is None and self.has_listing:
                return JSONResponse(self._listed(request))
            if text is None or not self.has_search:
                return Response(status_code=405)
            return JSONResponse([self._shown(number) for number in self._found(text)])

        return effect, None

    def _found(self, text: str) -> list[int]:
        if self.search_ignores_text:
            return list(self.records)
        return [number for number, record in self.records.items() if text and text in str(record.get("name"))]

    def _listed(self, request: Request) -> list[Record]:
        """A page by betNr; all at once where no `Limit` is given."""
        place = {} if self.listing_ignores_place else request.query_params
        after = int(place.get("After", "0"))
        numbers = sorted(number for number in self.records if number > after)
        limit = int(place.get("Limit", len(numbers)))
        lines = ({name: self.records[number][name] for name in ("betNr", "rowId")} for number in numbers[:limit])
        return [self.outward(line) for line in lines]

    def _read(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        bet_nr: int = request.path_params["id"]

        def answer(state: Callable[[], Record]) -> Response:
            if refused := self._unknown(request, bet_nr):
                return refused
            return JSONResponse([state()] if self.read_answers_list else state())

        def before() -> Record:
            return self._before.get(bet_nr, self.records[bet_nr])

        return lambda: answer(lambda: self._shown(bet_nr)), lambda: answer(before)

    def _shown(self, bet_nr: int) -> Record:
        """A record as it is answered."""
        return self.outward(self.records[bet_nr])

    def _replace(self, request: Request, raw: bytes, _: Call) -> tuple[Effect, Effect | None]:
        """Full replace: a field that was left out is lost; ignored ones keep their value."""
        bet_nr: int = request.path_params["id"]
        body = self.inward(_object(raw))

        def effect() -> Response:
            if refused := self._unknown(request, bet_nr, write=True) or self._overtaken(bet_nr, body) or _invalid(body):
                return refused
            fields = self._stored(body)
            moved = any(self.records[bet_nr].get(name) != value for name, value in fields.items())
            self._change(bet_nr, fields, new_row_id=moved or self.no_op_changes_row_id)
            return self._replaced(bet_nr)

        return effect, None

    def _stored(self, body: Record) -> Record:
        """What a PUT changes."""
        known = (*WRITABLE, *self.stores)
        names = [name for name in known if name not in self.ignores and self.property_names.get(name, name)]
        fields: Record = {name: body.get(name) for name in names if self.replaces or name in body}
        fields = {name: value for name, value in fields.items() if value or name not in self.keeps_filled}
        fields |= {name: str(fields[name]).upper() for name in self.alters if fields.get(name)}
        return {**fields, "kommunikation": body.get("kommunikation", [])}

    def _overtaken(self, bet_nr: int, body: Record) -> Response | None:
        """An older rowId, where that is a lock."""
        if not self.row_id_locks or body.get("rowId") == self.records[bet_nr]["rowId"]:
            return None
        return JSONResponse({"message": "changed meanwhile"}, 409)

    def _replaced(self, bet_nr: int) -> Response:
        """The answer to a PUT: observed is a list of the whole record (facts/advoware.md §2), the rest is a guess."""
        if self.put_answers == "nothing":
            return Response(status_code=204)
        names = {"numbers": ("betNr", "rowId"), "betNr": ("betNr",)}.get(self.put_answers)
        answer = {name: value for name, value in self._shown(bet_nr).items() if names is None or name in names}
        return JSONResponse([answer] if self.put_answers_list else answer)

    def _delete(self, request: Request, _: bytes, __: Call) -> tuple[Effect, Effect | None]:
        bet_nr: int = request.path_params["id"]

        def effect() -> Response:
            if refused := self._unknown(request, bet_nr):
                return refused
            if not self.allows_delete:
                return Response(status_code=403)
            self.remove(bet_nr)
            return Response(status_code=204)

        return effect, None

    def _refused(self, request: Request) -> Response | None:
        return None if self.tokens.of(request) else Response(status_code=401)

    def _unknown(self, request: Request, bet_nr: int, *, write: bool = False) -> Response | None:
        """Another database knows none of these parties."""
        token = self.tokens.of(request)
        if token is None:
            return Response(status_code=401)
        known = bet_nr in self.records and token.database == self.settings["database"]
        status = (self.write_to_nobody_status if write else None) or self.unknown_status
        return None if known else JSONResponse({"message": "not found"}, status)


def _search_or_list(request: Request) -> str:
    return "advoware.search" if "Search" in request.query_params else "advoware.list"


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
