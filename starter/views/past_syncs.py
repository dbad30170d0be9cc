"""How the last week went, by the runs of parties that Temporal still keeps: how long, conflicts, failures, calls.

No store of its own: closed runs are listed, so what Temporal forgets (TEMPORAL_RETENTION) is gone here, too. A run
holds one sync, or the few that were asked for at the same time. What calls were made stands in a run's history alone:
a few of each stretch of time are read, which is said.
"""

from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from beteiligte.frozen import Frozen
from beteiligte.sync_status import WOULD, Result, SyncStatus
from contracts import bounded
from starter.views import runs
from starter.views.recorded import costs, reading
from starter.views.runs import PARTIES, Run

MOST = 20_000
"""Closed runs listed, the newest ones."""
READ_OF_EACH = 2
"""Runs of a stretch whose calls are read."""
LATE = 0.95


class Stretch(Frozen):
    """A stretch of time."""

    begins: datetime
    ended: int = 0
    """Runs that ended in it."""
    conflicts: int = 0
    failed: int = 0
    median: float | None = None
    """Seconds that a run took, its waits included; None: none ended."""
    late: float | None = None
    """Nineteen of twenty took no longer."""
    calls: dict[str, float] = {}
    """By system, of one run on average, among those read."""

    @property
    def failed_ratio(self) -> float:
        """Of the runs that ended."""
        return self.failed / self.ended if self.ended else 0


class PastSyncs(Frozen):
    """Stretches of equal length, the oldest first."""

    of_each: timedelta
    stretches: tuple[Stretch, ...]
    read: int
    """Runs whose calls were read."""
    all_seen: bool
    """Else there were more runs than are listed: the oldest stretches lack some."""


Calls = MutableMapping[str, dict[str, int]]
"""By run, what it cost: a run that has ended never changes."""


async def look(
    client: Client, spans: Sequence[tuple[timedelta, int]], known: Calls, now: datetime | None = None
) -> tuple[PastSyncs, ...]:
    """For each length of a stretch so many of them, up to now. Raises RPCError, Unreadable."""
    until = now or datetime.now(UTC)
    oldest = min(until - length * number for length, number in spans)
    query = f"{PARTIES} AND ExecutionStatus != 'Running' AND CloseTime > '{oldest.isoformat()}'"
    found = [run async for run in runs.listed(client, query, MOST)]
    ended = [run for run in found if run.closed and run.state in ("completed", "failed")]
    return tuple([await _stretches(client, ended, *span, until, known, len(found) < MOST) for span in spans])


async def _stretches(
    client: Client, ended: Sequence[Run], length: timedelta, number: int, until: datetime, known: Calls, all_seen: bool
) -> PastSyncs:
    begins = [until - length * (number - one) for one in range(number)]
    each = [[run for run in ended if run.closed and at < run.closed <= at + length] for at in begins]
    read = [run for some in each for run in _spread(some)]
    await _read(client, read, known)
    stretches = tuple(_stretch(at, some, known) for at, some in zip(begins, each, strict=True))
    return PastSyncs(of_each=length, stretches=stretches, read=len(read), all_seen=all_seen)


def _spread(some: Sequence[Run]) -> Sequence[Run]:
    """The first and the last of them: of any stretch as many, whatever its load."""
    return some if len(some) <= READ_OF_EACH else (some[0], some[-1])


async def _read(client: Client, wanted: Sequence[Run], known: Calls) -> None:
    async def one(run: Run) -> None:
        record = await reading.read(client, run)
        known[run.run_id] = costs.calls(record.steps) if record else {}

    await bounded.each([run for run in wanted if run.run_id not in known], one)


def _stretch(begins: datetime, some: Sequence[Run], known: Calls) -> Stretch:
    took = sorted((run.closed - run.started).total_seconds() for run in some if run.closed)
    return Stretch(
        begins=begins,
        ended=len(some),
        conflicts=sum((run.decision or "").removeprefix(WOULD) == Result.CONFLICT for run in some),
        failed=sum(run.state == "failed" or run.sync_status == SyncStatus.PERMANENTLY_FAILED for run in some),
        median=took[len(took) // 2] if took else None,
        late=took[min(len(took) - 1, int(len(took) * LATE))] if took else None,
        calls=_average([known[run.run_id] for run in some if run.run_id in known]),
    )


def _average(read: Sequence[dict[str, int]]) -> dict[str, float]:
    """Calls of one run, by system: names are `espocrm.read`."""
    systems = sorted({name.partition(".")[0] for calls in read for name in calls})
    return {
        system: sum(number for calls in read for name, number in calls.items() if name.startswith(f"{system}."))
        / len(read)
        for system in systems
    }
