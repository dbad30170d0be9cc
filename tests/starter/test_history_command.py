"""`history`: each sync of a party, why, which field from what to what, who won, what it cost, who decided."""

import getpass
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from beteiligte.request_reason import Reason
from contracts.visibility import workflow_id
from runtime.codec import converter
from runtime.key_file import add_key, load
from simulators.faults import Hang, RefusedBeforeEffect, Status
from tests.commandline import Ran, quick
from tests.engines import skipping_engine
from tests.world import World


async def syncs(world: World, party: str, *more: str) -> list[dict[str, Any]]:
    """As JSON, the newest first."""
    await world.closed(party)
    ran = await quick(world, "history", party, "--json", *more)
    assert ran.code == 0, ran.err
    found: list[dict[str, Any]] = ran.json["syncs"]
    return found


def words(ran: Ran) -> str:
    """What it printed, without line breaks."""
    return " ".join(ran.out.split())


def values(sync: dict[str, Any]) -> list[tuple[object, ...]]:
    """Which field went from what to what where, and what came of it."""
    return [(c["field"], c["where"], c["before"], c["after"], c["came_to"]) for c in sync["fields"]]


async def test_a_settled_conflict_and_its_undo_are_told_with_both_values_and_who_won(world: World) -> None:
    """What lost, by which rule, who was told, and which person took it back."""
    party, _ = await world.torn()
    undone = await quick(world, "undo", party, "--yes")

    undo, conflict, created = await syncs(world, party)
    shown = await quick(world, "history", party)

    assert undone.code == 0
    assert values(conflict) == [("titel", "advoware", "Prof.", "Dr.", "written")]
    assert (conflict["fields"][0]["conflict"], conflict["fields"][0]["source"]) == (True, "espocrm")
    assert "policy" in conflict["fields"][0]["because"]
    assert (conflict["result"], conflict["status"]) == ("conflict", "clean")
    assert [(m["users"], m["on_record"]) for m in conflict["told"]] == [(1, True)]
    assert values(undo) == [
        ("titel", "advoware", "Dr.", "Prof.", "written"),
        ("titel", "espocrm", "Dr.", "Prof.", "written"),
    ]
    [asked] = undo["asked"]
    assert (asked["reason"], asked["by"]) == ("person", getpass.getuser())
    assert asked["choices"][0]["value"] == "Prof."
    assert created["created"] == world.bet_nr(party)
    assert "titel: Advoware Prof. → Dr. (edited on both sides; policy; espocrm wins)" in words(shown)
    assert f"{getpass.getuser()} chose for titel: Prof." in words(shown)


async def test_a_merge_and_a_clear_are_told_field_by_field(world: World) -> None:
    """Both directions of one sync; an emptied value is a value."""
    party, bet_nr = await world.linked(titel="Dr.")
    await world.closed(party)
    world.espocrm.edit(party, titel=None)
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    await world.sync(party, Reason.UPDATED)

    merged = (await syncs(world, party))[0]

    assert merged["result"] == "merge"
    assert values(merged) == [
        ("titel", "advoware", "Dr.", None, "written"),
        ("zusatz", "espocrm", None, "c/o Kanzlei", "written"),
    ]
    assert "titel: Advoware Dr. → –" in words(await quick(world, "history", party))


async def test_only_syncs_of_some_fields_are_shown_and_not_more_than_asked_for(world: World) -> None:
    """Of a party that is edited all day."""
    party, _ = await world.linked()
    for title, addition in (("Dr.", "a"), ("Dr.", "b"), ("Prof.", "b")):
        await world.closed(party)
        world.espocrm.edit(party, titel=title, zusatz=addition)
        await world.sync(party)

    assert [values(sync)[0][3] for sync in await syncs(world, party, "--field", "titel")] == ["Prof.", "Dr."]
    assert len(await syncs(world, party)) == 4
    assert len(await syncs(world, party, "--limit", "2")) == 2
    assert "more syncs than shown" in words(await quick(world, "history", party, "--limit", "2"))
    assert (await quick(world, "history", party, "--field", "titl")).code == 2


async def test_a_create_in_doubt_and_its_answer_are_told(world: World) -> None:
    """What nobody answered, the question, and what a person said."""
    party = world.espocrm.add(lastName="Zweifel")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(party)
    await world.closed(party)
    await quick(world, "resolve", party, "--create")

    answered, doubtful = await syncs(world, party)

    assert (doubtful["result"], doubtful["held"]) == ("conflict", True)
    assert [found["kind"] for found in doubtful["new"]] == ["create_unanswered"]
    assert [attempt["fault"]["code"] for attempt in doubtful["failed_attempts"]] == ["AmbiguousCreate"]
    assert answered["asked"][0]["create_anyway"]
    assert answered["created"] == world.bet_nr(party)
    assert ("name", "advoware", None, "Zweifel", "written") in values(answered)


async def test_a_retry_is_told_with_what_failed_and_what_it_cost(world: World) -> None:
    """Both forms of a first attempt: the worker's own, and one that people see."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.read", Status(503))
    world.faults.plan("advoware.replace", Status(503))
    mark = world.calls.mark
    await world.sync(party)
    await world.closed(party)
    spent = dict(world.spent(mark))

    sync = (await syncs(world, party))[0]

    assert [(a["attempts"], a["given_up"], a["fault"]["code"]) for a in sync["failed_attempts"]] == [
        (1, False, "Transient"),
        (2, False, "Transient"),
    ]
    assert values(sync) == [("titel", "advoware", None, "Dr.", "written")]
    assert sync["calls"]["advoware.replace"] == spent["advoware.replace"]
    assert (await syncs(world, party))[1]["calls"] == {"advoware.create": 1, "espocrm.read": 1, "espocrm.write": 1}


async def test_a_failure_is_told_with_its_code(world: World) -> None:
    """And the sync that follows stands beside it."""
    party = world.espocrm.add(lastName="x" * 90)
    await world.sync(party)
    await world.closed(party)
    world.espocrm.edit(party, lastName="Kurz")
    await world.sync(party)

    mended, failed = await syncs(world, party)

    assert (failed["result"], failed["status"]) == ("failed", "permanently_failed")
    assert (failed["failure"]["code"], failed["failure"]["field"]) == ("Rejected", "name")
    assert {change["came_to"] for change in failed["fields"]} == {"not_written"}
    assert mended["result"] == "create"


async def test_a_held_party_is_told_as_held(world: World) -> None:
    """Nothing was written, and why."""
    party = world.espocrm.add(firstName=None, lastName=None)
    await world.sync(party)

    [sync] = await syncs(world, party)

    assert (sync["held"], sync["fields"]) == (True, [])
    assert [found["kind"] for found in sync["new"]] == ["no_name"]


async def test_several_syncs_of_one_open_run_and_a_request_that_waits_are_told(world: World) -> None:
    """An open run is read like any other; what is under way is said to be."""
    party, _ = await world.linked()
    await world.closed(party)
    quiet = SimpleNamespace(client=world.client)
    async with World.open(quiet, working=False) as unserved:  # type: ignore[arg-type]
        await unserved.ask(party, Reason.UPDATED)

        ran = await quick(world, "history", party, "--json")
        shown = await quick(world, "history", party)
        await unserved.terminate(party)

    assert f"beteiligte-sync status {party}" in shown.out
    assert [sync["result"] for sync in ran.json["syncs"]] == ["waits", "create"]
    assert ran.json["syncs"][0]["reasons"] == ["updated"]


OWN = {
    **{f"history.{queue}ProcessorUpdateAckInterval": "50ms" for queue in ("transfer", "visibility")},
    "limit.historyCount.suggestContinueAsNew": 10,
}
"""A server deletes a run half a minute after it was told to, else, and suggests a new one after thousands of events."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own() -> AsyncIterator[WorkflowEnvironment]:
    """A server that deletes at once, and suggests a new run after a few events."""
    async with skipping_engine(OWN) as env:
        yield env


async def test_a_chain_of_runs_is_told_as_one(own: WorkflowEnvironment) -> None:
    """Each of its syncs once, with what it was asked for, also where the run before heard that."""
    async with World.open(own) as world:
        party, _ = await world.linked()
        hang = Hang()
        world.faults.plan("espocrm.read", Status(503))  # behind the worker's own attempt, which all requests would join
        await world.held(party, "espocrm.read", hang)
        for reason in (Reason.CREATED, Reason.SWEEP):
            await world.ask(party, reason)
        hang.release()

        found = await syncs(world, party)

    assert [sync["reasons"] for sync in found] == [["created", "sweep"], ["updated"], ["person"]]
    assert len({sync["run_id"] for sync in found}) == 3
    assert {sync["result"] for sync in found[:2]} == {"no_change"}


async def test_a_run_that_was_reset_is_told_with_what_it_did_again(world: World) -> None:
    """What it only repeats from the run before stands there once."""
    party, _ = await world.torn()
    await world.reset(party)
    await world.closed(party)

    again, before, created = await syncs(world, party)

    assert (before["result"], again["result"]) == ("conflict", "no_change")
    assert again["began"] > before["began"] > created["began"]
    assert before["run_id"] != again["run_id"]


async def test_a_sync_under_way_is_told_as_far_as_it_came(world: World) -> None:
    """What failed so far, and what was decided; cut off with its run, it is said to be."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang()
    await world.held(party, "advoware.replace", hang)

    [going, *_] = (await quick(world, "history", party, "--json")).json["syncs"]
    await world.terminate(party)
    hang.release()
    [cut, *_] = (await quick(world, "history", party, "--json")).json["syncs"]

    assert (going["result"], going["ended"], cut["result"]) == ("under way", None, "terminated")
    assert values(going) == values(cut) == [("titel", "advoware", None, "Dr.", "not_written")]


async def test_who_is_not_known_and_what_is_no_longer_kept_is_said(own: WorkflowEnvironment) -> None:
    """5, with what may be the reason."""
    async with World.open(own) as world:
        party, _ = await world.linked()
        await world.closed(party)
        kept = await quick(world, "history", party)
        await _forgotten(world, party)

        for ran in [
            await quick(world, "history", party),
            await quick(world, "explain", party, "--field", "titel"),
            await quick(world, "history", secrets.token_hex(8) + "f"),
        ]:
            assert ran.code == 5
            assert "TEMPORAL_RETENTION" in ran.err
        assert kept.code == 0


async def _forgotten(world: World, party: str) -> None:
    """As when the time is over for which closed runs are kept."""
    handle = world.client.get_workflow_handle(workflow_id(party))
    await world.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=world.client.namespace, workflow_execution=WorkflowExecution(workflow_id=handle.id)
        )
    )
    with suppress(RPCError):
        while await handle.describe():
            pass


async def test_without_the_key_it_is_said_that_nothing_can_be_read(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """Of all three questions; with the key each is answered, and values stand nowhere but on stdout."""
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    for keys in (right, wrong):
        add_key(keys)
    client = await Client.connect(
        skipping.client.service_client.config.target_host, data_converter=converter(load(right))
    )
    async with World.open(SimpleNamespace(client=client)) as world:  # type: ignore[arg-type]
        held = world.espocrm.add(firstName=None, lastName=None, titel="Dr.")
        await world.sync(held)
        await world.closed(held)
        questions = [("history", held), ("explain", held, "--field", "titel"), ("conflicts", "--kind", "no_name")]
        for question in questions:
            opened = await quick(world, *question, TEMPORAL_ENCRYPT="true", TEMPORAL_KEYS=str(right))
            assert opened.code in (0, 7), opened.err
            for keys in (wrong, tmp_path / "none.json"):
                ran = await quick(world, *question, TEMPORAL_ENCRYPT="true", TEMPORAL_KEYS=str(keys))
                assert (ran.code, ran.out) == (2, "")
                assert "TEMPORAL_KEYS" in ran.err
        world.espocrm.edit(held, lastName="Offen")  # nobody else's list shall meet what it cannot read
        await world.sync(held)


@pytest.mark.parametrize("columns", [80, 120])
async def test_no_line_is_wider_than_the_terminal(world: World, columns: int) -> None:
    """Commands to copy aside, which must not be broken."""
    party, _ = await world.torn()

    for question in (("history", party), ("explain", party, "--field", "titel")):
        ran = await quick(world, *question, COLUMNS=str(columns))
        lines = [line for line in ran.out.splitlines() if "beteiligte-sync" not in line]
        assert max(map(len, lines)) <= columns
