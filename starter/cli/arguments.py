"""Arguments and options that several commands share: one name and one meaning for one thing."""

import inspect
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from runtime.env_file import NAMED_BY
from starter import waits
from starter.cli import report

WAITS_FOR_OUTCOME, WAITS_FOR_PREVIEW = (int(wait.total_seconds()) for wait in (waits.OUTCOME, waits.PREVIEW))
"""Defaults of --within."""
STDIN = "-"
"""Instead of ids: they are read from standard input."""


def _one(given: str | None) -> str | None:
    """One id."""
    if given != STDIN:
        return given
    found = _read()
    if len(found) != 1:
        raise typer.BadParameter(f"standard input holds {len(found)} ids, and this takes one")
    return found[0]


def _many(given: list[str]) -> list[str]:
    """Ids, each once, in order. None at all, from a pipe that found none, is no mistake."""
    if STDIN not in given:
        return given
    found = [party for one in given for party in (_read() if one == STDIN else [one])]
    if not found:
        report.note("No ids came from standard input: nothing to do")
        raise typer.Exit
    return list(dict.fromkeys(found))


def _read() -> list[str]:
    if sys.stdin.isatty():
        report.note("Ids from the terminal, ended by Ctrl-D:")
    return sys.stdin.read().split()


Party = Annotated[
    str,
    typer.Argument(callback=_one, help="EspoCRM id of the party, or a betNr that was synced before; -: from stdin."),
]
PartyOrAll = Annotated[
    str | None, typer.Argument(callback=_one, help="EspoCRM id or betNr of one party; -: from stdin. Else all.")
]
Parties = Annotated[
    list[str],
    typer.Argument(
        callback=_many, help="EspoCRM ids of the parties, or betNrs that were synced before; -: from stdin."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document for machines instead of tables.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only what needs looking at; the exit code says the rest.")]
AtOnce = Annotated[int, typer.Option("--at-once", min=1, max=64, help="Parties asked for at the same time.")]
Within = Annotated[int, typer.Option("--within", min=1, help="Seconds to wait for an outcome.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def _name_env_file(path: Path | None) -> None:
    """For this process and those that it starts."""
    if path is not None:
        os.environ[NAMED_BY] = str(path.absolute())


EnvFile = Annotated[
    Path | None,
    typer.Option(
        "--env-file",
        is_eager=True,
        callback=_name_env_file,
        exists=True,
        dir_okay=False,
        help=f"File of the settings, instead of .env in this folder; or set {NAMED_BY}.",
    ),
]


def with_env_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with --env-file, also behind its name: whoever adds it looks for it there."""

    @wraps(command)
    def taking(*args: Any, **named: Any) -> Any:
        del named["env_file"]  # its callback has named it
        return command(*args, **named)

    signature = inspect.signature(command)
    option = inspect.Parameter("env_file", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=EnvFile)
    taking.__signature__ = signature.replace(parameters=[*signature.parameters.values(), option])  # type: ignore[attr-defined]
    taking.__annotations__ = {**command.__annotations__, "env_file": EnvFile}
    return taking
