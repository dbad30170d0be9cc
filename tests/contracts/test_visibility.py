"""What runs show is clear, and anybody who reaches Temporal's port starts runs that show what he likes."""

import pytest
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from contracts.visibility import BET_NR, Trouble, bet_nr_of, is_party, workflow_id


@pytest.mark.parametrize(
    ("text", "number"), [("104001", 104001), ("0", None), ("x", None), ("-1", None), ("1" * 5000, None), ("²", None)]
)
def test_a_bet_nr_is_read_and_anything_else_is_none(text: str, number: int | None) -> None:
    assert bet_nr_of(TypedSearchAttributes([SearchAttributePair(BET_NR, text)])) == number


def test_a_run_that_shows_none_has_none() -> None:
    assert bet_nr_of(TypedSearchAttributes.empty) is None


@pytest.mark.parametrize("text", ["", " ", "x", "a b c d e", "\x1b[2J", "é" * 300, "."])
def test_any_text_is_some_trouble(text: str) -> None:
    assert Trouble.parse(text).kind


@pytest.mark.parametrize("text", ["espocrm.write Locked", "espocrm.write Locked 0a1b", "ours.sync Odd 0a1b!"])
def test_what_a_run_of_ours_shows_is_read_as_it_was_written(text: str) -> None:
    assert str(Trouble.parse(text)) == text


@pytest.mark.parametrize("party", ["x; rm -rf ~", "x'", "../User/1", "\x1b[2J", "x\n", "", "x" * 37])
def test_what_no_record_is_called_is_no_party(party: str) -> None:
    """Its id would stand in a command that people copy, and in a question to Temporal."""
    assert not is_party(workflow_id(party))


def test_a_party_is_one() -> None:
    assert is_party(workflow_id("6b04cd6d623bec762"))
    assert not is_party("outage-espocrm")
