"""`plan`: compare everything and write nothing; `apply`: do exactly what the plan showed."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import WorkflowFailureError

from beteiligte.plan import LINK, RESULTS, UNCHANGED, Line
from beteiligte.record import Frozen
from starter import many, planfile, report
from starter.commands import answers, connecting
from starter.commands.arguments import AsJson, AtOnce
from starter.commands.exits import Exit
from starter.planning import Planning
from starter.requests import Patience, Requests
from workflows.contracts import Reason, SyncOutcome, SyncRequest

EXAMPLE = "beteiligte-sync plan --out plan.csv"
APPLY_EXAMPLE = "beteiligte-sync apply plan.csv --only link"

Out = Annotated[Path, typer.Option("--out", help="File for one row a party: .csv, or .jsonl for JSON lines.")]
File = Annotated[Path, typer.Argument(help="A plan that `plan` wrote; rows may be taken out, not changed.")]


def _known(results: list[str] | None) -> list[str] | None:
    """A result that no plan knows would choose nothing, in silence."""
    if odd := {*(results or ())} - {*RESULTS}:
        raise typer.BadParameter(f"{', '.join(sorted(odd))} is no result of a plan: {', '.join(RESULTS)}")
    return results


Only = Annotated[
    list[str] | None, typer.Option("--only", callback=_known, help="Only rows with this result; may be repeated.")
]


class Summary(Frozen):
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
    """By what a person must decide."""
    problems: int


class Ended(Enum):
    """What applying a row came to."""

    DONE = auto()
    ALREADY = auto()
    CHANGED = auto()
    UNDECIDED = auto()
    FAILED = auto()


class Applied(Frozen):
    """The JSON document of `apply`."""

    done: int
    already: int
    """Parties that the plan left nothing to do for: it was applied to them before."""
    changed: tuple[str, ...]
    """Parties that would be something else by now: nothing was written for them, but for those in `instead`."""
    instead: dict[str, str]
    """By party, what was done: another request was answered with it, and such a sync is held to no plan."""
    undecided: tuple[str, ...]
    """Parties that now stand as a conflict: a person was told what is to be decided."""
    failed: tuple[str, ...]
    left: int
    """Rows that need nothing, or a person."""


def plan(out: Out = Path("plan.csv"), as_json: AsJson = False) -> None:
    """Compare every party in EspoCRM with Advoware, write nothing, and show what a first sync would do.

    Parties that are edited meanwhile are compared again.

    Exit: 0 planned, 2 the file cannot be written, 4 a page could not be compared, 6 no worker runs.
    """

    async def work(asking: Requests) -> Exit:
        if not await connecting.say_if_nobody_works(asking):
            return Exit.NO_ANSWER
        planning = Planning(asking)
        try:
            with planfile.Writer(out) as file:
                async for line in planning.lines():
                    file.write(line)
                counted = await planning.counted()
            summary = _summary(out, counted)
        except OSError as error:
            report.note(f"The plan cannot be written: {error}")
            return Exit.SETTINGS
        except WorkflowFailureError as failed:
            report.note(f"The plan would not be whole, so {out} was not written: {failed.cause}")
            return Exit.FAILED
        report.as_json(summary) if as_json else _show(summary)
        return Exit.DONE

    connecting.run(work)


def _summary(out: Path, counted: int | None) -> Summary:
    """Of the file as it is: a party that moved while it was made stands there once."""
    results, conflicts, held = Counter[str](), Counter[str](), Counter[str]()
    problems = first = 0
    for line in planfile.lines(out, out.suffix):
        results[line.result or "problem"] += 1
        conflicts.update(line.conflicts)
        held.update([line.held] if line.held else [])
        problems += bool(line.problem)
        first += line.acts and line.only_entered
    return Summary(
        file=str(out),
        parties=results.total(),
        counted=counted,
        first=first,
        results=dict(results),
        conflicts=dict(conflicts),
        held=dict(held),
        problems=problems,
    )


def _show(summary: Summary) -> None:
    report.table(("what a sync would do", "parties"), [(name, str(n)) for name, n in sorted(summary.results.items())])
    report.table(("conflicts in", "parties"), [(name, str(n)) for name, n in sorted(summary.conflicts.items())])
    report.table(("a person decides", "parties"), [(name, str(n)) for name, n in sorted(summary.held.items())])
    report.line(f"{summary.parties} parties, {summary.problems} could not be compared; one row each in {summary.file}")
    if summary.first:
        report.line(f"{summary.first} equal parties have no base yet: apply only enters them in the bookkeeping")
    if summary.counted not in (None, summary.parties):
        report.line(
            f"EspoCRM counts {summary.counted} parties by now, the plan holds {summary.parties}: the others were "
            "edited, created or deleted while it was made; plan again when it is quieter"
        )
    report.line(f"Nothing was written. To do exactly this: beteiligte-sync apply {summary.file}")


def apply(file: File, only: Only = None, at_once: AtOnce = many.AT_ONCE, as_json: AsJson = False) -> None:
    """Sync the parties of a plan, each held to what the plan showed; what changed since is named and not written.

    Equal parties that no base of ours knows are entered in the bookkeeping.

    Exit: 0 all done, 2 observe mode, 4 some failed, 5 the file is no plan, 6 no worker runs, 7 some changed since the
    plan or wait for a person.
    """

    async def work(asking: Requests) -> Exit:
        if asking.pace.observe:
            report.note("Observe mode, nothing was written: set SYNC_OBSERVE=false, restart, and apply again")
            return Exit.SETTINGS
        try:
            lines = list(planfile.read(file))
        except (OSError, planfile.BadPlan) as error:
            report.note(f"{file} is no plan: {error}")
            return Exit.UNKNOWN
        if not await connecting.say_if_nobody_works(asking):
            return Exit.NO_ANSWER
        chosen = [line for line in lines if line.acts and (not only or line.result in only)]
        applied = await _apply(asking, chosen, left=len(lines) - len(chosen), at_once=at_once)
        report.as_json(applied) if as_json else _show_applied(applied)
        open_ones = applied.changed or applied.undecided
        return Exit.FAILED if applied.failed else Exit.PERSON_DECIDES if open_ones else Exit.DONE

    connecting.run(work)


async def _apply(asking: Requests, chosen: list[Line], *, left: int, at_once: int) -> Applied:
    async def one(line: Line) -> tuple[str, Ended, str]:
        link = line.bet_nr if line.result == LINK else None
        request = SyncRequest(reason=Reason.SWEEP, at=datetime.now(UTC), planned=line.held_to, link=link)
        answer = await answers.sync_record(asking, line.party_id, Patience(), request)
        return line.party_id, *_ended(line, answer.outcome)

    with report.progress("applying", len(chosen)) as done:
        ended = await many.each(tuple(chosen), one, at_once=at_once, done=done)
    parties: defaultdict[Ended, list[str]] = defaultdict(list)
    for party, how, _ in ended:
        parties[how].append(party)
    return Applied(
        done=len(parties[Ended.DONE]),
        already=len(parties[Ended.ALREADY]),
        changed=tuple(parties[Ended.CHANGED]),
        instead={party: what for party, _, what in ended if what},
        undecided=tuple(parties[Ended.UNDECIDED]),
        failed=tuple(parties[Ended.FAILED]),
        left=left,
    )


def _ended(line: Line, outcome: SyncOutcome | None) -> tuple[Ended, str]:
    """What a row came to, and what was done instead. A run that began in observe mode only looked."""
    if outcome is None or outcome.failure or outcome.observed:
        return Ended.FAILED, ""
    elsewhere = line.bet_nr not in (None, outcome.bet_nr)
    if outcome.plan_changed or (outcome.nothing_left and elsewhere):
        return Ended.CHANGED, ""
    if Exit.of(outcome) is Exit.PERSON_DECIDES:
        return Ended.UNDECIDED, ""
    if outcome.nothing_left:
        return Ended.ALREADY, ""
    if outcome.fingerprint in ("", line.fingerprint) and not elsewhere:
        return Ended.DONE, ""
    if outcome.fingerprint == UNCHANGED and not elsewhere:
        return Ended.ALREADY, ""
    return Ended.CHANGED, _what(outcome)


def _what(outcome: SyncOutcome) -> str:
    """What a sync did, in a line: result and fields, no values."""
    fields = answers.fields(outcome).replace("\n", "; ")
    return f"{outcome.result} ({fields})" if fields else outcome.result


def _show_applied(applied: Applied) -> None:
    report.line(
        f"{applied.done} parties synced as planned, {applied.already} were done already, "
        f"{applied.left} rows needed nothing or wait for a person"
    )
    unwritten = [(party,) for party in applied.changed if party not in applied.instead]
    report.table(("changed since the plan, not written",), unwritten)
    report.table(("synced with another request, not as planned", "what was done"), [*applied.instead.items()])
    report.table(("a person decides; see `status <id>`",), [(party,) for party in applied.undecided])
    report.table(("failed; see `status <id>`",), [(party,) for party in applied.failed])
