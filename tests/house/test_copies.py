"""A changed copy is made by `Frozen.but(...)`, which refuses a name that is no field (beteiligte/frozen.py)."""

import re

import pytest

from tests.house.test_rooms import OURS, ROOT

BARE = re.compile(r"\bmodel_copy\s*\(\s*\S*update\b|\bmodel_construct\s*\(")
"""pydantic's own: they take a misspelt name, and a value of any kind, in silence."""
FROZEN = ROOT / "beteiligte/frozen.py"


@pytest.mark.parametrize("package", OURS)
def test_no_copy_is_made_past_the_check(package: str) -> None:
    """A misspelt field would change nothing, and neither a type checker nor pydantic would say so."""
    files = [path for path in sorted((ROOT / package).rglob("*.py")) if path != FROZEN]

    assert [str(path.relative_to(ROOT)) for path in files if BARE.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "written", ["a.model_copy(update={})", "a.model_copy(\n    update=x)", "A.model_construct(b=1)"]
)
def test_the_bare_call_is_seen_however_it_is_written(written: str) -> None:
    """Over two lines as well."""
    assert BARE.search(written)
