"""An upgrade with parties under way: two releases beside each other, then the new one alone; and one that does not fit.

Nothing is stuck, lost or doubled. What a release cannot go on with is named, before and after, and goes on when the
release that fits is put back.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import WorkflowHandle

from contracts.reconciliation import RunSummary
from contracts.visibility import workflow_id
from installation.check import Check, Verdict
from runtime.version import version
from runtime.workers import seen
from simulators.espocrm import PERSON
from simulators.faults import Hang, Status
from starter.views import crew
from starter.views.checks import runs as open_runs
from tests.commandline import quick
from tests.crash.flows import Party, copied, linked
from tests.crash.processes import WORKER, Child, DevServer, at_work, environment, timing
from tests.crash.releases import GUARDED, PATCH, UNGUARDED, Release
from tests.processes import marked_environment
from tests.replay.patches import recorded
from tests.world import World
from workflows.sweep.workflow import ReconciliationWorkflow

USUAL = timing(10).but(create=timedelta(minutes=1))
"""On a busy machine no attempt runs out of time."""
PATIENT = USUAL.but(first_wait=timedelta(seconds=4))
"""A retry wait that lasts until the old worker has gone."""
DOWN = Status(503)
SHORT = {"OUTAGE_FIRST_PROBE": "1s", "OUTAGE_LONGEST_PROBE": "1s"}


@dataclass
class Firm:
    """Both systems, and what the upgrade met its parties at."""

    world: World
    environment: Mapping[str, str]
    folder: Path
    example: Party
    stack: AsyncExitStack
    worker: Child
    """The one that works now."""
    at: dict[str, Party] = field(default_factory=dict)
    versions: set[str] = field(default_factory=set)
    """Of the workers that stood beside each other."""

    async def start(self, release: Release) -> Child:
        """A worker of another release, which asks for work; the one before works on."""
        known = await self._identities()
        log, sources = self.folder / f"{release.version}.log", self.sources(release)
        before, self.worker = self.worker, Child(WORKER, {**marked_environment(), **self.environment}, log, sources)
        self.stack.push_async_callback(self.worker.kill)
        await self.worker.start()
        async with asyncio.timeout(30):
            while await self._identities() <= known:  # noqa: ASYNC110  (what is awaited happens in another process)
                await asyncio.sleep(0.05)
        return before

    async def _identities(self) -> set[str]:
        return {worker.identity for worker in await seen(self.world.client, self.world.queue)}

    def sources(self, release: Release) -> Path:
        """Where it is installed."""
        folder = self.folder / release.version
        return folder if folder.exists() else release.installed(folder)

    def edited(self, at: str) -> Party:
        """A linked party with a title that Advoware does not have yet."""
        party = self.at[at] = copied(self.world, self.example, f"Müßig {at}")
        self.world.espocrm.edit(party.id, titel="Prof.")
        return party

    def new(self, at: str) -> Party:
        """A party that Advoware does not have yet."""
        name = f"Müßig {at}"
        party = self.at[at] = Party(name, self.world.espocrm.add(user=PERSON, lastName=name))
        return party

    async def waits(self, at: str) -> Party:
        """A party whose write to Advoware failed and waits for its next attempt."""
        party = self.edited(at)
        await self.world.ask(party.id, timing=PATIENT)
        await self.world.calls.until(lambda calls: calls.count("advoware.replace", party.linked) == 1)
        return party

    async def ended(self) -> None:
        """Wait until no run of a party is open."""
        async with asyncio.timeout(60):
            await asyncio.gather(*(self.world.closed(party.id) for party in self.at.values()))


@dataclass
class Before:
    """What the old release had begun."""

    create: Hang
    listing: Hang
    sweep: WorkflowHandle[ReconciliationWorkflow, RunSummary]


async def under_way(firm: Firm) -> Before:
    """Parties at every kind of waiting: a create without an answer yet, a retry, an outage, a write-back, a sweep."""
    world = firm.world
    landed = firm.edited("a write-back that fails")
    world.faults.plan("espocrm.write", DOWN, times=1_000, party=landed.id)
    await world.ask(landed.id)
    await world.calls.until(lambda calls: calls.count("espocrm.write", landed.id) >= 1)
    world.faults.outage("advoware.replace", DOWN)
    for number in range(3):
        await firm.waits(f"a retry wait {number}")
    for number in range(3):
        await world.ask(firm.edited(f"an outage {number}").id)
    await world.told_of("nicht zur Verfügung")
    create = Hang()
    world.faults.plan("advoware.create", create)
    await world.ask(firm.new("a create without an answer").id)
    await create.entered.wait()
    firm.edited("an edit that only a sweep finds")
    listing = Hang()
    world.faults.plan("espocrm.list", listing)
    sweep = await world.reconcile(wait=False)
    await listing.entered.wait()
    return Before(create, listing, sweep)


async def upgrade(firm: Firm, before: Before) -> None:
    """The new release beside the old one, then the old one is stopped as a rolling restart stops it."""
    world = firm.world
    old = await firm.start(GUARDED)
    both = await crew.look(world.client, world.queue)
    firm.versions = {worker.card.version for worker in both if worker.card}
    for number in range(4):
        await world.ask(firm.new(f"asked while both work {number}").id)
    stopping = asyncio.create_task(old.stop())
    before.create.release()
    before.listing.release()
    await stopping
    world.faults.clear()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def firm(server: DevServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """After an upgrade: what was under way has ended under the new release."""
    folder = tmp_path_factory.mktemp("releases")
    async with (
        at_work(server, folder / "old.log", USUAL, settings=SHORT) as (world, old),
        AsyncExitStack() as stack,
    ):
        example = await linked(world, "Anders")
        upgraded = Firm(world, environment(world, server, **SHORT), folder, example, stack, old)
        before = await under_way(upgraded)
        await upgrade(upgraded, before)
        await world.recovered("advoware")
        await before.sweep.result()
        await upgraded.ended()
        yield upgraded


async def replay_all(firm: Firm, release: Release) -> int:
    """The exit code of `replay --all` of another release, asked while this one works."""
    asked = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", "replay", "--all", "--closed", "0"),
        env={**marked_environment(), **firm.environment},
        cwd=firm.sources(release),
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await asked.wait()


async def stands_still(firm: Firm) -> Check:
    """What `doctor` says of open runs, as soon as one does not go on."""
    async with asyncio.timeout(60):
        while True:
            for check in await open_runs.checks(firm.world.client, firm.world.queue):
                if check.verdict is Verdict.WRONG:
                    return check


async def took_branch(firm: Firm, party: Party) -> list[bool]:
    """Whether each of its runs went the changed way, the oldest first."""
    client = firm.world.client
    runs = [run async for run in client.list_workflows(f"WorkflowId = '{workflow_id(party.id)}'")]
    runs.sort(key=lambda run: run.start_time)
    histories = [await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history() for run in runs]
    return [PATCH in recorded(each.to_json()) for each in histories]


async def test_nothing_is_stuck_lost_or_doubled(firm: Firm) -> None:
    """Every party equal and clean, each once in Advoware, and nobody was told anything twice."""
    world = firm.world

    assert world.differing(*(party.id for party in firm.at.values())) == []
    assert {at: world.status(party.id) for at, party in firm.at.items()} == dict.fromkeys(firm.at, "clean")
    assert [at for at, party in firm.at.items() if world.advoware.count(name=party.name) != 1] == []
    told = Counter(str((note.get("parentId"), note["post"])) for note in world.espocrm.notes)
    assert [note for note, times in told.items() if times > 1] == []


async def test_both_releases_worked_and_could_be_told_apart(firm: Firm) -> None:
    """Runs that began under the old one ended without the changed branch, others took it."""
    took = {at: await took_branch(firm, party) for at, party in firm.at.items()}

    assert firm.versions == {version(), GUARDED.version}
    assert not took["a retry wait 0"][0], "the sweep may have asked for another one, under the new release"
    assert any(any(runs) for runs in took.values()), "no run took the new branch"


async def test_a_release_that_does_not_fit_is_named_and_nothing_is_lost_when_it_is_taken_back(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also an older one: it does not know what the newer one's runs have done. `replay --all` says so before."""
    world = firm.world
    monkeypatch.setattr(open_runs, "SETTLED", timedelta(0))
    world.faults.outage("advoware.replace", DOWN)
    party = await firm.waits("a new branch")

    back = await quick(world, "replay", "--all", "--closed", "0", "--json")
    on = await replay_all(firm, UNGUARDED)
    await (await firm.start(UNGUARDED)).stop()
    world.faults.clear()
    named = await stands_still(firm)
    shown = await quick(world, "status")
    await (await firm.start(GUARDED)).stop()
    await firm.ended()

    unlike = [run["workflow_id"] for run in back.json["replayed"] if not run["deterministic"]]
    assert (back.code, unlike, on) == (4, [workflow_id(party.id)], 4)
    assert party.id in named.seen
    assert shown.out.startswith("Broken: 1 run that stands still")
    assert world.differing(party.id) == []
    landed = [call for call in world.calls.since(0, "advoware.replace", str(party.linked)) if not call.fault]
    assert len(landed) == 1
    assert world.told_on(party.id) == []
