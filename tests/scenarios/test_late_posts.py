"""A POST that lands after its caller gave up: the look-up waits for it, but not for ever."""

import asyncio
from collections.abc import Coroutine

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from beteiligte.request_reason import Reason
from contracts.party import SyncOutcome
from contracts.timing import Timing
from simulators.faults import LandsLater
from tests.rules import party_rules
from tests.world import World
from workflows.party.workflow import PartyWorkflow

pytestmark = pytest.mark.parametrize("world", [{"rules": party_rules(look_up=True)}], indirect=True)


async def test_a_post_that_lands_while_the_look_up_waits_is_adopted(world: World) -> None:
    """The look-up waits before it believes that there is nothing: a second POST would double the party."""
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig")
    late = LandsLater()
    world.faults.plan("advoware.create", late)

    with world.real_time():
        run = await world.ask(party, Reason.CREATED)
    await _first(_rests(run), world.calls.until(lambda calls: calls.count("advoware.create") == 2))
    late.land()
    await world.env.fast_forward(run)

    assert await world.closed(party) == ""
    assert world.advoware.count(name="Müßig") == 1
    assert world.calls.count("advoware.create") == 1
    assert await world.unsettled(party) == []


async def test_a_post_that_lands_after_the_wait_is_a_second_party(world: World) -> None:
    """The stated limit of docs/guarantees.md: it is not found, and what the later POST made is linked."""
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig")
    late = LandsLater()
    world.faults.plan("advoware.create", late)

    outcome = await world.sync(party, Reason.CREATED)
    assert (outcome.result, outcome.bet_nr) == ("create", *world.advoware.records)
    late.land()

    assert world.advoware.count(name="Müßig") == 2
    assert world.calls.count("advoware.create") == 2
    assert world.bet_nr(party) == outcome.bet_nr
    assert await world.unsettled(party) == []


async def _first(*waits: Coroutine[object, object, None]) -> None:
    """Wait for whichever comes first."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _rests(run: WorkflowHandle[PartyWorkflow, SyncOutcome]) -> None:
    """Wait until the run has begun to wait for as long as a POST may take to land."""
    async for event in run.fetch_history_events(wait_new_event=True):
        wait = event.timer_started_event_attributes.start_to_fire_timeout
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED and wait.ToTimedelta() == Timing().first_wait:
            return
