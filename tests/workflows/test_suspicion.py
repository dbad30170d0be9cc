"""What a sweep takes for an accident: numbers alone decide, and only a person lets it go on."""

import pytest

from beteiligte.sweep.alarms import Alarm
from contracts.reconciliation import Counts
from contracts.timing import SweepTiming
from workflows.sweep.guard import suspicion

PACE = SweepTiming(guard_number=100, guard_share=0.05)
WORK = Counts(rows=5_000, total=5_000, linked=5_000)
"""A firm of five thousand in which nothing is to be done; up to 250 changes are no accident."""


@pytest.mark.parametrize(
    ("more", "alarm"),
    [
        ({}, None),
        ({"rows": 4_400}, Alarm.SHORT_LIST),
        ({"rows": 0, "total": 0}, Alarm.FEWER_PARTIES),
        ({"overwritten": 250}, None),
        ({"overwritten": 251}, Alarm.OVERWRITTEN),
        ({"first": 251}, Alarm.FIRST),
        ({"moved": 200, "gone": 51}, Alarm.MOVED),
        ({"deleted": 251}, Alarm.DELETED),
    ],
)
def test_many_changes_in_one_direction_are_suspicious(more: dict[str, int], alarm: Alarm | None) -> None:
    """A share of all parties, or a number that small firms may always have."""
    found = suspicion(WORK.model_copy(update=more), PACE, known=5_000, whole=True)

    assert (found and found.alarm) == alarm


@pytest.mark.parametrize(
    ("linked", "moved", "alarm"),
    [(200, 50, None), (200, 51, Alarm.MOVED), (50, 20, None), (50, 21, Alarm.MOVED), (2_000, 101, Alarm.MOVED)],
)
def test_what_moved_is_a_share_of_what_was_compared(linked: int, moved: int, alarm: Alarm | None) -> None:
    """A sweep that reads two hundred of ten thousand could never reach a share of all."""
    found = suspicion(Counts(rows=0, linked=linked, moved=moved), PACE, known=10_000, whole=True)

    assert (found and found.alarm) == alarm


def test_no_party_at_all_is_suspicious_in_the_smallest_firm() -> None:
    """Where there were some the night before."""
    found = suspicion(Counts(rows=0, total=0), PACE, known=3, whole=True)

    assert (found and found.alarm) is Alarm.FEWER_PARTIES


@pytest.mark.parametrize(("gone", "alarm"), [(1, None), (2, Alarm.MOVED)])
def test_an_advoware_without_any_party_is_suspicious_in_the_smallest_firm(gone: int, alarm: Alarm | None) -> None:
    """A listing with nothing in it; a single party may be deleted."""
    found = suspicion(Counts(rows=gone, linked=gone, gone=gone), PACE, known=gone, whole=True)

    assert (found and found.alarm) is alarm


@pytest.mark.parametrize(("now", "alarm"), [(600, None), (601, Alarm.FIRST)])
def test_far_more_than_a_person_confirmed_is_asked_about_again(now: int, alarm: Alarm | None) -> None:
    """He was shown what had been found until then; a run that syncs in between goes on finding."""
    counts = WORK.model_copy(update={"first": now})

    found = suspicion(counts, PACE, known=5_000, whole=True, confirmed={Alarm.FIRST: 300})

    assert (found and found.alarm) is alarm


def test_what_a_person_confirmed_hides_nothing_else() -> None:
    """He is asked about the next thing."""
    counts = WORK.model_copy(update={"overwritten": 251, "first": 251})

    found = suspicion(counts, PACE, known=5_000, whole=True, confirmed={Alarm.OVERWRITTEN: 251})

    assert (found and found.alarm) is Alarm.FIRST
    assert (
        suspicion(counts, PACE, known=5_000, whole=True, confirmed={Alarm.OVERWRITTEN: 251, Alarm.FIRST: 251}) is None
    )


def test_rows_not_looked_at_yet_are_not_missing() -> None:
    """A run that syncs some of very many before it looks at the rest has seen few rows of all."""
    part = WORK.model_copy(update={"rows": 1_000})

    assert suspicion(part, PACE, known=5_000, whole=False) is None


def test_the_share_is_of_what_was_counted_last_where_nothing_is_counted() -> None:
    """A frequent sweep asks for no count; before any was made, the number alone decides."""
    sweep = Counts(rows=200, first=200)

    assert suspicion(sweep, PACE, known=5_000, whole=True) is None
    assert suspicion(sweep, PACE, known=0, whole=True) is not None
