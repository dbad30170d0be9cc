"""Every question that a command answers names it, once; what no command answers names none."""

import pytest

from beteiligte.decide.findings import Finding, FindingKind, Open
from beteiligte.messages.answering import commands

PARTY = "5f3e1c0a9b8d7e6f0"


@pytest.mark.parametrize(
    ("finding", "named"),
    [
        (Finding(kind=FindingKind.UNDECIDED, field="titel"), ("--field titel --take espocrm", "--take advoware")),
        (Finding(kind=FindingKind.SET_BACK, field="titel"), ("--field titel --take espocrm", "--take advoware")),
        (Finding(kind=FindingKind.SEVERAL_MATCH), ("--betnr N", "--create")),
        (Finding(kind=FindingKind.CREATE_UNANSWERED), ("--betnr N", "--create")),
        (Finding(kind=FindingKind.LINK_LOST, bet_nr=104001), ("--betnr 104001", "--create")),
        (Finding(kind=FindingKind.NO_NAME), ()),
    ],
)
def test_a_question_names_its_answers(finding: Finding, named: tuple[str, ...]) -> None:
    """With the record's id, to copy."""
    known = commands([finding, finding], PARTY)

    assert len(known) == len(named)
    for command, end in zip(known, named, strict=True):
        assert command.startswith(f"beteiligte-sync resolve {PARTY} --")
        assert command.endswith(end)


def test_a_question_of_an_earlier_release_is_still_known() -> None:
    """Its base does not name what matched."""
    before = Open.model_validate({"kind": "several_match", "told": Finding(kind=FindingKind.SEVERAL_MATCH).open().told})

    assert before == Finding(kind=FindingKind.SEVERAL_MATCH).open()
