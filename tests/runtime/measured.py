"""A worker and a webhook service at work, and what they leave: figures, spans, logs; and a Prometheus that looks on."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beteiligte.faults import System, Transient
from simulators.faults import Status
from tests.world import World

CANARY = "Zinnoberfink"
"""A client's value: must be seen in neither figures, spans nor logs."""
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class Collector:
    """Takes traces as an OTLP collector does."""

    def __init__(self) -> None:
        self.raw = b""
        self.spans: list[tuple[str, Span]] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/v1/traces", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        body = await request.body()
        sent = ExportTraceServiceRequest.FromString(body)
        self.raw += body
        for resource in sent.resource_spans:
            service = next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
            self.spans += [(service, span) for scope in resource.scope_spans for span in scope.spans]
        return Response(content=b"", media_type="application/x-protobuf")

    def trace_of(self, name: str) -> dict[str, Span]:
        """The spans of the trace that the first span of this name belongs to, by name."""
        wanted = next(span.trace_id for _, span in self.spans if span.name == name)
        return {span.name: span for _, span in self.spans if span.trace_id == wanted}


class Measured:
    """What a run of the program left behind."""

    world: World
    worker: str
    webhook: str
    later: str
    """Of the worker, after an outage and a sweep."""
    again: str
    """Of a webhook service that was started anew, when it had asked Temporal what waits."""
    unanswered: list[str]
    """Queries of the dashboard without an answer; None: there was no Prometheus."""
    rules: dict[str, str]
    collector: Collector
    logs: str

    def samples(self, name: str, text: str = "") -> list[dict[str, str]]:
        """Labels of a figure's samples, with its value as `value`."""
        found = (SAMPLE.match(line) for line in (text or self.worker).splitlines() if line.startswith(f"{name}{{"))
        return [{**dict(LABEL.findall(m[2])), "value": m[3]} for m in found if m]


@asynccontextmanager
async def process(*command: str, env: dict[str, str], log: list[str]) -> AsyncIterator[None]:
    """A process of the program, ended by SIGTERM; its log is read to the end."""
    ours = ("ESPOCRM_", "ADVOWARE_", "TEMPORAL_", "SYNC_", "WEBHOOK_", "TELEMETRY_", "OTEL_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *command,
        env={**clean, **env},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    reading = asyncio.create_task(running.stderr.read())  # type: ignore[union-attr]
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.send_signal(signal.SIGTERM)
        log.append((await reading).decode())
        print(log[-1])  # a failure shows it
        await running.wait()


async def answering(url: str, holding: str = "") -> str:
    """The body, as soon as somebody answers, and it holds this."""
    async with asyncio.timeout(30), httpx.AsyncClient() as http:
        while True:
            try:
                answer = await http.get(url)
                if answer.status_code == 200 and holding in answer.text:
                    return answer.text
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def the_story(world: World, hook: str) -> None:
    """Three syncs of one party."""
    async with httpx.AsyncClient() as http:

        async def deliver(action: str) -> None:
            answer = await http.post(f"{hook}/{action}", json=[{"id": party, "lastName": CANARY}])
            assert answer.status_code == 200
            await world.closed(party)

        party = world.espocrm.add(lastName=CANARY)
        await deliver("create")
        world.espocrm.edit(party, titel=f"{CANARY} 1")
        world.advoware.edit(world.bet_nr(party), titel=f"{CANARY} 2")
        world.faults.plan("advoware.replace", Status(503))
        await deliver("update")
        world.espocrm.edit(party, lastName=CANARY * 8)
        await deliver("update")
        await http.post(f"{hook}/update", content=b"{", headers={"Content-Type": "application/json"})


async def what_follows(world: World, hook: str) -> None:
    """A party that waits for a person, one whose content is mended, an outage of EspoCRM that ends, a sweep."""
    async with httpx.AsyncClient() as http:

        async def deliver(party: str) -> None:
            assert (await http.post(f"{hook}/update", json=[{"id": party}])).status_code == 200
            await world.closed(party)

        await deliver(world.espocrm.add(lastName="", betnr=None))
        refused = next(iter(world.espocrm.records))
        world.espocrm.edit(refused, lastName=CANARY, titel="Mag.")
        await deliver(refused)
        party, _ = await linked(world)
        await deliver(party)
        world.espocrm.add(lastName="Niemand hat es gesagt")
        world.espocrm.edit(party, titel="Dr.")
        world.faults.outage("espocrm", Status(503))
        await deliver(party)
        world.faults.lift("espocrm")
        await world.recovered("espocrm")
        await world.reconcile()


async def linked(world: World) -> tuple[str, int]:
    """A party that both sides hold."""
    bet_nr = world.advoware.add(name="Verbunden")
    return world.espocrm.add(lastName="Verbunden", betnr=bet_nr), bet_nr


def failing() -> Iterator[None]:
    """An unforeseen error that quotes a value, caused by a fault of ours."""
    try:
        raise Transient("advoware did not answer", system=System.ADVOWARE)
    except Transient as fault:
        raise KeyError(CANARY) from fault
