"""Whoever reaches Temporal's port without the key leads no run and stops none, whatever he recorded there before."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.api.command.v1 import Command
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.enums.v1 import CommandType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    PollWorkflowTaskQueueRequest,
    RespondActivityTaskCompletedByIdRequest,
    RespondWorkflowTaskCompletedRequest,
    SignalWithStartWorkflowExecutionRequest,
    SignalWorkflowExecutionRequest,
)
from temporalio.client import Client, ScheduleActionExecutionStartWorkflow, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.converter import ActivitySerializationContext, WorkflowSerializationContext
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.faults import System
from beteiligte.request_reason import Reason
from contracts import party as party_names
from contracts.inbox import SyncRequest
from contracts.party import PartyOrder, SyncOutcome
from contracts.said import Said
from contracts.visibility import NOT_BELIEVED, workflow_id
from installation.check import Verdict
from runtime.codec import ENCODING, Unreadable, converter
from runtime.key_file import KeyRing, add_key, load
from runtime.payloads import BOUNDED
from runtime.settings import SweepSettings, TemporalSettings
from simulators.faults import Hang
from starter import schedules
from starter.views import overwritten, replays
from starter.views.checks import strangers
from starter.views.recorded.reading import record_of
from starter.views.recorded.record import RecordedRun
from tests.world import Handle, World
from workflows.client import PartyClient

FORGED = "Fälschung"
POLL = 0.01
GARBAGE = bytes(range(60))
OVERWRITTEN = Finding(kind=FindingKind.CONFLICT, field="titel", espocrm="Dr.", advoware=FORGED, winner=System.ESPOCRM)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return key_ring(tmp_path_factory.mktemp("keys"))


def key_ring(folder: Path) -> KeyRing:
    add_key(folder / "keys.json")
    loaded = load(folder / "keys.json")
    assert loaded is not None
    return loaded


@pytest_asyncio.fixture(loop_scope="session")
async def world(skipping: WorkflowEnvironment, ring: KeyRing, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A worker and a firm that have the key."""
    sealing = converter(ring, accept_clear=getattr(request, "param", False))
    client = Client(skipping.client.service_client, data_converter=sealing)
    async with World.open(WorkflowEnvironment.from_client(client)) as opened:
        yield opened


def word(**more: object) -> SyncRequest:
    """A person's choice that nobody made."""
    choice = Choice(field="titel", value=FORGED)
    return SyncRequest.model_validate({"reason": Reason.PERSON, "at": datetime.now(UTC), "choices": (choice,), **more})


def stranger(world: World) -> Client:
    """Somebody at the same port, without the key."""
    return Client(world.client.service_client, data_converter=BOUNDED)


async def say(world: World, handle: Handle, payload: Payload) -> None:
    """Send it as a request to a run."""
    request = SignalWorkflowExecutionRequest(
        namespace=world.client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=handle.id),
        signal_name=party_names.REQUEST,
        input=Payloads(payloads=[payload]),
    )
    await world.client.workflow_service.signal_workflow_execution(request)


async def busy(world: World) -> tuple[str, Handle, Hang]:
    """A party whose run is under way: people edited its title."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang()
    return party, await world.held(party, "advoware.replace", hang), hang


async def dropped(world: World, party: str, handle: Handle, hang: Hang) -> str:
    """Let the run end as if nothing had been said; what it shows of what was."""
    hang.release()
    assert await world.closed(party) == ""
    assert world.titles(party) == ("Dr.", "Dr.")
    attributes = (await handle.describe()).typed_search_attributes
    return attributes.get(NOT_BELIEVED) or ""


async def told_later(world: World, ring: KeyRing, handle: Handle) -> RecordedRun:
    """What `history` and `explain` read of the run, and that it replays as it went."""
    reading = Client(world.client.service_client, data_converter=converter(ring, reads_clear=True))
    replayed = await replays.of_party(reading, handle.id.removeprefix(workflow_id("")), None)
    assert replayed.deterministic
    history = await handle.fetch_history()
    return await record_of(history.events, history.run_id, reading.data_converter)


async def sealed_for(world: World, value: object, namespace: str, run: str) -> Payload:
    context = WorkflowSerializationContext(namespace=namespace, workflow_id=run)
    [payload] = await world.client.data_converter.with_context(context).encode([value])
    return payload


async def test_a_clear_word_is_dropped_and_told(world: World, ring: KeyRing) -> None:
    """A choice that both systems would else hold."""
    party, handle, hang = await busy(world)

    await stranger(world).get_workflow_handle(handle.id).signal(party_names.REQUEST, word())

    assert await dropped(world, party, handle, hang) == "request clear"
    assert FORGED not in str(await told_later(world, ring, handle)), "and nobody is told that a person chose it"


@pytest.mark.parametrize("world", [True], indirect=True, ids=["switched"])
async def test_while_runs_from_before_the_first_key_are_open_the_switch_believes_it(world: World) -> None:
    """It says so: who needs it knows that the port must be guarded otherwise."""
    party, handle, hang = await busy(world)

    await stranger(world).get_workflow_handle(handle.id).signal(party_names.REQUEST, word())
    hang.release()
    await world.closed(party)

    assert world.titles(party) == (FORGED, FORGED)


async def test_a_word_that_was_sealed_for_another_party_is_dropped(world: World) -> None:
    """A `resolve` of one party, recorded and sent to another."""
    other, _ = await world.torn()
    await world.sync(other, choices=(Choice(field="titel", value=FORGED),))
    history = await world.client.get_workflow_handle(workflow_id(other)).fetch_history()
    accepted = [e.workflow_execution_update_accepted_event_attributes for e in history.events]
    [recorded] = [p for update in accepted for p in update.accepted_request.input.args.payloads]
    party, handle, hang = await busy(world)

    await say(world, handle, recorded)

    assert world.titles(other) == (FORGED, FORGED)
    assert await dropped(world, party, handle, hang) == "request elsewhere"


async def test_a_word_of_another_namespace_is_dropped(world: World) -> None:
    party, handle, hang = await busy(world)

    await say(world, handle, await sealed_for(world, word(), "test", handle.id))

    assert await dropped(world, party, handle, hang) == "request elsewhere"


async def test_what_was_sealed_for_a_step_of_the_run_is_no_word_to_it(world: World) -> None:
    party, handle, hang = await busy(world)
    context = ActivitySerializationContext(world.client.namespace, None, "advoware.push", None, handle.id, None, False)
    [payload] = await world.client.data_converter.with_context(context).encode([word()])

    await say(world, handle, payload)

    assert await dropped(world, party, handle, hang) == "request elsewhere"


async def test_what_is_something_else_is_no_request(world: World) -> None:
    """Sealed for this run, but as another model: its fields might happen to fit."""

    class Words(Said):
        reason: Reason = Reason.PERSON
        at: datetime = datetime.now(UTC)

    party, handle, hang = await busy(world)

    await say(world, handle, await sealed_for(world, Words(), world.client.namespace, handle.id))

    assert await dropped(world, party, handle, hang) == "request other"


@pytest.mark.parametrize(
    ("key", "data", "why"),
    [
        (b"key-1", GARBAGE, "changed"),
        (b"key-1", b"x", "changed"),
        (b"key-9", GARBAGE, "foreign"),
        (b"\xff", b"", "foreign"),
    ],
)
async def test_what_nobody_can_read_does_not_stop_a_run(
    world: World, ring: KeyRing, key: bytes, data: bytes, why: str
) -> None:
    """An error at reading it would come back at every try."""
    party, handle, hang = await busy(world)
    bound = (await sealed_for(world, word(), world.client.namespace, handle.id)).metadata["bound"]

    await say(world, handle, Payload(metadata={"encoding": ENCODING, "key": key, "bound": bound}, data=data))

    assert await dropped(world, party, handle, hang) == f"request {why}"
    assert (await told_later(world, ring, handle)).asked, "what else was asked is read"


async def test_a_clear_update_is_rejected(world: World) -> None:
    party, handle, hang = await busy(world)

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await stranger(world).get_workflow_handle(handle.id).execute_update("sync_now", word())

    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "NotBelieved"
    assert await dropped(world, party, handle, hang) == "", "it left nothing in the run"


async def test_an_old_word_that_is_sent_again_decides_nothing(world: World) -> None:
    """Sealed for this party, when it was asked another time: it only asks, and who sent it is told."""
    party, _ = await world.torn()
    await world.closed(party)
    old = word(at=datetime.now(UTC) - timedelta(days=1))
    asking = PartyClient(world.client, world.queue, world.timing)

    with pytest.raises(WorkflowUpdateFailedError):
        await asking.sync(party, old)
    handle = await asking.request(party, old)
    await world.closed(party)

    assert FORGED not in world.titles(party)
    assert (await handle.describe()).typed_search_attributes.get(NOT_BELIEVED) == "request old"


async def test_a_run_that_a_stranger_starts_does_nothing(world: World) -> None:
    party = world.espocrm.add(lastName="Müßig")
    mark = world.calls.mark

    handle = await PartyClient(stranger(world), world.queue, world.timing).request(party, word())
    assert await stands_still(world, handle)
    assert world.spent(mark) == {}
    await handle.terminate()


async def test_an_order_of_one_party_starts_no_run_of_another(world: World) -> None:
    """Else a run without the lock: two syncs of a party at the same time."""
    party, _ = await world.linked()
    payload = await sealed_for(world, PartyOrder(party_id=party), world.client.namespace, workflow_id(party))
    said = await sealed_for(world, word(), world.client.namespace, workflow_id(party))
    mark = world.calls.mark
    for run in (f"{workflow_id(party)}-2026-11-24T03:07:24Z", "beteiligte-other"):
        request = SignalWithStartWorkflowExecutionRequest(
            namespace=world.client.namespace, workflow_id=run, signal_name=party_names.REQUEST, request_id=run
        )
        request.workflow_type.name, request.task_queue.name = party_names.WORKFLOW, world.queue
        request.input.payloads.append(payload)
        request.signal_input.payloads.append(said)
        await world.client.workflow_service.signal_with_start_workflow_execution(request)
        handle = world.client.get_workflow_handle(run)
        assert await stands_still(world, handle)
        await handle.terminate()

    assert world.spent(mark) == {}


async def test_a_stranger_s_result_of_a_step_is_not_believed(world: World) -> None:
    """The run waits where it is: it is looked at by `doctor`, and can be reset to before that result."""
    party, handle, hang = await busy(world)
    [pending] = (await handle.describe()).raw_description.pending_activities
    [clear] = await BOUNDED.encode([{"row_id": FORGED}])

    await world.client.workflow_service.respond_activity_task_completed_by_id(
        RespondActivityTaskCompletedByIdRequest(
            namespace=world.client.namespace,
            workflow_id=handle.id,
            activity_id=pending.activity_id,
            result=Payloads(payloads=[clear]),
        )
    )
    assert await stands_still(world, handle)
    assert FORGED not in str(world.espocrm.records[party])
    hang.release()
    await handle.terminate()


async def test_a_schedule_starts_runs_that_open_its_order(world: World) -> None:
    """It is sealed before a run has an id."""
    await schedules.apply(world.client, SweepSettings(), world.queue)
    try:
        await world.client.get_schedule_handle(schedules.SWEEP).trigger()
        assert await (await started_by(world, schedules.SWEEP)).result() is not None
    finally:
        for row in schedules.TABLE:
            await world.client.get_schedule_handle(row.id).delete()


async def started_by(world: World, schedule: str) -> WorkflowHandle:  # type: ignore[type-arg]
    """The run that it started."""
    while True:
        for action in (await world.client.get_schedule_handle(schedule).describe()).info.recent_actions:
            assert isinstance(action.action, ScheduleActionExecutionStartWorkflow)
            return world.client.get_workflow_handle(action.action.workflow_id)
        await asyncio.sleep(POLL)


async def stands_still(world: World, handle: WorkflowHandle) -> bool:  # type: ignore[type-arg]
    """Whether the worker that met it could not go on; False: it did."""
    request = DescribeWorkflowExecutionRequest(namespace=world.client.namespace)
    request.execution.workflow_id = handle.id
    while True:
        described = await world.client.workflow_service.describe_workflow_execution(request)
        if described.pending_workflow_task.attempt > 1:
            return True
        if not described.HasField("pending_workflow_task"):
            return False
        await asyncio.sleep(POLL)


async def test_the_doctor_names_what_was_said_and_begun_without_the_key(world: World, ring: KeyRing) -> None:
    """And says what to do with a run that no worker believes: it may be from before the first key."""
    party, handle, hang = await busy(world)
    await stranger(world).get_workflow_handle(handle.id).signal(party_names.REQUEST, word())
    await dropped(world, party, handle, hang)
    other = await PartyClient(stranger(world), world.queue, world.timing).request("000000000000forged", word())
    lenient = Client(world.client.service_client, data_converter=converter(ring, accept_clear=True))
    found = {
        (switch, check.name): check
        for switch in (False, True)
        for check in await strangers.checks(lenient, TemporalSettings(accept_clear=switch))
    }
    await other.terminate()

    said, begun = found[False, strangers.SAID], found[False, strangers.BEGUN]
    assert (said.verdict, begun.verdict) == (Verdict.WARNING, Verdict.WRONG)
    assert f"{handle.id} (request clear)" in said.seen
    assert f"{other.id}" in begun.seen
    assert "TEMPORAL_ACCEPT_CLEAR=true" in (begun.remedy or "")
    assert "take TEMPORAL_ACCEPT_CLEAR away, once they are over" in (found[True, strangers.BEGUN].remedy or "")


async def test_of_a_request_that_is_not_believed_the_asking_counts(world: World) -> None:
    """The run that was started for it ends, and the edit of which it told is synced."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    order = await sealed_for(world, PartyOrder(party_id=party), world.client.namespace, workflow_id(party))
    request = SignalWithStartWorkflowExecutionRequest(
        namespace=world.client.namespace,
        workflow_id=workflow_id(party),
        signal_name=party_names.REQUEST,
        request_id="1",
    )
    request.workflow_type.name, request.task_queue.name = party_names.WORKFLOW, world.queue
    request.input.payloads.append(order)
    request.signal_input.payloads.extend(await BOUNDED.encode([word()]))

    await world.client.workflow_service.signal_with_start_workflow_execution(request)

    assert await world.closed(party) == ""
    assert world.titles(party) == ("Dr.", "Dr.")


async def test_what_undo_puts_back_was_sealed(world: World, ring: KeyRing) -> None:
    """A stranger that asks for work as a worker does could else answer for one, and a person would write his values."""
    party = "000000000undoforged"
    forged = SyncOutcome(party_id=party, result="merge", overwritten=(OVERWRITTEN,))
    lenient = Client(world.client.service_client, data_converter=converter(ring, accept_clear=True))
    queue = f"forged-{world.queue}"
    await PartyClient(lenient, queue, world.timing).request(party, word())
    polled = await world.client.workflow_service.poll_workflow_task_queue(
        PollWorkflowTaskQueueRequest(namespace=world.client.namespace, task_queue=TaskQueue(name=queue))
    )
    done = Command(command_type=CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION)
    done.complete_workflow_execution_command_attributes.result.payloads.extend(await BOUNDED.encode([forged]))
    await world.client.workflow_service.respond_workflow_task_completed(
        RespondWorkflowTaskCompletedRequest(
            namespace=world.client.namespace, task_token=polled.task_token, commands=[done]
        )
    )

    with pytest.raises(Unreadable):
        await overwritten.last(lenient, party)
