"""What is said of a backup."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from contracts import visibility
from starter.cli import report
from starter.keeping.backups import BackupSeen

NAMED = 10
"""Parties named; the rest is counted."""


def made(seen: BackupSeen, removed: Sequence[Path]) -> None:
    """After a copy."""
    report.line(f"Copied to {seen.file} ({seen.size:,} bytes, {_runs(seen)})")
    for file in removed:
        report.line(f"Removed {file}")
    _keys(seen)


def show(seen: BackupSeen) -> None:
    """After a look: fit to be restored, or what is missing."""
    report.line(f"{seen.file} is whole: {seen.size:,} bytes, {_runs(seen)}, the newest begun {begun(seen)}")
    if seen.kept.creates_begun:
        report.line(f"Creates without an answer at that time: {parties(seen.kept.creates_begun)}")
    _keys(seen)


def begun(seen: BackupSeen) -> str:
    """When its newest run began, in local time as everywhere else."""
    return report.moment(datetime.fromisoformat(seen.kept.newest)) if seen.kept.newest else "–"


def parties(workflow_ids: Sequence[str]) -> str:
    """Some of them by their ids."""
    shown = [visibility.party_of(name) for name in workflow_ids[:NAMED]]
    more = len(workflow_ids) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _runs(seen: BackupSeen) -> str:
    return f"{report.counted(seen.kept.runs, 'run', 'runs')}, {seen.kept.open} of them open"


def _keys(seen: BackupSeen) -> None:
    if seen.missing_keys:
        report.note(
            f"Not to be read here: {seen.key_file} (TEMPORAL_KEYS) does not open what stands under "
            f"{', '.join(seen.missing_keys)}. Put the key file of that time there, or add those keys to it"
        )
    elif seen.keys:
        report.line(f"Encrypted under {', '.join(seen.keys)}, which {seen.key_file} holds: keep a copy elsewhere")
    else:
        report.line("Nothing in it is encrypted")
    if seen.key_beside:
        report.note("The key file lies beside it, as it seems: whoever takes the folder reads everything")
