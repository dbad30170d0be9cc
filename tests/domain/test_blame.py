"""Whose fault a refusal is: every row of the table, one party, several, all."""

import pytest

from beteiligte.blame import ALIKE, MANY, Door, Refusal, whose
from beteiligte.faults import Blame

PARTY, SYSTEM = Blame.PARTY, Blame.SYSTEM
BARE = Refusal(operation="write", status=403, said="403 Forbidden")
RIGHT = Refusal(operation="write", status=403, said="No edit access.")
SCRIPT = Refusal(operation="write", status=403, said="Record is archived.")
LARGE = Refusal(operation="write", status=413, said="413 Request Entity Too Large")
BROKEN = Refusal(operation="write", status=500)
NEW = Refusal(operation="create", status=403)


@pytest.mark.parametrize("refusal", [BARE, RIGHT, SCRIPT, LARGE, BROKEN])
def test_while_writing_is_let_through_eight_refused_records_are_their_own(refusal: Refusal) -> None:
    """Eight archived records among 5,000 are no outage; far more that are refused alike, with nobody written, are."""
    assert [whose(refusal, door=Door.OPEN, alike=number) for number in (1, 8, MANY - 1)] == [PARTY] * 3
    assert whose(refusal, door=Door.OPEN, alike=MANY) is SYSTEM


@pytest.mark.parametrize("refusal", [BARE, RIGHT, BROKEN])
def test_what_speaks_of_all_at_a_shut_door_is_the_system_s_at_once(refusal: Refusal) -> None:
    """A role that lost the right to edit: 800 parties, one message."""
    assert whose(refusal, door=Door.SHUT) is SYSTEM


@pytest.mark.parametrize("refusal", [SCRIPT, LARGE])
def test_a_reason_of_its_own_is_believed_until_several_give_it(refusal: Refusal) -> None:
    """What is said of a record is about the record, also where a probe is refused."""
    assert whose(refusal, door=Door.SHUT, alike=ALIKE - 1) is PARTY
    assert whose(refusal, door=Door.SHUT, alike=ALIKE) is SYSTEM


@pytest.mark.parametrize("refusal", [BARE, RIGHT, BROKEN])
def test_where_the_door_is_not_tried_a_few_are_believed(refusal: Refusal) -> None:
    """What speaks of all, met by several while nobody is written; a reason of its own stays the record's."""
    assert whose(refusal, door=Door.UNKNOWN, alike=ALIKE - 1) is PARTY
    assert whose(refusal, door=Door.UNKNOWN, alike=ALIKE) is SYSTEM
    assert whose(SCRIPT, door=Door.UNKNOWN, alike=ALIKE) is PARTY


def test_a_create_has_no_record_that_could_be_protected() -> None:
    """A few that are refused alike, and nobody created: the right to create is lacking."""
    assert whose(NEW, door=Door.OPEN) is PARTY
    assert whose(NEW, door=Door.OPEN, alike=ALIKE) is SYSTEM
    assert whose(NEW, door=Door.SHUT) is SYSTEM


@pytest.mark.parametrize("refusal", [BARE, NEW, Refusal(operation="read", status=423)])
def test_a_system_that_does_not_answer_is_away(refusal: Refusal) -> None:
    """Whatever this party was told before."""
    assert whose(refusal, door=Door.AWAY) is SYSTEM


@pytest.mark.parametrize(
    ("status", "door", "blame"),
    [
        (403, Door.OPEN, PARTY),
        (403, Door.SHUT, SYSTEM),
        (403, Door.UNKNOWN, PARTY),
        (423, Door.UNKNOWN, PARTY),
        (500, Door.OPEN, PARTY),
        (500, Door.SHUT, SYSTEM),
        (500, Door.UNKNOWN, SYSTEM),
        (0, Door.UNKNOWN, SYSTEM),
    ],
)
def test_a_read_is_judged_by_the_reads_of_others(status: int, door: Door, blame: Blame) -> None:
    """Without anybody to compare with, a refusal is the party's and a breakdown the system's."""
    assert whose(Refusal(operation="read", status=status), door=door, alike=MANY) is blame


def test_what_was_written_and_is_not_there_is_the_set_up_s() -> None:
    """200, and a bookkeeping attribute keeps its value: the right to edit it is lacking."""
    assert whose(Refusal(operation="write", status=0), door=Door.UNKNOWN) is SYSTEM
