"""How late an edit in Advoware is seen, by numbers alone."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.timing import SweepTiming
from starter.views.detection_lag import DetectionLag, DetectionMode, detection_lag

EVERY = timedelta(minutes=15)


def late(*, linked: int | None = 10_000, paused: bool = False, **timing: Any) -> DetectionLag:
    """By default of a firm with 10,000 linked parties, whose sweeps come every 15 minutes."""
    return detection_lag(SweepTiming.model_validate(timing), EVERY, paused=paused, linked=linked)


def test_with_a_listing_the_next_sweep_sees_every_party() -> None:
    """Of a firm of any size, counted or not."""
    assert (
        late(listing=True) == late(listing=True, linked=None) == DetectionLag(how=DetectionMode.LISTED, any_party=EVERY)
    )


@pytest.mark.parametrize(("linked", "sweeps"), [(0, 1), (1, 1), (149, 1), (150, 2), (299, 2), (300, 3), (10_000, 67)])
def test_without_one_a_party_waits_for_its_turn(linked: int, sweeps: int) -> None:
    """150 of 200 reads go round; a round that ends with a full page takes one sweep more to notice it."""
    assert late(linked=linked) == DetectionLag(how=DetectionMode.READ, any_party=sweeps * EVERY, recent=EVERY)


def test_without_reads_for_them_parties_modified_last_wait_like_any_other() -> None:
    """Also where the budget is one single read."""
    assert late(recent=0) == DetectionLag(how=DetectionMode.READ, any_party=51 * EVERY)
    assert late(reads=1) == DetectionLag(how=DetectionMode.READ, any_party=10_001 * EVERY)


def test_without_reads_nothing_is_ever_seen() -> None:
    """Neither of parties modified last."""
    assert late(reads=0) == late(reads=0, linked=0) == DetectionLag(how=DetectionMode.UNREAD)


def test_until_parties_were_counted_only_those_modified_last_are_promised_something() -> None:
    """A first sweep has to come."""
    assert late(linked=None) == DetectionLag(how=DetectionMode.UNCOUNTED, recent=EVERY)


@pytest.mark.parametrize("timing", [{}, {"listing": True}, {"reads": 0}])
def test_while_sweeps_are_paused_nothing_is_seen(timing: dict[str, Any]) -> None:
    """Whatever they would do else."""
    assert late(paused=True, **timing) == DetectionLag(how=DetectionMode.PAUSED)


@given(reads=st.integers(0, 2_000), recent=st.integers(0, 100))
def test_reads_for_parties_modified_last_leave_half_of_the_budget_to_the_others(reads: int, recent: int) -> None:
    """Together they are the budget, so that neither Advoware nor the others pay for it."""
    timing = SweepTiming(reads=reads, recent=recent)

    assert timing.recent_reads + timing.rolling_reads == reads
    assert 0 <= timing.recent_reads <= timing.rolling_reads
    assert timing.recent_reads == recent or timing.rolling_reads - timing.recent_reads <= 1
