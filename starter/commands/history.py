"""`history`: each sync of a party, when, why, what it changed, and what came of it."""

from typing import Annotated

import typer

from starter.cli import connection, report, sync_lines
from starter.cli.arguments import AsJson, Party
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import histories, parties

EXAMPLE = "beteiligte-sync history 6b04cd6d623bec762 --field titel --field name"

Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Syncs shown, the newest.")]
Fields = Annotated[
    list[str] | None, typer.Option("--field", help="Only syncs that changed or asked about it; may be repeated.")
]


def command(party: Party, limit: Limit = 20, field: Fields = None, as_json: AsJson = False) -> None:
    """Show each sync of a party that Temporal still keeps: when, why, which field from what to what, who won and why.

    The newest first. Reads the histories of its runs, open or ended; needs no worker and writes nothing.
    """
    only = frozenset(field or ())
    known = connection.field_table().by_name
    if unknown := only - known.keys():
        raise typer.BadParameter(f"no such field: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")

    async def work(requests: Requests) -> Exit:
        party_id = await parties.find(requests.client, party)
        with report.progress("reading histories", None):
            seen = await histories.look(requests.client, party_id, limit, only)
        report.as_json(seen) if as_json else sync_lines.show(seen)
        return Exit.DONE

    connection.run(work)
