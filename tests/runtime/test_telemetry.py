"""Figures and traces of the real processes: names, units, labels, one trace a sync, and no client's value anywhere."""

import asyncio
import contextlib
import io
import logging
import os
import re
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from temporalio.testing import WorkflowEnvironment

from beteiligte.faults import System, Transient
from docs_generator.__main__ import ROOT
from runtime.loading import SettingsError, load_all
from runtime.logs import WithoutValues
from runtime.settings import TelemetrySettings
from runtime.telemetry import SETTINGS, _Neutral, measured
from simulators.faults import Status
from simulators.server import serve
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
    collector: Collector
    logs: str

    def samples(self, name: str, text: str = "") -> list[dict[str, str]]:
        """Labels of a figure's samples, with its value as `value`."""
        found = (SAMPLE.match(line) for line in (text or self.worker).splitlines() if line.startswith(f"{name}{{"))
        return [{**dict(LABEL.findall(m[2])), "value": m[3]} for m in found if m]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


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


async def answering(url: str) -> str:
    """The body, as soon as somebody answers."""
    async with asyncio.timeout(30), httpx.AsyncClient() as http:
        while True:
            try:
                answer = await http.get(url)
                if answer.status_code == 200:
                    return answer.text
            except httpx.TransportError:
                await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def run(skipping: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Measured]:
    """A create by webhook, a conflict, and content that Advoware refuses, by the real worker and webhook service."""
    left, log = Measured(), list[str]()
    left.collector = Collector()
    async with World.open(skipping, working=False) as world, serve(left.collector.app()) as collector:
        left.world = world
        at_worker, at_webhook, port = (free_port() for _ in range(3))
        env = {
            **world.environment(),
            "TEMPORAL_ADDRESS": world.client.service_client.config.target_host,
            "TEMPORAL_TASK_QUEUE": world.queue,
            "TEMPORAL_STATE": str(tmp_path_factory.mktemp("state") / "temporal.db"),
            "SYNC_FIRST_WAIT": "10ms",
            "WEBHOOK_PORT": str(port),
            "WEBHOOK_ALLOW_UNSIGNED": "true",
            "TELEMETRY_WORKER_METRICS": f"127.0.0.1:{at_worker}",
            "TELEMETRY_WEBHOOK_METRICS": f"127.0.0.1:{at_webhook}",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
        }
        async with process("worker", env=env, log=log), process("starter", "webhook", env=env, log=log):
            await answering(f"http://127.0.0.1:{port}/health/ready")
            await the_story(world, f"http://127.0.0.1:{port}/webhook/beteiligte")
            left.worker = await answering(f"http://127.0.0.1:{at_worker}/metrics")
            left.webhook = await answering(f"http://127.0.0.1:{at_webhook}/metrics")
        left.logs = "\n".join(log)
        yield left


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


async def test_the_four_figures_come_out_at_one_endpoint_with_the_sdk_s_own(run: Measured) -> None:
    """Duration by decision, conflicts by group, API calls by system, failed ratio (design §8)."""
    decisions = {
        sample["decision"]: sample["value"] for sample in run.samples("beteiligte_sync_duration_seconds_count")
    }
    [conflict] = run.samples("beteiligte_conflicts_total")
    [failed] = [s for s in run.samples("beteiligte_syncs_total") if s["decision"] == "failed"]
    calls = {(s["system"], s["operation"], s["status"]): s["value"] for s in run.samples("beteiligte_api_calls_total")}

    assert decisions == {"create": "1", "conflict": "1", "failed": "1"}
    assert (conflict["field_group"], conflict["winner"], conflict["kind"]) == ("stammdaten", "espocrm", "conflict")
    assert (failed["status"], failed["cause"], failed["system"]) == ("permanently_failed", "Rejected", "advoware")
    assert calls["advoware", "create", "200"] == "1"
    assert calls["advoware", "replace", "503"] == "1"
    assert run.samples("beteiligte_api_duration_seconds_sum")
    assert run.samples("temporal_activity_execution_latency_seconds_count")
    assert run.samples("temporal_workflow_completed_total")


async def test_the_webhook_service_has_its_own_endpoint(run: Measured) -> None:
    """Deliveries by action and answer: their silence is a figure too."""
    found = {
        (s["action"], s["status"]): s["value"] for s in run.samples("beteiligte_webhook_deliveries_total", run.webhook)
    }

    assert found == {("create", "200"): "1", ("update", "200"): "2", ("update", "400"): "1"}
    [refused] = run.samples("beteiligte_webhook_refused_total", run.webhook)
    assert (refused["action"], refused["reason"], refused["value"]) == ("update", "body", "1")


@pytest.mark.parametrize("endpoint", ["worker", "webhook"])
async def test_names_units_and_labels_are_conventional(run: Measured, endpoint: str) -> None:
    """Counters end in _total and durations in _seconds; each label stands once and holds no id."""
    text: str = getattr(run, endpoint)
    party = next(iter(run.world.espocrm.records))
    bet_nr = str(run.world.bet_nr(party))
    kinds = dict(line.split()[2:4] for line in text.splitlines() if line.startswith("# TYPE"))

    assert [(name, kind) for name, kind in kinds.items() if kind == "counter" and not name.endswith("_total")] == []
    assert [(name, kind) for name, kind in kinds.items() if kind == "histogram" and not name.endswith("_seconds")] == []
    for line in text.splitlines():
        labels = LABEL.findall(line) if not line.startswith("#") else []
        assert len(dict(labels)) == len(labels), line
        assert [value for _, value in labels if party in value or value == bet_nr] == [], line
    assert f'service_name="beteiligte-{endpoint}"' in text


async def test_the_page_and_the_alerts_speak_of_figures_that_exist(run: Measured) -> None:
    """docs/figures.md and deploy/prometheus/alerts.yml name nothing that the endpoints do not serve."""
    served = {line.split()[2] for line in (run.worker + run.webhook).splitlines() if line.startswith("# TYPE")}
    served |= {f"{name}{suffix}" for name in served for suffix in ("_bucket", "_count", "_sum")}
    for page in ("docs/figures.md", "deploy/prometheus/alerts.yml"):
        named = set(re.findall(r"\b(?:beteiligte|temporal)_[a-z_]+\b", (ROOT / page).read_text(encoding="utf-8")))
        assert named
        assert named <= served, page


async def test_one_trace_leads_from_the_delivery_to_the_calls(run: Measured) -> None:
    """The webhook's span, the request, each activity, and each HTTP call below its activity."""
    trace = run.collector.trace_of("webhook create")
    calls = {
        "espocrm.read": "RunActivity:party.fetch",
        "advoware.create": "RunActivity:advoware.create",
        "espocrm.write": "RunActivity:espocrm.write_back",
    }

    asked = trace["SignalWithStartWorkflow:Beteiligter"]
    assert asked.parent_span_id == trace["webhook create"].span_id
    for call, activity in calls.items():
        assert trace[call].parent_span_id == trace[activity].span_id, call
    assert {service for service, _ in run.collector.spans} == {"beteiligte-worker", "beteiligte-webhook"}


async def test_no_value_of_a_client_is_in_figures_spans_or_logs(run: Measured) -> None:
    """P15, with values that travelled, conflicted and were refused."""
    assert run.collector.spans
    assert "draining" in run.logs
    for name, text in (
        ("worker figures", run.worker),
        ("webhook figures", run.webhook),
        ("logs", run.logs),
        ("spans", run.collector.raw.decode("latin-1")),
    ):
        assert CANARY not in text, name


def failing() -> Iterator[None]:
    """An unforeseen error that quotes a value, caused by a fault of ours."""
    try:
        raise Transient("advoware did not answer", system=System.ADVOWARE)
    except Transient as fault:
        raise KeyError(CANARY) from fault


def test_a_span_keeps_an_error_s_type_and_drops_its_text() -> None:
    """Whatever exporter is behind it."""
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(_Neutral(kept)))
    with contextlib.suppress(KeyError), provider.get_tracer("test").start_as_current_span("step") as span:
        span.set_attribute("http.response.status_code", 500)
        failing()

    [seen] = kept.get_finished_spans()
    assert CANARY not in seen.to_json()
    assert [dict(event.attributes or {}) for event in seen.events] == [{"exception.type": "KeyError"}]
    assert (seen.name, seen.status.is_ok, dict(seen.attributes or {})) == (
        "step",
        False,
        {"http.response.status_code": 500},
    )


def test_a_log_keeps_an_error_s_stack_and_type_and_drops_its_text() -> None:
    """A fault's own text stays: it holds ids only."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(WithoutValues("%(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        failing()
    except KeyError:
        logger.exception("it failed")

    assert CANARY not in out.getvalue()
    assert "in failing" in out.getvalue()
    assert out.getvalue().rstrip().endswith("KeyError")
    assert "Transient: advoware did not answer" in out.getvalue()


def logged(error: Exception) -> str:
    """What stands in the log of it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(WithoutValues("%(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise error
    except type(error):
        logger.exception("it failed: \x1b[2J")
    return out.getvalue()


def test_a_log_keeps_number_and_path_of_an_error_of_the_system() -> None:
    """Without them nobody knows what to mend; its text is dropped like any other."""
    full = logged(OSError(28, CANARY, "state/temporal.db"))

    assert full.rstrip().endswith("OSError: ENOSPC 28 state/temporal.db")
    assert CANARY not in full
    assert logged(OSError(CANARY)).rstrip().endswith("OSError")
    assert logged(ssl.SSLError(1, CANARY)).rstrip().endswith("SSLError")


def test_a_log_steers_no_terminal() -> None:
    assert "it failed: \\x1b[2J" in logged(OSError(28, CANARY, "\x1b[2J"))
    assert "\x1b" not in logged(OSError(28, CANARY, "\x1b[2J"))


def test_an_address_that_is_taken_is_named() -> None:
    """No second worker fails silently to be measured."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(SettingsError, match=taken), measured("test", load_all(*SETTINGS), metrics_at=taken):
            pass


@pytest.mark.parametrize("address", ["9464", "localhost:9464", "127.0.0.1", "http://127.0.0.1:9464"])
def test_an_address_that_is_none_is_refused_at_start(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the form that is wanted."""
    monkeypatch.setenv("TELEMETRY_WORKER_METRICS", address)
    with pytest.raises(SettingsError, match="TELEMETRY_WORKER_METRICS: write an IP address and a port"):
        load_all(TelemetrySettings)
