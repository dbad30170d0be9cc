"""Requests: they join, they are never lost, and a person's ends a retry wait (design §3)."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowHandle

from beteiligte.request_reason import Reason
from contracts.party import SyncOutcome
from contracts.timing import Timing
from contracts.visibility import workflow_id
from simulators.faults import Hang, Status
from tests.world import World
from workflows.party.workflow import PartyWorkflow

AN_HOUR = timedelta(hours=1)
CANNOT_WAIT = {Reason.PERSON, Reason.TRIAL, Reason.RECOVERED}
POLL = 0.01
"""Seconds between two questions to the server, which tells of a waiting step only when it is asked."""


async def test_a_burst_of_a_hundred_requests_costs_at_most_two_syncs(world: World) -> None:
    """Requests that wait when a sync begins are answered by that one; those that come during it cause one more."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    mark = world.calls.mark

    await asyncio.gather(*(world.ask(party) for _ in range(100)))
    await world.closed(party)

    assert world.spent(mark)["espocrm.read"] <= 2
    assert world.spent(mark)["advoware.replace"] == 1


async def test_an_edit_made_during_a_sync_is_synced_by_the_next(world: World) -> None:
    """A request that arrives during a sync causes one more."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang()

    await world.held(party, "advoware.replace", hang)
    world.espocrm.edit(party, titel="Prof. Dr.")
    await world.ask(party)
    hang.release()
    await world.closed(party)

    assert world.advoware.records[bet_nr]["titel"] == "Prof. Dr."
    assert await world.unsettled(party) == []


async def test_no_request_is_lost_while_runs_close(world: World) -> None:
    """Many edits, each asked for at a random moment of a closing run: the last one is always found."""
    party, bet_nr = await world.linked()
    for number in range(60):
        world.espocrm.edit(party, zusatz=f"Edit {number}")
        await world.ask(party)
        await asyncio.sleep(0.003 * (number % 20))  # spreads the requests over the life of the runs
    await world.closed(party)

    assert world.advoware.records[bet_nr]["zusatz"] == "Edit 59"


async def test_no_request_is_lost_while_runs_fail(world: World) -> None:
    """A refused content fails the run visibly; the request that mends it arrives while it fails."""
    party, bet_nr = await world.linked()
    for number in range(12):
        world.espocrm.edit(party, lastName="x" * 90)
        await world.ask(party)
        await asyncio.sleep(0.004 * number)
        world.espocrm.edit(party, lastName=f"Müßig {number}")
        await world.ask(party)
    while await world.closed(party):
        await world.sync(party)

    assert world.advoware.records[bet_nr]["name"] == "Müßig 11"


async def test_five_attempts_over_85_minutes_then_it_fails_visibly(world: World) -> None:
    """Waits of 1, 4, 16 and 64 minutes, then the status, the report of the outage and the typed failure."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.faults.outage("advoware.replace", Status(503))

    handle = await world.ask(party)
    code = await world.closed(party)

    assert code == "Transient"
    assert world.status(party) == "failed"
    assert world.advoware.records[bet_nr]["titel"] is None
    await world.told_of("Advoware steht")
    first_run = world.client.get_workflow_handle(handle.id, run_id=handle.result_run_id)
    described = await first_run.describe()
    assert described.close_time is not None
    assert 85 <= (described.close_time - described.start_time).total_seconds() / 60 < 90


async def test_content_that_advoware_refuses_fails_at_once_and_for_good(world: World) -> None:
    """Retrying cannot mend it: one attempt, permanently_failed with the cause, a person told once."""
    party, _ = await world.linked()
    world.espocrm.edit(party, lastName="x" * 90)
    mark = world.calls.mark

    outcome = await world.sync(party)
    code = await world.closed(party)
    await world.sync(party)
    await world.closed(party)

    assert code == "Rejected"
    assert outcome.failure is not None
    assert outcome.failure.field == "name"
    assert world.spent(mark)["advoware.replace"] == 2
    assert world.status(party) == "permanently_failed"
    assert "Rejected" in str(world.espocrm.records[party]["syncErrorMessage"])
    assert len(world.told_on(party)) == 1


async def test_after_a_failure_the_next_request_starts_afresh(world: World) -> None:
    """A mended value travels, and the error message is gone."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, lastName="x" * 90)
    await world.sync(party)

    world.espocrm.edit(party, lastName="Müßig-Meier")
    await world.sync(party)

    assert world.advoware.records[bet_nr]["name"] == "Müßig-Meier"
    assert world.espocrm.records[party]["syncErrorMessage"] is None
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("blamed", ["party", "system"])
async def test_an_unclear_500_is_blamed_by_asking_for_another_party(world: World, blamed: str) -> None:
    """The system's while another known party cannot be read either, else the party's."""
    await world.linked(lastName="Anders")
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    if blamed == "party":
        world.faults.plan("advoware.replace", *[Status(500)] * 5)
    else:
        world.faults.outage("advoware", Status(500))

    await world.ask(party)
    await world.closed(party)

    assert world.status(party) == ("permanently_failed" if blamed == "party" else "failed")


@pytest.mark.parametrize("reason", Reason)
async def test_only_who_cannot_wait_ends_a_retry_wait(world: World, reason: Reason) -> None:
    """Nobody waits an hour for a system that is back: the waiting step is cancelled, and the sync starts over."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503))
    with world.real_time():
        run = await world.ask(party, timing=Timing(first_wait=AN_HOUR))
    while not await waits(run):  # noqa: ASYNC110  (the server only answers)
        await asyncio.sleep(POLL)

    await world.ask(party, reason)
    if reason not in CANNOT_WAIT:
        while (await run.query(PartyWorkflow.state)).asked < 2:  # noqa: ASYNC110
            await asyncio.sleep(POLL)
        assert await waits(run)
        await world.ask(party, Reason.PERSON)
    async with asyncio.timeout(20):
        assert await world.closed(party) == ""

    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert world.calls.count("advoware.replace") == 2
    ended = await run.describe()
    assert ended.close_time is not None
    assert ended.close_time - ended.start_time < AN_HOUR


async def waits(run: WorkflowHandle[PartyWorkflow, SyncOutcome]) -> bool:
    """Whether a step of the run waits for its second attempt."""
    steps = (await run.describe()).raw_description.pending_activities
    return any(
        step.attempt == 2 and step.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED for step in steps
    )


async def test_a_cancel_writes_back_what_landed_first(world: World) -> None:
    """Cancelling does not cancel the write-back of what landed."""
    party = world.espocrm.add(lastName="Müßig")
    hang = Hang(effect=True)
    handle = await world.held(party, "advoware.create", hang, Reason.CREATED)

    await handle.cancel()
    hang.release()
    code = await world.closed(party)

    assert code == "CancelledError"
    assert world.bet_nr(party) in world.advoware.records
    assert world.calls.count("advoware.create") == 1


async def test_a_cancelled_run_goes_on_until_what_landed_is_written(world: World) -> None:
    """Only this run knows the betNr: ended now, the next request would create the party again."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.outage("espocrm.write", Status(400))
    handle = await world.ask(party, Reason.CREATED)
    await world.calls.until(lambda calls: any(call.done for call in calls.since(0, "espocrm.write")))

    await handle.cancel()
    mark = world.calls.mark
    await world.calls.until(lambda calls: calls.count("espocrm.write", since=mark) >= 3)
    world.faults.lift("espocrm.write")

    assert await world.closed(party) == "CancelledError"
    assert world.bet_nr(party) in world.advoware.records


async def test_the_run_shows_ids_and_states_in_the_web_ui(world: World) -> None:
    """Search attributes and the state query name no client's value."""
    party, bet_nr = await world.linked()
    await world.closed(party)

    handle = world.client.get_workflow_handle(workflow_id(party))
    found = (await handle.describe()).search_attributes

    assert (found["BetNr"], found["SyncStatus"], found["Decision"]) == ([str(bet_nr)], ["clean"], ["create"])


async def test_a_sync_that_takes_long_shows_syncing_and_ends_clean(world: World) -> None:
    """`syncing` is written only when a sync takes longer, and never after the final status."""
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503))

    await world.ask(party)
    await world.closed(party)

    written = [call for call in world.calls.since(0, "espocrm.write", party)]
    assert len(written) == 3
    assert world.status(party) == "clean"
