"""What docs/guarantees.md promises is shown by tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| P")]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def defined_in(file: Path) -> set[str]:
    """The names of a file's tests."""
    defined = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    functions = [node.name for node in defined if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {name for name in functions if name.startswith("test_")}


def test_every_test_that_the_page_names_exists() -> None:
    """A renamed test turns this red."""
    found = NAMED.findall(PAGE)
    missing = [f"{file}::{name}" for file, name in found if not (ROOT / file).exists()]
    missing += [
        f"{f}::{name}" for f, name in found if name and (ROOT / f).exists() and name not in defined_in(ROOT / f)
    ]

    assert missing == []


def test_every_property_has_a_row_and_every_row_a_test() -> None:
    """P1 to P15, in order."""
    assert [row[0] for row in ROWS] == [f"P{number}" for number in range(1, 16)]
    for row in ROWS:
        named = NAMED.findall(row[2])
        assert named, row[0]
        assert [name for _, name in named if not name] == [], row[0]
