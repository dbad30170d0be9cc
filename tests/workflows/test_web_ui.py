"""The Web UI explains itself: runs are found by betNr, and say what they do and what it came to, without a value."""

from datetime import timedelta

from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import WorkflowHandle

from beteiligte.decide.owed import Owed
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from contracts.party import SyncOutcome
from contracts.visibility import workflow_id
from simulators.faults import Status
from starter.requests import Requests
from tests.world import World
from workflows import web_ui

CANARY = "Zinnoberfink"
STEPS = (EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, EventType.EVENT_TYPE_MARKER_RECORDED)


async def details(world: World, party: str) -> str:
    """What stands under User Metadata, asked for as the Web UI does."""
    handle = world.client.get_workflow_handle(workflow_id(party))
    metadata = await handle.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return str(metadata.current_details)


async def found(world: World, query: str) -> list[str]:
    """Ids of this world's runs that a filter shows, as soon as it shows any: visibility lags a moment behind."""
    while True:
        if runs := [run.id async for run in world.client.list_workflows(f'{query} AND TaskQueue="{world.queue}"')]:
            return runs


async def test_a_failed_run_is_found_by_its_bet_nr_and_names_cause_field_and_remedy(world: World) -> None:
    """Whoever looks after the program reads one page, not a stack trace."""
    party, bet_nr = await world.linked(lastName=CANARY)
    world.espocrm.edit(party, lastName=CANARY * 8)
    await world.sync(party)
    code = await world.closed(party)
    text = await details(world, party)

    query = f'BetNr="{bet_nr}" AND SyncStatus="permanently_failed" AND Decision="failed" AND ExecutionStatus="Failed"'
    assert await found(world, query) == [workflow_id(party)]
    assert f"**failed** · betNr {bet_nr} · status `permanently_failed`" in text
    assert f"cause: `{code}`, field `name`: Advoware answered 400" in text
    assert "Please correct it." in text
    assert CANARY not in text


async def test_a_run_that_waits_is_found_by_its_bet_nr_and_says_what_it_does(world: World) -> None:
    """Also one that has not come to an outcome yet."""
    with world.real_time():
        party, bet_nr = await world.linked()
        await world.closed(party)
        world.espocrm.edit(party, titel="Dr.")
        world.faults.plan("advoware.replace", Status(503))
        await world.ask(party)
        await world.calls.until(lambda calls: any(c.done and c.status == 503 for c in calls.since()))

        assert await found(world, f'BetNr="{bet_nr}" AND ExecutionStatus="Running"') == [workflow_id(party)]
        assert "**syncing**, asked for: updated" in await details(world, party)
        await world.sync(party)


async def test_a_conflict_says_which_fields_went_where_and_that_people_are_told(world: World) -> None:
    """Names of fields, never their values."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel=CANARY)
    world.advoware.edit(bet_nr, titel=f"{CANARY} 2", zusatz=CANARY)
    await world.sync(party)
    text = await details(world, party)

    assert text.splitlines() == [
        f"**conflict** · betNr {bet_nr} · status `clean`",
        "",
        "- to Advoware: titel",
        "- to EspoCRM: zusatz",
        "- people are told: conflict (titel)",
    ]


def test_a_run_says_how_far_it_is_that_espocrm_is_told() -> None:
    """By the stage of what is owed; never which values landed."""
    outcome = SyncOutcome(party_id="5f", result="failed")
    landed = Owed().landed(12, "R7", {"titel": CANARY}, (), "")
    owed = (Owed(), landed, landed.used_up(), landed.excluded(), Owed().not_answered(plan="", sent=""))

    assert [web_ui.described(outcome, one).partition("- owed to EspoCRM: ")[2] for one in owed] == [
        "",
        "`landed`, betNr 12",
        "`landed`, betNr 12, its attempts are used up, so it goes on one at a time",
        "`parked`, betNr 12",
        "`unanswered`",
    ]


async def test_a_run_says_what_started_it_and_how_to_read_it(world: World) -> None:
    """Of every way in: a delivery, and a person who waits."""
    asking = Requests(world.client, world.queue, world.timing)
    for number, way in enumerate(("created", "person")):
        party = world.espocrm.add(lastName=f"Müßig {number}")
        if way == "person":
            await asking.sync_now(party)
        else:
            await asking.store(party, SyncRequest(reason=Reason.CREATED, at=world.clock.now()))
        handle: WorkflowHandle[object, object] = world.client.get_workflow_handle(workflow_id(party))
        about = await handle.describe()

        assert await about.static_summary() == f"asked for: {way}"
        assert "*Pending Activities*" in str(await about.static_details())
        await world.closed(party)


async def test_each_step_says_what_it_is_for(world: World) -> None:
    """Summaries of a conflict's steps name fields and betNr, never a value."""
    world.timing = world.timing.model_copy(update={"syncing_after": timedelta(days=1)})
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel=CANARY)
    world.advoware.edit(bet_nr, titel=f"{CANARY} 2", zusatz=CANARY)
    await world.sync(party)
    await world.closed(party)

    handle = world.client.get_workflow_handle(workflow_id(party))
    said = [
        world.client.data_converter.payload_converter.from_payload(event.user_metadata.summary)
        async for event in handle.fetch_history_events()
        if event.event_type in STEPS
    ]
    assert said == [
        "read EspoCRM and Advoware",
        "compare",
        "write Advoware: titel",
        "write EspoCRM: zusatz",
        "tell: conflict",
    ]
