"""Whoever reaches Temporal's port makes runs of any id that show and end with what he likes: people see all others."""

import secrets
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest_asyncio
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue, SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from contracts.party import WORKFLOW
from contracts.reconciliation import RECONCILIATION
from contracts.visibility import literal, workflow_id
from runtime.codec import converter
from runtime.key_file import add_key, load
from runtime.settings import TemporalSettings
from starter.schedules import SWEEP
from starter.views import queues, runs
from starter.views.checks import strangers
from starter.views.checks.runs import OpenRun, judged
from tests import engines
from tests.commandline import JUDGED, quick
from tests.desk.desks import opened
from tests.world import World

PASTED = "x'; touch $HOME/pasted; '"
"""An id that is a command where somebody pastes it."""
ODD = {"BetNr": "x", "SyncStatus": "conflict", "Trouble": "x", "CreateBegun": "x", "Decision": "\x1b[2J"}

skipping = engines.alone


@workflow.defn(dynamic=True)
class StrangersCode:
    """Ends at once, as nobody of ours ends."""

    @workflow.run
    async def run(self, _: Sequence[RawValue]) -> object:
        """By what is no outcome, or no fault."""
        if workflow.info().typed_search_attributes.get(SearchAttributeKey.for_keyword("SyncStatus")) == "conflict":
            return ["nothing", {"of": "ours"}]
        raise ApplicationError("<b>", {"code": 1}, type="\x1b[2J")


async def begin(world: World, party: str, queue: str, **shown: str) -> None:
    """Have a run of this id begun, as whoever reaches the port can."""
    pairs = [SearchAttributePair(SearchAttributeKey.for_keyword(name), value) for name, value in shown.items()]
    await world.client.start_workflow(
        WORKFLOW, "x", id=workflow_id(party), task_queue=queue, search_attributes=TypedSearchAttributes(pairs)
    )


async def end_all(world: World, queue: str, workflows: Sequence[str]) -> None:
    """And ended."""
    worker = Worker(
        world.client, task_queue=queue, workflows=[StrangersCode], workflow_runner=UnsandboxedWorkflowRunner()
    )
    async with worker:
        for one in workflows:
            try:
                await world.client.get_workflow_handle(one).result()
            except WorkflowFailureError:
                continue


@pytest_asyncio.fixture(loop_scope="session")
async def odd(world: World) -> AsyncIterator[list[str]]:
    """Parties of his, the runs of some of them ended; none is left to other tests."""
    queue, quiet = (f"strangers'; {secrets.token_hex(4)}" for _ in range(2))
    ended = [secrets.token_hex(8), secrets.token_hex(8), f"{PASTED}{secrets.token_hex(4)}"]
    still = [secrets.token_hex(8), f"{PASTED}{secrets.token_hex(4)}"]
    await begin(world, ended[0], queue, **ODD)
    await begin(world, ended[1], queue, **ODD | {"SyncStatus": "permanently_failed"})
    await begin(world, ended[2], queue, **ODD)
    await end_all(world, queue, [workflow_id(party) for party in ended])
    for party in still:
        await begin(world, party, quiet, **ODD)
    await world.visible(f"TaskQueue = {literal(queue)} AND BetNr = 'x'", len(ended))
    await world.visible(f"TaskQueue = {literal(quiet)}", len(still))
    yield [*ended, *still]
    for party in (*ended, *still):
        await runs.delete(world.client, workflow_id(party))


async def test_everybody_else_is_still_seen(world: World, odd: list[str]) -> None:
    """One such run ended `status` without a word, and the pages of the desk."""
    status = await quick(world, "status", "--json", "--limit", "1000")
    waiting = await quick(world, "conflicts", "--json", "--limit", "1000")

    assert (status.code in JUDGED, waiting.code) == (True, 7)
    assert odd[1] in status.out
    assert not [party for party in odd[:2] if party not in waiting.out]
    assert not [party for party in (odd[2], odd[4]) if party in status.out + waiting.out]
    assert (await quick(world, "status", odd[3])).code == 0


async def test_a_sweep_of_his_hides_no_page(world: World) -> None:
    """It says it completed, and came to what no sweep comes to."""
    queue, sweep = f"strangers-{secrets.token_hex(4)}", f"{SWEEP}-{secrets.token_hex(4)}"
    of_his = TypedSearchAttributes([SearchAttributePair(SearchAttributeKey.for_keyword("SyncStatus"), "conflict")])
    await world.client.start_workflow(RECONCILIATION, "x", id=sweep, task_queue=queue, search_attributes=of_his)
    await end_all(world, queue, [sweep])
    await world.visible(f"WorkflowId = '{sweep}' AND ExecutionStatus = 'Completed'")

    status = await quick(world, "status", "--json")
    async with opened(world) as desk, desk.visitor() as anna:
        page = (await anna.http.get("/state")).status_code

    assert [one["workflow_id"] for one in status.json["reconciliations"] if one["failure"]] == [sweep]
    assert page == 200


async def test_no_remedy_is_a_command_of_his(world: World, odd: list[str], tmp_path: Path) -> None:
    """What `doctor` and `status` tell people to paste."""
    add_key(tmp_path / "keys.json")
    sealing = converter(load(tmp_path / "keys.json"), reads_clear=True)
    begun = await strangers.checks(Client(world.client.service_client, data_converter=sealing), TemporalSettings())
    [left] = [one for one in await queues.others(world.client, world.queue) if one.name.startswith("strangers")]
    hanging = judged([OpenRun(id=workflow_id(odd[4]), task_attempt=9, last_attempts=("x",))], 1)
    stuck = await queues.stuck(world.client, odd[3], world.queue)

    remedies = [check.remedy or "" for check in (*begun, *hanging)] + [stuck]
    assert left.runs == 2
    assert any("terminate --workflow-id" in one and "pasted" in one for one in remedies), "the newest run is his"
    assert not [one for one in remedies if "x'; " in one or "QUEUE=strangers" in one]
