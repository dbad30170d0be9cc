"""Arguments and options that several commands share."""

from typing import Annotated

import typer

from starter import waits

WAITS_FOR_OUTCOME, WAITS_FOR_PREVIEW = (int(wait.total_seconds()) for wait in (waits.OUTCOME, waits.PREVIEW))
"""Defaults of --within."""

Party = Annotated[str, typer.Argument(help="EspoCRM id of the party, or a betNr that was synced before.")]
Parties = Annotated[list[str], typer.Argument(help="EspoCRM ids of the parties, or betNrs that were synced before.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document for machines instead of tables.")]
AtOnce = Annotated[int, typer.Option("--at-once", min=1, max=64, help="Parties asked for at the same time.")]
Within = Annotated[int, typer.Option("--within", min=1, help="Seconds to wait for an outcome.")]
