"""What was said to runs by somebody without the key, and open runs that he began: Temporal's port is reached by him.

Also what is meant well shows here: a run from before the first key, a process with another key file.
"""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecution
from temporalio.converter import WorkflowSerializationContext

from contracts import bounded, visibility
from contracts.said import Disbelief
from installation.check import Check
from runtime.codec import strict
from runtime.payloads import why_not
from runtime.settings import TemporalSettings
from starter import waits
from starter.views import queues
from starter.views.checks.check import fine, warning, wrong

LOOKED_AT = 100
NAMED = 5
LATELY = timedelta(days=7)
SAID, BEGUN = "what is said to runs", "who began the open runs"


async def checks(client: Client, settings: TemporalSettings) -> Sequence[Check]:
    """Both. Raises RPCError, Unreadable."""
    return [await _said(client), *await _begun(client, settings)]


async def _said(client: Client) -> Check:
    since = (datetime.now(UTC) - LATELY).isoformat()
    query = f"{visibility.NOT_BELIEVED.name} IS NOT NULL AND StartTime > '{since}'"
    counted = await client.count_workflows(query, rpc_timeout=waits.TEMPORAL)
    if not counted.count:
        return fine(SAID, f"all of it was sealed for them, in {LATELY.days} days")
    runs = [run async for run in client.list_workflows(query, limit=NAMED, rpc_timeout=waits.TEMPORAL)]
    named = ", ".join(f"{run.id} ({_why(run)})" for run in runs)
    more = f" and {counted.count - NAMED} more" if counted.count > NAMED else ""
    seen = f"words to {counted.count} runs were dropped in {LATELY.days} days: {named}{more}"
    return warning(SAID, seen, "who reaches Temporal's port without the key? docs/operate.md; or another key file?")


def _why(run: WorkflowExecution) -> str:
    return run.typed_search_attributes.get(visibility.NOT_BELIEVED) or ""


async def _begun(client: Client, settings: TemporalSettings) -> Sequence[Check]:
    types = ", ".join(f"'{name}'" for name in queues.OURS)
    query = f"ExecutionStatus = 'Running' AND WorkflowType IN ({types})"
    runs = [run async for run in client.list_workflows(query, limit=LOOKED_AT, rpc_timeout=waits.TEMPORAL)]

    async def one(run: WorkflowExecution) -> tuple[str, Disbelief | None]:
        return run.id, await _disbelief(client, run)

    begun = {run: why for run, why in await bounded.each(runs, one) if why}
    if settings.accept_clear:
        return [_switch(sum(why is Disbelief.CLEAR for why in begun.values()))]
    if not begun:
        return [fine(BEGUN, f"{len(runs)} open, as far as looked at; all sealed for them")]
    clear = all(why is Disbelief.CLEAR for why in begun.values())
    seen = f"no worker believes the beginning of {len(begun)}: {', '.join(list(begun)[:NAMED])}"
    end = f"temporal workflow terminate --workflow-id {shlex.quote(next(iter(begun)))}   # a stranger's"
    before = "TEMPORAL_ACCEPT_CLEAR=true for all processes, if they are from before the first key; else: "
    return [wrong(BEGUN, f"{seen} ({', '.join(sorted(set(begun.values())))})", f"{before if clear else ''}{end}")]


def _switch(number: int) -> Check:
    """Whether it is time to believe only what is sealed."""
    seen = f"TEMPORAL_ACCEPT_CLEAR: whoever reaches Temporal's port is believed; {number} open runs were begun in clear"
    when = "once they are over" if number else "now: nothing needs it"
    return warning(BEGUN, seen, f"take TEMPORAL_ACCEPT_CLEAR away, {when}; then start all processes again")


async def _disbelief(client: Client, run: WorkflowExecution) -> Disbelief | None:
    """Why its order is not believed; None: it is, or it is gone by now."""
    codec = (
        strict(client.data_converter).with_context(WorkflowSerializationContext(client.namespace, run.id)).payload_codec
    )
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    async for event in handle.fetch_history_events(page_size=1, rpc_timeout=waits.TEMPORAL):
        given: list[Payload] = list(event.workflow_execution_started_event_attributes.input.payloads)
        opened = await codec.decode(given) if codec else given
        return next((why for payload in opened if (why := why_not(payload))), None)
    return None
