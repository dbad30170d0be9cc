"""The worker and the webhook service, and where both show what they do."""

import re
from datetime import timedelta
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from contracts.selftest import SelfTestOrder
from runtime.settings.base import Settings, TakesEffect, config
from runtime.values import Secrets


ADDRESS = re.compile(r"(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):\d{1,5}")

MOST_PORT = 65_535


def _is_address(value: str) -> str:
    if value and not (ADDRESS.fullmatch(value) and int(value.rpartition(":")[2]) <= MOST_PORT):
        raise ValueError("write an IP address and a port, as 127.0.0.1:9464")
    return value


Address = Annotated[str, AfterValidator(_is_address)]
"""Where something is served; empty: nowhere."""


class WorkerSettings(Settings):
    """The worker process."""

    model_config = config("WORKER_")
    usually: ClassVar = TakesEffect.WORKER

    drain: timedelta = Field(timedelta(seconds=30), description="How long running activities may finish at shutdown.")
    sticky: timedelta = Field(
        timedelta(seconds=10),
        description="How long a party waits for the worker that last served it; after a crash another takes over then.",
    )
    test_again: Annotated[timedelta, TakesEffect.UP] = Field(
        SelfTestOrder().again,
        gt=timedelta(0),
        description="Time between two self-tests, while one fails: a wrong key or address, or an outage at the start.",
    )
    processes: int = Field(
        1,
        ge=1,
        description="Worker processes that may run at the same time, on all machines: each takes its share of the calls"
        " a second (docs/operate.md, Several workers).",
    )
    health: Address = Field(
        "",
        description="IP and port at which the worker answers /health/live and /health/ready, as 127.0.0.1:8081, for"
        " whatever starts containers anew; empty: nowhere.",
    )


class WebhookSettings(Settings):
    """The service that EspoCRM's webhooks call."""

    model_config = config("WEBHOOK_")
    usually: ClassVar = TakesEffect.WEBHOOK

    host: str = Field("127.0.0.1", description="Address at which the webhook service listens.")
    port: int = Field(8080, ge=1, le=65535, description="Port at which the webhook service listens.")
    secrets: Annotated[Secrets, TakesEffect.FOLLOWED] = Field(
        {},
        description='Secret keys of EspoCRM\'s webhooks by their ids, as JSON: {"id": "secretKey"}; for one that is '
        'changed both for a while: {"id": ["new", "old"]}.',
    )
    allow_unsigned: bool = Field(False, description="Accept deliveries without a signature; for trials only.")
    max_body: int = Field(10_000_000, ge=1_000, description="Largest delivery that is accepted, in bytes.")
    body_within: timedelta = Field(
        timedelta(seconds=5), description="Longest time from a delivery's headers to the end of its body."
    )
    headers_within: timedelta = Field(
        timedelta(seconds=5), description="Longest time from a connection's beginning to the end of its headers."
    )
    max_connections: int = Field(
        200,
        ge=1,
        description="Connections at the same time, and never more than half of the files that may be open. Beyond it "
        "the oldest goes that has shown no valid signature.",
    )
    max_in_flight: int = Field(
        40_000_000,
        ge=1_000,
        description="Bytes of large deliveries that are read at the same time, before it is known who sent them; what "
        "comes beyond it is sent again. Never less than WEBHOOK_MAX_BODY.",
    )
    max_concurrent: int = Field(16, ge=1, description="Signals to Temporal at the same time, per webhook service.")
    answer_within: timedelta = Field(
        timedelta(seconds=8), description="Longest time until a delivery is answered: EspoCRM gives up after 10 s."
    )


class TelemetrySettings(Settings):
    """Figures and traces (docs/figures.md)."""

    model_config = config("TELEMETRY_")
    usually: ClassVar = TakesEffect.ALL

    worker_metrics: Annotated[Address, TakesEffect.WORKER] = Field(
        "", description="IP and port at which the worker serves /metrics, as 127.0.0.1:9464; empty: nowhere."
    )
    webhook_metrics: Annotated[Address, TakesEffect.WEBHOOK] = Field(
        "",
        description="IP and port at which the webhook service serves /metrics, as 127.0.0.1:9465; empty: nowhere. Where "
        "it does, it asks Temporal every minute what waits.",
    )
    console: bool = Field(False, description="Print spans beside the log, where no collector is set; for trials.")


class OtelSettings(Settings):
    """OpenTelemetry's own names."""

    model_config = config("OTEL_")
    usually: ClassVar = TakesEffect.ALL

    exporter_otlp_endpoint: str = Field(
        "", description="Address of the collector that takes traces over HTTP, as http://127.0.0.1:4318; empty: none."
    )
