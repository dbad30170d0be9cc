"""The command line: `beteiligte-sync`. Each command is the file of its name here; docs/commands.md says what it does.

A command is a function `command`, or a typer `app` with commands of its own, and an EXAMPLE of its use. Exit codes:
starter/cli/exits.py.
"""

import sys
from collections.abc import Sequence
from types import ModuleType

import typer

from runtime.processes import log_to_stderr
from runtime.streams import make_tolerant
from starter.cli import report
from starter.cli.exits import Exit
from starter.commands import (
    apply,
    backup,
    codec,
    conflicts,
    diff,
    doctor,
    espocrm_setup,
    explain,
    history,
    keys,
    pause,
    plan,
    reconcile,
    replay,
    resolve,
    resume,
    retry_failed,
    schedules,
    status,
    sync,
    undo,
    up,
    webhook,
    worker,
)

IN_ORDER = (
    sync,
    status,
    conflicts,
    diff,
    history,
    explain,
    retry_failed,
    resolve,
    undo,
    replay,
    plan,
    apply,
    pause,
    resume,
    espocrm_setup,
    up,
    doctor,
    backup,
    worker,
    codec,
    webhook,
    reconcile,
    schedules,
    keys,
)
"""As `--help` shows them: typer puts those with commands of their own last."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",  # else long paragraphs keep the line breaks of the code
    help="Keeps parties equal in EspoCRM and Advoware, on Temporal.",
)


def _add(module: ModuleType) -> None:
    """Under the name of its file."""
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    example = f"Example: {module.EXAMPLE}"
    if hasattr(module, "app"):
        app.add_typer(module.app, name=name, epilog=example)
    else:
        app.command(name, epilog=example)(module.command)


for _module in IN_ORDER:
    _add(_module)


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
