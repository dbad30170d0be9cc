"""What is seen of each call from outside: a span, a counter, a duration and a line of the log.

Names, methods and statuses only: no address, no body, nothing of a client.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import metrics, trace

from beteiligte.faults import System
from clients.http_call import HttpCall

log = logging.getLogger(__name__)
_tracer = trace.get_tracer("beteiligte")
_calls = metrics.get_meter("beteiligte").create_counter("beteiligte.api.calls", description="HTTP calls")
_duration = metrics.get_meter("beteiligte").create_histogram(
    "beteiligte.api.duration", unit="s", description="One HTTP call"
)
UNANSWERED = "error"
"""The status of a call that got no answer."""


class CallSeen:
    """What is said of one call."""

    def __init__(self, span: trace.Span) -> None:
        """It has not been answered yet."""
        self._span = span
        self.status = UNANSWERED

    def answered(self, status: int) -> None:
        """It was answered, whatever that says."""
        self.status = str(status)
        self._span.set_attribute("http.response.status_code", status)


@contextmanager
def seen(system: System, call: HttpCall) -> Iterator[CallSeen]:
    """Around the one call."""
    begun = time.perf_counter()
    name = f"{system.value}.{call.operation}"
    with _tracer.start_as_current_span(name, kind=trace.SpanKind.CLIENT) as span:
        span.set_attribute("http.request.method", call.method)
        telling = CallSeen(span)
        try:
            yield telling
        finally:
            seconds = time.perf_counter() - begun
            labels = {"system": system.value, "operation": call.operation, "status": telling.status}
            _calls.add(1, labels)
            _duration.record(seconds, labels)
            log.info("%s %s %s %.0f ms", name, call.method, telling.status, seconds * 1000)
