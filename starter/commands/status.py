"""`status`: what is going on, or how one party stands."""

from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from contracts.visibility import workflow_id
from runtime import workers
from runtime.loading import load
from runtime.settings import TemporalSettings
from starter.cli import connection, party_tables, report, status_tables
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import inspection, overview, parties, runs
from starter.views.inspection import Inspection
from starter.views.parties import UnknownParty
from starter.views.runs import Run

EXAMPLE = "beteiligte-sync status 6b04cd6d623bec762"

Party = Annotated[str | None, typer.Argument(help="EspoCRM id or betNr of one party; without it: everything.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Rows of each kind; of one party, earlier runs.")]


class PartyStatus(Frozen):
    """The JSON document of one party."""

    newest: Inspection
    earlier: tuple[Run, ...]


def command(party: Party = None, limit: Limit = 20, as_json: AsJson = False) -> None:
    """Show what runs, waits, failed and why, what landed but is not written, what is open; or one party's state.

    Reads Temporal, and what the webhook services of this machine keep; what a run holds in memory is asked of a worker
    where one lives.
    """

    async def everything(requests: Requests) -> Exit:
        temporal = load(TemporalSettings)
        state = temporal.state.parent
        seen = await overview.look(requests.client, requests.task_queue, ui=temporal.ui, limit=limit, state=state)
        report.as_json(seen) if as_json else status_tables.everything(seen, requests.task_queue)
        return Exit.DONE

    async def one(requests: Requests) -> Exit:
        assert party is not None
        seen = await look(requests, party, ui=load(TemporalSettings).ui, limit=limit)
        report.as_json(seen) if as_json else party_tables.party(seen.newest, seen.earlier)
        return Exit.DONE

    connection.run(everything if party is None else one)


async def look(requests: Requests, given: str, *, ui: str, limit: int) -> PartyStatus:
    """How a party stands. Raises UnknownParty, RPCError."""
    client = requests.client
    party_id = await parties.find(client, given)
    newest = await runs.current(client, party_id)
    if newest is None:
        raise UnknownParty(f"no run of party {party_id} is known: it was not synced lately, or the id is mistyped")
    working = bool(await workers.alive(client, newest.task_queue))
    mine = f"WorkflowId = '{workflow_id(party_id)}'"
    earlier = [run async for run in runs.listed(client, mine, limit + 1) if run.run_id != newest.run_id]
    return PartyStatus(
        newest=await inspection.inspect(client, newest, ui=ui, ask_worker=working),
        earlier=tuple(earlier[:limit]),
    )
