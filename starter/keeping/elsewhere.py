"""What holds something of a party and is beyond this program: named, with who can reach it.

Files of this machine are looked into; of the rest it is said what it is, since nobody can look from here.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from beteiligte.frozen import Frozen
from contracts import visibility
from runtime import state_file
from runtime.settings import TemporalSettings
from runtime.state_file import NotAState
from starter.keeping import backups

PLANS = ("*.csv", "*.jsonl")
LARGEST = 200_000_000
"""Bytes of a file that is looked into for an id."""


class Unreached(Frozen):
    """One place that is not reached."""

    what: str
    where: str
    holds: bool | None = None
    """Whether it surely holds something; None: nobody can look from here."""
    remedy: str


def files(temporal: TemporalSettings, party_id: str, since: datetime | None, folder: Path) -> tuple[Unreached, ...]:
    """Backups, states that were set aside, and plans that lie in this folder. `since`: the party's oldest trace."""
    return (*_backups(temporal.state, party_id, since), *_plans(party_id, folder))


def _backups(state: Path, party_id: str, since: datetime | None) -> Iterator[Unreached]:
    for file in backups.existing(state):
        held = _held(file, party_id)
        if held or (since and file.stat().st_mtime > since.timestamp()):
            covers = "holds runs of it" if held else "made since: runs of many parties in it may name it"
            remedy = "remove the file, or let `backup` do so in time" if held is not None else "look yourself"
            yield Unreached(what=f"backup ({covers})", where=str(file), holds=held or None, remedy=remedy)


def _held(file: Path, party_id: str) -> bool | None:
    """None: it cannot be looked into."""
    try:
        return state_file.holds(file, visibility.workflow_id(party_id))
    except (NotAState, OSError):
        return None


def _plans(party_id: str, folder: Path) -> Iterator[Unreached]:
    named = re.compile(rb"(?<![\w-])" + re.escape(party_id.encode()) + rb"(?![\w-])")
    for file in sorted(file for pattern in PLANS for file in folder.glob(pattern)):
        if file.is_file() and file.stat().st_size < LARGEST and named.search(file.read_bytes()):
            yield Unreached(
                what="file that names it", where=str(file), holds=True, remedy="remove the file, or its row"
            )


def others(temporal: TemporalSettings, *, traced_to: str) -> tuple[Unreached, ...]:
    """What nobody can look into from here. `traced_to`: where traces are sent, if anywhere."""
    server = (
        ()
        if temporal.embedded
        else (
            Unreached(
                what="the Temporal server's own backups, and its archive where it has one",
                where=temporal.address,
                remedy="by whoever runs it",
            ),
        )
    )
    traces = (
        ()
        if not traced_to
        else (
            Unreached(what="traces: ids of the party and of its runs", where=traced_to, remedy="by its own retention"),
        )
    )
    return (
        Unreached(
            what="the record, its bookkeeping (advowareSyncBase and others), and its history",
            where="EspoCRM",
            remedy="delete the record there; EspoCRM purges it after two months, an administrator at once",
        ),
        Unreached(
            what="notes of the program: on the record, and to users with the party's name and values",
            where="EspoCRM, streams",
            remedy="an administrator removes them there; the program's API user may not",
        ),
        Unreached(what="the party, and files that name it", where="Advoware", remedy="by its own rules of retention"),
        *server,
        *traces,
        Unreached(
            what="the id alone, in timers and queues of runs that are gone",
            where="Temporal",
            remedy="leaves by itself within TEMPORAL_RETENTION",
        ),
        Unreached(
            what="logs of worker and webhook service: ids, no values",
            where="where their output goes",
            remedy="by their own retention",
        ),
    )
