"""Of two people who say different things about the same at once, the second is told the first one's word."""

from datetime import UTC, datetime

import pytest

from beteiligte.decide.choice import Choice
from beteiligte.faults import System
from beteiligte.request_reason import Reason
from contracts.inbox import Batch, SyncRequest
from starter.cli import decided

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def says(by: str, **what: object) -> SyncRequest:
    return SyncRequest.model_validate({"reason": Reason.PERSON, "at": NOW, "by": by, **what})


def takes(by: str, take: System | None = None, value: str | None = None, field: str = "titel") -> SyncRequest:
    return says(by, choices=(Choice(field=field, take=take, value=value),))


@pytest.mark.parametrize(
    ("first", "second", "took"),
    [
        (takes("anna", System.ESPOCRM), takes("bernd", System.ADVOWARE), "espocrm"),
        (takes("anna", value="Dr."), takes("bernd", value="Prof."), "value"),
        (says("anna", create_anyway=True), says("bernd", link=7), "create"),
        (says("anna", link=8), says("bernd", link=7), "betNr 8"),
        (says("anna", link=8), says("bernd", create_anyway=True), "betNr 8"),
    ],
)
def test_the_first_word_is_told(first: SyncRequest, second: SyncRequest, took: str) -> None:
    word = Batch.of(first, 1).before(second, NOW)

    assert word is not None
    assert (word.by, word.take, word.at) == ("anna", took, NOW)
    assert decided.before(word).startswith("anna decided ")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (takes("anna", System.ESPOCRM), takes("bernd", System.ESPOCRM)),
        (takes("anna", System.ESPOCRM), takes("anna", System.ADVOWARE)),
        (takes("", System.ESPOCRM), takes("bernd", System.ADVOWARE)),
        (takes("anna", System.ESPOCRM), takes("bernd", System.ADVOWARE, field="zusatz")),
        (takes("anna", System.ESPOCRM), says("bernd")),
        (says("anna"), takes("bernd", System.ADVOWARE)),
        (says("anna", link=7), says("bernd", link=7)),
        (says("anna", link=7), takes("bernd", System.ADVOWARE)),
    ],
)
def test_who_says_the_same_or_something_else_or_corrects_himself_is_heard(
    first: SyncRequest, second: SyncRequest
) -> None:
    """Also where it is not known who it is: nobody is refused by a guess."""
    assert Batch.of(first, 1).before(second, NOW) is None
