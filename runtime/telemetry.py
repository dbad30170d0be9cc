"""Figures and traces of a process: one Prometheus endpoint, and spans where a collector is set (docs/figures.md).

Whoever measures knows only OpenTelemetry's API (clients, starter) or the workflow's meter (workflows). Here both come
out at the endpoint of Temporal's SDK, which serves its own figures there. Labels and spans hold ids and states at most,
never a client's value.
"""

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from temporalio.client import Interceptor
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from runtime.loading import Loaded
from runtime.meter_provider import SdkMeters
from runtime.ports import CannotListen
from runtime.settings import OtelSettings, Settings, TelemetrySettings

SETTINGS: tuple[type[Settings], ...] = (TelemetrySettings, OtelSettings)
"""What must be loaded."""

BUCKETS = {
    "beteiligte_sync_duration": (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_200, 3_600, 7_200),
    "beteiligte_difference_age": (1, 5, 15, 60, 180, 600, 1_800, 3_600, 7_200, 21_600, 86_400, 604_800),
    "beteiligte_sweep_duration": (1, 5, 15, 60, 300, 900, 3_600, 7_200, 21_600, 86_400),
    "beteiligte_outage_duration": (300, 900, 3_600, 7_200, 21_600, 43_200, 86_400, 259_200),
    "beteiligte_api_duration": (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
}
"""Seconds. A sync with its retry waits takes up to 85 minutes, a call 30 seconds at most; sweeps wait for people."""
EXCEPTION_TYPE = "exception.type"


@dataclass(frozen=True)
class Telemetry:
    """What a connection to Temporal needs so that it is measured."""

    runtime: Runtime | None = None
    interceptors: Sequence[Interceptor] = ()


@contextmanager
def measured(service: str, loaded: Loaded, *, metrics_at: str) -> Iterator[Telemetry]:
    """Measure this process, once; leaving sends the last spans.

    Args:
        service: `service_name` of its figures and spans.
        loaded: Says where spans go.
        metrics_at: IP and port where /metrics is served; empty: nowhere.

    Raises CannotListen when the address is taken or not this machine's.
    """
    runtime = _runtime(service, metrics_at)
    exporter = _exporter(loaded[OtelSettings].exporter_otlp_endpoint, console=loaded[TelemetrySettings].console)
    if exporter is None:
        yield Telemetry(runtime)
        return
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(BatchSpanProcessor(_Neutral(exporter)))
    trace.set_tracer_provider(provider)
    try:
        yield Telemetry(runtime, (TracingInterceptor(),))
    finally:
        provider.shutdown()


def core_logging_to_stderr() -> Runtime:
    """For commands: the SDK's core would else log to stdout, into the one JSON document that belongs there."""
    return Runtime(telemetry=TelemetryConfig(logging=_of_core()))


def _of_core() -> LoggingConfig:
    """What the SDK's core says, in our log, without its fields: of a run that hangs one holds the error's own text."""
    core = logging.getLogger("temporalio.core")
    forwarding = LogForwardingConfig(logger=core, append_target_to_name=False, append_log_fields_to_message=False)
    return LoggingConfig(filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)


def _runtime(service: str, address: str) -> Runtime:
    """Measured at this address, or nowhere. Raises CannotListen."""
    if not address:
        return Runtime(telemetry=TelemetryConfig(logging=_of_core()))
    served = PrometheusConfig(
        bind_address=address,
        # All three are off by default, and names change with them (temporal.md §8).
        durations_as_seconds=True,
        counters_total_suffix=True,
        unit_suffix=True,
        histogram_bucket_overrides=BUCKETS,
    )
    config = TelemetryConfig(
        logging=_of_core(), metrics=served, global_tags={"service_name": service}, attach_service_name=False
    )
    try:
        runtime = Runtime(telemetry=config)
    except ValueError as error:
        raise CannotListen(f"/metrics cannot be served at {address} ({error}): choose another address") from None
    metrics.set_meter_provider(SdkMeters(runtime.metric_meter))
    return runtime


def _exporter(traces_to: str, *, console: bool) -> SpanExporter | None:
    if traces_to:
        return OTLPSpanExporter(f"{traces_to.rstrip('/')}/v1/traces")
    return ConsoleSpanExporter(out=sys.stderr) if console else None


class _Neutral(SpanExporter):
    """Takes out of a span what an error's text or stack may hold: an unforeseen one might quote a client's value."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._inner.export([_neutral(span) for span in spans])

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def _neutral(span: ReadableSpan) -> ReadableSpan:
    if not span.events and not span.status.description:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=[_only_its_type(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _only_its_type(event: Event) -> Event:
    kept = {name: value for name, value in (event.attributes or {}).items() if name == EXCEPTION_TYPE}
    return Event(event.name, kept, event.timestamp)
