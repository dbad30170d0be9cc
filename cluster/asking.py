"""Writes down every question to Temporal's visibility, with the place in the source that asks it."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

from temporalio.client import Client

ROOT = Path(__file__).parents[1]
ROOMS = ("activities", "runtime", "installation", "worker", "starter")
METHODS = ("list_workflows", "count_workflows")


@dataclass(frozen=True, order=True)
class AskingPlace:
    """A call of one of the methods."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class AskedQuery:
    """A query as it was made."""

    query: str
    place: AskingPlace
    counts: bool


@contextmanager
def written_down() -> Iterator[list[AskedQuery]]:
    """All that this process asks meanwhile, whichever client asks it."""
    asked = list[AskedQuery]()
    plain = {method: getattr(Client, method) for method in METHODS}

    def asking(method: str) -> Any:
        def ask(client: Client, query: str | None = None, **options: Any) -> Any:
            asked.append(AskedQuery(query or "", _place(sys._getframe(1)), method == "count_workflows"))
            return plain[method](client, query, **options)

        return ask

    with patch.multiple(Client, **{method: asking(method) for method in METHODS}):
        yield asked


def _place(frame: FrameType) -> AskingPlace:
    file = Path(frame.f_code.co_filename)
    return AskingPlace(str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name, frame.f_lineno)


def places() -> dict[AskingPlace, int]:
    """Where the source calls one of the methods, each with its last line."""
    found = {}
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                    found[AskingPlace(str(file.relative_to(ROOT)), node.lineno)] = node.end_lineno or node.lineno
    return found


def silent(asked: list[AskedQuery]) -> list[AskingPlace]:
    """Places in the source that asked nothing."""
    heard = {(question.place.file, question.place.line) for question in asked}
    return [
        place
        for place, last in places().items()
        if not any((place.file, line) in heard for line in range(place.line, last + 1))
    ]
