"""`sync`: sync parties now, and show what came of it."""

from typing import Annotated

import typer

from contracts import bounded
from starter.cli import connection, hindrances, outcome_tables, party_answers, report
from starter.cli.arguments import WAITS_FOR_OUTCOME, AsJson, AtOnce, Parties, Quiet, Within
from starter.cli.exits import Exit
from starter.requests import Requests

EXAMPLE = "beteiligte-sync sync 6b04cd6d623bec762 10234"

NoWait = Annotated[bool, typer.Option("--no-wait", help="Only ask; the sync runs as soon as a worker is free.")]


def command(
    party: Parties,
    no_wait: NoWait = False,
    within: Within = WAITS_FOR_OUTCOME,
    at_once: AtOnce = bounded.AT_ONCE,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Sync parties now and show the outcomes: result, status, fields, both values of every conflict.

    A request joins what the party's workflow is doing and ends its retry wait. Ctrl-C ends only the waiting.
    """

    async def work(requests: Requests) -> Exit:
        patience = await hindrances.patience(requests, within)
        given = tuple(dict.fromkeys(party))

        async def one(party: str) -> party_answers.PartyAnswer:
            return await (
                party_answers.ask(requests, party) if no_wait else party_answers.sync(requests, party, patience)
            )

        with report.progress("asking" if no_wait else "syncing", len(given)) as done:
            found = await bounded.each(given, one, at_once=at_once, done=done)
        if as_json:
            report.as_json(party_answers.PartyAnswers(parties=tuple(found)))
        else:
            outcome_tables.show([answer for answer in found if not quiet or answer.exit != Exit.DONE])
        return Exit.worst(Exit(answer.exit) for answer in found)

    connection.run(work)
