"""`pause`: stop all writing to both systems at once."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from contracts.pause import PauseOrder
from starter import pauses
from starter.cli import connection, pause_lines, person, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import pausing

EXAMPLE = 'beteiligte-sync pause --note "move of the CRM server"'

By = Annotated[str, typer.Option("--by", help="Who; shown as long as the pause lasts. Default: your user name.")]
Note = Annotated[str, typer.Option("--note", help="Why; shown to whoever asks for a sync. No client's data.")]


class PauseMade(Frozen):
    """The JSON document."""

    already: bool
    """There was one before, which stays in force."""
    pause: PauseOrder | None
    """The one in force."""


def command(note: Note = "", by: By = "", as_json: AsJson = False) -> None:
    """Stop all writing to both systems until `resume`. Edits wait and are caught up; nothing is lost.

    Exit: 0 paused, also when it was paused already.
    """

    async def work(requests: Requests) -> Exit:
        order = PauseOrder(by=person.name(by), at=datetime.now(UTC), note=note)
        paused_now = await pauses.begin(requests, order)
        if paused_now:
            await asyncio.sleep(pauses.SEEN_WITHIN.total_seconds())
        known = order if paused_now else await pausing.in_force(requests.client)
        made = PauseMade(already=not paused_now, pause=known)
        report.as_json(made) if as_json else report.line(_said(made))
        return Exit.DONE

    connection.run(work)


def _said(made: PauseMade) -> str:
    if made.already:
        return f"All writing is paused already{f', {pause_lines.told(made.pause)}' if made.pause else ''}"
    assert made.pause is not None
    return f"{pause_lines.line(made.pause)}. A call that had begun may still end."
