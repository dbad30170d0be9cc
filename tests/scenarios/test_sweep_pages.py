"""Rows that move while a sweep turns EspoCRM's pages: none slips through between two of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.history import HistoryActivities
from activities.listing import ListingActivities
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle.bookkeeping import espo_datetime
from beteiligte.sweep.due import Due
from beteiligte.sweep.paging import Cursor
from contracts.reconciliation import Phase, Position, Progress, ReconciliationOrder, RunKind
from contracts.sweep import DueParty, PageOrder
from contracts.timing import PAGE
from tests.scenarios.sweeping import firm
from tests.world import World
from workflows.sweep.workflow import ReconciliationWorkflow

YESTERDAY = "2026-11-23 12:00:00"
BEFORE = "2026-11-23 11:59:59"


def imported(world: World, *seconds: str) -> list[str]:
    """New records, modified at these times; in EspoCRM's order."""
    parties = []
    for second in seconds:
        party = world.espocrm.add(lastName="Import")
        world.espocrm.records[party]["modifiedAt"] = second
        parties.append((second, party))
    world.espocrm.store.index.forget()
    return [party for _, party in sorted(parties)]


@asynccontextmanager
async def pages(world: World) -> AsyncIterator[ListingActivities]:
    async with world.espocrm_client() as crm:
        yield ListingActivities(crm, HistoryActivities(world.client), PARTY_TABLE)


@pytest.mark.parametrize("of_the_last_second", [1, 5, PAGE])
async def test_a_row_edited_between_two_pages_hides_no_other(world: World, of_the_last_second: int) -> None:
    """It leaves its second, and the row behind it moves up to a place that was looked at."""
    earlier = (BEFORE,) * (PAGE - of_the_last_second)
    parties = imported(world, *earlier, *(YESTERDAY,) * (of_the_last_second + 1))
    order = PageOrder(until=espo_datetime(datetime.now(UTC) - timedelta(hours=1)))

    async with pages(world) as listing:
        activity = ActivityEnvironment()
        first = await activity.run(listing.rows, order)
        world.espocrm.edit(parties[-2], lastName="Anders")
        world.espocrm.store.index.forget()
        second = await activity.run(listing.rows, order.model_copy(update={"since": first.next}))

    assert [row.party_id for row in first.snapshots] == parties[:-1]
    assert [row.party_id for row in second.snapshots] == parties[-1:]


async def test_what_was_synced_before_the_rest_is_looked_at_hides_no_row(world: World) -> None:
    """Where more is due than a run remembers it syncs in between: those rows leave their second, all others move up."""
    await firm(world, 1)
    parties = imported(world, *(YESTERDAY,) * 12)
    seen = tuple(DueParty(party_id=party, due=Due.ASKED, first=True) for party in parties[:11])
    progress = Progress(
        began=datetime.now(UTC),
        phase=Phase.SYNCING,
        found=seen,
        position=Position(resume=Phase.MODIFIED, cursor=Cursor(modified_at=YESTERDAY, offset=11)),
    )

    order = ReconciliationOrder(kind=RunKind.NIGHTLY, progress=progress)
    summary = await world.client.execute_workflow(
        ReconciliationWorkflow.run, order, id=f"nightly-{world.queue}", task_queue=world.queue
    )
    for party in parties:
        await world.closed(party)

    assert summary.counts.asked == len(parties)
    assert world.differing(*parties) == []
