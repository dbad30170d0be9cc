"""The command line: `beteiligte-sync`. Exit codes: exits.py. What each does and prints: docs/commands.md."""

import sys
from collections.abc import Sequence

import typer

from runtime.processes import log_to_stderr
from runtime.streams import make_tolerant
from starter import report
from starter.cli.exits import Exit
from starter.commands import (
    backup,
    codec,
    diff,
    pause,
    plan,
    reconcile,
    replay,
    resolve,
    retry_failed,
    schedules,
    status,
    sync,
    undo,
    up,
    webhook,
    worker,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # else long paragraphs keep the line breaks of the code
    help="Keeps parties equal in EspoCRM and Advoware, on Temporal.",
)
app.command("sync", epilog=f"Example: {sync.EXAMPLE}")(sync.command)
app.command("status", epilog=f"Example: {status.EXAMPLE}")(status.command)
app.command("diff", epilog=f"Example: {diff.EXAMPLE}")(diff.command)
app.command("retry-failed", epilog=f"Example: {retry_failed.EXAMPLE}")(retry_failed.command)
app.command("resolve", epilog=f"Example: {resolve.EXAMPLE}")(resolve.command)
app.command("undo", epilog=f"Example: {undo.EXAMPLE}")(undo.command)
app.command("replay", epilog=f"Example: {replay.EXAMPLE}")(replay.command)
app.command("plan", epilog=f"Example: {plan.EXAMPLE}")(plan.plan)
app.command("apply", epilog=f"Example: {plan.APPLY_EXAMPLE}")(plan.apply)
app.command("pause", epilog=f"Example: {pause.EXAMPLE}")(pause.pause)
app.command("resume", epilog=f"Example: {pause.RESUME_EXAMPLE}")(pause.resume)
app.add_typer(reconcile.app, name="reconcile", epilog=f"Example: {reconcile.EXAMPLE}")
app.add_typer(schedules.app, name="schedules", epilog=f"Example: {schedules.EXAMPLE}")
app.command("up", epilog=f"Example: {up.EXAMPLE}")(up.command)
app.command("backup", epilog=f"Example: {backup.EXAMPLE}")(backup.command)
app.command("worker", epilog=f"Example: {worker.EXAMPLE}")(worker.command)
app.command("codec", epilog=f"Example: {codec.SERVE_EXAMPLE}")(codec.command)
app.add_typer(codec.keys, name="keys", epilog=f"Example: {codec.EXAMPLE}")
app.command("webhook", epilog=f"Example: {webhook.EXAMPLE}")(webhook.command)


def main() -> None:
    """Entry point of the console script."""
    make_tolerant()
    _refuse_unreadable(sys.argv[1:])
    log_to_stderr("WARNING")
    app()


def _refuse_unreadable(arguments: Sequence[str]) -> None:
    """Bytes that are no text in this terminal's encoding would become another value, or none."""
    for number, argument in enumerate(arguments, 1):
        if any("\udc80" <= sign <= "\udcff" for sign in argument):
            report.note(f"Argument {number} is no text in this terminal's encoding: set LANG, for instance to C.UTF-8")
            sys.exit(Exit.SETTINGS)
