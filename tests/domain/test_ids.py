"""One definition of an EspoCRM record's id, and nobody with another of his own."""

import re
from pathlib import Path

import pytest

from beteiligte.ids import is_record_id

ROOT = Path(__file__).parents[2]
OURS = ("activities", "beteiligte", "clients", "runtime", "starter", "worker", "workflows")


@pytest.mark.parametrize(
    "text", ["6b04cf61b158069fb", "40e03489-1e2c-4e1b-a1d1-349f54bcb839", "a", "-", "_", "mandant_4711", "x" * 36, "7"]
)
def test_what_espocrm_gives_or_an_import_brings_is_an_id(text: str) -> None:
    """Letters, digits, - and _, at most 36 (facts/espocrm.md §2.10)."""
    assert is_record_id(text)


@pytest.mark.parametrize("value", ["", "x" * 37, "a b", "ä", "a\n", "a/b", "../a", "a.b", "٣", None, 7, True, ["a"]])
def test_anything_else_is_none(value: object) -> None:
    """Also letters and digits of other scripts, and a line break at the end."""
    assert not is_record_id(value)


def test_nobody_else_says_what_an_id_looks_like() -> None:
    """A second pattern would refuse at one place what another takes."""
    alike = re.compile(r"\[(?=[^\]]*0-9)(?=[^\]]*A-Za?-?z)[^\]]*\]\{1?,?\d+\}")
    found = [f"{path}" for folder in OURS for path in (ROOT / folder).rglob("*.py") if alike.search(path.read_text())]

    assert found == []
