"""`sync`: sync one party now and show the outcome."""

from typing import Annotated

import typer

from starter import report
from starter.commands import connecting
from starter.commands.exits import Exit
from starter.requests import Requests

Party = Annotated[str, typer.Argument(help="EspoCRM id of the party.")]
AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]
CreateAnyway = Annotated[
    bool, typer.Option("--create", help="After an unanswered create: you looked, it is not in Advoware; create it.")
]


def command(party: Party, as_json: AsJson = False, create: CreateAnyway = False) -> None:
    """Sync one party now and wait for the outcome.

    Exit: 0 done, 1 a person decides, 2 settings, 3 no Temporal, 4 failed. Example: beteiligte-sync sync
    6b04cd6d623bec762
    """

    async def work(asking: Requests) -> Exit:
        outcome = await asking.sync_now(party, create_anyway=create)
        report.show(outcome, as_json=as_json)
        return Exit.of(outcome)

    connecting.run(work)
