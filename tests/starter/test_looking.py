"""`status`, `retry-failed` and `replay`: what is going on, trying again, and whether histories still fit."""

import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from beteiligte.faults import System
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from contracts.party import PartyOrder
from contracts.reconciliation import ReconciliationOrder, RunKind
from contracts.timing import SweepTiming, Timing
from contracts.visibility import outage_id, workflow_id
from runtime.codec import converter
from runtime.key_file import add_key, load
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status
from starter.views import inspection, runs
from tests import engines
from tests.commandline import JUDGED, Ran, quick, run
from tests.starter.another_code import AnotherCode
from tests.world import World
from workflows.party.workflow import PartyWorkflow
from workflows.sweep.workflow import ReconciliationWorkflow

skipping = engines.alone

SLOWLY = {"timing": Timing(attempts=1, write_back_again=timedelta(hours=1))}
"""One attempt, so that what cannot be written back stays so for an hour at once."""


async def linked(world: World, **attributes: object) -> tuple[str, int]:
    """Linked, and its run has ended."""
    party, bet_nr = await world.linked(**attributes)
    await world.closed(party)
    return party, bet_nr


async def failed(world: World, name: str = "x" * 90) -> str:
    """A party whose content Advoware refuses."""
    party = world.espocrm.add(lastName=name)
    await world.sync(party)
    await world.closed(party)
    return party


def of(rows: list[dict[str, object]], party: str) -> list[dict[str, object]]:
    """The test server is shared: only this test's party."""
    return [row for row in rows if _party(row) == party]


def _party(row: dict[str, object]) -> object:
    run = row.get("run")
    return run["party_id"] if isinstance(run, dict) else row["party_id"]


async def overview(world: World) -> Ran:
    ran = await quick(world, "status", "--json", "--limit", "500")
    assert ran.code in JUDGED
    return ran


async def test_status_shows_who_failed_and_why_until_it_went_well(world: World) -> None:
    """Visibility keeps old failed runs; only a party's newest one counts."""
    party = await failed(world)
    before = await overview(world)
    world.espocrm.edit(party, lastName="Müßig")
    await world.sync(party)
    await world.closed(party)
    after = await overview(world)

    [row] = of(before.json["failed"]["shown"], party)
    assert row["failure"] == {
        "code": "Rejected",
        "message": "Advoware answered 400 to create: content refused",
        "system": "advoware",
        "field": "name",
        "blame": "party",
    }
    assert of(after.json["failed"]["shown"], party) == []


async def test_status_shows_what_a_person_must_decide(world: World) -> None:
    """The overview names the party; its own page says what is open and where to look."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(party)
    await world.closed(party)

    [row] = of((await overview(world)).json["undecided"]["shown"], party)
    page = await quick(world, "status", party, TEMPORAL_UI="https://temporal.kanzlei.example/")

    assert row["sync_status"] == "conflict"
    assert "did not answer when the party was to be created" in page.out.replace("\n", " ")
    assert f"https://temporal.kanzlei.example/namespaces/default/workflows/{workflow_id(party)}/" in page.out


@pytest.mark.parametrize("world", [SLOWLY], indirect=True)
async def test_status_shows_what_landed_and_is_not_written(world: World) -> None:
    """Only the run knows the betNr then; `diff` goes by it, too, and would not create the party again."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("espocrm.write", Status(503))
    with world.real_time():
        await world.sync(party)
    [bet_nr] = world.advoware.records

    [row] = of((await overview(world)).json["running"]["shown"], party)
    difference = await quick(world, "diff", party, "--json")
    await world.sync(party)

    state = row["state"]
    assert isinstance(state, dict)
    assert state["landed_unwritten"]["bet_nr"] == bet_nr
    assert difference.json["result"] == "no_change"
    assert "advoware.create" not in difference.json["calls"]
    assert world.bet_nr(party) == bet_nr


async def test_a_party_is_found_by_its_bet_nr(world: World) -> None:
    """What stands in the Web UI's search attributes, without the Web UI."""
    party, bet_nr = await linked(world)

    page = await quick(world, "status", str(bet_nr))

    assert page.code == 0
    for word in (party, str(bet_nr), "completed", "create", "clean"):
        assert word in page.out


@pytest.mark.parametrize("world", [SLOWLY], indirect=True)
async def test_a_party_is_found_by_an_id_of_digits_alone(world: World) -> None:
    """An import may bring one; it names a party where no betNr does."""
    world.espocrm.add_by_import("0471100001", lastName="Müßig")
    await world.sync("0471100001")

    shown = await quick(world, "status", "0471100001", "--json")

    assert (shown.code, shown.json["newest"]["run"]["party_id"]) == (0, "0471100001")


async def test_status_shows_a_system_that_is_down(world: World) -> None:
    """Which one, since when, how many parties wait, and when it is tried next."""
    await linked(world, lastName="Anders")
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.outage("advoware", Status(503))
    await world.sync(party)
    await world.closed(party)

    [outage] = (await overview(world)).json["outages"]
    shown = await quick(world, "status")
    world.faults.lift("advoware")
    await world.client.get_workflow_handle(outage_id(System.ADVOWARE)).result()

    assert outage["workflow_id"] == "outage-advoware"
    assert outage["state"]["codes"] == ["Transient"]
    assert "outage-advoware" in shown.out
    assert "Transient" in shown.out


async def test_status_shows_a_reconciliation_that_stopped_and_the_answers_to_it(world: World) -> None:
    """Where nobody is set to be told, this is where a person learns that a sweep waits for him."""
    parties = [await linked(world, lastName=f"Anders {number}") for number in range(3)]
    for party, _ in parties:
        world.espocrm.import_silently(party, lastName="Import")

    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=2, reads=0)
    await world.told_of("hat angehalten")
    [asking] = [one for one in (await overview(world)).json["reconciliations"] if one["workflow_id"] == handle.id]
    shown = await quick(world, "status")
    refused = await quick(world, "reconcile", "refuse", handle.id)
    await handle.result()
    after = await quick(world, "status")

    assert "3 parties were changed or emptied" in asking["state"]["alarm"]
    assert f"reconcile confirm {handle.id}" in shown.out
    assert f"reconcile refuse {handle.id}" in shown.out
    assert refused.code == 0
    assert handle.id not in after.out


async def test_status_shows_a_reconciliation_that_failed_until_one_went_well(world: World) -> None:
    """It is told once, and the next ones fail silently."""
    await linked(world)
    world.espocrm.missing.add("advowareSyncBase")

    name = f"nightly-{world.queue}"
    order = ReconciliationOrder(kind=RunKind.NIGHTLY, timing=SweepTiming(reads=0))
    start = partial(world.client.start_workflow, ReconciliationWorkflow.run, order, id=name, task_queue=world.queue)
    with pytest.raises(WorkflowFailureError):
        await (await start()).result()
    shown = await quick(world, "status")
    world.espocrm.missing.clear()
    await (await start()).result()
    after = await quick(world, "status")

    assert f"{name} failed with MissingAttribute" in shown.out
    assert name not in after.out


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
async def test_status_works_without_a_worker(world: World) -> None:
    """What Temporal holds is shown; what only a worker knows is said to be missing."""
    party = "0123456789abcdef3"
    await world.ask(party)

    everything, page = await quick(world, "status"), await quick(world, "status", party)

    assert (everything.code, page.code) == (8, 0)
    assert "no worker answers" in everything.out
    assert "running, since" in page.out
    assert "no worker answers" in page.out


async def test_the_last_outcome_of_a_closed_run_needs_no_worker(world: World) -> None:
    """It is read from the history."""
    party, bet_nr = await linked(world)
    newest = await runs.current(world.client, party)
    assert newest is not None

    seen = await inspection.inspect(world.client, newest, ui="", ask_worker=False)

    assert seen.state is None
    assert seen.last is not None
    assert (seen.last.result, seen.last.bet_nr) == ("create", bet_nr)


async def test_nobody_s_party_has_no_page(world: World) -> None:
    """An id that no run has, with the likely reasons."""
    ran = await quick(world, "status", "0123456789abcdef1")

    assert ran.code == 5
    assert "mistyped" in ran.err


async def test_a_silent_temporal_is_said(world: World) -> None:
    """With the remedy, and an exit code of its own."""
    ran = await run(world, "status", TEMPORAL_ADDRESS="127.0.0.1:9")

    assert ran.code == 3
    assert "TEMPORAL_ADDRESS" in ran.err


async def test_wrong_settings_are_said(world: World) -> None:
    """Before anything is asked for."""
    ran = await quick(world, "sync", "0123456789abcdef1", SYNC_ATTEMPTS="none")

    assert ran.code == 2
    assert "SYNC_ATTEMPTS" in ran.err


async def test_retry_failed_asks_for_the_parties_whose_newest_run_failed(world: World) -> None:
    """Not for one that has recovered; and with --dry-run or another cause for none."""
    mended, recovered = await failed(world), await failed(world)
    for party in (mended, recovered):
        world.espocrm.edit(party, lastName="Müßig")
    await world.sync(recovered)
    await world.closed(recovered)

    dry = await quick(world, "retry-failed", "--dry-run", "--json")
    other = await quick(world, "retry-failed", "--code", "Transient", "--json")
    still_failed = world.advoware.count(name="Müßig")
    ran = await quick(world, "retry-failed", "--code", "Rejected", "--json")
    await world.closed(mended)

    assert [len(of(dry.json["parties"], party)) for party in (mended, recovered)] == [1, 0]
    assert of(other.json["parties"], mended) == []
    assert still_failed == 1
    assert [row["asked"] for row in of(ran.json["parties"], mended)] == [True]
    assert of(ran.json["parties"], recovered) == []
    assert ran.code == 0
    assert world.advoware.count(name="Müßig") == 2


async def test_a_history_made_by_this_code_replays(world: World) -> None:
    """Whatever happened in it: a create without an answer and a person's decision."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", LostAnswer())
    await world.sync(party)
    [bet_nr] = world.advoware.records
    await world.sync(party, link=bet_nr)
    await world.closed(party)

    ran = await quick(world, "replay", str(bet_nr), "--json")

    assert ran.code == 0
    assert ran.json["deterministic"] is True
    assert ran.json["events"] > 10


async def by_other_code(world: World, client: Client) -> str:
    """A run of another workflow under the party's type name, completed."""
    party, queue = secrets.token_hex(8) + "0", f"{world.queue}-other"
    order = PartyOrder(party_id=party)
    async with Worker(client, task_queue=queue, workflows=[AnotherCode], workflow_runner=UnsandboxedWorkflowRunner()):
        await client.execute_workflow(AnotherCode.run, order, id=workflow_id(party), task_queue=queue)
    return party


async def test_a_history_made_by_other_code_does_not_replay(world: World) -> None:
    """Exit 4 and where it leaves the history; stdout holds the one JSON document and nothing of the SDK's own log."""
    party = await by_other_code(world, world.client)

    ran = await run(world, "replay", party, "--json")
    unknown = await quick(world, "replay", party, "--run-id", "no-such-run")

    assert ran.code == 4
    assert ran.json["deterministic"] is False
    assert "Nondeterminism" in ran.json["problem"]
    assert unknown.code == 5


async def test_before_an_upgrade_every_run_is_replayed_by_one_command(world: World) -> None:
    """Open and closed ones of every type; each that does not fit is named, and the exit code tells a script."""
    party, _ = await linked(world)
    hang = Hang()
    handle = await world.held(party, "espocrm.read", hang)
    other = await by_other_code(world, world.client)
    await world.visible(f"WorkflowId = '{workflow_id(other)}' AND ExecutionStatus = 'Completed'")

    ran = await quick(world, "replay", "--all", "--closed", "10", "--json")
    table = await quick(world, "replay", "--all", "--closed", "10")
    hang.release()
    await handle.result()

    shown = [(row["workflow_id"], row["running"], row["deterministic"]) for row in ran.json["replayed"]]
    assert (workflow_id(party), True, True) in shown
    assert (workflow_id(other), False, False) in shown
    assert (ran.code, table.code) == (4, 4)
    assert f"{workflow_id(other)}, run" in table.out


async def test_before_going_back_it_is_said_what_the_older_version_drops(world: World) -> None:
    """A field that it does not know, and a request with such a value, which Temporal's library drops in silence."""
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang()
    handle = await world.held(party, "advoware.replace", hang)
    request = SyncRequest(reason=Reason.UPDATED, at=datetime.now(UTC)).model_dump(mode="json")
    await handle.signal("request", {**request, "told_by": "a newer version"})
    await handle.signal("request", {**request, "reason": "of_a_newer_version"})
    await handle.query(PartyWorkflow.state)  # answered by a worker that has read both

    ran = await quick(world, "replay", party, "--json")
    shown = await quick(world, "replay", "--all", "--closed", "0")
    hang.release()
    await handle.result()
    ended = await quick(world, "replay", party, "--json")

    assert (ran.code, ran.json["deterministic"]) == (4, True)
    assert ran.json["newer"] == ["SyncRequest.reason (its value)", "SyncRequest.told_by"]
    assert shown.code == 4
    assert "a newer version wrote SyncRequest.reason (its value), SyncRequest.told_by" in " ".join(shown.out.split())
    assert (ended.code, ended.json["newer"]) == (0, ran.json["newer"]), "nothing is lost of a run that has ended"


@pytest.mark.parametrize("asked", [(), ("6b04cd6d623bec762", "--all"), ("--all", "--run-id", "x")])
async def test_replay_is_asked_for_one_party_or_for_all(world: World, asked: tuple[str, ...]) -> None:
    """Neither and both are mistakes of the command line."""
    ran = await quick(world, "replay", *asked)

    assert ran.code == 2
    assert "--all" in ran.err


async def test_a_missing_key_is_said_and_is_no_other_code(world: World, tmp_path: Path) -> None:
    """Without the key file nothing that Temporal holds can be read; with another one neither."""
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    for keys in (right, wrong):
        add_key(keys)
    address = world.client.service_client.config.target_host
    client = await Client.connect(address, data_converter=converter(load(right)))
    party = await by_other_code(world, client)

    async def replay(keys: Path) -> Ran:
        return await quick(world, "replay", party, TEMPORAL_ENCRYPT="true", TEMPORAL_KEYS=str(keys))

    assert "Nondeterminism" in (await replay(right)).out
    for keys in (wrong, tmp_path / "none.json"):
        ran = await replay(keys)
        page = await quick(world, "status", party, TEMPORAL_ENCRYPT="true", TEMPORAL_KEYS=str(keys))
        assert (ran.code, page.code) == (2, 2)
        assert "TEMPORAL_KEYS" in ran.err
        assert "TEMPORAL_KEYS" in page.err
