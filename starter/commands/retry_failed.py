"""`retry-failed`: ask again for every party whose newest run failed."""

from typing import Annotated

import typer
from temporalio.service import RPCError

from beteiligte.frozen import Frozen
from contracts import bounded
from starter.cli import connection, hindrances, person, report
from starter.cli.arguments import AsJson, AtOnce, Quiet
from starter.cli.exits import Exit
from starter.requests import Requests, by_person
from starter.views import inspection, runs
from starter.views.runs import Run

EXAMPLE = "beteiligte-sync retry-failed --code Transient --dry-run"

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show which parties would be asked for.")]
Code = Annotated[list[str] | None, typer.Option("--code", help="Only failures of this cause; may be repeated.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="Parties at most.")]


class Retried(Frozen):
    """One party whose newest run failed."""

    party_id: str
    run: Run
    code: str
    message: str
    asked: bool = False
    problem: str = ""


class Retry(Frozen):
    """The JSON document."""

    parties: tuple[Retried, ...]
    asked: int
    more: bool
    """There are more failed parties than the limit."""


def command(
    code: Code = None,
    dry_run: DryRun = False,
    limit: Limit = 1000,
    at_once: AtOnce = bounded.AT_ONCE,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Ask for a sync of every party whose newest run failed; the syncs run as workers are free.

    A system that parties wait for is tried at once, too.

    A cause is the code that `status` shows, for instance Transient, CredentialsRefused, Rejected.
    """

    async def work(requests: Requests) -> Exit:
        await hindrances.say_what_hinders(requests)
        await hindrances.say_if_nobody_works(requests)
        retry = await _retry(requests, frozenset(code or ()), dry_run=dry_run, limit=limit, at_once=at_once)
        if as_json:
            report.as_json(retry)
        elif not quiet or any(party.problem for party in retry.parties):
            _show(retry, dry_run=dry_run)
        return Exit.FAILED if any(party.problem for party in retry.parties) else Exit.DONE

    connection.run(work)


async def _retry(requests: Requests, codes: frozenset[str], *, dry_run: bool, limit: int, at_once: int) -> Retry:
    failed = await runs.newest(requests.client, runs.FAILED, limit)

    async def one(run: Run) -> Retried:
        _, failure = await inspection.ending(requests.client, run)
        code, message = (failure.code, failure.message) if failure else ("Unknown", "")
        party = Retried(party_id=run.party_id, run=run, code=code, message=message)
        if dry_run or (codes and code not in codes):
            return party
        try:
            await requests.store(run.party_id, by_person(by=person.name()))
        except RPCError as error:
            return party.but(problem=f"Temporal answered {error.status.name}")
        return party.but(asked=True)

    with report.progress("asking", len(failed.shown)) as done:
        parties = await bounded.each(failed.shown, one, at_once=at_once, done=done)
    if not dry_run:
        await requests.hurry_outages()
    chosen = tuple(party for party in parties if not codes or party.code in codes)
    return Retry(parties=chosen, asked=sum(party.asked for party in chosen), more=failed.more)


def _show(retry: Retry, *, dry_run: bool) -> None:
    report.table(
        ("party", "failed", "betNr", "cause", "asked"),
        [
            (
                party.party_id,
                report.moment(party.run.closed),
                str(party.run.bet_nr or ""),
                party.code,
                party.problem or ("yes" if party.asked else "no"),
            )
            for party in retry.parties
        ],
    )
    would = "would be asked for" if dry_run else f"failed, {retry.asked} asked for"
    more = "; there are more: --limit" if retry.more else ""
    report.line(f"{report.counted(len(retry.parties), 'party', 'parties')} {would}{more}")
