"""Figures and traces of the real processes: names, units, labels, one trace a sync, and no client's value anywhere."""

import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.testing import WorkflowEnvironment

from docs_generator.__main__ import ROOT
from docs_generator.dashboard import FILE
from runtime.loading import SettingsError, load_all
from runtime.ports import CannotListen, free_ports
from runtime.settings import SweepSettings, TelemetrySettings
from runtime.telemetry import SETTINGS, _Neutral, measured
from simulators.server import serve
from starter import schedules
from tests.deploy.prometheus import MISSING, PROGRAM, scraping
from tests.deploy.rules import figures, queries
from tests.runtime.measured import (
    CANARY,
    LABEL,
    Collector,
    Measured,
    answering,
    failing,
    process,
    the_story,
    what_follows,
)
from tests.world import World


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def run(skipping: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Measured]:
    """A create by webhook, a conflict, and content that Advoware refuses, by the real worker and webhook service.

    Then a question to people, an outage and a sweep; and, where it is installed, a Prometheus that looks on.
    """
    left, log = Measured(), list[str]()
    left.collector = Collector()
    async with AsyncExitStack() as stack:
        world = left.world = await stack.enter_async_context(World.open(skipping, working=False))
        collector = await stack.enter_async_context(serve(left.collector.app()))
        first, second, third = free_ports("127.0.0.1", 0, 0, 0)
        at_worker, at_webhook, port = f"127.0.0.1:{first}", f"127.0.0.1:{second}", str(third)
        env = {
            **world.environment(),
            "TEMPORAL_ADDRESS": world.client.service_client.config.target_host,
            "TEMPORAL_TASK_QUEUE": world.queue,
            "TEMPORAL_STATE": str(tmp_path_factory.mktemp("state") / "temporal.db"),
            "SYNC_FIRST_WAIT": "10ms",
            "OUTAGE_FIRST_PROBE": "10ms",
            "WEBHOOK_PORT": port,
            "WEBHOOK_ALLOW_UNSIGNED": "true",
            "TELEMETRY_WORKER_METRICS": at_worker,
            "TELEMETRY_WEBHOOK_METRICS": at_webhook,
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
        }
        looking = scraping(tmp_path_factory.mktemp("seen"), {"worker": at_worker, "webhook": at_webhook})
        prometheus = await stack.enter_async_context(looking) if PROGRAM else None
        await stack.enter_async_context(process("worker", env=env, log=log))
        await stack.enter_async_context(scheduled(world))
        hook = f"http://127.0.0.1:{port}"
        async with process("starter", "webhook", env=env, log=log):
            await answering(f"{hook}/health/ready")
            if prometheus:
                await prometheus.until('up{part="worker"} == 1 and on() up{part="webhook"} == 1')
            await the_story(world, f"{hook}/webhook/beteiligte")
            left.worker = await answering(f"http://{at_worker}/metrics")
            left.webhook = await answering(f"http://{at_webhook}/metrics")
            await what_follows(world, f"{hook}/webhook/beteiligte")
        async with process("starter", "webhook", env=env, log=log):
            left.again = await answering(f"http://{at_webhook}/metrics", holding="beteiligte_looked_timestamp_seconds")
            left.later = await answering(f"http://{at_worker}/metrics")
            if prometheus:
                await prometheus.until("beteiligte_looked_timestamp_seconds")
                left.rules = await prometheus.rules()
                left.unanswered = [where for where, query in queries() if not await prometheus.asked(query)]
        await stack.aclose()
        left.logs = "\n".join(log)
        yield left


@asynccontextmanager
async def scheduled(world: World) -> AsyncIterator[None]:
    """Schedules that are there, and start nothing while the story is told."""
    await schedules.apply(world.client, SweepSettings(), world.queue, observe=False)
    held = [world.client.get_schedule_handle(row.id) for row in schedules.TABLE]
    for one in held:
        await one.pause()
    try:
        yield
    finally:
        for one in held:
            await one.delete()


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


NOT_MET = {"beteiligte_state_bytes", "beteiligte_not_believed_total", "temporal_workflow_task_execution_failed_total"}
"""Of the embedded server's file, and of runs that hang: not in this story."""
SILENT_HERE = {
    "panel Broken A",
    "panel Words that were not believed, an hour A",
    "panel The embedded server's file A",
    "panel Runs that no worker can go on with, an hour A",
}


@pytest.mark.parametrize("page", ["docs/figures.md", FILE])
async def test_a_page_speaks_of_figures_that_are_served(run: Measured, page: str) -> None:
    """What is explained, and what is drawn."""
    everything = run.worker + run.webhook + run.later + run.again
    served = {line.split()[2] for line in everything.splitlines() if line.startswith("# TYPE")}
    named = figures((ROOT / page).read_text(encoding="utf-8"))

    assert named
    assert named - served <= NOT_MET


@pytest.mark.skipif(PROGRAM is None, reason=MISSING)
async def test_a_prometheus_answers_every_query_of_the_dashboard(run: Measured) -> None:
    """From running parts; those of the alerts are answered by nothing, or all would not be well."""
    panels = {where for where in run.unanswered if where.startswith("panel")}

    assert panels <= SILENT_HERE
    assert len(panels) < len(list(queries()))


@pytest.mark.skipif(PROGRAM is None, reason=MISSING)
async def test_a_prometheus_has_no_trouble_with_a_rule(run: Measured) -> None:
    """All were evaluated."""
    assert run.rules
    assert {name for name, health in run.rules.items() if health != "ok"} == set()


async def test_what_waits_and_what_is_wrong_are_figures(run: Measured) -> None:
    """As `conflicts` and `status` say it, by a service that was just started."""
    waiting = {
        s["cause"]: s["value"] for s in run.samples("beteiligte_waiting_parties", run.again) if s["value"] != "0"
    }
    trouble = {(s["cause"], s["weight"]): s["value"] for s in run.samples("beteiligte_trouble", run.again)}
    oldest = {s["cause"]: float(s["value"]) for s in run.samples("beteiligte_waiting_oldest_seconds", run.again)}

    assert int(waiting["no_name"]) >= 1, "the server may know parties of other tests, too"
    assert int(trouble["undecided", "needs_you"]) >= 1
    assert trouble["schedule_paused", "broken"] == "2"
    assert trouble["keys", "broken"] == "0", "what is not is shown as well: else it would never be taken back"
    assert oldest["no_name"] > 0


async def test_a_restart_is_no_silence_of_espocrm(run: Measured) -> None:
    """When the last delivery came is known before the next one comes."""
    before = {s["action"] for s in run.samples("beteiligte_webhook_last_delivery_timestamp_seconds", run.webhook)}
    after = {s["action"] for s in run.samples("beteiligte_webhook_last_delivery_timestamp_seconds", run.again)}

    assert before == after == {"create", "update"}


async def test_sweeps_outages_and_failed_attempts_are_counted(run: Measured) -> None:
    """With the system, and the cause."""
    [swept] = run.samples("beteiligte_sweeps_total", run.later)
    [outage] = run.samples("beteiligte_outages_total", run.later)
    attempts = {(s["step"], s["cause"]) for s in run.samples("beteiligte_attempts_failed_total", run.later)}

    assert (swept["kind"], swept["ended"], swept["value"]) == ("sweep", "done", "1")
    assert (outage["system"], outage["value"]) == ("espocrm", "1")
    assert run.samples("beteiligte_outage_duration_seconds_count", run.later)
    assert {("advoware.push", "Transient"), ("party.fetch", "Transient"), ("espocrm.fetch", "Transient")} <= attempts


async def test_how_long_both_sides_differed_is_measured_where_one_run_knows_both_ends(run: Measured) -> None:
    """A create, a conflict; not what a run before had left as failed, or as waiting for a system."""
    first, later = (
        {s["decision"]: s["value"] for s in run.samples("beteiligte_difference_age_seconds_count", text)}
        for text in (run.worker, run.later)
    )

    assert first == {"create": "1", "conflict": "1"}
    assert later == {"create": "2", "conflict": "1"}, "the one that the sweep created"


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


def test_an_address_that_is_taken_is_named() -> None:
    """No second worker fails silently to be measured."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(CannotListen, match=taken), measured("test", load_all(*SETTINGS), metrics_at=taken):
            pass


@pytest.mark.parametrize("address", ["9464", "localhost:9464", "127.0.0.1", "http://127.0.0.1:9464"])
def test_an_address_that_is_none_is_refused_at_start(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the form that is wanted."""
    monkeypatch.setenv("TELEMETRY_WORKER_METRICS", address)
    with pytest.raises(SettingsError, match="TELEMETRY_WORKER_METRICS: write an IP address and a port"):
        load_all(TelemetrySettings)
