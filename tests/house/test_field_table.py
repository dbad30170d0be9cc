"""Code is handed a table of fields; only who builds one for an operator, or shows the built-in one, knows the parties'.

A module that reached for it would compare, tell or write another entity, or an operator's own table, by the wrong rows.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTIES = "beteiligte.record.party_fields"
"""The built-in table."""
OURS = ("beteiligte", "clients", "contracts", "activities", "runtime", "worker", "workflows", "starter")
FOR = ("runtime/settings", "runtime/field_file")
"""Who starts from it: what an operator may change."""


def imports(path: Path) -> set[str]:
    """The modules that it imports from."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    whole = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return whole | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_nobody_but_the_settings_starts_from_the_parties_table() -> None:
    """All others get it as an argument, from the rules that a worker holds."""
    files = [path for room in OURS for path in (ROOT / room).rglob("*.py")]
    known = {str(path.relative_to(ROOT)) for path in files if PARTIES in imports(path)}

    assert sorted(name for name in known if not name.startswith(FOR)) == []
    assert [start for start in FOR if not any(name.startswith(start) for name in known)] == []
