"""Temporal forgets closed runs; a party that nobody edits must be known when its record is deleted one day."""

from datetime import timedelta

import pytest

from beteiligte.request_reason import Reason
from contracts.reconciliation import RunKind
from contracts.visibility import workflow_id
from tests.scenarios.sweeping import firm
from tests.scenarios.test_deletes import ended
from tests.world import World

AT_ONCE = timedelta(microseconds=1)


async def known(world: World, number: int) -> list[str]:
    """Linked parties whose runs Temporal lists."""
    parties = [party for party, _ in await firm(world, number)]
    for party in parties:
        await ended(world, party, runs=1)
    return parties


async def runs(world: World, party: str) -> int:
    """How many it had."""
    return (await world.client.count_workflows(f"WorkflowId = '{workflow_id(party)}'")).count


async def test_quiet_parties_are_synced_a_few_each_night(world: World) -> None:
    """One of fourteen and one, so that a night stays a night; both reads, no write."""
    parties = await known(world, 15)
    mark = world.calls.mark

    summary = await (await world.reconcile(RunKind.NIGHTLY, remember=AT_ONCE)).result()

    assert summary.due == {"quiet": 2}
    assert world.calls.writes(mark) == []
    assert sorted([await runs(world, party) for party in parties])[-3:] == [1, 2, 2]


@pytest.mark.parametrize(
    ("kind", "remember"),
    [(RunKind.NIGHTLY, timedelta(days=15)), (RunKind.NIGHTLY, timedelta(0)), (RunKind.SWEEP, AT_ONCE)],
)
async def test_parties_that_are_known_for_long_need_nothing(world: World, kind: RunKind, remember: timedelta) -> None:
    """Nor is it the frequent sweep's work."""
    await known(world, 2)

    summary = await (await world.reconcile(kind, remember=remember)).result()

    assert summary.due == {}


async def test_a_record_that_temporal_never_knew_is_not_remembered(world: World) -> None:
    """Its first sync is a person's to plan; one that is not linked has nothing to remember."""
    await known(world, 1)
    unlinked = world.espocrm.add(lastName="")

    await world.sync(unlinked, Reason.CREATED)
    await world.closed(unlinked)
    summary = await (await world.reconcile(RunKind.NIGHTLY, remember=AT_ONCE)).result()

    assert summary.due == {"quiet": 1}
