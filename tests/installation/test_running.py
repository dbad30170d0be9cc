"""Checks run side by side: what hangs or breaks off hides nothing else, and is named."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from installation.check import Area, Check, Verdict, worst
from installation.running import CheckGroup, run

WELL = Check(area=Area.SETTINGS, name="something", verdict=Verdict.OK, seen="well")


async def well() -> Sequence[Check]:
    return [WELL]


async def hangs() -> Sequence[Check]:
    await asyncio.Event().wait()
    return []


async def breaks_off() -> Sequence[Check]:
    raise KeyError("Müßig")


def group(area: Area, look: object) -> CheckGroup:
    return CheckGroup({area}, area.value, look, "look there")  # type: ignore[arg-type]


async def test_what_hangs_is_named_and_the_rest_is_seen() -> None:
    """Under its own area, with what to look at."""
    found = await run([group(Area.TEMPORAL, hangs), group(Area.SETTINGS, well)], within=timedelta(seconds=0.05))

    assert found[0] == WELL
    assert (found[1].area, found[1].verdict, found[1].remedy) == (Area.TEMPORAL, Verdict.WRONG, "look there")


async def test_a_check_that_breaks_off_is_no_good_news(caplog: pytest.LogCaptureFixture) -> None:
    """Said as what it is; the answer holds no value that the error may quote."""
    [found] = await run([group(Area.ESPOCRM, breaks_off)])

    assert found.verdict is Verdict.UNKNOWN
    assert "KeyError" in found.seen
    assert "Müßig" not in found.seen


async def test_they_are_shown_in_the_order_in_which_people_look() -> None:
    """From here outwards, whoever answered first."""
    found = await run([group(area, well) for area in reversed(Area)])

    assert [check.area for check in found] == sorted((check.area for check in found), key=[*Area].index)


def test_whoever_is_told_that_something_is_wrong_is_told_what_mends_it() -> None:
    """The type demands it."""
    with pytest.raises(ValueError, match="needs a remedy"):
        Check(area=Area.KEYS, name="key file", verdict=Verdict.WRONG, seen="gone")


@pytest.mark.parametrize(
    ("verdicts", "all_in_all"),
    [
        ([], Verdict.OK),
        ([Verdict.OK, Verdict.UNKNOWN], Verdict.UNKNOWN),
        ([Verdict.UNKNOWN, Verdict.WARNING], Verdict.WARNING),
        ([Verdict.WRONG, Verdict.WARNING, Verdict.OK], Verdict.WRONG),
    ],
)
def test_the_worst_counts(verdicts: list[Verdict], all_in_all: Verdict) -> None:
    """Of many."""
    checks = [Check(area=Area.KEYS, name="x", verdict=verdict, seen="x", remedy="x") for verdict in verdicts]

    assert worst(checks) is all_in_all
