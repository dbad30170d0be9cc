"""What a sync costs the engine: events, workflow tasks and billable actions, by the shape of its history.

The server's work follows the number of workflow tasks, and Temporal Cloud bills actions.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from benchmarks.comparison.history import actions
from beteiligte.request_reason import Reason
from contracts import activity_names
from contracts.party import FirstWait
from contracts.visibility import workflow_id
from simulators.faults import Hang, LostAnswer, Status
from tests.world import Handle, World
from workflows.party.workflow import PartyWorkflow


@dataclass(frozen=True)
class Cost:
    """Of one run."""

    events: int
    workflow_tasks: int
    actions: int
    upserts: int
    timers: int
    regular: tuple[str, ...]
    """Activities that stand in the history by themselves."""


async def cost(world: World, party: str) -> Cost:
    """Of the party's newest run."""
    await world.closed(party)
    events = (await world.client.get_workflow_handle(workflow_id(party)).fetch_history()).events
    kinds = [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in events]
    return Cost(
        events=len(events),
        workflow_tasks=kinds.count("WORKFLOW_TASK_COMPLETED"),
        actions=actions(events),
        upserts=kinds.count("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES"),
        timers=kinds.count("TIMER_STARTED"),
        regular=tuple(
            event.activity_task_scheduled_event_attributes.activity_type.name
            for event, kind in zip(events, kinds, strict=True)
            if kind == "ACTIVITY_TASK_SCHEDULED"
        ),
    )


async def waits_of(handle: Handle) -> list[timedelta]:
    """How long the run's timers were set for."""
    timers = [event.timer_started_event_attributes async for event in handle.fetch_history_events()]
    return [timer.start_to_fire_timeout.ToTimedelta() for timer in timers]


async def rested(world: World) -> tuple[str, int]:
    """A party whose next sync is the first of its run."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    return party, bet_nr


async def test_an_update_costs_two_workflow_tasks(world: World) -> None:
    """Only the PUT is a regular activity: what was decided stands in the history before it, what landed after."""
    party, _ = await rested(world)
    world.espocrm.edit(party, titel="Dr.")
    await world.ask(party)

    spent = await cost(world, party)
    assert spent == Cost(16, 2, 6, upserts=1, timers=0, regular=(activity_names.ADVOWARE_PUSH,))


async def test_no_change_costs_one_workflow_task(world: World) -> None:
    """Nothing is written, and no event is worth its own task."""
    party, _ = await rested(world)
    await world.ask(party)

    spent = await cost(world, party)
    assert (spent.workflow_tasks, spent.upserts, spent.timers, spent.regular) == (1, 1, 0, ())


async def test_a_create_costs_one_workflow_task_more_than_its_post(world: World) -> None:
    """It is named on the run before its POST, so it shows one attribute more."""
    party = world.espocrm.add(lastName="Müßig")
    await world.ask(party, Reason.CREATED)

    spent = await cost(world, party)
    assert (spent.workflow_tasks, spent.upserts, spent.timers) == (2, 2, 0)
    assert spent.regular == (activity_names.ADVOWARE_CREATE,)


async def test_values_that_go_to_espocrm_are_on_record_before(world: World) -> None:
    """A write-back of values is a regular activity: a worker that dies in it leaves the decision behind."""
    party, bet_nr = await rested(world)
    world.advoware.edit(bet_nr, titel="Dr.")
    await world.ask(party)

    spent = await cost(world, party)
    assert (spent.workflow_tasks, spent.upserts, spent.timers) == (2, 1, 0)
    assert spent.regular == (activity_names.ESPOCRM_WRITE_BACK,)


async def test_what_people_are_told_is_on_record_before_espocrm_says_so(world: World) -> None:
    """A sync that began anew would find it written there, and take it for told."""
    await rested(world)
    party, bet_nr = await rested(world)
    world.advoware.remove(bet_nr)
    await world.ask(party)

    assert (await cost(world, party)).regular[0] == activity_names.ESPOCRM_WRITE_BACK


async def test_a_write_back_behind_a_lost_answer_finds_that_it_landed(world: World) -> None:
    """Though it is a first attempt, and what was compared is young where the waits are short."""
    party, _ = await rested(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("espocrm.write", LostAnswer())
    mark = world.calls.mark
    await world.ask(party, timing=world.timing.but(first_wait=timedelta(milliseconds=10)))
    await world.closed(party)

    assert world.spent(mark)["espocrm.write"] == 1


async def test_a_burst_is_served_by_regular_activities(world: World) -> None:
    """A request during a first attempt makes the server refuse the run's end, and all of it is done again."""
    party, _ = await rested(world)
    reading = Hang()
    await world.held(party, "espocrm.read", reading)
    await world.ask(party)
    reading.release()

    spent = await cost(world, party)
    assert spent.regular == (activity_names.ESPOCRM_FETCH, activity_names.ADVOWARE_FETCH)


async def waiting(handle: Handle) -> FirstWait:
    """What the run says of its wait for the second attempt, as soon as it waits."""
    async with asyncio.timeout(10):
        while (waits := (await handle.query(PartyWorkflow.state)).waits) is None:
            pass
    return waits


@pytest.mark.parametrize("call", ["espocrm.read", "advoware.read"])
async def test_the_second_attempt_waits_as_long_as_after_a_regular_one(world: World, call: str) -> None:
    """And a person's request ends that wait."""
    party, _ = await rested(world)
    before = world.calls.count(call)
    world.faults.plan(call, Status(503))
    with world.real_time():
        handle = await world.ask(party)
        waits = await waiting(handle)
        assert world.calls.count(call) == before + 1
        assert (waits.fault.code, waits.attempts) == ("Transient", 5)
        await world.sync(party)
        await handle.result()
    assert world.timing.first_wait in await waits_of(handle)


@pytest.mark.parametrize("call", ["espocrm.read", "advoware.read"])
async def test_a_failed_first_attempt_is_one_of_five(world: World, call: str) -> None:
    """The others are regular ones, which people see; the system is called five times in all, and no sixth time."""
    party, _ = await rested(world)
    world.faults.plan(call, *[Status(503)] * 5)
    asked = await world.ask(party)
    await world.closed(party)

    run = world.client.get_workflow_handle(asked.id, run_id=asked.first_execution_run_id)
    history = await run.fetch_history()  # an outage that is over asks for the next
    attempts = [event.activity_task_started_event_attributes.attempt for event in history.events]
    assert max(attempts) == 4
    assert world.faults.unused == []
    await world.end_outages()


async def test_a_slow_system_is_waited_for_by_a_regular_activity(world: World) -> None:
    """A first attempt that takes too long is followed at once by one that may take its time, of that system alone."""
    party, _ = await rested(world)
    world.faults.plan("advoware.read", Hang())
    handle = await world.ask(party, timing=world.timing.but(first_try=timedelta(milliseconds=300)))

    spent = await cost(world, party)
    assert spent.regular == (activity_names.ADVOWARE_FETCH,)
    assert world.timing.first_wait not in await waits_of(handle)
