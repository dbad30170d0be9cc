"""EspoCRM's clock differs from ours: a sweep goes by EspoCRM's own, so it misses no edit and reads none for nothing."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from starlette.responses import Response

from beteiligte.settle.bookkeeping import moment
from simulators.visits import Fault, Visit
from tests.scenarios.sweeping import firm
from tests.starter.sweeping import swept
from tests.world import World

HOURS = [-1, 1]


class OtherDate(Fault):
    """A proxy that has a clock of its own, or tells no time at all."""

    name = "other_date"

    def __init__(self, date: str) -> None:
        self._date = date

    async def act(self, visit: Visit) -> Response:
        """The true answer, and that time."""
        answer = visit.effect()
        answer.headers["Date"] = self._date
        return answer


async def edited(world: World, party: str, **values: str) -> str:
    """An edit whose delivery is lost; when EspoCRM says that it was made."""
    world.espocrm.edit(party, **values)
    return str(world.espocrm.records[party]["modifiedAt"])


@pytest.mark.parametrize("hours", HOURS)
async def test_an_edit_whose_delivery_was_lost_is_found_by_the_next_sweep(scheduled: World, hours: int) -> None:
    """An hour is far more than the overlap."""
    world = scheduled
    world.espocrm_clock.advance(timedelta(hours=hours))
    (party, _), (other, _) = await firm(world, 2)
    for one in (party, other):
        await world.closed(one)
    await swept(world)

    at = await edited(world, party, titel="Dr.")
    summary = await swept(world)
    await world.closed(party)

    assert summary.due == {"edited": 1}
    assert world.titles(party) == ("Dr.", "Dr.")
    assert abs(moment(summary.until) - moment(at)) < timedelta(minutes=1)  # type: ignore[operator]


@pytest.mark.parametrize("hours", HOURS)
async def test_a_clock_that_differs_has_nothing_read_again(scheduled: World, hours: int) -> None:
    """What was modified long before the overlap is not listed by the next sweep."""
    world = scheduled
    world.espocrm_clock.advance(timedelta(hours=hours))
    for party, _ in await firm(world, 3):
        await world.closed(party)
    world.clock.advance(timedelta(hours=2))
    last, _ = await world.linked(lastName="Zuletzt")
    await world.closed(last)
    await swept(world)

    summary = await swept(world)

    assert (summary.counts.rows, summary.due) == (1, {})


@pytest.mark.parametrize("hours", HOURS)
async def test_the_moment_of_a_sync_is_told_by_the_clock_that_tells_of_edits(world: World, hours: int) -> None:
    """Where a base is lost an edit is told from our own write by `modifiedAt` and `advowareLastSync` alone."""
    world.espocrm_clock.advance(timedelta(hours=hours))
    party, _ = await world.linked()
    await world.closed(party)

    record = world.espocrm.records[party]
    synced, modified = moment(str(record["advowareLastSync"])), moment(str(record["modifiedAt"]))
    assert synced is not None
    assert modified is not None
    assert abs(modified - synced) < timedelta(seconds=30)


@pytest.mark.parametrize("hours", HOURS)
async def test_a_clock_that_is_put_right_hides_no_edit(scheduled: World, hours: int) -> None:
    """By an hour, forward or back: neither an edit of just before it, nor of just after, nor of after the sweep."""
    world = scheduled
    (before, _), (after, _), (later, _) = parties = await firm(world, 3)
    for party, _ in parties:
        await world.closed(party)
    await swept(world)
    await edited(world, before, titel="Dr.")
    world.espocrm_clock.advance(timedelta(hours=hours))
    await edited(world, after, titel="Dr.")
    await swept(world)
    await edited(world, later, titel="Dr.")
    await swept(world)

    for party, _ in parties:
        await world.closed(party)
    assert [world.titles(party) for party, _ in parties] == [("Dr.", "Dr.")] * 3


@pytest.mark.parametrize("ahead", [None, timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)])
async def test_a_proxy_that_tells_another_time_hides_no_edit(scheduled: World, ahead: timedelta | None) -> None:
    """What was listed tells EspoCRM's time as well."""
    world = scheduled
    ((party, _),) = await firm(world, 1)
    await world.closed(party)
    date = "" if ahead is None else format_datetime(world.clock.now() + ahead, usegmt=True)
    world.faults.outage("espocrm.list", OtherDate(date))
    await swept(world)

    await edited(world, party, titel="Dr.")
    await swept(world)
    world.faults.lift("espocrm.list")
    await world.closed(party)

    assert world.titles(party) == ("Dr.", "Dr.")
