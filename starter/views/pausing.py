"""The pause that is in force: who made it, when and why, as Temporal holds it; needs no worker."""

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from contracts.pause import PauseOrder
from contracts.visibility import PAUSE_ID
from runtime.control import is_paused
from starter import waits


async def in_force(client: Client) -> PauseOrder | None:
    """What the pause was made with; None: writing goes on. Raises RPCError, Unreadable."""
    if not await is_paused(client):
        return None
    try:
        async for event in client.get_workflow_handle(PAUSE_ID).fetch_history_events(
            page_size=1, rpc_timeout=waits.TEMPORAL
        ):
            begun = event.workflow_execution_started_event_attributes.input.payloads
            [order] = await client.data_converter.decode(begun, [PauseOrder])
            assert isinstance(order, PauseOrder)
            return order
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return None
