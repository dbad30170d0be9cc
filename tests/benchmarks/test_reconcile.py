"""The runs of the benchmark at a small size: what must hold on any machine, at any size (design §7).

On the real server with a state file, which suggests a new run after a few events; a worker process of its own.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks import runs
from benchmarks.firm import Party, found, swapped
from benchmarks.overtaking import overtaking
from benchmarks.rig import Rig

SIZE = 2_000
FEW_EVENTS = "limit.historyCount.suggestContinueAsNew=40"

Firm = tuple[Rig, list[Party]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def firm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Firm]:
    """Two thousand parties in agreement; every test leaves them so."""
    directory = tmp_path_factory.mktemp("firm")
    async with Rig.open(directory, dynamic=(FEW_EVENTS,)) as stage:
        parties = await found(stage, SIZE)
        await stage.schedule(alive="2s")
        yield stage, parties


def test_a_copy_s_id_that_holds_the_digits_of_a_bet_nr_stays_what_it_is() -> None:
    """One party in some thousand: an id is not searched for what else is put in."""
    copy = swapped('{"id": "abc", "betnr": 12, "name": "Müßig#"}', {"abc": "f12f", "12": "99", "#": " 3"})

    assert copy == {"id": "f12f", "betnr": 99, "name": "Müßig 3"}


@pytest.mark.parametrize("schedule", ["nightly", "sweep"])
async def test_unchanged_parties_cost_at_most_a_fiftieth_of_a_call(firm: Firm, schedule: str) -> None:
    """List calls only, and the run continues as new without losing its place."""
    figures = await runs.unchanged(*firm, schedule)

    assert len(figures.events) > 1
    assert max(figures.events) < 100


async def test_what_changed_unseen_on_either_side_is_found_and_written_once(firm: Firm) -> None:
    """Silent imports, and edits in Advoware, scattered: all equal afterwards."""
    assert (await runs.changed(*firm, 20)).due == 20


async def test_killing_worker_and_server_loses_no_progress_and_doubles_nothing(firm: Firm) -> None:
    """It goes on at its page: only pages that were under way are read again, and no record is written twice."""
    undisturbed = await runs.unchanged(*firm, "nightly")

    await runs.killed(*firm, 12, undisturbed)


async def test_edits_overtake_a_sweep(tmp_path: Path) -> None:
    """A person's and a delivery's edits are done while most of the sweep's parties still wait."""
    async with Rig.open(tmp_path) as stage:
        parties = await found(stage, 160)
        seen = await overtaking(stage, parties, due=150, edits=2)

    assert seen.waiting > seen.due / 2
