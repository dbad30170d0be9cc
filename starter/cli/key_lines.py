"""What is said of keys: ids and times, never a secret."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from beteiligte.frozen import Frozen
from runtime.key_file import Key
from starter.cli import report
from starter.views.key_holders import KeyHolder, KeyNeed


class KeyShown(Frozen):
    """One key."""

    id: str
    made: datetime | None = None
    used: datetime | None = None
    """Since when it encrypts, or did."""
    encrypts: bool
    """By the file here."""
    lacking: tuple[str, ...] = ()
    """Who runs and does not know it, or does not say."""
    another: tuple[str, ...] = ()
    """Who of them has a key of this id with another secret."""
    encrypts_in: tuple[str, ...] = ()
    """Who runs and encrypts with it."""
    need: KeyNeed | None = None
    """What Temporal still holds under it; None: it encrypts, or Temporal was not asked."""


class KeyChanged(Frozen):
    """The JSON document of what was done with one key."""

    key: str
    file: str
    encrypts: bool
    """By now."""
    lacking: tuple[str, ...] = ()
    """Who runs and does not know it, or does not say."""


class KeysShown(Frozen):
    """The JSON document."""

    file: str
    keys: tuple[KeyShown, ...]
    running: tuple[KeyHolder, ...] = ()
    asked: bool
    """Whether Temporal answered: else no worker was asked."""


def show(shown: KeysShown) -> None:
    """A row each, then who lacks one."""
    rows = [
        (key.id, report.moment(key.made), _does(key), _known(key, shown), "" if key.encrypts else _need(key))
        for key in shown.keys
    ]
    report.table(("key", "made", "", "known to", "still needed"), rows)
    for holder in shown.running:
        if holder.problem:
            report.line(f"{holder.name}: {holder.problem}")
    for key in shown.keys:
        if key.another:
            report.line(f"{', '.join(key.another)}: {another(key.id, shown.file)}")
        if not key.encrypts and key.encrypts_in:
            report.line(f"{', '.join(key.encrypts_in)} still encrypts with {key.id}: give that machine the file again")
    if not shown.asked:
        report.note("Temporal does not answer, so no worker was asked, and what is still needed is not known")


def lacking(wanted: Key, path: Path, holders: Sequence[KeyHolder], *, used: bool) -> None:
    """Who could not read what is closed with it, each with what to do."""
    key = wanted.id
    report.note(f"{key} is {'used although' if used else 'not used:'} {_some(holders)} not know it:")
    for holder in holders:
        missing = another(key, path) if holder.has_another(wanted) else f"its key file lacks {key}: copy {path} there"
        report.note(f"  {holder.name}: {holder.problem or missing}")
    if not used:
        report.note(f"What runs follows its file by itself, within seconds. Then again: beteiligte-sync keys use {key}")


def _some(holders: Sequence[KeyHolder]) -> str:
    return report.counted(len(holders), "process that runs does", "processes that run do")


def another(key: str, path: Path | str) -> str:
    """An id alone says too little: two files that were each made where they lie both begin with key-1."""
    return (
        f"has another key under the id {key}, so neither reads what the other writes. Which one opens what Temporal "
        f"holds, `doctor` says; copy that file to both ({path} is the one here)"
    )


def added(key: str, path: Path) -> None:
    """What comes next."""
    report.line(
        f"{key} is known in {path} and encrypts nothing yet. Give every other machine a copy of the file; nothing "
        f"need be started again. `beteiligte-sync keys list` shows who knows it, then: beteiligte-sync keys use {key}"
    )


def used(key: str, path: Path) -> None:
    """After the second step."""
    report.line(
        f"{key} encrypts, by {path}. What runs with this file follows by itself; give every other machine the file "
        "once more. Keep the older keys: `keys list` says when nothing needs them any more"
    )


def _does(key: KeyShown) -> str:
    if key.encrypts:
        return "encrypts and decrypts"
    return "decrypts" if key.used or not key.made else "decrypts, not used yet"


def _known(key: KeyShown, shown: KeysShown) -> str:
    if not shown.running:
        return ""
    if not key.lacking:
        return report.counted(len(shown.running), "process that runs", "processes that run")
    return f"not to {', '.join(key.lacking)}"


def _need(key: KeyShown) -> str:
    need = key.need
    if need is None:
        return ""
    if not need.known:
        return "not known: keep it for TEMPORAL_RETENTION"
    if need.over:
        return "no: take it out" if key.used else "no"
    runs = f"{report.counted(need.runs, 'run', 'runs')} of its time, {need.open} open" if need.runs else ""
    until = f", until {need.until:%Y-%m-%d}" if need.until and not need.open else ""
    orders = f"schedules {', '.join(need.schedules)}: `schedules apply`" if need.schedules else ""
    return "; ".join(filter(None, (runs + until, orders)))
