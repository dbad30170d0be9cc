"""`status`: is all well, what is going on, or how one party stands."""

from datetime import timedelta
from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from contracts.visibility import workflow_id
from runtime import workers
from runtime.loading import load
from runtime.settings import TemporalSettings
from starter import waits
from starter.cli import connection, party_tables, status_tables, verdict_lines, watching
from starter.cli.arguments import AsJson, PartyOrAll, Quiet
from starter.cli.exits import Exit
from starter.cli.watching import Glance, Watching
from starter.requests import Requests
from starter.views import health, inspection, outages, overview, parties, runs
from starter.views.health import StatusVerdict
from starter.views.inspection import Inspection
from starter.views.outages import Outage
from starter.views.parties import UnknownParty
from starter.views.runs import Run

EXAMPLE = "beteiligte-sync status 6b04cd6d623bec762"
CODES = {
    StatusVerdict.ALL_WELL: Exit.DONE,
    StatusVerdict.NEEDS_YOU: Exit.PERSON_DECIDES,
    StatusVerdict.BROKEN: Exit.BROKEN,
}

Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Rows of each kind; of one party, earlier runs.")]
Watch = Annotated[bool, typer.Option("--watch", "-w", help="Keep looking until Ctrl-C; in a pipe a line per change.")]
Every = Annotated[float, typer.Option("--every", min=0.5, help="With --watch: seconds between two looks.")]


class PartyStatus(Frozen):
    """The JSON document of one party."""

    newest: Inspection
    outage: Outage | None = None
    """What it waits for, where that is no matter of its own."""
    earlier: tuple[Run, ...]


def command(
    party: PartyOrAll = None,
    limit: Limit = 20,
    watch: Watch = False,
    every: Every = 2,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Say whether all is well, and show what runs, waits, failed and why, and what is open; or one party's state.

    Reads Temporal, and what the webhook services of this machine keep; what a run holds in memory is asked of a worker
    where one lives.

    Exit: 0 all well, 7 it needs you, 8 something is broken; of one party 0, 5 no run of it is known.
    """

    async def work(requests: Requests) -> Exit:
        async def glance() -> Glance:
            temporal = load(TemporalSettings)
            return await (_everything(requests, temporal, limit) if party is None else _one(requests, party, limit))

        if watch:
            how = Watching(every=timedelta(seconds=every), quiet=quiet, as_json=as_json)
            return await watching.watch(glance, how)
        seen = await glance()
        watching.show(seen, quiet=quiet, as_json=as_json)
        return seen.code

    connection.run(work, said=None if as_json else verdict_lines.broken)


async def _everything(requests: Requests, temporal: TemporalSettings, limit: int) -> Glance:
    seen = health.judged(await overview.look(requests.client, temporal, limit=limit))
    return Glance(
        line=verdict_lines.headline(seen.health),
        document=seen,
        draw=lambda: status_tables.everything(seen),
        code=CODES[seen.health.verdict],
    )


async def _one(requests: Requests, given: str, limit: int) -> Glance:
    seen = await look(requests, given, ui=load(TemporalSettings).ui, limit=limit)
    return Glance(
        line=party_tables.line(seen.newest, seen.outage),
        document=seen,
        draw=lambda: party_tables.party(seen.newest, seen.outage, seen.earlier),
        code=Exit.DONE,
    )


async def look(requests: Requests, given: str, *, ui: str, limit: int) -> PartyStatus:
    """How a party stands. Raises UnknownParty, RPCError."""
    client = requests.client
    party_id = await parties.find(client, given)
    newest = await runs.current(client, party_id)
    if newest is None:
        raise UnknownParty(f"no run of party {party_id} is known: it was not synced lately, or the id is mistyped")
    working = bool(await workers.alive(client, newest.task_queue, within=waits.WORKER))
    mine = f"WorkflowId = '{workflow_id(party_id)}'"
    earlier = [run async for run in runs.listed(client, mine, limit + 1) if run.run_id != newest.run_id]
    return PartyStatus(
        newest=await inspection.inspect(client, newest, ui=ui, ask_worker=working),
        outage=await outages.of_run(client, newest, ask_worker=working),
        earlier=tuple(earlier[:limit]),
    )
