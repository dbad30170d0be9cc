"""Whose sync an activity is for: a sweep begins none while somebody waits for another (worker/live_first.py)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.common import Priority
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.live_traffic import LiveTraffic
from contracts.local import LocalCall
from contracts.party import SWEEP_PRIORITY, WORKFLOW
from contracts.reading import FetchBoth
from worker.live_first import LiveFirst

PEOPLE, SWEEP = Priority(priority_key=1), Priority(priority_key=SWEEP_PRIORITY)


class Counted(LiveTraffic):
    """How often somebody waited."""

    times = 0

    @contextmanager
    def taken(self) -> Iterator[None]:
        self.times += 1
        yield


@dataclass
class Nothing(ActivityInboundInterceptor):
    """An activity that does nothing."""

    next: ActivityInboundInterceptor = field(init=False)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        """Done."""


async def waits(order: object, *, local: bool, priority: Priority, workflow: str = WORKFLOW) -> bool:
    traffic, env = Counted(), ActivityEnvironment()
    env.info = replace(env.info, is_local=local, priority=priority, workflow_type=workflow)
    counting = LiveFirst(traffic).intercept_activity(Nothing())
    await env.run(counting.execute_activity, ExecuteActivityInput(lambda: None, [order], None, {}))
    return traffic.times == 1


@pytest.mark.parametrize("for_sweep", [False, True])
async def test_a_local_activity_says_whose_it_is(for_sweep: bool) -> None:
    """It carries no priority, so its order does."""
    call = LocalCall(asked_at=datetime.now(UTC), for_sweep=for_sweep)
    order = FetchBoth(party_id="a", local=call)

    assert await waits(order, local=True, priority=Priority.default) is not for_sweep


async def test_a_regular_one_is_known_by_its_priority() -> None:
    assert await waits(object(), local=False, priority=PEOPLE)
    assert not await waits(object(), local=False, priority=SWEEP)
    assert not await waits(object(), local=False, priority=PEOPLE, workflow="Reconciliation")
