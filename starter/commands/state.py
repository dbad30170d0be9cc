"""`state`: what a party's newest run is doing, and what landed but is not yet written."""

import sys

from temporalio.service import RPCError

from starter import report
from starter.commands import connecting
from starter.commands.exits import Exit
from starter.commands.sync import AsJson, Party
from starter.requests import Requests


def command(party: Party, as_json: AsJson = False) -> None:
    """Show what a party's newest run is doing. Exit: 0 shown, 5 no run is known."""

    async def work(asking: Requests) -> Exit:
        try:
            report.show(await asking.state(party), as_json=as_json)
        except RPCError as error:
            print(f"No run of party {party} can be asked ({error.status.name})", file=sys.stderr)
            return Exit.UNKNOWN
        return Exit.DONE

    connecting.run(work)
