"""`replay`: do runs' histories still fit today's workflow code? `--all` is the question before an upgrade."""

from collections import Counter
from typing import Annotated

import typer

from starter.cli import connection, report
from starter.cli.arguments import AsJson, PartyOrAll
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import parties, replays
from starter.views.replays import Replayed, ReplayedAll

EXAMPLE = "beteiligte-sync replay --all"

RunId = Annotated[str | None, typer.Option("--run-id", help="An earlier run, as `status <id> --json` names it.")]
All = Annotated[bool, typer.Option("--all", help="Every open run, and of each type the newest closed ones.")]
Closed = Annotated[int, typer.Option("--closed", min=0, help="With --all: so many closed runs of each type.")]


def command(
    party: PartyOrAll = None,
    run_id: RunId = None,
    everything: All = False,
    closed: Closed = 100,
    as_json: AsJson = False,
) -> None:
    """Fetch histories and replay them through the workflow code installed here; nothing is called or written.

    A run that does not fit stands still until the code fits again, so ask with --all before an upgrade, by the program
    that shall run; before going back to an older one it says, too, what that one does not know.
    """
    if everything is (party is not None) or (everything and run_id):
        raise typer.BadParameter("name a party, or ask for --all")

    async def one(requests: Requests) -> Exit:
        party_id = await parties.find(requests.client, str(party))
        with report.progress("fetching and replaying", None):
            replayed = await replays.of_party(requests.client, party_id, run_id)
        report.as_json(replayed) if as_json else _show(replayed)
        return Exit.DONE if replayed.fits else Exit.FAILED

    async def every(requests: Requests) -> Exit:
        executions, more = await replays.found(requests.client, closed)
        with report.progress("fetching and replaying", len(executions)) as done:
            replayed = await replays.each(requests.client, executions, done)
        outcome = ReplayedAll(replayed=tuple(replayed), more=more)
        report.as_json(outcome) if as_json else _show_all(outcome)
        return Exit.FAILED if outcome.unfit else Exit.DONE

    connection.run(every if everything else one)


def _show(replayed: Replayed) -> None:
    if replayed.deterministic:
        report.line(f"Run {replayed.run_id}: all {replayed.events} events fit today's code.")
    else:
        report.line(f"Run {replayed.run_id}: today's code does not fit its {replayed.events} events.")
        report.line(replayed.problem)
    if replayed.newer:
        report.line(_newer(replayed))


def _newer(run: Replayed) -> str:
    return f"a newer version wrote {', '.join(run.newer)}, which this one does not know and drops"


def _show_all(outcome: ReplayedAll) -> None:
    """How many of each type, and each run that does not fit with the place."""
    looked_at = Counter((run.workflow_type, run.running) for run in outcome.replayed)
    unfit = Counter((run.workflow_type, run.running) for run in outcome.unfit)
    state = {True: "open", False: "closed"}
    report.table(
        ("workflow", "runs", "replayed", "do not fit"),
        [
            (kind, state[running], str(number), str(unfit[kind, running]))
            for (kind, running), number in looked_at.items()
        ],
    )
    for run in outcome.unfit:
        report.line(f"{run.workflow_id}, run {run.run_id}, {state[run.running]}: {_why(run)}")
    report.line(_verdict(outcome))


def _why(run: Replayed) -> str:
    if run.deterministic:
        return _newer(run)
    word = "cannot be read" if run.unreadable else "today's code does not fit"
    return f"{word}: {run.problem}"


def _verdict(outcome: ReplayedAll) -> str:
    more = "; there are more open runs than were looked at" if outcome.more else ""
    if not outcome.unfit:
        return f"All {report.counted(len(outcome.replayed), 'run', 'runs')} fit today's code{more}."
    waiting = sum(run.running for run in outcome.unfit)
    return (
        f"{report.counted(len(outcome.unfit), 'run does', 'runs do')} not fit, {waiting} of them open. With this code "
        f"those stand still: keep the code that they fit until they have ended{more}."
    )
