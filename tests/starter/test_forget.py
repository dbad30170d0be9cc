"""A party erased from what the program keeps: on a real server with its state in a file, encrypted."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from beteiligte.request_reason import Reason
from contracts.delivery import DELIVERY
from contracts.preview import PreviewOrder
from contracts.visibility import workflow_id
from runtime import state_file
from runtime.connection import connect, register_search_attributes
from runtime.key_file import add_key
from simulators.faults import Hang, LostAnswer
from starter.keeping import backups, erasing, traces
from starter.keeping.traces import Reach
from starter.plan.planning import Planning
from starter.requests import Requests
from tests.commandline import Ran, quick
from tests.crash.processes import DevServer, dev_server
from tests.world import World
from workflows.preview import PreviewWorkflow

CANARY = "Zinnoberfink"
SOON = [f'history.{queue}ProcessorUpdateAckInterval="300ms"' for queue in ("transfer", "visibility", "timer")]
"""The server deletes a run once its queues have noted that it closed: half a minute later by default."""
TASKS = {"tasks", "transfer_tasks", "timer_tasks", "visibility_tasks"}
"""Where it notes what is still to do about a run, by ids alone: emptied by and by, timers with its retention."""


class Firm:
    """A world on a server with a state file, and the command as it is said beside it."""

    def __init__(self, world: World, server: DevServer, folder: Path) -> None:
        self.world, self.server, self.folder = world, server, folder

    @property
    def state(self) -> Path:
        return self.server.settings.state

    async def run(self, *command: str, **settings: str) -> Ran:
        return await quick(
            self.world,
            *command,
            TEMPORAL_ADDRESS="",  # by its port: the server is the embedded one
            TEMPORAL_PORT=str(self.server.settings.port),
            TEMPORAL_ENCRYPT="true",
            TEMPORAL_KEYS=str(self.folder / "keys.json"),
            TEMPORAL_STATE=str(self.state),
            **settings,
        )

    async def forget(self, *words: str) -> Ran:
        return await self.run("forget", *words)

    async def deleted(self, party: str) -> None:
        """Deleted in EspoCRM, and what comes of that has ended."""
        self.world.espocrm.delete(party)
        await self.world.ask(party, Reason.DELETED)
        await self.world.closed(party)

    async def looked_at(self, party: str) -> None:
        """A look that nobody took away: whoever asked was killed before."""
        order, run_id = PreviewOrder(party_id=party, timing=self.world.timing), f"diff-{party}-{secrets.token_hex(4)}"
        queue = self.world.queue
        await self.world.client.execute_workflow(PreviewWorkflow.run, order, id=run_id, task_queue=queue)

    async def runs_of(self, party: str) -> list[str]:
        """Kinds of its own runs."""
        return sorted({trace.kind for trace in await traces.own(self.world.client, party)})

    async def only_synced(self, party: str) -> None:
        """Wait until no look at it is kept, as what is asked in between leaves for a moment; its syncs are."""
        async with asyncio.timeout(30):
            while (kinds := await self.runs_of(party)) != ["Beteiligter"]:
                assert "Beteiligter" in kinds

    def kept(self) -> bytes:
        """The state's files."""
        return b"".join(file.read_bytes() for file in self.state.parent.glob(f"{self.state.name}*"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """One for all tests of this file."""
    folder = tmp_path_factory.mktemp("firm")
    add_key(folder / "keys.json")
    async with dev_server(folder, *SOON) as server:
        await server.up()
        client = await connect(server.settings.model_copy(update={"keys": folder / "keys.json"}))
        await register_search_attributes(client)
        async with World.open(WorkflowEnvironment.from_client(client)) as world:
            yield Firm(world, server, folder)


async def test_after_it_nothing_of_the_party_is_found(firm: Firm) -> None:
    """Its runs, looks at it, runs of many parties: gone from lists and files. Another party's stay."""
    world = firm.world
    party, bet_nr = await world.linked(lastName=CANARY)
    other, _ = await world.linked(lastName="Anders")
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    await world.sync(party)
    await firm.looked_at(party)
    requests = Requests(world.client, world.queue, world.timing)
    [_ async for _ in Planning(requests, names=True).lines()]
    await requests.ask_delivery((party, other), Reason.UPDATED, within=world.timing.call)
    await world.reconcile(reads=10)
    await firm.deleted(party)
    await requests.ask_deleted((party, other), within=world.timing.call)
    await _all_ended(firm)
    assert await firm.runs_of(party) == ["Beteiligter", "BeteiligterVorschau"]
    assert {trace.kind for trace in (await traces.search(world.client, party)).shared} == {
        "Deletes",
        "Delivery",
        "Plan",
    }

    ran = await firm.forget(party, "--yes", "--json")

    assert ran.code == 0, ran.err
    assert {trace["kind"] for trace in ran.json["erased"]} >= {"Beteiligter", "Deletes", "Delivery", "Plan"}
    assert CANARY not in ran.out
    found = await traces.search(world.client, party)
    assert (found.own, found.to_erase) == ((), ())
    assert await firm.runs_of(other) == ["Beteiligter"]
    assert CANARY.encode() not in firm.kept()
    assert {*_tables_with(firm.state, party)} <= TASKS
    again = await firm.forget(party, "--yes")
    assert again.code == 5
    assert "Nothing is kept" in again.err


async def _all_ended(firm: Firm) -> None:
    async for run in firm.world.client.list_workflows("ExecutionStatus = 'Running'"):
        await firm.world.client.get_workflow_handle(run.id, run_id=run.run_id).result()


def _tables_with(state: Path, party: str) -> list[str]:
    with state_file.opened(state) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            name
            for name in names
            if any(
                party.encode() in (cell if isinstance(cell, bytes) else str(cell).encode())
                for row in connection.execute(f"SELECT * FROM {name}")
                for cell in row
            )
        ]


async def test_what_nobody_knows_is_said(firm: Firm) -> None:
    """Also an id that is none, and a betNr that no run has seen; nothing is left by the question."""
    for given in (secrets.token_hex(8) + "0", "no id", "999999999"):
        ran = await firm.forget(given, "--yes")
        assert ran.code == 5, ran.err


async def test_a_party_that_is_still_synced_is_not_erased_by_the_way(firm: Firm) -> None:
    """It says why; told to do so all the same it erases what there is up to now."""
    party, _ = await firm.world.linked()
    await firm.world.closed(party)

    refused = await firm.forget(party, "--yes")
    assert refused.code == 7
    await firm.only_synced(party)
    assert "--although-synced" in refused.err
    erased = await firm.forget(party, "--yes", "--although-synced")
    assert (erased.code, await firm.runs_of(party)) == (0, [])
    await firm.world.sync(party)
    assert await firm.world.unsettled(party) == [], "what matters stands in EspoCRM"


async def test_a_look_erases_nothing_and_leaves_nothing(firm: Firm) -> None:
    """Neither does who is asked and cannot answer."""
    party, _ = await firm.world.linked()
    await firm.deleted(party)

    looked = await firm.forget(party, "--dry-run", "--json")
    unasked = await firm.forget(party)

    assert (looked.code, unasked.code) == (0, 7)
    assert looked.json["dry_run"] is True
    await firm.only_synced(party)


async def test_a_sync_under_way_ends_decently_first(firm: Firm) -> None:
    """What landed in Advoware is written to EspoCRM before its run goes; one that does not end is left whole."""
    world, hang = firm.world, Hang()
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    await world.held(party, "advoware.replace", hang)

    refused = await firm.forget(party, "--yes", "--although-synced", "--within", "1")
    assert refused.code == 6
    assert "does not end" in refused.err
    hang.release()
    ran = await firm.forget(party, "--yes", "--although-synced")

    assert (ran.code, await firm.runs_of(party)) == (0, [])
    assert world.differing(party) == []
    assert world.status(party) == "clean"


async def test_an_unanswered_create_is_never_forgotten_while_the_record_is_there(firm: Firm) -> None:
    """Its run alone keeps the next sync from creating the party twice; with the record it may go."""
    world = firm.world
    world.faults.plan("advoware.create", LostAnswer())
    party = world.espocrm.add(lastName="Doppelt")
    await world.sync(party)
    await world.closed(party)

    refused = await firm.forget(party, "--yes", "--although-synced")
    assert refused.code == 7
    await firm.only_synced(party)
    assert "resolve" in refused.err
    await world.sync(party)
    assert world.advoware.count(name="Doppelt") == 1

    await firm.deleted(party)
    assert (await firm.forget(party, "--yes")).code == 0


async def test_an_id_that_begins_alike_is_another_party(firm: Firm) -> None:
    """Imported ids may: neither its runs nor looks at it are touched."""
    world = firm.world
    for party in ("abc", "abc-def"):
        world.espocrm.add_by_import(party, lastName="Müßig")
        await world.ask(party, Reason.DELETED)
        await world.closed(party)
        await firm.looked_at(party)
    before = await firm.runs_of("abc-def")

    ran = await firm.forget("abc", "--yes", "--although-synced")

    assert (ran.code, await firm.runs_of("abc")) == (0, [])
    assert await firm.runs_of("abc-def") == before


async def test_backups_and_plans_that_hold_it_are_named(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also once nothing else is left; one that was removed is not."""
    party, _ = await firm.world.linked()
    await firm.deleted(party)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.csv").write_text(f"party_id,result\n{party},create\n")
    (tmp_path / "other.csv").write_text(f"party_id,result\n{party}0,create\n")
    assert (await firm.run("backup", str(tmp_path / "copy.db"))).code == 0

    ran = await firm.forget(party, "--yes", "--json")
    named = {Path(place["where"]).name for place in ran.json["elsewhere"] if place["holds"]}
    assert named == {"plan.csv", "copy.db"}
    assert {place["where"] for place in ran.json["elsewhere"]} >= {"Advoware", "EspoCRM, streams"}
    again = await firm.forget(party, "--yes")
    assert again.code == 0, "it is not all gone"
    for file in ("plan.csv", "copy.db"):
        (tmp_path / file).unlink()
    assert (await firm.forget(party, "--yes")).code == 5


async def test_what_can_be_read_is_erased_and_a_run_that_no_key_here_opens_is_named(firm: Firm, tmp_path: Path) -> None:
    """A machine with a key of its own, under the same id, wrote it: it may name any party, so not all is gone."""
    add_key(tmp_path / "other.json")
    other = await connect(firm.server.settings.model_copy(update={"keys": tmp_path / "other.json"}))
    party, _ = await firm.world.linked(lastName=CANARY)
    await firm.deleted(party)
    begun = await other.start_workflow(DELIVERY, [party], id="sealed-otherwise", task_queue="nobody's")
    try:
        ran = await firm.forget(party, "--yes", "--json")
        again = await firm.forget(party, "--yes")
    finally:
        await begun.terminate()
        left = await erasing.erase(firm.world.client, (await traces.search(firm.world.client, party)).unread)

    assert (ran.code, await firm.runs_of(party), left) == (4, [], ())
    assert [(trace["workflow_id"], trace["reach"]) for trace in ran.json["staying"]] == [
        ("sealed-otherwise", Reach.UNREADABLE)
    ]
    for said in ("1 run could not be read", "TEMPORAL_KEYS", "again"):
        assert said in " ".join(ran.err.split())
    assert (again.code, "sealed-otherwise" in again.out) == (4, True)


async def test_another_party_s_run_that_names_it_stays_and_is_said(firm: Firm) -> None:
    """It is that party's memory."""
    party, bet_nr = await firm.world.linked()
    twin = firm.world.espocrm.add(lastName="Müßig", firstName="Änne", betnr=bet_nr)
    await firm.world.sync(twin)
    await firm.world.closed(twin)
    await firm.deleted(party)

    ran = await firm.forget(party, "--yes", "--json")

    assert ran.code == 0
    assert {(trace["workflow_id"], trace["reach"]) for trace in ran.json["staying"]} == {
        (workflow_id(twin), Reach.ANOTHER_PARTY_S)
    }
    assert await firm.runs_of(twin) == ["Beteiligter"]
    assert backups.existing(firm.state) == []
