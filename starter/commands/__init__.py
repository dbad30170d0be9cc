"""The command line: `beteiligte-sync`. Exit codes: exits.py."""

import typer

from runtime.processes import log_to_stderr
from starter.commands import backup, state, sync, up, webhook, worker

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Keeps parties equal in EspoCRM and Advoware, on Temporal."
)
app.command("sync")(sync.command)
app.command("state")(state.command)
app.command("up")(up.command)
app.command("backup")(backup.command)
app.command("worker")(worker.command)
app.command("webhook")(webhook.command)


def main() -> None:
    """Entry point of the console script."""
    log_to_stderr("WARNING")
    app()
