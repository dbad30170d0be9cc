"""The table of wrong designs fits the code: each text stands there once, each test exists, each mutant is Python."""

import ast
from pathlib import Path

import pytest

from tests.mutants.mutant import Mutant
from tests.mutants.table import MUTANTS

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_can_be_planted_and_its_tests_exist(mutant: Mutant) -> None:
    """Else `make mutants` would count what it never planted."""
    text = (ROOT / mutant.file).read_text(encoding="utf-8")

    assert text.count(mutant.old) == 1
    ast.parse(text.replace(mutant.old, mutant.new))
    for node in mutant.caught_by.split():
        file, _, name = node.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8") if name else (ROOT / file).is_file()


def test_no_two_mutants_have_one_name() -> None:
    """They are told apart by it."""
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
