"""`what-if`: other policies, another field table, other writable fields: what would be decided otherwise by them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import WorkflowFailureError

from runtime import storage_places
from runtime.loading import SettingsError
from starter.cli import connection, hindrances, person, report, what_if_tables
from starter.cli.arguments import AsJson, Yes
from starter.cli.exits import Exit
from starter.plan.planning import Planning
from starter.requests import Requests
from starter.what_if import asking, proposal, rows
from starter.what_if.tally import WhatIf

EXAMPLE = "beteiligte-sync what-if --set SYNC_POLICY_ADRESSE=manual"

Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting that is tried; can be given several times."),
]
Fields = Annotated[
    Path | None, typer.Option("--field-file", exists=True, dir_okay=False, help="A field file that is tried.")
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", exists=True, dir_okay=False, help="A file as .env: what of it decides is tried."),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Read and compare every party now, too; says first what it costs.")
]
Days = Annotated[int | None, typer.Option("--days", min=1, help="Past decisions of so many days; else all kept.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Parties shown field by field; --json and --out hold all.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="File for a row a party and field, with values: .csv, or .jsonl for JSON lines."),
]


def command(
    settings: Set = None,
    fields: Fields = None,
    from_file: SettingsFile = None,
    fresh: Fresh = False,
    days: Days = None,
    limit: Limit = 20,
    out: Out = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Decide once more, by other settings, what was decided, and with --fresh what stands now; nothing is written.

    Beside each other stand what the settings here come to and what those come to that are tried: how many decisions
    would differ, and each party field by field. What is not tried stays as it is here.

    Exit: 0 shown, whatever differs; 2 settings, or the file cannot be written; 4 a page of parties could not be read;
    6 --fresh, and no worker runs; 7 --fresh was not wanted.
    """
    tried = _given(settings or [], fields, from_file)
    since = datetime.now(UTC) - timedelta(days=days) if days else None

    async def work(requests: Requests) -> Exit:
        what = proposal.proposed(tried)
        if fresh and not await hindrances.say_if_nobody_works(requests):
            return Exit.NO_ANSWER
        if fresh and not await _agreed(requests, yes=yes):
            return Exit.PERSON_DECIDES
        try:
            found = await asking.tried(requests, what, since=since, now=fresh, progress=report.progress)
        except WorkflowFailureError as failed:
            report.note(f"A page of parties could not be read: {failed.cause}")
            return Exit.FAILED
        return _show(found, out, limit, as_json=as_json)

    connection.run(work)


def _given(settings: list[str], fields: Path | None, from_file: Path | None) -> dict[str, str]:
    """What is tried; the command line says more than a file."""
    tried, rest = _of_file(from_file) if from_file else ({}, ())
    if rest:
        report.note(f"{len(rest)} settings of {from_file} decide nothing about fields, or cannot be tried: as here")
    if fields is not None:
        tried[proposal.FIELDS_FILE] = str(fields.absolute())
    for given in settings:
        name, sign, value = given.partition("=")
        if not sign:
            raise typer.BadParameter(f"--set takes NAME=VALUE; {given!r} has no =")
        tried[name.strip().upper()] = value.strip()
    if not tried:
        raise typer.BadParameter("say what is to be tried: --set NAME=VALUE, --field-file FILE, or --settings FILE")
    return tried


def _of_file(path: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    try:
        return proposal.of_file(path)
    except SettingsError as error:
        raise typer.Exit(report.wrong_settings(error)) from None


async def _agreed(requests: Requests, *, yes: bool) -> bool:
    """Say what reading every party costs, and ask."""
    number = await Planning(requests).counted()
    many = "Every party" if number is None else report.counted(number, "party", "parties")
    report.note(
        f"{many} of EspoCRM: of each up to 3 reads in Advoware and 1 in EspoCRM, {asking.AT_ONCE} at a time, within "
        "the calls a second that are set. Nothing is written."
    )
    return yes or person.agrees("Compare them all?", "nothing was read")


def _show(found: WhatIf, out: Path | None, limit: int, *, as_json: bool) -> Exit:
    if out is not None:
        try:
            rows.write(out, found.differ)
        except OSError as error:
            report.note(f"The file was not written: {storage_places.told(error, out)}")
            return Exit.SETTINGS
    report.as_json(found) if as_json else what_if_tables.show(found, limit, out)
    return Exit.DONE
