"""`make bench-reconcile`: reconciliation at 1,000, 10,000 and 100,000 parties, and edits that overtake it.

Exit code 1 when a bound is broken: calls a party, everything found, nothing done twice, the worker's memory.
"""

import argparse
import platform
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import runs
from benchmarks.firm import Party, found
from benchmarks.overtaking import Overtaking, overtaking
from benchmarks.rig import Rig
from benchmarks.runs import Figures
from runtime.processes import run_and_exit

SIZES = (1_000, 10_000, 100_000)
OVERTAKEN_AT = 10_000
MEMORY = 1.10
"""A worker's peak, as a multiple of that at the smallest size."""
RESULTS = Path(__file__).with_name("results.md")
STEPS = 7
EDITS = 100
"""By persons, and as many by deliveries."""
WIDE = 110

Show = Callable[[str], None]


@dataclass
class Bench:
    """All that was measured, and which bounds were broken."""

    figures: list[Figures] = field(default_factory=list)
    overtaken: Overtaking | None = None
    broken: list[str] = field(default_factory=list)

    async def size(self, size: int, show: Show) -> None:
        """All runs at one size, on a server and a worker of their own."""
        with tempfile.TemporaryDirectory() as directory:
            async with Rig.open(Path(directory)) as stage:
                show("founding the firm")
                parties = await found(stage, size)
                await stage.schedule(alive="10s")
                await self._runs(stage, parties, show)
                if size == OVERTAKEN_AT:
                    show("edits during a sweep")
                    self.overtaken = await overtaking(stage, parties, size, 2 * EDITS)

    async def _runs(self, stage: Rig, parties: list[Party], show: Show) -> None:
        some = min(1_000, len(parties) // 10)
        nightly = await self._measure(show, "unchanged nightly", runs.unchanged(stage, parties, "nightly"))
        await self._measure(show, "first sweep", runs.unchanged(stage, parties, "sweep", first=True))
        await self._measure(show, "unchanged sweep", runs.unchanged(stage, parties, "sweep"))
        await self._measure(show, f"{some} changed", runs.changed(stage, parties, some))
        if nightly is not None:
            await self._measure(show, "killed", runs.killed(stage, parties, some, nightly))

    async def _measure(self, show: Show, name: str, run: Awaitable[Figures]) -> Figures | None:
        show(name)
        try:
            figures = await run
        except AssertionError as error:
            self.broken.append(f"{name}: {error}")
            return None
        self.figures.append(figures)
        return figures

    def hold_memory(self) -> None:
        """Flat, whatever the number of parties; of runs in which nothing was killed."""
        for name in {one.name for one in self.figures if one.name.startswith("unchanged")}:
            peaks = {one.parties: one.peak for one in self.figures if one.name == name}
            least = peaks[min(peaks)]
            self.broken += [
                f"{name}: the worker took {peak:.0f} MB at {size} parties, {least:.0f} MB at {min(peaks)}"
                for size, peak in peaks.items()
                if peak > least * MEMORY
            ]


async def main(sizes: list[int], *, keep: bool) -> int:
    """Measure, print, and with `keep` write results.md. 0, or 1 where a bound is broken."""
    bench, console = Bench(), Console()
    console.width = max(console.width, WIDE)
    with _bar(console) as bar:
        for size in sizes:
            task = bar.add_task(f"{size} parties", total=STEPS, step="")

            def show(step: str, task: int = task) -> None:
                bar.update(task, step=step, advance=1)  # type: ignore[arg-type]

            await bench.size(size, show)
    bench.hold_memory()
    console.print(_table(bench.figures))
    if bench.overtaken:
        console.print(_latencies(bench.overtaken))
    for line in bench.broken:
        console.print(f"[red]broken[/red] {escape(line)}")
    if keep and not bench.broken:
        RESULTS.write_text(_page(bench))
    return 1 if bench.broken else 0


def _bar(console: Console) -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[step]}"), TimeElapsedColumn()
    return Progress(*columns, console=console)


HEADINGS = (
    "parties",
    "run",
    "calls a party",
    "seconds",
    "rows a second",
    "worker MB",
    "events a run",
    "kB a run",
    "runs",
)


def _row(one: Figures) -> tuple[str, ...]:
    return (
        f"{one.parties:,}",
        one.name,
        f"{one.calls_a_party:.4f}",
        f"{one.seconds:.1f}",
        f"{one.rate:,.0f}",
        f"{one.peak:.0f}",
        f"{max(one.events):,}",
        f"{max(one.bytes) / 1000:,.0f}",
        str(len(one.events)),
    )


def _table(figures: list[Figures]) -> Table:
    table = Table(title="Reconciliation")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading == "run" else "right", overflow="fold")
    for one in figures:
        table.add_row(*_row(one))
    return table


def _times(some: list[float]) -> str:
    return f"{median(some) * 1000:,.0f} / {max(some) * 1000:,.0f}"


def _latencies(seen: Overtaking) -> Table:
    table = Table("asked by", "quiet", f"while {seen.due:,} are swept", title="ms until done, median / longest")
    table.add_row("a person", _times(seen.quiet.person), _times(seen.busy.person))
    table.add_row("a delivery", _times(seen.quiet.delivery), _times(seen.busy.delivery))
    table.caption = f"{seen.waiting:,} of the sweep's parties still waited when the last of these was done"
    return table


PAGE = """# What reconciliation costs

Measured on {date} by `make bench-reconcile KEEP=1`: both stand-ins in one process, the worker in a second, the real
Temporal server on a state file in a third, payloads encrypted, Advoware with a bulk listing; {machine}.

Calls are those to both systems, tokens aside. A row counts once, though it is looked at in EspoCRM's list and again as
a link. Worker MB is the largest resident size. More runs than one: it continued as new. Kills: SIGKILL to worker,
server, worker, server, while records, links and parties are at work.

{runs}
"""
OVERTAKEN = """
## Edits during a sweep

Milliseconds from asking until both sides are written, median / longest of {edits}. {waiting:,} of the sweep's {due:,}
parties still waited when the last of these edits was done.

{latencies}
"""


def _page(bench: Bench) -> str:
    page = PAGE.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=_machine(),
        runs=_markdown(HEADINGS, [_row(one) for one in bench.figures]),
    )
    if (seen := bench.overtaken) is None:
        return page
    rows = [
        ("a person", _times(seen.quiet.person), _times(seen.busy.person)),
        ("a delivery", _times(seen.quiet.delivery), _times(seen.busy.delivery)),
    ]
    table = _markdown(("asked by", "quiet system", f"while {seen.due:,} parties are swept"), rows)
    return page + OVERTAKEN.format(edits=EDITS, waiting=seen.waiting, due=seen.due, latencies=table)


def _markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, ("---",) * len(headings), *rows))


def _machine() -> str:
    cores = len([line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("processor")])
    return f"{cores} cores shared with other work, CPython {platform.python_version()}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reconcile", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of parties")
    parser.add_argument("--keep", action="store_true", help="write benchmarks/results.md, if every bound holds")
    chosen = parser.parse_args()
    run_and_exit(main(list(chosen.sizes), keep=chosen.keep))
