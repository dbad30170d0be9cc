"""The command line: `beteiligte-sync`. Each command is the file of its name here; docs/commands.md says what it does.

A command is a function `command`, or a typer `app` with commands of its own, and an EXAMPLE of its use. Exit codes:
starter/cli/exits.py.
"""

import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Annotated

import typer

from runtime.processes import keep_private, log_to_stderr
from runtime.streams import make_tolerant
from runtime.version import version
from starter.cli import report
from starter.cli.arguments import EnvFile, with_env_file
from starter.cli.exits import Exit
from starter.commands import (
    apply,
    backup,
    codec,
    conflicts,
    desk,
    diff,
    doctor,
    espocrm_setup,
    explain,
    forget,
    history,
    keys,
    pause,
    plan,
    reconcile,
    replay,
    resolve,
    restore,
    resume,
    retry_failed,
    schedules,
    status,
    sync,
    undo,
    up,
    webhook,
    what_if,
    worker,
)

PANELS = {
    "Every day": (status, doctor, sync, retry_failed, pause, resume),
    "Questions": (conflicts, diff, history, explain, what_if, replay),
    "Decisions": (desk, resolve, undo, reconcile),
    "Keeping": (forget, backup, restore, keys),
    "Setting up": (espocrm_setup, plan, apply, up, schedules, worker, webhook, codec),
}
"""As `--help` and docs/commands.md show them."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",  # else long paragraphs keep the line breaks of the code
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keeps parties equal in EspoCRM and Advoware, on Temporal.",
    epilog="`beteiligte-sync COMMAND -h` says more, with an example; docs/commands.md says all.",
)


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"beteiligte-sync {version()}")
        raise typer.Exit


@app.callback()
def _program(
    env_file: EnvFile = None,
    show_version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Show the version.")
    ] = False,
) -> None:
    pass


def name_of(module: ModuleType) -> str:
    """That of its file."""
    return module.__name__.rpartition(".")[2].replace("_", "-")


def _add(module: ModuleType, panel: str) -> None:
    name = name_of(module)
    example = f"Example: {module.EXAMPLE}"
    if hasattr(module, "app"):
        for below in module.app.registered_commands:
            below.callback = with_env_file(below.callback)
        app.add_typer(module.app, name=name, epilog=example, rich_help_panel=panel)
    else:
        app.command(name, epilog=example, rich_help_panel=panel)(with_env_file(module.command))


for _panel, _modules in PANELS.items():
    for _module in _modules:
        _add(_module, _panel)


def main() -> None:
    """Entry point of the console script."""
    make_tolerant()
    keep_private()
    _refuse_unreadable(sys.argv[1:])
    log_to_stderr("WARNING", service=False)
    app()


def _refuse_unreadable(arguments: Sequence[str]) -> None:
    """Bytes that are no text in this terminal's encoding would become another value, or none."""
    for number, argument in enumerate(arguments, 1):
        if any("\udc80" <= sign <= "\udcff" for sign in argument):
            report.note(f"Argument {number} is no text in this terminal's encoding: set LANG, for instance to C.UTF-8")
            sys.exit(Exit.SETTINGS)
