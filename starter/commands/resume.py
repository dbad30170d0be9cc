"""`resume`: let writing go on after a `pause`, and catch everything up."""

from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from contracts.pause import PauseOrder
from contracts.visibility import PAUSE_ID
from starter import pauses, waits
from starter.cli import connection, hindrances, pause_lines, person, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import pausing
from workflows.pause import PauseWorkflow

EXAMPLE = "beteiligte-sync resume --by anna"

By = Annotated[str, typer.Option("--by", help="Who; kept in the pause's history. Default: your user name.")]


class PauseEnded(Frozen):
    """The JSON document."""

    pause: PauseOrder | None
    """The one that ended; none: nothing was paused."""
    stored: bool = False
    """No worker runs: writing goes on when one does."""


def command(by: By = "", as_json: AsJson = False) -> None:
    """Let writing go on; every party that waited is synced now, and the sweeps look back over the pause.

    Exit: 0 resumed, 5 nothing was paused.
    """

    async def work(requests: Requests) -> Exit:
        await pauses.let_schedules_go_on(requests)
        paused = await pausing.in_force(requests.client)
        ended = PauseEnded(pause=paused)
        if paused is None:
            report.note("Nothing is paused")
            _show(ended, as_json=as_json)
            return Exit.UNKNOWN
        handle = requests.client.get_workflow_handle_for(PauseWorkflow.run, PAUSE_ID)
        await pauses.end(requests, person.name(by))
        if not await hindrances.say_if_nobody_works(requests):
            report.note("The resume is stored; writing goes on when a worker runs")
            _show(ended.but(stored=True), as_json=as_json)
            return Exit.NO_ANSWER
        await handle.result(rpc_timeout=waits.RESUMED)
        await requests.hurry_outages()
        _show(ended, as_json=as_json)
        return Exit.DONE

    connection.run(work)


def _show(ended: PauseEnded, *, as_json: bool) -> None:
    if as_json:
        report.as_json(ended)
    elif ended.pause and not ended.stored:
        report.line(f"Writing goes on; whoever waited is synced now. It was paused {pause_lines.told(ended.pause)}")
