"""What comparing every party with Advoware costs in calls and time, said before it is begun."""

from datetime import timedelta

from contracts.timing import READ_AT_ONCE, SweepTiming
from runtime import settings as s
from runtime.loading import SettingsError, load
from starter.cli import person, report
from starter.plan.planning import Planning
from starter.requests import Requests

A_READ = timedelta(seconds=0.2)
"""Of an Advoware somewhere in the internet; one party is read after the other."""


async def agreed(requests: Requests, timing: SweepTiming, *, yes: bool) -> bool:
    """Say what comparing every party costs, and whether the person wants it; where nobody can be asked, not.

    Counted anew: what the last sweep counted as linked is no upper bound after an import.
    """
    report.note(cost(await Planning(requests).counted(), timing))
    if yes:
        return True
    return person.agrees("Compare them all?", "nothing was started")


def cost(parties: int | None, timing: SweepTiming) -> str:
    """In calls and time."""
    if timing.listing:
        return "Advoware lists its parties in bulk: a call for each thousand of them, and one of EspoCRM for each 200."
    if parties is None:
        return "Every linked party is read in Advoware, one after the other; how many these are is not known."
    lists = parties // READ_AT_ONCE + 1
    read = A_READ
    if rate := _calls_per_second():
        read = max(read, timedelta(seconds=1 / rate))
    minutes = round(parties * read / timedelta(minutes=1))
    return (
        f"At most {report.counted(parties, 'read', 'reads')} in Advoware, one after the other, and "
        f"{report.counted(lists, 'list', 'lists')} of EspoCRM: about "
        f"{minutes or 1} min at {1 / read.total_seconds():g} a second. It may be left: "
        "`beteiligte-sync reconcile watch` shows it again, and a worker that is killed costs one page."
    )


def _calls_per_second() -> float:
    """As set here; 0 where there is no limit, or this machine does not know it."""
    try:
        settings = load(s.AdvowareSettings)
        processes = load(s.WorkerSettings).processes
    except SettingsError:
        return 0
    return settings.calls_per_second / processes
