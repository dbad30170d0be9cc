"""Who gives a command."""

import getpass

import typer

from starter.cli import report


def name(given: str = "") -> str:
    """As given, or the user of this process; an account without a name (a container's) has none."""
    try:
        return given or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def agrees(question: str, otherwise: str) -> bool:
    """Whether whoever sits there wants it; where nobody can be asked, not, and `otherwise` says what came of that."""
    try:
        return typer.confirm(question, err=True)
    except (typer.Abort, OSError):
        report.note(f"\n{otherwise}; --yes does it without asking")  # the question's line is not ended
        return False
