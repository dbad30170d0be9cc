"""`plan`: compare everything and write nothing; `apply`: do exactly what the plan showed."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import WorkflowFailureError

from beteiligte.decide.findings import SETTLED, FindingKind
from beteiligte.decide.plan import LINK, RESULTS, UNCHANGED, Line
from beteiligte.frozen import Frozen
from beteiligte.reason import Reason
from contracts import bounded
from contracts.party import SyncOutcome, SyncRequest
from runtime import places
from starter import report
from starter.cli import answers, connecting
from starter.cli.arguments import AsJson, AtOnce
from starter.cli.exits import Exit
from starter.plan import planfile, waiting
from starter.plan.planning import Planning
from starter.plan.waiting import Waiting
from starter.requests import Patience, Requests

EXAMPLE = "beteiligte-sync plan --out plan.csv"
APPLY_EXAMPLE = "beteiligte-sync apply plan.csv --only link"

Out = Annotated[Path, typer.Option("--out", help="File for one row a party: .csv, or .jsonl for JSON lines.")]
Names = Annotated[
    bool, typer.Option("--names", help="With the parties' names, which the file then holds: keep it like the records.")
]
File = Annotated[Path, typer.Argument(help="A plan that `plan` wrote; rows may be taken out, not changed.")]


NAMED = 200
"""Rows that the summary names: it must not grow with the firm."""


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
    """By what a person must decide, an ambiguous match among it."""
    problems: int
    waiting: tuple[Waiting, ...]
    """The first rows that wait for a person or could not be compared; the file holds all of them."""


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
    """Rows that need nothing, or a person, or were not chosen."""
    waiting: tuple[Waiting, ...]
    """Those of them that a person must look at: ambiguous, held, or not to be compared."""
    why: dict[str, str]
    """By party in `undecided` and `failed`: what is to be decided, why it failed."""


def plan(out: Out = Path("plan.csv"), names: Names = False, as_json: AsJson = False) -> None:
    """Compare every party in EspoCRM with Advoware, write nothing, and show what a first sync would do.

    Parties that are edited meanwhile are compared again. Each row links to the record; the file holds no values, but
    with --names the names of parties.

    Exit: 0 planned, 2 the file cannot be written, 4 a page could not be compared, 6 no worker runs.
    """

    async def work(asking: Requests) -> Exit:
        if not await connecting.say_if_nobody_works(asking):
            return Exit.NO_ANSWER
        planning = Planning(asking, names=names)
        try:
            with planfile.Writer(out) as file:
                async for line in planning.lines():
                    file.write(line)
                counted = await planning.counted()
            summary = _summary(out, counted)
        except OSError as error:
            report.note(f"The plan was not written: {places.told(error, out)}")
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
    left: list[Waiting] = []
    for line in planfile.lines(out, out.suffix):
        results[line.result or "problem"] += 1
        conflicts.update(line.conflicts)
        held.update(filter(None, (line.held or (FindingKind.UNDECIDED.value if line.undecided else ""),)))
        problems += bool(line.problem)
        left += waiting.of([line]) if len(left) < NAMED else ()
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
        waiting=tuple(left),
    )


def _show(summary: Summary) -> None:
    report.table(("what a sync would do", "parties"), [(name, str(n)) for name, n in sorted(summary.results.items())])
    report.table(("conflicts in", "parties"), [(name, str(n)) for name, n in sorted(summary.conflicts.items())])
    report.table(("a person decides", "parties"), [(name, str(n)) for name, n in sorted(summary.held.items())])
    waiting.show(summary.waiting, title="Left to a person")
    report.line(f"{summary.parties} parties, {summary.problems} could not be compared; one row each in {summary.file}")
    if summary.first:
        report.line(f"{summary.first} equal parties have no base yet: apply only enters them in the bookkeeping")
    if summary.counted not in (None, summary.parties):
        report.line(
            f"EspoCRM counts {summary.counted} parties by now, the plan holds {summary.parties}: the others were "
            "edited, created or deleted while it was made; plan again when it is quieter"
        )
    report.line(f"Nothing was written. To do exactly this: beteiligte-sync apply {summary.file}")


def apply(file: File, only: Only = None, at_once: AtOnce = bounded.AT_ONCE, as_json: AsJson = False) -> None:
    """Sync the parties of a plan, each held to what the plan showed; what changed since is named and not written.

    Equal parties that no base of ours knows are entered in the bookkeeping. Rows that are left to a person are named;
    with --only those of the results chosen.

    Exit: 0 all done, 2 observe mode, 4 some failed, 5 the file is no plan, 6 no worker runs, 7 some changed since the
    plan, wait for a person or could not be compared.
    """

    async def work(asking: Requests) -> Exit:
        if asking.timing.observe:
            report.note("Observe mode, nothing was written: set SYNC_OBSERVE=false, restart, and apply again")
            return Exit.SETTINGS
        try:
            lines = list(planfile.read(file))
        except (OSError, planfile.BadPlan) as error:
            report.note(f"{file} is no plan: {error}")
            return Exit.UNKNOWN
        await connecting.say_what_hinders(asking)
        if not await connecting.say_if_nobody_works(asking):
            return Exit.NO_ANSWER
        meant = [line for line in lines if not only or line.result in only]
        applied = await _apply(asking, meant, left=len(lines) - sum(line.acts for line in meant), at_once=at_once)
        report.as_json(applied) if as_json else _show_applied(applied)
        open_ones = applied.changed or applied.undecided or applied.waiting
        return Exit.FAILED if applied.failed else Exit.PERSON_DECIDES if open_ones else Exit.DONE

    connecting.run(work)


async def _apply(asking: Requests, lines: list[Line], *, left: int, at_once: int) -> Applied:
    async def one(line: Line) -> tuple[str, Ended, str, str]:
        link = line.bet_nr if line.result == LINK else None
        request = SyncRequest(reason=Reason.SWEEP, at=datetime.now(UTC), planned=line.held_to, link=link)
        answer = await answers.sync_record(asking, line.party_id, Patience(), request)
        return line.party_id, *_ended(line, answer.outcome), _why(answer)

    chosen = tuple(line for line in lines if line.acts)
    with report.progress("applying", len(chosen)) as done:
        ended = await bounded.each(chosen, one, at_once=at_once, done=done)
    parties: defaultdict[Ended, list[str]] = defaultdict(list)
    for party, how, _, _ in ended:
        parties[how].append(party)
    return Applied(
        done=len(parties[Ended.DONE]),
        already=len(parties[Ended.ALREADY]),
        changed=tuple(parties[Ended.CHANGED]),
        instead={party: what for party, _, what, _ in ended if what},
        undecided=tuple(parties[Ended.UNDECIDED]),
        failed=tuple(parties[Ended.FAILED]),
        left=left,
        waiting=waiting.of(line for line in lines if not line.acts),
        why={party: why for party, how, _, why in ended if how in (Ended.UNDECIDED, Ended.FAILED)},
    )


def _why(answer: answers.Answer) -> str:
    """Why it failed or what is to be decided: codes, kinds and names of fields, no values."""
    outcome = answer.outcome
    if outcome is None:
        return answer.problem
    if outcome.failure:
        field = f", field {outcome.failure.field}" if outcome.failure.field else ""
        return f"{outcome.failure.code}{field}"
    asked = (f for f in (*outcome.findings, *outcome.still_open) if f.kind not in SETTLED)
    return ", ".join(dict.fromkeys(f"{f.kind} ({f.field})" if f.field else f.kind.value for f in asked))


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
        f"{applied.left - len(applied.waiting)} rows needed nothing or were not chosen, "
        f"{len(applied.waiting)} are left to a person"
    )
    unwritten = [(party,) for party in applied.changed if party not in applied.instead]
    report.table(("changed since the plan, not written",), unwritten)
    report.table(("synced with another request, not as planned", "what was done"), [*applied.instead.items()])
    for title, named in (("a person decides", applied.undecided), ("failed", applied.failed)):
        report.table((f"{title}; see `status <id>`", "why"), [(party, applied.why[party]) for party in named])
    waiting.show(applied.waiting, title="Left to a person")
