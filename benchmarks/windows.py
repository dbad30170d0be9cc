"""`make bench-windows`: how long the windows are into which an edit can fall between a sync's read and its write.

Measured where they matter, in the stand-ins: from the arrival of the read to the arrival of the write of the same
record. What docs/guarantees.md says about each window holds for an edit in between.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

from benchmarks.firm import Party, found
from benchmarks.rig import Rig
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from runtime.processes import run_and_exit
from simulators import Simulators
from simulators.faults import Latency

SYNCS = 300
CALLS = 10
"""More than one sync makes to a system, attempts included."""


@dataclass(frozen=True)
class Case:
    """What the syncs are measured under."""

    name: str
    latency: float = 0
    """Seconds that each call to Advoware takes."""
    at_once: int = 1
    optimistic_concurrency: bool = False


CASES = (
    Case("one at a time"),
    Case("one at a time, optimistic concurrency", optimistic_concurrency=True),
    Case("one at a time, Advoware takes 200 ms a call", latency=0.2),
    Case("ten at once", at_once=10),
)


@dataclass(frozen=True)
class Windows:
    """Milliseconds, one of each for a sync that writes to both sides."""

    advoware: list[float]
    espocrm: list[float]


async def measure(case: Case, syncs: int) -> Windows:
    """Syncs that take one edit each way."""
    with tempfile.TemporaryDirectory() as directory:
        async with Rig.open(Path(directory), optimistic_concurrency=case.optimistic_concurrency) as stage:
            parties = await found(stage, syncs)
            if case.latency:
                stage.world.faults.plan("advoware.[rl]*", Latency(seconds=case.latency), times=CALLS * syncs)
            mark = stage.world.calls.mark
            for first in range(0, syncs, case.at_once):
                together = parties[first : first + case.at_once]
                await asyncio.gather(*(_merged(stage, party) for party in together))
            return Windows(
                [_window(stage.world, mark, "advoware.replace", "advoware.read", str(p.bet_nr)) for p in parties],
                [_window(stage.world, mark, "espocrm.write", "espocrm.read", p.party_id) for p in parties],
            )


async def _merged(stage: Rig, party: Party) -> None:
    stage.world.espocrm.edit(party.party_id, zusatz="c/o Empfang")
    stage.world.advoware.edit(party.bet_nr, bAnrede="Sehr geehrte Damen und Herren")
    request = SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC))
    outcome = await stage.parties.sync(party.party_id, request)
    assert outcome.to_advoware and outcome.to_espocrm, outcome  # noqa: PT018  (both or it is no merge)


def _window(world: Simulators, mark: int, write: str, read: str, party: str) -> float:
    """From the last read before the first write."""
    written = world.calls.since(mark, write, party)[0]
    before = [call for call in world.calls.since(mark, read, party) if call.number < written.number]
    return (written.at - before[-1].at).total_seconds() * 1_000


def _figures(windows: Sequence[float]) -> str:
    return f"{median(windows):.0f} / {quantiles(windows, n=100)[-1]:.0f}"


async def main(syncs: int) -> int:
    """Measure and show everything; the exit code."""
    table = Table("milliseconds, median / p99", "Advoware read → PUT", "EspoCRM read → write-back", "syncs")
    for case in CASES:
        windows = await measure(case, syncs)
        table.add_row(case.name, _figures(windows.advoware), _figures(windows.espocrm), f"{syncs}")
    Console(width=110).print(table)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.windows", description=__doc__)
    parser.add_argument("syncs", nargs="?", type=int, default=SYNCS, help="how many syncs of each case")
    run_and_exit(main(parser.parse_args().syncs))
