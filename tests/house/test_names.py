"""A class name stands once: whoever meets it in a message, a history or a search finds one place."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("beteiligte", "contracts", "clients", "activities", "workflows", "runtime", "installation", "worker", "starter")
BESIDE = ("demo", "cluster", "benchmarks", "pages", "simulators")


def places() -> dict[str, list[str]]:
    """Where each class stands, by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for package in (*OURS, *BESIDE):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef):
                    found[node.name].append(f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_every_class_has_a_name_of_its_own() -> None:
    """In the program, and in what stands beside it."""
    twice = {name: where for name, where in places().items() if len(where) > 1}

    assert twice == {}
