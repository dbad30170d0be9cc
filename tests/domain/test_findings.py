"""What is told once and what stays open: a question is a new one exactly when something that was told changes."""

import re
import subprocess
import sys

import pytest

from beteiligte.decide.findings import HOLDING, Finding, FindingKind, Open
from beteiligte.faults import System

TOLD = Finding(
    kind=FindingKind.NOT_TAKEN,
    field="titel",
    espocrm="Dr.",
    advoware="Prof.",
    system=System.ADVOWARE,
    bet_nr=4711,
    others=("a", "b"),
    winner=System.ESPOCRM,
    reason="validation",
)


@pytest.mark.parametrize(
    "changed",
    [
        {"espocrm": "Dr"},
        {"espocrm": None},
        {"advoware": None},
        {"espocrm": "Prof.", "advoware": "Dr."},
        {"system": System.ESPOCRM},
        {"bet_nr": 4712},
        {"others": ("a",)},
    ],
)
def test_what_was_told_changes_the_fingerprint(changed: dict[str, object]) -> None:
    """A person is told anew."""
    assert TOLD.model_copy(update=changed).fingerprint() != TOLD.fingerprint()


@pytest.mark.parametrize("changed", [{"others": ("b", "a")}, {"reason": "max"}, {"winner": None}])
def test_what_was_not_told_does_not(changed: dict[str, object]) -> None:
    """The order of a list, or the wording of a reason, is no news."""
    assert TOLD.model_copy(update=changed).fingerprint() == TOLD.fingerprint()


def test_the_word_none_and_an_empty_value_differ() -> None:
    """Nor does a value that looks like a number or a list."""
    values = [None, "None", "null", "", "1", "[]"]

    assert len({TOLD.model_copy(update={"espocrm": value}).fingerprint() for value in values}) == len(values)


def test_an_open_question_holds_no_value() -> None:
    """It stands in EspoCRM for all who may read the record, and is short."""
    question = TOLD.open()

    assert question == Open(kind=FindingKind.NOT_TAKEN, field="titel", told=TOLD.fingerprint())
    assert re.fullmatch("[0-9a-f]{16}", question.told)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    """Another worker must know what this one told."""
    code = (
        "import sys; from beteiligte.decide.findings import Finding; "
        "print(Finding.model_validate_json(sys.argv[1]).fingerprint())"
    )
    asked = [sys.executable, "-c", code, TOLD.model_dump_json()]
    other = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60)

    assert other.stdout.strip() == TOLD.fingerprint()


def test_kinds_are_named_once_and_for_ever() -> None:
    """They stand in EspoCRM's records: a name may be added, never changed."""
    assert {kind.value for kind in FindingKind} >= {
        *("conflict", "not_taken", "not_writable", "refused", "unreadable", "unmappable", "guard"),
        *("link_lost", "no_name", "create_unanswered", "deleted_in_advoware", "deleted_in_espocrm"),
        *("status_overridden", "failed", "not_written_back", "several_match"),
        *("link_held_twice", "link_other_name", "link_unknown", "link_changed"),
    }
    assert {kind.value for kind in HOLDING} == {
        *(
            "guard",
            "form_doubtful",
            "link_lost",
            "no_name",
            "create_unanswered",
            "several_match",
            "deleted_in_advoware",
        ),
        *("link_held_twice", "link_other_name", "link_unknown", "link_changed"),
    }
