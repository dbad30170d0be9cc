"""Which party is meant: an EspoCRM id, or a betNr that an earlier run has seen."""

import re

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.ids import MEANT, is_record_id
from contracts import visibility
from contracts.party import WORKFLOW

BET_NR = re.compile(r"[0-9]{1,10}")
RUNS_LOOKED_AT = 200


NOBODY_S = "EspoCRM has no such record, and no run has seen it: compare the id with the record's address"
"""Of an id that names nobody. Where a person typed it, nobody in the firm is told."""


class UnknownParty(Exception):
    """What was given names no party, or more than one; the message says what to do."""


async def find(client: Client, given: str) -> str:
    """The EspoCRM id. Raises UnknownParty, RPCError."""
    if BET_NR.fullmatch(given):
        return await _with_bet_nr(client, str(int(given)), given)
    if not is_record_id(given):
        raise UnknownParty(
            f"{given!r} is neither an EspoCRM id ({MEANT}) nor a betNr: copy the id from the record's address in "
            "EspoCRM, after /view/"
        )
    return given


async def _with_bet_nr(client: Client, bet_nr: str, given: str) -> str:
    ids = await holding(client, bet_nr)
    if not ids and await _was_synced(client, given):
        return given  # an import brought an id of digits alone
    if not ids:
        raise UnknownParty(f"no run has seen betNr {bet_nr} lately: give the EspoCRM id instead")
    if len(ids) > 1:
        raise UnknownParty(f"betNr {bet_nr} is held by more than one party, give one of the ids: {', '.join(ids)}")
    return ids[0]


async def holding(client: Client, bet_nr: str) -> list[str]:
    """Parties whose newest run that knew a betNr knew this one. Raises RPCError."""
    query = f"WorkflowType = '{WORKFLOW}' AND {visibility.BET_NR.name} = '{bet_nr}'"
    seen = {run.id async for run in client.list_workflows(query, limit=RUNS_LOOKED_AT) if visibility.is_party(run.id)}
    found = [workflow_id for workflow_id in sorted(seen) if await _last_bet_nr(client, workflow_id) == bet_nr]
    return [workflow_id.removeprefix(visibility.WORKFLOW_PREFIX) for workflow_id in found]


async def _was_synced(client: Client, party_id: str) -> bool:
    try:
        await client.get_workflow_handle(visibility.workflow_id(party_id)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True


async def _last_bet_nr(client: Client, workflow_id: str) -> str | None:
    """A link may have moved: only a party's newest run that knew a betNr counts."""
    query = f"WorkflowId = '{workflow_id}' AND {visibility.BET_NR.name} IS NOT NULL"
    async for run in client.list_workflows(query, limit=1):
        return run.typed_search_attributes.get(visibility.BET_NR)
    return None
