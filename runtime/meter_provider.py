"""OpenTelemetry's metrics API on the meter of Temporal's SDK, so that both come out at one endpoint.

Only what the program uses: counters, gauges, and histograms of seconds. Anything else stays without effect.
"""

from collections.abc import Sequence
from datetime import timedelta

from opentelemetry.context import Context
from opentelemetry.metrics import Counter, Histogram, Meter, MeterProvider, NoOpCounter, NoOpHistogram, NoOpMeter
from opentelemetry.metrics import _Gauge as Gauge  # the API's own name for it is private still
from opentelemetry.metrics import _NoOpGauge as NoOpGauge
from opentelemetry.util.types import Attributes
from temporalio.common import MetricCounter, MetricGaugeFloat, MetricHistogramTimedelta, MetricMeter


class SdkMeters(MeterProvider):
    """Gives meters whose figures Temporal's runtime serves."""

    def __init__(self, sdk: MetricMeter) -> None:
        """Take the runtime's meter."""
        self._sdk = sdk

    def get_meter(
        self,
        name: str,
        version: str | None = None,
        schema_url: str | None = None,
        attributes: Attributes = None,
    ) -> Meter:
        """A meter of this name."""
        return _Meter(name, version, schema_url, self._sdk)


class _Meter(NoOpMeter):
    def __init__(self, name: str, version: str | None, schema_url: str | None, sdk: MetricMeter) -> None:
        super().__init__(name, version, schema_url)
        self._sdk = sdk

    def create_counter(self, name: str, unit: str = "", description: str = "") -> Counter:
        return _Counter(name, self._sdk.create_counter(_plain(name), description))

    def create_gauge(self, name: str, unit: str = "", description: str = "") -> Gauge:
        return _LastValue(name, self._sdk.create_gauge_float(_plain(name), description))

    def create_histogram(
        self,
        name: str,
        unit: str = "",
        description: str = "",
        *,
        explicit_bucket_boundaries_advisory: Sequence[float] | None = None,
    ) -> Histogram:
        if unit != "s":
            raise ValueError(f"{name}: only durations in seconds are served, not {unit!r}")
        return _Seconds(name, self._sdk.create_histogram_timedelta(_plain(name), description))


class _Counter(NoOpCounter):
    def __init__(self, name: str, sdk: MetricCounter) -> None:
        super().__init__(name)
        self._counter = sdk

    def add(self, amount: int | float, attributes: Attributes = None, context: Context | None = None) -> None:
        self._counter.add(int(amount), _labels(attributes))


class _LastValue(NoOpGauge):
    def __init__(self, name: str, sdk: MetricGaugeFloat) -> None:
        super().__init__(name)
        self._gauge = sdk

    def set(self, amount: int | float, attributes: Attributes = None, context: Context | None = None) -> None:
        self._gauge.set(float(amount), _labels(attributes))


class _Seconds(NoOpHistogram):
    def __init__(self, name: str, sdk: MetricHistogramTimedelta) -> None:
        super().__init__(name)
        self._histogram = sdk

    def record(self, amount: int | float, attributes: Attributes = None, context: Context | None = None) -> None:
        self._histogram.record(timedelta(seconds=amount), _labels(attributes))


def _plain(name: str) -> str:
    """The name as Prometheus takes it; the endpoint adds `_total` and `_seconds`."""
    return name.replace(".", "_")


def _labels(attributes: Attributes) -> dict[str, str]:
    return {name: str(value) for name, value in (attributes or {}).items()}
