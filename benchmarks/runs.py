"""The runs of one size, one after the other, each with its figures; what must hold whatever the machine is asserted."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from temporalio.client import WorkflowHandle

from benchmarks.firm import Party, all_ended, change_unseen, equal, scattered
from benchmarks.rig import TEMPORAL, WORKER, Rig, ended
from contracts.reconciliation import RunSummary
from simulators.calls import Calls
from workflows.sweep.workflow import ReconciliationWorkflow

Run = WorkflowHandle[ReconciliationWorkflow, RunSummary]
CALLS_A_PARTY = 0.02
REPEATED = 2
"""List calls of a page that was under way when something was killed, and is done again."""


@dataclass(frozen=True)
class Figures:
    """One reconciliation run."""

    name: str
    parties: int
    seconds: float
    calls: Counter[str]
    peak: float
    """The worker's resident size, MB."""
    events: tuple[int, ...]
    """History events of each run; more than one: it continued as new."""
    bytes: tuple[int, ...]
    due: int = 0

    @property
    def rate(self) -> float:
        """Rows looked at a second, those of the second look at links among them."""
        return self.parties / self.seconds

    @property
    def calls_a_party(self) -> float:
        """All calls to both systems, tokens aside."""
        return self.calls.total() / self.parties


async def unchanged(stage: Rig, parties: list[Party], schedule: str, *, first: bool = False) -> Figures:
    """A run over parties of which none needs anything."""
    name = f"unchanged, {'first ' if first else ''}{schedule}"
    figures, summary = await _measured(stage, name, len(parties), schedule)
    assert summary.due == {}, summary.due
    assert summary.counts.linked == len(parties)
    if schedule == "nightly":  # a sweep looks at what was modified lately
        assert summary.counts.rows == len(parties), summary.counts
    assert figures.calls.keys() <= {"espocrm.list", "advoware.list"}, figures.calls
    assert figures.calls_a_party <= CALLS_A_PARTY, figures.calls
    return figures


async def changed(stage: Rig, parties: list[Party], number: int) -> Figures:
    """A nightly run over parties of which some were changed unseen: all are found, each is written once."""
    some = scattered(parties, number)
    change_unseen(stage.world, some, "Dr. entdeckt")
    mark = stage.world.calls.mark
    figures, summary = await _measured(stage, f"{number:,} changed unseen", len(parties), "nightly")
    await all_ended(stage)
    assert summary.counts.rows == len(parties) == summary.counts.linked, summary.counts
    assert summary.due == {"edited": number - number // 2, "moved": number // 2}, summary.due
    _hold(stage, parties, some, mark)
    return figures


async def killed(stage: Rig, parties: list[Party], number: int, undisturbed: Figures) -> Figures:
    """The same, while worker and server are killed at every stage: it goes on at its page, nothing is done twice."""
    some = scattered(parties, number, offset=1)
    change_unseen(stage.world, some, "Dr. wiedergefunden")
    mark, pages = stage.world.calls.mark, undisturbed.calls["espocrm.list"]
    disturbing = asyncio.create_task(_disturb(stage, mark, pages, number))
    figures, summary = await _measured(stage, f"{number:,} changed, 4 kills", len(parties), "nightly")
    await disturbing
    await all_ended(stage)
    assert summary.counts.rows == len(parties) == summary.counts.linked, summary.counts
    assert sum(summary.due.values()) == number, summary.due
    assert figures.calls["espocrm.list"] <= pages + 2 * REPEATED, (figures.calls, pages)
    _hold(stage, parties, some, mark)
    return figures


def _hold(stage: Rig, parties: list[Party], some: list[Party], mark: int) -> None:
    """Both sides are equal, nothing was created, and no record was written twice."""
    world = stage.world
    different = [party for party in parties if not equal(world, party)]
    assert not different, f"{len(different)} parties differ, the first is {different[0]}"
    writes = Counter((call.name, call.party) for call in world.calls.writes(mark))
    assert max(writes.values()) == 1, [write for write, times in writes.items() if times > 1]
    known = {party.party_id for party in some} | {str(party.bet_nr) for party in some}
    assert {party for _, party in writes} <= known
    assert len(world.espocrm.records) == len(world.advoware.records) == len(parties)


async def _disturb(stage: Rig, mark: int, pages: int, number: int) -> None:
    """The worker while records are looked at, the server while links are, both while parties are synced."""
    await _until(stage, mark, pages // 4, lambda name: name == "espocrm.list")
    stage.kill(WORKER)
    await _until(stage, mark, pages * 3 // 4, lambda name: name == "espocrm.list")
    stage.kill(TEMPORAL)
    for share, part in ((4, WORKER), (2, TEMPORAL)):
        await _until(stage, mark, number // share, lambda name: name == "espocrm.write")
        stage.kill(part)


async def _until(stage: Rig, mark: int, number: int, counts: Callable[[str], bool]) -> None:
    seen, at = 0, mark

    def reached(calls: Calls) -> bool:
        nonlocal seen, at
        new = calls.since(at)
        at += len(new)
        seen += sum(counts(call.name) for call in new)
        return seen >= number

    await stage.world.calls.until(reached, timeout=3_600)


async def _measured(stage: Rig, name: str, parties: int, schedule: str) -> tuple[Figures, RunSummary]:
    mark, began = stage.world.calls.mark, time.perf_counter()
    stage.begin_peak()
    run = await stage.start(schedule)
    summary = await ended(run)
    seconds = time.perf_counter() - began
    calls = Counter(call.name for call in stage.world.calls.since(mark) if call.name != "advoware.token")
    chain = await _chain(stage, run)
    figures = Figures(
        name=name,
        parties=parties,
        seconds=seconds,
        calls=calls,
        peak=stage.peak(),
        events=tuple(events for events, _ in chain),
        bytes=tuple(size for _, size in chain),
        due=sum(summary.due.values()),
    )
    return figures, summary


async def _chain(stage: Rig, run: Run) -> list[tuple[int, int]]:
    """Events and bytes of each run; visibility lags a moment behind the result."""
    while True:
        found = [one async for one in stage.client.list_workflows(f"WorkflowId = '{run.id}'")]
        if all(one.close_time for one in found):
            return [(one.history_length, one.raw_info.history_size_bytes) for one in found]
        await asyncio.sleep(0.1)
