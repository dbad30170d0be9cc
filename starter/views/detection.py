"""How late an edit in Advoware is seen, by what Temporal holds: the schedule of the sweeps, and what the last one saw.

Not by the settings here: another machine may have others, and a change counts only once it is applied.
"""

from datetime import datetime, timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleInfo,
)
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts.reconciliation import ReconciliationOrder, RunSummary, Unseen
from starter import waits
from starter.schedules import SWEEP, running
from starter.views import inspection
from starter.views.detection_lag import DetectionLag, DetectionMode, detection_lag
from workflows.sweep.workflow import ReconciliationWorkflow


class Detection(Frozen):
    """What is seen of Advoware."""

    detection_lag: DetectionLag
    linked: int | None = None
    """Parties with a betNr, as the last completed sweep counted them; not where Advoware lists them."""
    recent_reads: int = 0
    """Parties modified last that every sweep reads."""
    observed: bool = False
    """Sweeps only report what they see."""
    last_sweep: datetime | None = None
    """When the last completed one began; None: none of the last ten, if there were any."""
    compared: int | None = None
    """Linked parties that it compared with Advoware."""
    oldest: datetime | None = None
    """No linked party's last comparison is older; None: not known, since sweeps have not yet read all in turn."""
    not_looked_at: tuple[Unseen, ...] = ()
    """What it says nothing about."""
    running: tuple[str, ...] = ()
    """Sweeps under way; while one waits for a person's answer, no other starts."""
    note: str = ""
    """Why the schedule is paused."""


async def look(client: Client) -> Detection:
    """Ask Temporal alone. Raises RPCError, Unreadable."""
    try:
        described = await client.get_schedule_handle(SWEEP).describe(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Detection(detection_lag=DetectionLag(how=DetectionMode.UNSCHEDULED))
        raise
    held, every = described.schedule, _every(described.schedule)
    if every is None:
        return Detection(detection_lag=DetectionLag(how=DetectionMode.UNSCHEDULED))
    order = await _order(client, held)
    last = await _last(client, described.info)
    linked = last.counts.linked_total if last else None
    return Detection(
        detection_lag=detection_lag(order.timing, every, paused=held.state.paused, linked=linked),
        linked=linked,
        recent_reads=0 if order.timing.listing else order.timing.recent_reads,
        observed=order.dry_run,
        last_sweep=last.began if last else None,
        compared=last.counts.linked if last else None,
        oldest=last.oldest if last else None,
        not_looked_at=last.not_looked_at if last else (),
        running=running(described.info),
        note=(held.state.note or "") if held.state.paused else "",
    )


def _every(held: Schedule) -> timedelta | None:
    return min((interval.every for interval in held.spec.intervals), default=None)


async def _order(client: Client, held: Schedule) -> ReconciliationOrder:
    assert isinstance(held.action, ScheduleActionStartWorkflow)  # Temporal knows no other
    [order] = await client.data_converter.decode(held.action.args, [ReconciliationOrder])
    assert isinstance(order, ReconciliationOrder)
    return order


async def _last(client: Client, info: ScheduleInfo) -> RunSummary | None:
    """What the newest completed of the runs came to that the schedule remembers."""
    under_way = running(info)
    for started in reversed(info.recent_actions):
        run = started.action
        if isinstance(run, ScheduleActionExecutionStartWorkflow) and run.workflow_id not in under_way:
            summary = await _summary(client, run)
            if summary is not None:
                return summary
    return None


async def _summary(client: Client, run: ScheduleActionExecutionStartWorkflow) -> RunSummary | None:
    first = run.first_execution_run_id  # two that were started in one second share a workflow id
    handle = client.get_workflow_handle_for(ReconciliationWorkflow.run, run.workflow_id, run_id=first)
    try:
        summary, _ = await inspection.result(handle, follow_runs=True)
        return summary
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:  # no longer kept
            return None
        raise
