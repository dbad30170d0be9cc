"""`explain`: why a field held its value on a day, from the recorded inputs of the sync that decided it."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from starter import fields
from starter.cli import connection, explained, report
from starter.cli.arguments import AsJson, Party
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import explaining, parties
from starter.views.explaining import ExplainedSync, Explanation, NothingThen

EXAMPLE = "beteiligte-sync explain 6b04cd6d623bec762 --field titel --at 2026-11-24T10:00"

Field = Annotated[
    str | None, typer.Option("--field", help="Name of the field, as `diff` shows it. Without it: all, a line each.")
]
At = Annotated[
    str | None,
    typer.Option("--at", help="A day, or a moment as `history` shows it, in local time. Without it: the newest sync."),
]

FORMS = (
    ("%Y-%m-%d", timedelta(days=1)),
    ("%Y-%m-%dT%H:%M", timedelta(minutes=1)),
    ("%Y-%m-%dT%H:%M:%S", timedelta(seconds=1)),
)
"""How a moment is written, and how long what is named lasts: all that began in it counts."""


def command(party: Party, field: Field = None, at: At = None, as_json: AsJson = False) -> None:
    """Explain what became of a field: both sides' values, the base, the rule, what was written where, who was told.

    By the recorded inputs of the sync that was the newest then, decided once more by the sync's own rules: where the
    settings of today would come to something else, that is said. Needs no worker and writes nothing.
    """
    until = None if at is None else moment(at)
    table = connection.field_table()
    if field is not None and field not in table.by_name:
        raise typer.BadParameter(f"no such field: {field}; known: {', '.join(sorted(table.by_name))}")

    async def work(requests: Requests) -> Exit:
        party_id = await parties.find(requests.client, party)
        rules = fields.rules()
        try:
            with report.progress("reading histories", None):
                about = explaining.SyncBefore(requests.client, party_id, until, table, rules)
                told = await (explaining.every_field(about) if field is None else explaining.explain(about, field))
        except NothingThen as nothing:
            first = f"; the oldest began {report.moment(nothing.oldest)}" if nothing.oldest else ""
            report.note(f"no sync of party {party_id} that Temporal still keeps had begun by then{first}")
            return Exit.UNKNOWN
        report.as_json(told) if as_json else _show(told)
        return Exit.DONE

    connection.run(work)


def _show(told: Explanation | ExplainedSync) -> None:
    explained.show(told) if isinstance(told, Explanation) else explained.show_fields(told)


def moment(given: str) -> datetime:
    """The last instant of the day, minute or second that is named. Raises BadParameter."""
    text = given.strip().replace(" ", "T", 1)
    for form, lasts in FORMS:
        try:
            named = datetime.strptime(text, form)
        except ValueError:
            continue
        return (named + lasts - timedelta(microseconds=1)).astimezone()
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{given!r} is no moment: 2026-11-24, 2026-11-24T10:00 or 2026-11-24T10:00:30"
        ) from None
    return exact.astimezone()
