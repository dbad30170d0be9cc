"""`diff`: what a sync would do, by the sync's own code; nothing is written."""

from datetime import timedelta
from typing import Annotated

import typer

from starter.cli import connection, hindrances, outcome_tables, report
from starter.cli.arguments import WAITS_FOR_PREVIEW, AsJson, Party, Within
from starter.cli.exits import Exit
from starter.requests import NotAnswered, Requests
from starter.views import parties, previews
from starter.views.previews import Difference, FieldRow

EXAMPLE = "beteiligte-sync diff 6b04cd6d623bec762"

All = Annotated[bool, typer.Option("--all", help="Show the fields that are equal, too.")]


def command(party: Party, all_fields: All = False, within: Within = WAITS_FOR_PREVIEW, as_json: AsJson = False) -> None:
    """Show what a sync would do: per field both values, the base, what would be written where and why.

    Reads both systems with the sync's own activities and decides with its own rules; writes nothing and takes no lock.
    """

    async def work(requests: Requests) -> Exit:
        party_id = await parties.find(requests.client, party)
        if not await hindrances.say_if_nobody_works(requests):
            return Exit.NO_ANSWER
        try:
            with report.progress("reading both sides", None):
                seen = await previews.difference(requests, party_id, timedelta(seconds=within))
        except NotAnswered:
            report.note(
                f"no answer within {within} s; nothing was written. Try again, or look with `status {party_id}`"
            )
            return Exit.NO_ANSWER
        report.as_json(seen) if as_json else _show(seen, all_fields=all_fields)
        return _exit(seen)

    connection.run(work)


def _exit(seen: Difference) -> Exit:
    if seen.failure is not None:
        return Exit.FAILED
    return Exit.UNKNOWN if seen.problem else Exit.DONE


def _show(seen: Difference, *, all_fields: bool) -> None:
    if seen.failure is not None:
        report.line(f"{seen.party_id}: reading {outcome_tables.failed(seen.failure)}")
        return
    if seen.problem:
        report.line(f"{seen.party_id}: {seen.problem}. A sync would do nothing, and nobody would be told.")
        return
    held = ", held until a person decides" if seen.held else ""
    report.line(f"Party {seen.party_id}, betNr {seen.bet_nr or '–'}: a sync would end as {seen.result}{held}.\n")
    rows = [_row(row) for row in seen.fields if row.differs or all_fields]
    report.table(("field", "EspoCRM", "Advoware", "base", "written to", "because"), rows)
    if seen.fields and not rows:
        report.line("All fields are equal.")
    for title, findings in (("People would be told", seen.new), ("Open, and told before", seen.still_open)):
        for text in outcome_tables.told(findings, seen.party_id):
            report.line(f"\n{title}: {text}")
    calls = ", ".join(f"{number} {name}" for name, number in seen.calls.items())
    report.line(f"\nCalls: {calls}. EspoCRM {'is' if seen.writes_espocrm else 'is not'} written.")


def _row(row: FieldRow) -> tuple[str, ...]:
    sides = (("espocrm", row.espocrm), ("advoware", row.advoware), ("base", row.base))
    values = [report.value(value, unknown=side in row.unknown) for side, value in sides]
    return row.field, *values, row.written, row.because
