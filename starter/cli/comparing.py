"""What a reconciliation says about Advoware: how much it compared, what it did not look at, what looking would cost."""

from datetime import timedelta

import typer

from contracts.reconciliation import Counts, RunSummary, Unseen
from contracts.timing import READ_AT_ONCE, SweepTiming
from runtime import settings as s
from runtime.loading import SettingsError, load
from starter import report
from starter.plan.planning import Planning
from starter.requests import Requests
from starter.views import sight

A_READ = timedelta(seconds=0.2)
"""Of an Advoware somewhere in the internet; one party is read after the other."""
UNSEEN = "not looked at"
WHY = {
    Unseen.LINKS: "linked parties, but for those counted above: their edits in Advoware are not seen by this run",
    Unseen.DOUBLED: "whether a betNr is held twice, but for those counted above",
    Unseen.ONLY_ADVOWARE: "parties that only Advoware has: it lists nothing in bulk (SWEEP_LISTING)",
}


def rows(summary: RunSummary) -> list[tuple[str, str]]:
    """The lines of the table that are about Advoware; "none" only where somebody looked."""
    counts, left = summary.counts, summary.not_looked_at
    of = "" if counts.linked_total is None else f" of {counts.linked_total}"
    doubled = ", ".join(map(str, counts.doubled))
    if not doubled:
        some = f"none among those compared, of the others {UNSEEN}" if counts.linked else UNSEEN
        doubled = some if Unseen.DOUBLED in left else "none"
    return [
        ("links compared with Advoware", f"{counts.linked}{of}"),
        ("parties only Advoware has", UNSEEN if Unseen.ONLY_ADVOWARE in left else _only_advoware(counts)),
        ("betNr held twice", doubled),
    ]


def lines(summary: RunSummary, seen: sight.Sight) -> list[str]:
    """For people: what the figures above say nothing about, and how to have it looked at."""
    if not summary.not_looked_at:
        return []
    said = ["Not looked at:", *(f"- {WHY[what]}" for what in summary.not_looked_at)]
    if Unseen.LINKS in summary.not_looked_at:
        oldest = report.moment(seen.oldest) or "not known"
        said.append(f"Sweeps compare the linked parties in turn; the oldest comparison: {oldest}.")
        said.append("`beteiligte-sync reconcile run --all` compares every one now.")
    return said


async def agreed(asking: Requests, timing: SweepTiming, *, yes: bool) -> bool:
    """Say what comparing every party costs, and whether the person wants it; where nobody can be asked, not.

    Counted anew: what the last sweep counted as linked is no upper bound after an import.
    """
    report.note(cost(await Planning(asking).counted(), timing))
    if yes:
        return True
    try:
        return typer.confirm("Compare them all?", err=True)
    except (typer.Abort, OSError):
        report.note("nothing was started; --yes does it without asking")
        return False


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


def _only_advoware(counts: Counts) -> str:
    """How many, and the first by betNr; `--json` names up to a thousand."""
    first = ", ".join(map(str, counts.only_advoware[:10]))
    more = ", …" if counts.unknown > 10 else ""
    return f"{counts.unknown}: {first}{more}" if counts.unknown else "none"
