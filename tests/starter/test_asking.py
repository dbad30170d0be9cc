"""`sync` and `resolve`: asking, waiting, and what a person gets back."""

import asyncio

import pytest
from temporalio.testing import WorkflowEnvironment

from contracts.visibility import workflow_id
from runtime import workers
from simulators.faults import Hang, RefusedBeforeEffect, Status
from starter.requests import Requests
from tests.commandline import quick, run
from tests.world import World

UNKNOWN = "0123456789abcdef0"
WITHOUT_WORKER = pytest.mark.parametrize("world", [{"working": False}], indirect=True)


async def test_parties_are_synced_by_id_and_by_bet_nr_in_one_go(world: World) -> None:
    """Outcomes in the order given, both values of a conflict, 0 when all went well."""
    first, first_bet_nr = await world.linked()
    second, second_bet_nr = await world.linked(lastName="Anders")
    world.espocrm.edit(first, titel="Dr.")
    world.advoware.edit(first_bet_nr, titel="Prof.")
    world.espocrm.edit(second, zusatz="c/o Kanzlei")

    ran = await run(world, "sync", first, str(second_bet_nr), "--json")

    outcomes = [answer["outcome"] for answer in ran.json["parties"]]
    assert ran.code == 0
    assert [outcome["result"] for outcome in outcomes] == ["conflict", "espocrm_newer"]
    [conflict] = outcomes[0]["findings"]
    assert (conflict["espocrm"], conflict["advoware"], conflict["winner"]) == ("Dr.", "Prof.", "espocrm")
    assert ran.json["parties"][1]["party_id"] == second
    assert world.advoware.records[second_bet_nr]["zusatz"] == "c/o Kanzlei"


async def test_the_table_shows_both_values_of_a_conflict(world: World) -> None:
    """What machines get, people see: party, result, fields, and whose value was kept."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr. [med]")
    world.advoware.edit(bet_nr, titel="Prof.")

    ran = await quick(world, "sync", party)

    for word in (party, str(bet_nr), "conflict", "clean", "→ Advoware: titel", "Dr. [med]", "Prof.", "espocrm"):
        assert word in ran.out


async def test_what_names_no_party_is_said_and_keeps_none_of_the_others(world: World) -> None:
    """A mistyped id, an odd one, an unseen betNr: each with its remedy; nobody in the firm hears of it."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")

    ran = await quick(world, "sync", UNKNOWN, "x' OR 'a'='a", "999999", party, "--json")

    problems = [answer["problem"] for answer in ran.json["parties"]]
    assert ran.code == 5
    assert "compare the id" in problems[0]
    assert "copy the id" in problems[1]
    assert "give the EspoCRM id" in problems[2]
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert world.told() == []


async def test_a_failed_sync_says_why_and_what_to_do(world: World) -> None:
    """Content that Advoware refuses: code, field, remedy, exit 4."""
    party = world.espocrm.add(lastName="x" * 90)

    ran = await quick(world, "sync", party)

    assert ran.code == 4
    assert "Rejected, field name" in ran.out
    assert "Please correct" in ran.out


async def test_no_wait_only_asks(world: World) -> None:
    """The request is stored; the sync runs by itself."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")

    ran = await quick(world, "sync", party, "--no-wait", "--json")
    await world.closed(party)

    assert ran.code == 0
    assert ran.json["parties"][0]["outcome"] is None
    assert world.advoware.records[bet_nr]["titel"] == "Dr."


@WITHOUT_WORKER
async def test_without_a_worker_it_says_so_and_stores_the_request(world: World) -> None:
    """An update that no worker takes is not kept by Temporal, so the request is stored as a signal."""
    party = world.espocrm.add(lastName="Müßig")

    ran = await quick(world, "sync", party)

    assert ran.code == 6
    assert "No worker asks for work" in ran.err
    assert "stored" in ran.out
    history = await world.client.get_workflow_handle(workflow_id(party)).fetch_history()
    assert [e for e in history.events if e.HasField("workflow_execution_signaled_event_attributes")]


async def test_a_worker_that_was_stopped_a_moment_ago_is_none(world: World, skipping: WorkflowEnvironment) -> None:
    """Temporal lists it for a while longer; nobody shall wait for it."""
    async with World.open(skipping) as stopped:
        party, _ = await stopped.linked()
        await stopped.closed(party)
        assert await workers.alive(stopped.client, stopped.queue)
    world.queue = stopped.queue
    assert await workers.seen(world.client, stopped.queue), "else there is nothing to be mistaken about"

    diff, status = await quick(world, "diff", party), await quick(world, "status", "--json")

    assert diff.code == 6
    assert f"No worker asks for work on task queue {stopped.queue}" in diff.err
    assert status.json["workers"] == []


@WITHOUT_WORKER
@pytest.mark.parametrize("words", [(), ("--no-wait",)])
async def test_a_request_that_another_task_queue_swallows_is_told_with_the_queue(
    world: World, skipping: WorkflowEnvironment, words: tuple[str, ...]
) -> None:
    """The run was started on it, so no worker of the queue that is set will ever see the request."""
    party = world.espocrm.add(lastName="Müßig")
    await world.ask(party)
    async with World.open(skipping) as ours:
        ran = await quick(ours, "sync", party, *words)
        status = await quick(ours, "status", "--limit", "100")
        one = await quick(ours, "status", party)

    assert ran.code == 6
    assert f"TEMPORAL_TASK_QUEUE={world.queue}" in ran.out.replace("\n", " ")
    history = await world.client.get_workflow_handle(workflow_id(party)).fetch_history()
    assert len([e for e in history.events if e.HasField("workflow_execution_signaled_event_attributes")]) == 2
    assert f"TEMPORAL_TASK_QUEUE={world.queue}" in status.out.replace("\n", " ")
    assert f"{world.queue}, where no worker" in one.out
    await world.terminate(party)


async def test_a_long_sync_is_left_to_itself_after_a_while(world: World) -> None:
    """Waiting ends, the sync goes on, and `status` says what it waits for."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503))

    ran = await quick(world, "sync", party, "--within", "2")
    status = await quick(world, "status", party, "--json")
    await world.sync(party)

    assert ran.code == 6
    assert f"status {party}" in ran.out.replace("\n", " ")
    [step] = status.json["newest"]["pending"]
    assert (step["activity"], step["attempt"], step["attempts"]) == ("advoware.push", 2, 5)
    assert "503" in step["failure"]
    assert step["next_try"] is not None
    assert world.advoware.records[bet_nr]["titel"] == "Dr."


@pytest.mark.filterwarnings("ignore:.*update handlers are still running")
async def test_a_run_that_closes_under_a_request_is_asked_anew(world: World) -> None:
    """AcceptedUpdateCompletedWorkflow is Temporal's word for it: the same request starts the next run."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang()
    world.faults.plan("espocrm.read", hang)
    with world.real_time():
        asking = asyncio.create_task(Requests(world.client, world.queue, world.timing).sync_now(party))
        await hang.entered.wait()
        await world.client.get_workflow_handle(workflow_id(party)).cancel()
        hang.release()
        outcome = await asking

    assert outcome.result == "espocrm_newer"
    assert world.advoware.records[bet_nr]["titel"] == "Dr."


async def unanswered(world: World) -> str:
    party = world.espocrm.add(lastName="Müßig", firstName="Änne")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(party)
    await world.closed(party)
    return party


async def test_resolve_create_creates_what_was_left_open(world: World) -> None:
    """A person looked: it is not there."""
    party = await unanswered(world)
    before = await quick(world, "sync", party)

    ran = await quick(world, "resolve", party, "--create", "--json")

    assert before.code == 7
    assert ran.code == 0
    assert ran.json["outcome"]["result"] == "create"
    assert world.bet_nr(party) == ran.json["outcome"]["bet_nr"]


async def test_resolve_betnr_links_what_was_left_open(world: World) -> None:
    """A person looked: it is there under this number."""
    party = await unanswered(world)
    bet_nr = world.advoware.add(name="Müßig", vorname="Änne")

    ran = await run(world, "resolve", party, "--betnr", str(bet_nr), "--json")

    assert ran.code == 0
    assert ran.json["outcome"]["bet_nr"] == bet_nr
    assert world.bet_nr(party) == bet_nr
    assert world.advoware.count(name="Müßig") == 1


async def test_resolve_does_not_replace_a_link(world: World) -> None:
    """The record holds another betNr: said, and left to a person."""
    party, bet_nr = await world.linked()
    other = world.advoware.add(name="Müßig", vorname="Änne")

    ran = await quick(world, "resolve", party, "--betnr", str(other), "--json")

    assert ran.code == 7
    assert f"holds betNr {bet_nr}" in ran.json["problem"]
    assert world.bet_nr(party) == bet_nr


@pytest.mark.parametrize("words", [(), ("--create", "--betnr", "1"), ("--betnr", "0")])
async def test_resolve_wants_exactly_one_answer(world: World, words: tuple[str, ...]) -> None:
    """Nothing is asked for when it is not clear what was decided."""
    ran = await quick(world, "resolve", UNKNOWN, *words)

    assert ran.code == 2
    assert world.calls.count() == 0
