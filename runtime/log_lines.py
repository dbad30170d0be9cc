"""What a line of a service's log holds: JSON where no person looks on, and always whom it is about.

Ids alone, which are no client's values: of the workflow in whose step or code the line was written, and of the trace,
where traces are sent (docs/figures.md). So one line leads to the run in Temporal's Web UI, and to the calls in the
trace.
"""

import json
import logging
from datetime import UTC, datetime

from opentelemetry import trace
from temporalio import activity, workflow

from runtime.logs import WithoutValues
from runtime.streams import visible_json

PARTIES = "parties"
"""By this name a line names parties of its own (`extra`); the first ones, where they are many."""
MOST = 20


def for_people() -> logging.Formatter:
    """A terminal: time, level, logger, message, and the run behind it."""
    return TextLine("%(asctime)s %(levelname)s %(name)s %(message)s")


def for_machines() -> logging.Formatter:
    """A journal, a file, a container: an object a line."""
    return JsonLine()


class TextLine(WithoutValues):
    """A line for a person."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """With the run at the end, and the trace where there is one."""
        about = surroundings()
        ids = [str(about[name]) for name in ("workflow_id", "trace_id") if name in about]
        return super().formatMessage(record) + (f" [{' '.join(ids)}]" if ids else "")


class JsonLine(WithoutValues):
    """A line for a program: one JSON object, whatever stands in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The same as a person reads, by name."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **surroundings(),
        }
        if parties := getattr(record, PARTIES, ()):
            line[PARTIES] = list(parties)[:MOST]
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return visible_json(json.dumps(line, ensure_ascii=False))


def surroundings() -> dict[str, str | int]:
    """In which run, which step, and which trace this is said; nothing of what is said outside of all of them."""
    return {**_run(), **_trace()}


def _run() -> dict[str, str | int]:
    if activity.in_activity():
        step = activity.info()
        run = {"workflow_id": step.workflow_id or "", "run_id": step.workflow_run_id or ""}
        return {**run, "step": step.activity_type, "attempt": step.attempt}
    if workflow.in_workflow():
        info = workflow.info()
        return {"workflow_id": info.workflow_id, "run_id": info.run_id}
    return {}


def _trace() -> dict[str, str | int]:
    span = trace.get_current_span().get_span_context()
    return {"trace_id": trace.format_trace_id(span.trace_id)} if span.is_valid else {}
