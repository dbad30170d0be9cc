"""`plan`: compare everything, write nothing, and keep in a file what a first sync would do."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import WorkflowFailureError

from beteiligte.decide.findings import FindingKind
from beteiligte.frozen import Frozen
from runtime import storage_places
from starter.cli import connection, hindrances, plan_tables, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.plan import planfile, waiting
from starter.plan.planning import Planning
from starter.plan.waiting import WaitingRow
from starter.requests import Requests

EXAMPLE = "beteiligte-sync plan --out plan.csv"

Out = Annotated[Path, typer.Option("--out", help="File for one row a party: .csv, or .jsonl for JSON lines.")]
Names = Annotated[
    bool, typer.Option("--names", help="With the parties' names, which the file then holds: keep it like the records.")
]

NAMED = 200
"""Rows that the summary names: it must not grow with the firm."""


class PlanSummary(Frozen):
    """The JSON document of `plan`."""

    file: str
    parties: int
    counted: int | None
    """How many EspoCRM counted when it was whole: another number than `parties` where some were left out."""
    first: int
    """Equal parties that the bookkeeping does not know yet: applying only enters them there."""
    results: dict[str, int]
    conflicts: dict[str, int]
    """By field."""
    held: dict[str, int]
    """By what a person must decide, an ambiguous match among it."""
    problems: int
    waiting: tuple[WaitingRow, ...]
    """The first rows that wait for a person or could not be compared; the file holds all of them."""


def command(out: Out = Path("plan.csv"), names: Names = False, as_json: AsJson = False) -> None:
    """Compare every party in EspoCRM with Advoware, write nothing, and show what a first sync would do.

    Parties that are edited meanwhile are compared again. Each row links to the record; the file holds no values, but
    with --names the names of parties.

    Exit: 0 planned, 2 the file cannot be written, 4 a page could not be compared, 6 no worker runs.
    """

    async def work(requests: Requests) -> Exit:
        if not await hindrances.say_if_nobody_works(requests):
            return Exit.NO_ANSWER
        try:
            summary = _summary(out, await _write(requests, out, names=names))
        except OSError as error:
            report.note(f"The plan was not written: {storage_places.told(error, out)}")
            return Exit.SETTINGS
        except WorkflowFailureError as failed:
            report.note(f"The plan would not be whole, so {out} was not written: {failed.cause}")
            return Exit.FAILED
        report.as_json(summary) if as_json else _show(summary)
        return Exit.DONE

    connection.run(work)


async def _write(requests: Requests, out: Path, *, names: bool) -> int | None:
    """Write the file; how many parties EspoCRM counts when it is whole. Raises OSError, WorkflowFailureError."""
    with planfile.Writer(out) as file, plan_tables.comparing() as compared:
        planning = Planning(requests, names=names, compared=compared)
        async for line in planning.lines():
            file.write(line)
        return await planning.counted()


def _summary(out: Path, counted: int | None) -> PlanSummary:
    """Of the file as it is: a party that moved while it was made stands there once."""
    results, conflicts, held = Counter[str](), Counter[str](), Counter[str]()
    problems = first = 0
    left: list[WaitingRow] = []
    for line in planfile.lines(out, out.suffix):
        results[line.result or "problem"] += 1
        conflicts.update(line.conflicts)
        held.update(filter(None, (line.held or (FindingKind.UNDECIDED.value if line.undecided else ""),)))
        problems += bool(line.problem)
        left += waiting.of([line]) if len(left) < NAMED else ()
        first += line.acts and line.only_entered
    return PlanSummary(
        file=str(out),
        parties=results.total(),
        counted=counted,
        first=first,
        results=dict(results),
        conflicts=dict(conflicts),
        held=dict(held),
        problems=problems,
        waiting=tuple(left),
    )


def _show(summary: PlanSummary) -> None:
    report.table(("what a sync would do", "parties"), [(name, str(n)) for name, n in sorted(summary.results.items())])
    report.table(("conflicts in", "parties"), [(name, str(n)) for name, n in sorted(summary.conflicts.items())])
    report.table(("a person decides", "parties"), [(name, str(n)) for name, n in sorted(summary.held.items())])
    plan_tables.left_to_a_person(summary.waiting)
    report.line(f"{summary.parties} parties, {summary.problems} could not be compared; one row each in {summary.file}")
    if summary.first:
        report.line(f"{summary.first} equal parties have no base yet: apply only enters them in the bookkeeping")
    if summary.counted not in (None, summary.parties):
        report.line(
            f"EspoCRM counts {summary.counted} parties by now, the plan holds {summary.parties}: the others were "
            "edited, created or deleted while it was made; plan again when it is quieter"
        )
    report.line(f"Nothing was written. To do exactly this: beteiligte-sync apply {summary.file}")
