"""`conflicts`: every party that waits for a person, what for, since when, and the command that answers it."""

from typing import Annotated

import typer

from beteiligte.decide.findings import FindingKind
from starter.cli import conflict_lines, connection, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import open_questions

EXAMPLE = "beteiligte-sync conflicts --kind undecided"

Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Only what waits for this; may be repeated.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Parties shown.")]
Skip = Annotated[int, typer.Option("--skip", min=0, help="Parties passed over first, to page through hundreds.")]


def command(kind: Kinds = None, limit: Limit = 50, skip: Skip = 0, as_json: AsJson = False) -> None:
    """Show every party that waits for a person: field or matter, both values, since when, and what answers it.

    The longest waiting first. Reads Temporal alone and writes nothing; ends with 7 where anybody waits.
    """
    kinds = frozenset(_kind(name) for name in kind or ())

    async def work(requests: Requests) -> Exit:
        with report.progress("looking at parties that wait", None) as done:
            found = await open_questions.look(requests.client, kinds, limit=limit, skip=skip, done=done)
        report.as_json(found) if as_json else conflict_lines.show(found)
        return Exit.PERSON_DECIDES if found.total else Exit.DONE

    connection.run(work)


def _kind(name: str) -> FindingKind:
    known = {kind.value: kind for kind in open_questions.KINDS}
    if name not in known:
        raise typer.BadParameter(f"nothing waits for {name!r}; known: {', '.join(sorted(known))}")
    return known[name]
