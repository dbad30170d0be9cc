"""A door for what no API of the two systems can do: a person's edits in Advoware, faults, outages, the clock.

For other processes and for trying things by hand; JSON in and out, errors as {"error": ...}. In EspoCRM a person works
over its own API, with login and password. Not for the program: it knows nothing of this address.
"""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.faults import KINDS
from simulators.systems import Simulators
from simulators.visits import Fault

SYSTEMS = ("espocrm", "advoware")
Body = dict[str, object]


class Wrong(Exception):
    """A request that makes no sense; the message says what would."""


def app(world: Simulators) -> Starlette:
    """The application.

    GET /parties · POST /advoware, PUT and DELETE /advoware/<betNr> (fields) · POST /faults {"call", "fault", "times",
    "party", and the fault's own arguments}, GET (what no call has met), DELETE · POST and DELETE /outages/<system> ·
    POST /clock {"seconds"} · GET /calls (how many of each name).
    """
    firm, faults = world.advoware, world.faults

    async def parties(_: Request, __: Body) -> object:
        return {"espocrm": list(world.espocrm.records.values()), "advoware": list(firm.records.values())}

    async def add(_: Request, body: Body) -> object:
        return {"betNr": firm.add(**body)}

    async def edit(request: Request, body: Body) -> object:
        firm.edit(_known(request, firm.records), **body)
        return firm.records[request.path_params["bet_nr"]]

    async def remove(request: Request, _: Body) -> object:
        firm.remove(_known(request, firm.records))
        return {}

    async def plan(_: Request, body: Body) -> object:
        call, name = str(body.pop("call", "")), str(body.pop("fault", ""))
        times, party = body.pop("times", 1), body.pop("party", None)
        if not call:
            raise Wrong('name the call, for instance {"call": "advoware.create", "fault": "lost_answer"}')
        faults.plan(call, _fault(name, body), times=int(str(times)), party=None if party is None else str(party))
        return {"planned": faults.unused}

    async def planned(_: Request, __: Body) -> object:
        return {"planned": faults.unused}

    async def clear(_: Request, __: Body) -> object:
        faults.clear()
        return {}

    async def outage(request: Request, body: Body) -> object:
        name = str(body.pop("fault", "refused_before_effect"))
        faults.outage(_system(request), _fault(name, body))
        return {}

    async def lift(request: Request, _: Body) -> object:
        faults.lift(_system(request))
        return {}

    async def clock(_: Request, body: Body) -> object:
        try:
            world.clock.advance(timedelta(seconds=float(str(body["seconds"]))))
        except (KeyError, ValueError):
            raise Wrong('say by how much, for instance {"seconds": 60}') from None
        return {"now": world.clock.now().isoformat()}

    async def calls(_: Request, __: Body) -> object:
        return Counter(call.name for call in world.calls.since())

    return Starlette(
        routes=[
            _route("/parties", GET=parties),
            _route("/advoware", POST=add),
            _route("/advoware/{bet_nr:int}", PUT=edit, DELETE=remove),
            _route("/faults", POST=plan, GET=planned, DELETE=clear),
            _route("/outages/{system}", POST=outage, DELETE=lift),
            _route("/clock", POST=clock),
            _route("/calls", GET=calls),
        ]
    )


Action = Callable[[Request, Body], Awaitable[object]]


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


def _known(request: Request, records: Mapping[int, object]) -> int:
    bet_nr: int = request.path_params["bet_nr"]
    if bet_nr not in records:
        raise Wrong(f"no party has betNr {bet_nr}")
    return bet_nr


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
