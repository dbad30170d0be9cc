"""What is only assumed of Advoware: whether it was tried with this one, and whether the settings fit what was seen."""

from pathlib import Path

from installation.check import Area, Check, Verdict
from installation.probe import journal, written
from installation.probe.findings import ProbeReport, Settled
from installation.probe.offer import offer
from installation.probe.running import firm_of
from runtime.loading import Loaded
from runtime.settings import AdvowareSettings

NAME = "what is assumed of it"
PROBE = "beteiligte-sync doctor --probe --party <betNr of a test party>"


def assumed(loaded: Loaded, folder: Path) -> Check:
    """By what the last probe left in the folder; nothing is asked."""
    if (folder / journal.NAME).exists():
        return _warning("a probe broke off, and its party waits to be put back", "beteiligte-sync doctor --probe")
    report = written.last(folder)
    if report is None or report.firm != firm_of(loaded[AdvowareSettings]):
        return _warning("never tried with this Advoware (docs/assumptions.md)", PROBE)
    offered = offer(report, loaded)
    if offered:
        lines = [f"{name}={value}" for name, value in offered.env.items()]
        more = [f"fields that are not there in {offered.fields_path}"] if offered.fields else []
        return _warning(f"{_when(report)}; the settings differ from what was seen", "; ".join([*lines, *more]))
    return Check(area=Area.ADVOWARE, name=NAME, verdict=Verdict.OK, seen=_when(report))


def tried_party(loaded: Loaded, folder: Path) -> int | None:
    """The party of the last probe, if it was of this Advoware and is still there."""
    report = written.last(folder)
    ours = report is not None and report.firm == firm_of(loaded[AdvowareSettings])
    return report.bet_nr if report is not None and ours and report.remains else None


def _when(report: ProbeReport) -> str:
    found = [finding.settled for finding in report.findings]
    counted = ", ".join(f"{found.count(kind)} {kind}" for kind in Settled if kind in found)
    return f"tried on {report.at.astimezone():%Y-%m-%d} with betNr {report.bet_nr}: {counted}"


def _warning(seen: str, remedy: str) -> Check:
    return Check(area=Area.ADVOWARE, name=NAME, verdict=Verdict.WARNING, seen=seen, remedy=remedy)
