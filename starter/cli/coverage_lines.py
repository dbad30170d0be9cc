"""What a reconciliation says about Advoware: how much it compared, and what it did not look at."""

from contracts.reconciliation import Counts, RunSummary, Unseen
from starter.cli import report
from starter.views import detection

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


def lines(summary: RunSummary, seen: detection.Detection) -> list[str]:
    """For people: what the figures above say nothing about, and how to have it looked at."""
    if not summary.not_looked_at:
        return []
    said = ["Not looked at:", *(f"- {WHY[what]}" for what in summary.not_looked_at)]
    if Unseen.LINKS in summary.not_looked_at:
        oldest = report.moment(seen.oldest) or "not known"
        said.append(f"Sweeps compare the linked parties in turn; the oldest comparison: {oldest}.")
        said.append("`beteiligte-sync reconcile run --all` compares every one now.")
    return said


def _only_advoware(counts: Counts) -> str:
    """How many, and the first by betNr; `--json` names up to a thousand."""
    first = ", ".join(map(str, counts.only_advoware[:10]))
    more = ", …" if counts.unknown > 10 else ""
    return f"{counts.unknown}: {first}{more}" if counts.unknown else "none"
