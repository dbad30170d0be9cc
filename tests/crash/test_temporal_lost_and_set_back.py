"""Temporal's state is lost, or a backup of it is put back: what EspoCRM keeps is enough, but for what had just landed.

Set back, it runs again what has long been done, with what was read and decided then.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from beteiligte.request_reason import Reason
from simulators.faults import Hang, LostAnswer, Status
from tests.crash.flows import FLOWS, Party, Unanswered, linked
from tests.crash.processes import Child, DevServer, at_work, timing
from tests.world import HERE, World

ATTEMPT = 4


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the worker writes."""
    return tmp_path / "worker.log"


async def _set_back(server: DevServer, worker: Child, backup: Path | None) -> None:
    """As docs/operate.md says: the program is stopped, and started on another state."""
    await worker.kill()
    await server.set_back(backup)
    await worker.start()


async def test_without_its_memory_nothing_is_doubled_and_edits_go_on(server: DevServer, log: Path) -> None:
    """Link, base and the open question about an unanswered create stand in EspoCRM."""
    async with at_work(server, log, timing(ATTEMPT)) as (world, worker):
        party = await linked(world, "Anders")
        world.faults.plan("advoware.create", LostAnswer())
        unanswered = Party("Müßig", world.espocrm.add(lastName="Müßig"))
        await world.sync(unanswered.id, Reason.CREATED)
        await world.closed(unanswered.id)

        await _set_back(server, worker, None)

        assert (await world.sync(party.id)).result == "no_change"
        assert await world.unsettled(party.id) == []
        FLOWS["merge"].start(world, party)
        await world.sync(party.id)
        await FLOWS["merge"].holds(world, party)
        await Unanswered().holds(world, unanswered)


async def _stays_unwritten(world: World, party_id: str) -> None:
    """Let a write land in Advoware while EspoCRM takes no write-back."""
    world.faults.plan("espocrm.write", Status(503), times=1_000, party=party_id)
    await world.ask(party_id)
    await world.calls.until(lambda calls: calls.count("espocrm.write", party_id) >= 1)


@pytest.mark.parametrize("look_up", [False, True], ids=["no look-up", "look-up"])
async def test_what_had_just_landed_is_forgotten_and_only_a_look_up_finds_a_create(
    server: DevServer, log: Path, look_up: bool
) -> None:
    """Only the lost run knew the betNr: a double that nothing else prevents, and the guarantees name it."""
    async with at_work(server, log, timing(ATTEMPT), look_up=look_up) as (world, worker):
        pushed, created = await linked(world, "Anders"), world.espocrm.add(lastName="Müßig", **HERE)
        FLOWS["push"].start(world, pushed)
        for party_id in (pushed.id, created):
            await _stays_unwritten(world, party_id)

        await _set_back(server, worker, None)
        world.faults.clear()
        for party_id in (pushed.id, created):
            await world.sync(party_id)

        await FLOWS["push"].holds(world, pushed)
        assert world.advoware.count(name="Müßig") == (1 if look_up else 2)
        assert await world.unsettled(created) == []


async def test_runs_of_yesterday_that_go_on_double_and_overwrite_nothing(server: DevServer, log: Path) -> None:
    """In the backup their writes are still under way; since then these landed, and people edited on."""
    async with at_work(server, log, timing(ATTEMPT)) as (world, worker):
        example = await linked(world, "Anders")
        hangs = {"advoware.create": Hang(), "advoware.replace": Hang()}
        runs = {}
        for flow, (call, hang) in zip(("create", "merge"), hangs.items(), strict=True):
            party = await FLOWS[flow].begin(world, f"Müßig {flow}", example)
            FLOWS[flow].start(world, party)
            world.faults.plan(call, hang)
            runs[await world.ask(party.id, FLOWS[flow].reason)] = party
            await hang.entered.wait()
        backup = server.backup("yesterday.db")
        for hang in hangs.values():
            hang.release()
        for party in runs.values():
            await _worked_on(world, party)

        today = datetime.now(UTC)
        await _set_back(server, worker, backup)

        for run in runs:
            await run.result()
            ended = (await run.describe()).close_time
            assert ended is not None
            assert ended > today, "it did not go on"
        for party in runs.values():
            await world.closed(party.id)
        for party in runs.values():
            assert world.espocrm.records[party.id]["titel"] == "Dr. h. c."
            await FLOWS["no change"].holds(world, party)


async def _worked_on(world: World, party: Party) -> None:
    await world.closed(party.id)
    world.espocrm.edit(party.id, titel="Dr. h. c.")
    await world.sync(party.id)
    await world.closed(party.id)
    assert world.differing(party.id) == []
