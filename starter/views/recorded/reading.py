"""Events to a RecordedRun: the one place that knows how Temporal writes down what a run did."""

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import ValidationError
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.converter import DataConverter, WorkflowSerializationContext
from temporalio.service import RPCError, RPCStatusCode

from contracts import party, visibility
from contracts.inbox import SyncRequest
from contracts.party import PartyOrder, SyncOutcome
from runtime.codec import key_of, strict
from starter import waits
from starter.views import runs
from starter.views.recorded.record import KINDS, RecordedRun, RecordedStep, Requested, StepEnding, SyncEnd
from starter.views.runs import Run
from workflows.steps import report

LOCAL = "core_local_activity"
"""What Temporal's library calls the marker of a local activity."""
UPDATE = "sync_now"
CLOSINGS = ("completed", "failed", "timed_out", "terminated", "canceled", "continued_as_new")


async def read(client: Client, run: Run) -> RecordedRun | None:
    """A run's history; None where it is no longer kept. Raises RPCError, Unreadable."""
    handle = runs.handle(client, run.party_id, run.run_id)
    try:
        events = [event async for event in handle.fetch_history_events(rpc_timeout=waits.TEMPORAL)]
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return await record_of(events, run.run_id, client.data_converter, client.namespace)


async def record_of(
    events: Iterable[HistoryEvent], run_id: str, converter: DataConverter, namespace: str = "default"
) -> RecordedRun:
    """The same of events at hand. Raises Unreadable."""
    reader = _Reader(converter, RecordedRun(run_id), namespace)
    for event in events:
        await reader.take(event)
    return reader.record


@dataclass
class _Reader:
    """Takes one event after the other. Each handler is named like the event."""

    converter: DataConverter
    record: RecordedRun
    namespace: str
    _of_the_run: DataConverter | None = None
    """For what was said to it: a stranger's words were dropped, and are no reason to read nothing else."""
    _task_of: dict[int, int] = field(default_factory=dict)
    """The event of a workflow task's start, by that of its completion."""
    _by_event: dict[int, RecordedStep] = field(default_factory=dict)
    _by_update: dict[str, Requested] = field(default_factory=dict)
    _accepted: dict[int, Requested] = field(default_factory=dict)

    async def take(self, event: HistoryEvent) -> None:
        """What concerns nobody here is passed over."""
        name = str(event.WhichOneof("attributes") or "").removesuffix("_event_attributes")
        closing = name.removeprefix("workflow_execution_")
        if closing in CLOSINGS:
            self.record.state, self.record.closed = closing, _at(event.event_time)
        handler: Callable[[HistoryEvent, Any], Awaitable[None]] | None = getattr(self, f"_{name}", None)
        if handler is not None:
            await handler(event, getattr(event, f"{name}_event_attributes"))

    # ------------------------------------------------------------------ the run

    async def _workflow_execution_started(self, event: HistoryEvent, what: Any) -> None:
        order = await self._value(what.input, PartyOrder)
        self.record.started = _at(event.event_time)
        self.record.party_id = visibility.party_of(what.workflow_id)
        sealed = any(key_of(payload) for payload in what.input.payloads)
        believing = strict(self.converter) if sealed else self.converter  # what began in clear was told in clear
        self._of_the_run = believing.with_context(WorkflowSerializationContext(self.namespace, what.workflow_id))
        if order is not None:
            self.record.observe, self.record.carried = order.timing.observe, order.carried

    async def _workflow_task_started(self, event: HistoryEvent, _: Any) -> None:
        self.record.tasks[event.event_id] = _at(event.event_time)

    async def _workflow_task_completed(self, event: HistoryEvent, what: Any) -> None:
        self._task_of[event.event_id] = what.started_event_id

    async def _workflow_execution_completed(self, _: HistoryEvent, what: Any) -> None:
        if self.record.ends:
            self.record.ends[-1].outcome = await self._value(what.result, SyncOutcome)

    async def _workflow_execution_failed(self, _: HistoryEvent, what: Any) -> None:
        if self.record.ends:
            self.record.ends[-1].fault = report(await self.converter.decode_failure(what.failure))

    async def _upsert_workflow_search_attributes(self, event: HistoryEvent, what: Any) -> None:
        """Each sync ends by showing its decision; a run shows single attributes in between."""
        shown = {name: _shown(payload) for name, payload in what.search_attributes.indexed_fields.items()}
        if visibility.DECISION.name not in shown:
            return
        bet_nr = shown.get(visibility.BET_NR.name, "")
        self.record.ends.append(
            SyncEnd(
                event=event.event_id,
                task=self._task_of.get(what.workflow_task_completed_event_id, 0),
                at=_at(event.event_time),
                decision=shown[visibility.DECISION.name],
                status=shown.get(visibility.SYNC_STATUS.name, ""),
                bet_nr=int(bet_nr) if bet_nr else None,
                trouble=shown.get(visibility.TROUBLE.name, ""),
            )
        )

    # ------------------------------------------------------------------ who asked

    async def _workflow_execution_signaled(self, event: HistoryEvent, what: Any) -> None:
        if what.signal_name == party.REQUEST:
            await self._asked(what.input, event.event_id, event)

    async def _workflow_execution_update_admitted(self, event: HistoryEvent, what: Any) -> None:
        """Of a run that was reset: what it was asked before is asked again."""
        if asked := await self._update(what.request, event.event_id, event):
            self._by_update[what.request.meta.update_id] = asked

    async def _workflow_execution_update_accepted(self, event: HistoryEvent, what: Any) -> None:
        """Written when the task has ended that began with it."""
        before = what.accepted_request_sequencing_event_id
        asked = await self._update(what.accepted_request, before, event) or self._by_update.get(
            what.protocol_instance_id
        )
        if asked is not None:
            self._accepted[event.event_id] = asked

    async def _workflow_execution_update_completed(self, _: HistoryEvent, what: Any) -> None:
        """Its answer is the outcome of the sync that has just ended."""
        if what.accepted_event_id in self._accepted and what.outcome.HasField("success") and self.record.ends:
            self.record.ends[-1].outcome = await self._value(what.outcome.success, SyncOutcome)

    async def _update(self, request: Any, before: int, event: HistoryEvent) -> Requested | None:
        return await self._asked(request.input.args, before, event) if request.input.name == UPDATE else None

    async def _asked(self, payloads: Payloads, before: int, event: HistoryEvent) -> Requested | None:
        request = await self._value(payloads, SyncRequest, self._of_the_run)
        if not isinstance(request, SyncRequest):
            return None
        asked = Requested(request, before, _at(event.event_time))
        self.record.asked.append(asked)
        return asked

    # ------------------------------------------------------------------ steps

    async def _marker_recorded(self, event: HistoryEvent, what: Any) -> None:
        """A first attempt, whatever came of it."""
        if what.marker_name != LOCAL:
            return
        known = await self._value(what.details["data"], None) or {}
        step = await self._begun(event, str(known.get("activity_type", "")), what.workflow_task_completed_event_id)
        step.local, step.attempts, step.ended = True, int(known.get("attempt", 1)), step.at
        if what.HasField("failure"):
            await self._ended(step, event, StepEnding.FAILED, what.failure)
        else:
            step.ending, step.result = StepEnding.DONE, await self._value(what.details["result"], _of(step)[1])

    async def _activity_task_scheduled(self, event: HistoryEvent, what: Any) -> None:
        step = await self._begun(event, what.activity_type.name, what.workflow_task_completed_event_id)
        step.order = await self._value(what.input, _of(step)[0]) if _of(step)[0] else None
        self._by_event[event.event_id] = step

    async def _activity_task_started(self, _: HistoryEvent, what: Any) -> None:
        """Written when the last attempt has ended: it knows why the one before failed."""
        step = self._by_event[what.scheduled_event_id]
        step.attempts = what.attempt
        if what.HasField("last_failure"):
            await self._failed(step, what.last_failure)

    async def _activity_task_completed(self, event: HistoryEvent, what: Any) -> None:
        step = self._by_event[what.scheduled_event_id]
        await self._ended(step, event, StepEnding.DONE)
        step.result = await self._value(what.result, _of(step)[1])

    async def _activity_task_failed(self, event: HistoryEvent, what: Any) -> None:
        await self._ended(self._by_event[what.scheduled_event_id], event, StepEnding.FAILED, what.failure)

    _activity_task_timed_out = _activity_task_failed

    async def _activity_task_canceled(self, event: HistoryEvent, what: Any) -> None:
        await self._ended(self._by_event[what.scheduled_event_id], event, StepEnding.CANCELLED)

    async def _begun(self, event: HistoryEvent, activity: str, completed: int) -> RecordedStep:
        about = ""
        if event.user_metadata.HasField("summary"):
            about = str(await self._value(Payloads(payloads=[event.user_metadata.summary]), str) or "")
        step = RecordedStep(
            activity=activity,
            event=event.event_id,
            task=self._task_of.get(completed, 0),
            at=_at(event.event_time),
            about=about,
        )
        self.record.steps.append(step)
        return step

    async def _ended(
        self, step: RecordedStep, event: HistoryEvent, ending: StepEnding, failure: Failure | None = None
    ) -> None:
        step.ending, step.ended = ending, _at(event.event_time)
        if failure is not None:
            await self._failed(step, failure)

    async def _failed(self, step: RecordedStep, failure: Failure) -> None:
        fault = report(await self.converter.decode_failure(failure))
        step.failures.append(fault if fault.system else fault.but(system=step.system))

    async def _value(self, payloads: Payloads, kind: type | None, converter: DataConverter | None = None) -> Any:
        """None where it no longer fits. Raises Unreadable."""
        if not payloads.payloads:
            return None
        try:
            [value] = await (converter or self.converter).decode(payloads.payloads[:1], [kind] if kind else None)
        except ValidationError:
            return None
        return value


def _of(step: RecordedStep) -> tuple[type | None, type | None]:
    return KINDS.get(step.activity, (None, None))


def _at(time: Timestamp) -> datetime:
    return time.ToDatetime(UTC)


def _shown(payload: Payload) -> str:
    """A search attribute, which is never encrypted; empty where it was taken away."""
    value = json.loads(payload.data) if payload.data else None
    return "" if value is None else str(value)
