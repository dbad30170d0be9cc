"""`make bench`: all systems, all cases, rounds interleaved; a table a case. Exit 1 where a case failed or differs."""

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console

from benchmarks.comparison import plot, tables
from benchmarks.comparison.cases import CASES, BenchCase
from benchmarks.comparison.measuring import Workbench
from benchmarks.comparison.models import CaseFigures, Measured
from benchmarks.comparison.processes import LOOK_EVERY, UP_WITHIN, end_of, process
from benchmarks.comparison.systems import ROOT, SYSTEMS, Contender, Ground, forget_settings
from runtime.processes import run_and_exit

FIGURES = ROOT / "benchmarks" / "performance.json"
PLOT = ROOT / "docs" / "pictures" / "performance.svg"
TABLES = ROOT / "benchmarks" / "performance.md"


@dataclass
class Seen:
    """All that was measured."""

    figures: list[CaseFigures] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def measured(self) -> Measured:
        """As it is kept."""
        return Measured(
            cores=os.cpu_count() or 1,
            python=platform.python_version(),
            date=f"{datetime.now(UTC):%Y-%m-%d}",
            figures=tuple(self.figures),
            left_out=self.left_out,
        )


async def main(chosen: argparse.Namespace) -> int:
    """Measure, show, and with `keep` write what the docs show."""
    forget_settings()
    console, seen = Console(), Seen()
    systems = _available(chosen.system, seen, console)
    cases = [case for case in CASES if not chosen.case or any(part in case.name for part in chosen.case)]
    with tempfile.TemporaryDirectory(prefix="bench-") as kept:
        async with _standins(Path(kept), chosen.share) as (bench, ground):
            for number in range(1, chosen.rounds + 1):
                for system in systems:
                    console.print(f"round {number} of {chosen.rounds}: [bold]{system.name}[/bold]")
                    await _system(bench, ground, system, cases, number, seen, console)
    _show(seen, console)
    if chosen.json:
        chosen.json.write_text(seen.measured().model_dump_json(indent=1))
    if chosen.keep and not seen.failed:
        FIGURES.write_text(seen.measured().model_dump_json(indent=1) + "\n")
        TABLES.write_text("# What a sync costs, measured\n\n" + tables.markdown(seen.measured()))
        PLOT.write_text(plot.plot(seen.measured()))
    return 1 if seen.failed else 0


def _available(wanted: Sequence[str], seen: Seen, console: Console) -> list[Contender]:
    chosen = [system for system in SYSTEMS if not wanted or any(part in system.name for part in wanted)]
    seen.left_out = {system.name: why for system in chosen if (why := system.needs())}
    for name, why in seen.left_out.items():
        console.print(f"[yellow]left out[/yellow] {name}: {why}")
    return [system for system in chosen if system.name not in seen.left_out]


async def _system(
    bench: Workbench,
    ground: Ground,
    system: Contender,
    cases: Sequence[BenchCase],
    number: int,
    seen: Seen,
    console: Console,
) -> None:
    """All cases on one system, which runs all the while. A case that fails is told and costs the others nothing."""
    token = (await bench.door.get("/bench/token")).raise_for_status().json()
    at = Ground(ground.directory, {**ground.environment, "BENCH_TOKEN": token})
    async with system.start(at) as running:
        for case in cases:
            if not case.asked_of(system.name, number):
                continue
            try:
                figures = await bench.case(system, running, case, number)
            except (TimeoutError, RuntimeError, ValueError, httpx.HTTPError) as error:
                seen.failed.append(f"{system.name}: {case.name}: {type(error).__name__} {error}")
                continue
            seen.figures.append(figures)
            if figures.unequal:
                seen.failed.append(f"{system.name}: {case.name}: {figures.unequal} parties differ")
            console.print(f"  {case.name}: {figures.rate:,.1f} syncs/s, p50 {figures.p50:,.0f} ms")


@asynccontextmanager
async def _standins(directory: Path, share: float) -> AsyncIterator[tuple[Workbench, Ground]]:
    log = directory / "standins.log"
    command = (sys.executable, "-m", "benchmarks.comparison.standins")
    async with process(*command, log=log, environment={"PYTHONPATH": str(ROOT)}, cwd=directory) as standins:
        told = json.loads(await _first_line(log, standins))
        async with httpx.AsyncClient(base_url=told["door"], timeout=120) as door:
            environment: dict[str, str] = told["environment"]
            yield Workbench(door, standins.pid, environment, share), Ground(directory, environment)


async def _first_line(log: Path, standins: asyncio.subprocess.Process) -> str:
    async with asyncio.timeout(UP_WITHIN):
        while not (found := _json_line(log)):
            if standins.returncode is not None:
                raise RuntimeError(end_of(log))
            await asyncio.sleep(LOOK_EVERY)
        return found


def _json_line(log: Path) -> str:
    return next((line for line in log.read_text().splitlines() if line.startswith("{") and line.endswith("}")), "")


def _show(seen: Seen, console: Console) -> None:
    measured = seen.measured()
    console.width = max(console.width, 200)
    for case in tables.cases(measured):
        console.print(tables.table(measured, case))
    for line in seen.failed:
        console.print(f"failed: {line}", style="red", markup=False)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.comparison", description=__doc__)
    parser.add_argument("system", nargs="*", help="only systems whose name holds this; without: all")
    parser.add_argument("--case", action="append", default=[], help="only cases whose name holds this; repeat for more")
    parser.add_argument("--rounds", type=int, default=1, help="all systems so often, interleaved")
    parser.add_argument("--share", type=float, default=1.0, help="of the parties of each case, for a quick look")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures there")
    parser.add_argument("--keep", action="store_true", help="rewrite what the docs show of it")
    return parser.parse_args()


if __name__ == "__main__":
    run_and_exit(main(_options()))
