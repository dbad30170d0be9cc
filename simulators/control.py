"""A door for what no API of the two systems can do: a person's edits in Advoware, faults, outages, the clock.

For other processes and for trying things by hand; JSON in and out, errors as {"error": ...}. In EspoCRM a person works
over its own API, with login and password. Not for the program: it knows nothing of this address.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.advoware_habits import AdvowareHabits
from simulators.faults import KINDS
from simulators.systems import Simulators
from simulators.visits import Fault

SYSTEMS = ("espocrm", "advoware")
Body = dict[str, object]


class Wrong(Exception):
    """A request that makes no sense; the message says what would."""


Action = Callable[[Request, Body], Awaitable[object]]


def app(world: Simulators) -> Starlette:
    """The application.

    GET /parties · POST /advoware, PUT and DELETE /advoware/<betNr> (fields) · POST /faults {"call", "fault", "times",
    "party", and the fault's own arguments}, GET (what no call has met), DELETE · POST and DELETE /outages/<system> ·
    PUT /habits {"has_search": true} (how Advoware answers where that is only guessed, advoware_habits.py) ·
    POST /clock {"seconds"} · GET /calls (how many of each name).
    """
    hands = Hands(world)
    return Starlette(
        routes=[
            _route("/parties", GET=hands.parties),
            _route("/advoware", POST=hands.add),
            _route("/advoware/{bet_nr:int}", PUT=hands.edit, DELETE=hands.remove),
            _route("/faults", POST=hands.plan, GET=hands.planned, DELETE=hands.clear),
            _route("/outages/{system}", POST=hands.outage, DELETE=hands.lift),
            _route("/habits", PUT=hands.habits),
            _route("/clock", POST=hands.clock),
            _route("/calls", GET=hands.calls),
        ]
    )


@dataclass(frozen=True)
class Hands:
    """What can be done to the stand-ins; each takes a request and its body, and raises Wrong."""

    world: Simulators

    async def parties(self, _: Request, __: Body) -> object:
        """All records of both sides."""
        espocrm, firm = self.world.espocrm.records, self.world.advoware.records
        return {"espocrm": list(espocrm.values()), "advoware": list(firm.values())}

    async def add(self, _: Request, body: Body) -> object:
        """A person enters a party in Advoware."""
        return {"betNr": self.world.advoware.add(**body)}

    async def edit(self, request: Request, body: Body) -> object:
        """A person edits one in Advoware."""
        bet_nr = self._known(request)
        self.world.advoware.edit(bet_nr, **body)
        return self.world.advoware.records[bet_nr]

    async def remove(self, request: Request, _: Body) -> object:
        """A person deletes one in Advoware."""
        self.world.advoware.remove(self._known(request))
        return {}

    async def plan(self, request: Request, body: Body) -> object:
        """Let the next calls of a name meet a fault."""
        call, name = str(body.pop("call", "")), str(body.pop("fault", ""))
        times, party = body.pop("times", 1), body.pop("party", None)
        if not call:
            raise Wrong('name the call, for instance {"call": "advoware.create", "fault": "lost_answer"}')
        limited = None if party is None else str(party)
        self.world.faults.plan(call, _fault(name, body), times=int(str(times)), party=limited)
        return await self.planned(request, body)

    async def planned(self, _: Request, __: Body) -> object:
        """What no call has met yet."""
        return {"planned": self.world.faults.unused}

    async def clear(self, _: Request, __: Body) -> object:
        """Forget all faults and outages."""
        self.world.faults.clear()
        return {}

    async def outage(self, request: Request, body: Body) -> object:
        """Let every call of a system fail."""
        name = str(body.pop("fault", "refused_before_effect"))
        self.world.faults.outage(_system(request), _fault(name, body))
        return {}

    async def lift(self, request: Request, _: Body) -> object:
        """End an outage."""
        self.world.faults.lift(_system(request))
        return {}

    async def habits(self, _: Request, body: Body) -> object:
        """Let Advoware answer otherwise than is guessed."""
        advoware = self.world.advoware
        known = [name for name, value in vars(AdvowareHabits()).items() if isinstance(value, bool)]
        if wrong := [name for name, value in body.items() if name not in known or not isinstance(value, bool)]:
            raise Wrong(f"true or false, and one of {', '.join(known)}; not {', '.join(wrong)}")
        for name, value in body.items():
            setattr(advoware, name, value)
        return {name: getattr(advoware, name) for name in known}

    async def clock(self, _: Request, body: Body) -> object:
        """Let time pass in both systems."""
        try:
            self.world.clock.advance(timedelta(seconds=float(str(body["seconds"]))))
        except (KeyError, ValueError):
            raise Wrong('say by how much, for instance {"seconds": 60}') from None
        return {"now": self.world.clock.now().isoformat()}

    async def calls(self, _: Request, __: Body) -> object:
        """How many there were, by name."""
        return Counter(call.name for call in self.world.calls.since())

    def _known(self, request: Request) -> int:
        bet_nr: int = request.path_params["bet_nr"]
        if bet_nr not in self.world.advoware.records:
            raise Wrong(f"no party has betNr {bet_nr}")
        return bet_nr


def _route(path: str, **actions: Action) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(await actions[request.method](request, await _read(request)))
        except Wrong as wrong:
            return JSONResponse({"error": str(wrong)}, 400)

    return Route(path, endpoint, methods=list(actions))


async def _read(request: Request) -> Body:
    raw = await request.body()
    try:
        parsed = json.loads(raw or b"{}")
    except ValueError:
        raise Wrong("the body is no JSON") from None
    if not isinstance(parsed, dict):
        raise Wrong("the body is no JSON object")
    return parsed


def _system(request: Request) -> str:
    name: str = request.path_params["system"]
    if name not in SYSTEMS:
        raise Wrong(f"no system is called {name!r}; known: {', '.join(SYSTEMS)}")
    return name


def _fault(name: str, arguments: Body) -> Fault:
    if name not in KINDS:
        raise Wrong(f"no fault is called {name!r}; known: {', '.join(sorted(KINDS))}")
    try:
        return KINDS[name](**arguments)
    except TypeError as error:
        raise Wrong(f"fault {name}: {error}") from None
