"""Both stand-ins in a process of their own, with a door for the bench: `python -m benchmarks.comparison.standins`.

Prints one line of JSON when it serves. Beside the stand-ins' own control interface, which sets latency, the door founds
parties, edits them, and tells as a stream when each is done.
"""

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from beteiligte.decide.decision import decide
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle import bookkeeping
from beteiligte.settle.settlement import settle
from simulators import control
from simulators.calls import Call
from simulators.server import Server
from simulators.systems import Simulators

RULES = Rules(table=PARTY_TABLE)
WRITABLE = PARTY_TABLE.writable
EXAMPLE = {"firstName": "Änne", "titel": "Dr.", "salutationName": "Ms.", "dateOfBirth": "1974-02-28"}


class StandInDoor:
    """What the bench may do to the stand-ins."""

    def __init__(self, world: Simulators) -> None:
        """It sees each call as it is answered."""
        self.world = world
        self._linked: dict[str, str] = {}
        """EspoCRM's id by betNr."""
        self._listeners: set[asyncio.Queue[str]] = set()
        self._close = world.calls.close
        world.calls.close = self._closed  # type: ignore[method-assign]

    def routes(self) -> list[Route]:
        """Below /bench."""
        return [
            Route("/found", self.found, methods=["POST"]),
            Route("/edit", self.edit, methods=["POST"]),
            Route("/unequal", self.unequal, methods=["POST"]),
            Route("/forget", self.forget, methods=["POST"]),
            Route("/done", self.done),
            Route("/token", self.token),
            Route("/calls", self.calls),
        ]

    async def found(self, request: Request) -> Response:
        """Parties that agree on both sides (`linked`), or stand in EspoCRM alone; their ids."""
        body = await request.json()
        return JSONResponse([self._found(number, linked=body["linked"]) for number in range(body["number"])])

    def _found(self, number: int, *, linked: bool) -> str:
        party_id = self.world.espocrm.add(lastName=f"Müßig {number}", **EXAMPLE)
        if linked:
            self._link(party_id)
        return party_id

    def _link(self, party_id: str) -> None:
        """As a sync by the program would have left it."""
        record = self.world.espocrm.records[party_id]
        values = from_espocrm(record, PARTY_TABLE).values  # type: ignore[arg-type]
        fields = {field.advoware: values[field.name] for field in PARTY_TABLE.rows if field.name in WRITABLE}
        bet_nr = self.world.advoware.add(**{**fields, "anrede": "Frau"})
        row = self.world.advoware.records[bet_nr]
        record["betnr"], now = bet_nr, datetime.now(UTC)
        situation = Situation(
            espocrm=bookkeeping.espo_snapshot(party_id, record, PARTY_TABLE, read_at=now),  # type: ignore[arg-type]
            advoware=bookkeeping.advoware_snapshot(bet_nr, str(row["rowId"]), row, PARTY_TABLE, read_at=now),  # type: ignore[arg-type]
        )
        settled = settle(situation, decide(situation, RULES), table=PARTY_TABLE)
        record.update(bookkeeping.body(settled, situation.espocrm, now=now))
        self._linked[str(bet_nr)] = party_id
        assert self._equal(party_id), (record, row)

    def _equal(self, party_id: str) -> bool:
        record = self.world.espocrm.records[party_id]
        row = self.world.advoware.records.get(record["betnr"])  # type: ignore[call-overload]
        if row is None or record["advowareRowId"] != row["rowId"] or record["syncStatus"] != "clean":
            return False
        left = from_espocrm(record, PARTY_TABLE).values  # type: ignore[arg-type]
        right = from_advoware(row, PARTY_TABLE).values
        return all(left.get(name) == right.get(name) for name in WRITABLE)

    async def edit(self, request: Request) -> Response:
        """A person edits each of them in EspoCRM."""
        body = await request.json()
        for party_id in body["ids"]:
            self.world.espocrm.edit(party_id, zusatz=body["text"])
        return JSONResponse({})

    async def unequal(self, request: Request) -> Response:
        """How many of them differ, or are not marked as clean."""
        return JSONResponse(sum(not self._equal(party_id) for party_id in (await request.json())["ids"]))

    async def token(self, _: Request) -> Response:
        """A token for Advoware, without the ceremony."""
        return JSONResponse(self.world.advoware.tokens.hand_out())

    async def calls(self, _: Request) -> Response:
        """API calls since the last `forget`, by name."""
        return JSONResponse(Counter(call.name for call in self.world.calls.since()))

    async def forget(self, _: Request) -> Response:
        """Forget calls and all parties."""
        self.world.calls._calls.clear()
        self.world.espocrm.records.clear()
        self.world.espocrm.store.before.clear()
        self.world.espocrm.store.index.forget()
        self.world.espocrm.deliveries.events.clear()
        self.world.advoware.records.clear()
        self.world.advoware._before.clear()
        self._linked.clear()
        return JSONResponse({})

    async def done(self, _: Request) -> Response:
        """Stream: `read` when Advoware's record was read, `equal` when EspoCRM was written and both sides agree."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._listeners.add(queue)
        return StreamingResponse(self._lines(queue), media_type="text/plain")

    async def _lines(self, queue: asyncio.Queue[str]) -> AsyncIterator[str]:
        try:
            yield "ready\n"
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)

    def _closed(self, call: Call, status: int | None) -> None:
        self._close(call, status)
        if status != 200 or not call.party:
            return
        if call.name == "espocrm.write" and self._equal(call.party):
            self._tell("equal", call.party)
        elif call.name == "advoware.read" and call.party in self._linked:
            self._tell("read", self._linked[call.party])

    def _tell(self, what: str, party_id: str) -> None:
        for queue in self._listeners:
            queue.put_nowait(f"{what} {party_id} {time.monotonic()}\n")


async def main() -> None:
    """Serve until SIGTERM."""
    world = Simulators()
    app = Starlette(routes=[Mount("/bench", routes=StandInDoor(world).routes()), Mount("/", app=control.app(world))])
    ended = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    front = Server(app)
    async with world.served():
        await front.start()
        print(json.dumps({"door": front.url, "environment": world.environment()}), flush=True)
        await ended.wait()
        await front.stop()


if __name__ == "__main__":
    asyncio.run(main())
