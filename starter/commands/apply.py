"""`apply`: do exactly what a plan showed; what has changed since is named and not written."""

from collections import defaultdict
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import Annotated

import typer

from beteiligte.decide.findings import SETTLED
from beteiligte.decide.plan import LINK, RESULTS, UNCHANGED, PlanRow
from beteiligte.frozen import Frozen
from beteiligte.request_reason import Reason
from contracts import bounded
from contracts.inbox import SyncRequest
from contracts.party import SyncOutcome
from starter.cli import connection, hindrances, outcome_tables, party_answers, plan_tables, report
from starter.cli.arguments import AsJson, AtOnce
from starter.cli.exits import Exit
from starter.plan import planfile, waiting
from starter.plan.waiting import WaitingRow
from starter.requests import Patience, Requests

EXAMPLE = "beteiligte-sync apply plan.csv --only link"

File = Annotated[Path, typer.Argument(help="A plan that `plan` wrote; rows may be taken out, not changed.")]


def _known(results: list[str] | None) -> list[str] | None:
    """A result that no plan knows would choose nothing, in silence."""
    if odd := {*(results or ())} - {*RESULTS}:
        raise typer.BadParameter(f"{', '.join(sorted(odd))} is no result of a plan: {', '.join(RESULTS)}")
    return results


Only = Annotated[
    list[str] | None, typer.Option("--only", callback=_known, help="Only rows with this result; may be repeated.")
]


class RowResult(Enum):
    """What applying a row came to."""

    DONE = auto()
    ALREADY = auto()
    CHANGED = auto()
    UNDECIDED = auto()
    FAILED = auto()


class AppliedPlan(Frozen):
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
    waiting: tuple[WaitingRow, ...]
    """Those of them that a person must look at: ambiguous, held, or not to be compared."""
    why: dict[str, str]
    """By party in `undecided` and `failed`: what is to be decided, why it failed."""


def command(file: File, only: Only = None, at_once: AtOnce = bounded.AT_ONCE, as_json: AsJson = False) -> None:
    """Sync the parties of a plan, each held to what the plan showed; what changed since is named and not written.

    Equal parties that no base of ours knows are entered in the bookkeeping. Rows that are left to a person are named;
    with --only those of the results chosen.

    Exit: 0 all done, 2 observe mode, 4 some failed, 5 the file is no plan, 6 no worker runs, 7 some changed since the
    plan, wait for a person or could not be compared.
    """

    async def work(requests: Requests) -> Exit:
        if requests.timing.observe:
            report.note("Observe mode, nothing was written: set SYNC_OBSERVE=false, restart, and apply again")
            return Exit.SETTINGS
        try:
            lines = list(planfile.read(file))
        except planfile.BadPlan as error:
            report.note(f"{file} is no plan: {error}")
            return Exit.UNKNOWN
        await hindrances.say_what_hinders(requests)
        if not await hindrances.say_if_nobody_works(requests):
            return Exit.NO_ANSWER
        meant = [line for line in lines if not only or line.result in only]
        applied = await _apply(requests, meant, left=len(lines) - sum(line.acts for line in meant), at_once=at_once)
        report.as_json(applied) if as_json else _show(applied)
        open_ones = applied.changed or applied.undecided or applied.waiting
        return Exit.FAILED if applied.failed else Exit.PERSON_DECIDES if open_ones else Exit.DONE

    connection.run(work)


async def _apply(requests: Requests, lines: list[PlanRow], *, left: int, at_once: int) -> AppliedPlan:
    async def one(line: PlanRow) -> tuple[str, RowResult, str, str]:
        link = line.bet_nr if line.result == LINK else None
        request = SyncRequest(reason=Reason.SWEEP, at=datetime.now(UTC), planned=line.held_to, link=link)
        answer = await party_answers.sync_record(requests, line.party_id, Patience(), request)
        return line.party_id, *_ended(line, answer.outcome), _why(answer)

    chosen = tuple(line for line in lines if line.acts)
    with report.progress("applying", len(chosen)) as done:
        ended = await bounded.each(chosen, one, at_once=at_once, done=done)
    parties: defaultdict[RowResult, list[str]] = defaultdict(list)
    for party, how, _, _ in ended:
        parties[how].append(party)
    return AppliedPlan(
        done=len(parties[RowResult.DONE]),
        already=len(parties[RowResult.ALREADY]),
        changed=tuple(parties[RowResult.CHANGED]),
        instead={party: what for party, _, what, _ in ended if what},
        undecided=tuple(parties[RowResult.UNDECIDED]),
        failed=tuple(parties[RowResult.FAILED]),
        left=left,
        waiting=waiting.of(line for line in lines if not line.acts),
        why={party: why for party, how, _, why in ended if how in (RowResult.UNDECIDED, RowResult.FAILED)},
    )


def _why(answer: party_answers.PartyAnswer) -> str:
    """Why it failed or what is to be decided: codes, kinds and names of fields, no values."""
    outcome = answer.outcome
    if outcome is None:
        return answer.problem
    if outcome.failure:
        field = f", field {outcome.failure.field}" if outcome.failure.field else ""
        return f"{outcome.failure.code}{field}"
    asked = (f for f in (*outcome.findings, *outcome.still_open) if f.kind not in SETTLED)
    return ", ".join(dict.fromkeys(f"{f.kind} ({f.field})" if f.field else f.kind.value for f in asked))


def _ended(line: PlanRow, outcome: SyncOutcome | None) -> tuple[RowResult, str]:
    """What a row came to, and what was done instead. A run that began in observe mode only looked."""
    if outcome is None or outcome.failure or outcome.observed:
        return RowResult.FAILED, ""
    elsewhere = line.bet_nr not in (None, outcome.bet_nr)
    if outcome.plan_changed or (outcome.nothing_left and elsewhere):
        return RowResult.CHANGED, ""
    if Exit.of(outcome) is Exit.PERSON_DECIDES:
        return RowResult.UNDECIDED, ""
    if outcome.nothing_left:
        return RowResult.ALREADY, ""
    if outcome.fingerprint in ("", line.fingerprint) and not elsewhere:
        return RowResult.DONE, ""
    if outcome.fingerprint == UNCHANGED and not elsewhere:
        return RowResult.ALREADY, ""
    return RowResult.CHANGED, _what(outcome)


def _what(outcome: SyncOutcome) -> str:
    """What a sync did, in a line: result and fields, no values."""
    fields = outcome_tables.fields(outcome).replace("\n", "; ")
    return f"{outcome.result} ({fields})" if fields else outcome.result


def _show(applied: AppliedPlan) -> None:
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
    plan_tables.left_to_a_person(applied.waiting)
