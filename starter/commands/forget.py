"""`forget`: erase what the program keeps of one party, and name what it cannot reach."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from runtime import settings as s
from runtime import state_file
from runtime.loading import load
from starter import waits
from starter.cli import connection, forget_lines, person, report
from starter.cli.arguments import AsJson, Party
from starter.cli.exits import Exit
from starter.keeping import elsewhere, erasing, forgotten, traces
from starter.keeping.elsewhere import Unreached
from starter.keeping.traces import Trace, Traces
from starter.requests import Requests
from starter.views import parties
from starter.views.standing import RecordStanding, standing

EXAMPLE = "beteiligte-sync forget 6b04cd6d623bec762 --dry-run"
ENDS_WITHIN = int(waits.ENDED.total_seconds())

DryRun = Annotated[bool, typer.Option("--dry-run", help="Erase nothing, show what there is.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
Anyway = Annotated[
    bool, typer.Option("--although-synced", help="Also while EspoCRM has the record: its next sync is kept again.")
]
Within = Annotated[int, typer.Option("--within", min=1, help="Seconds for an open run of it to end.")]


class Erasure(Frozen):
    """The JSON document; kept, it is the record of the erasure: it holds ids alone."""

    party_id: str
    at: datetime
    standing: RecordStanding = RecordStanding.UNKNOWN
    dry_run: bool = False
    searched: int = 0
    """Histories of runs of many parties that were searched."""
    erased: tuple[Trace, ...] = ()
    """With --dry-run: what would be."""
    not_gone: tuple[Trace, ...] = ()
    """Temporal was asked to delete them and has not done so yet."""
    staying: tuple[Trace, ...] = ()
    """Runs that hold something of it and stay for now."""
    elsewhere: tuple[Unreached, ...] = ()
    log_cut: bool | None = None
    """Whether what was erased is gone from the state's log as well; None: the state is not on this machine."""


def command(
    party: Party,
    dry_run: DryRun = False,
    yes: Yes = False,
    although_synced: Anyway = False,
    within: Within = ENDS_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Erase what the program keeps of a party: its runs with their histories. Delete it in both systems before.

    Names what it cannot reach: backups, EspoCRM's stream, Advoware. It may be said twice.

    Exit: 0 erased, or shown; 4 not all is gone yet, or a run cannot be read; 5 nothing is kept of it; 6 its open run
    does not end, or nobody says whether it is still synced; 7 it is still synced, a create is unanswered, or it was not
    wanted.
    """

    async def work(requests: Requests) -> Exit:
        party_id = await parties.find(requests.client, party)
        with report.progress("runs of many parties searched", None) as searched:
            found = await traces.search(requests.client, party_id, searched=searched)
        seen = _seen(party_id, found)
        if not found.all and not any(place.holds for place in seen.elsewhere):
            report.note(f"Nothing is kept of {party_id}: it was erased, or the id is mistyped")
            return Exit.UNKNOWN
        if not found.to_erase:
            _show(seen, as_json=as_json)
            return _left(party_id, found)
        with report.progress("asking EspoCRM for it", None):
            seen = seen.but(standing=await standing(requests, party_id))
        if dry_run:
            _show(seen.but(dry_run=True, erased=found.to_erase), as_json=as_json)
            return Exit.DONE
        if code := forget_lines.refusal(seen.standing, found, although_synced=although_synced):
            return code
        if not (yes or _agreed(seen, found)):
            return Exit.PERSON_DECIDES
        return await _erase(requests, seen, within, as_json=as_json)

    connection.run(work)


def _seen(party_id: str, found: Traces) -> Erasure:
    temporal = load(s.TemporalSettings)
    since = min((trace.started for trace in found.all), default=None)
    there = elsewhere.files(temporal, party_id, since, Path())
    traced_to = load(s.OtelSettings).exporter_otlp_endpoint
    return Erasure(
        party_id=party_id,
        at=datetime.now(UTC),
        searched=found.searched,
        staying=found.staying,
        elsewhere=(*there, *elsewhere.others(temporal, traced_to=traced_to)),
    )


async def _erase(requests: Requests, seen: Erasure, within: int, *, as_json: bool) -> Exit:
    client = requests.client
    with report.progress("ending its open run", None):
        if not await erasing.end(client, await traces.own(client, seen.party_id), within):
            report.note(forget_lines.does_not_end(seen.party_id))
            return Exit.NO_ANSWER
    found = await traces.search(client, seen.party_id)  # its end, and who asked meanwhile, left more
    with report.progress("deleting", len(found.to_erase)) as erased:
        left = await erasing.erase(client, found.to_erase, erased=erased)
    gone = tuple(trace for trace in found.to_erase if trace not in left)
    done = seen.but(erased=gone, not_gone=left, staying=found.staying, log_cut=_cut(seen.party_id, seen.at))
    _show(done, as_json=as_json)
    anew = await traces.own(client, seen.party_id)
    if fresh := {trace.run_id for trace in anew} - {trace.run_id for trace in left}:
        report.note(forget_lines.begun_meanwhile(seen.party_id, len(fresh)))
    return max(_left(seen.party_id, found), Exit.FAILED if left or fresh else Exit.DONE)


def _left(party_id: str, found: Traces) -> Exit:
    """Not all is gone where something may name it that nobody here can read; it is said."""
    if not found.unread:
        return Exit.DONE
    report.note(forget_lines.unread(party_id, found.unread))
    return Exit.FAILED


def _cut(party_id: str, at: datetime) -> bool | None:
    """Of a state on this machine: nothing stays in its log, and that a party was erased is known by a hash."""
    temporal = load(s.TemporalSettings)
    if not temporal.embedded or not temporal.state.exists():
        return None
    forgotten.remember(temporal.state, party_id, at)
    return state_file.drop_log(temporal.state)


def _agreed(seen: Erasure, found: Traces) -> bool:
    """Whether the person wants it; where nobody can be asked, not."""
    forget_lines.show_traces("To be erased", found.to_erase)
    return person.agrees(f"Erase what is kept of {seen.party_id}? There is no way back", "nothing was erased")


def _show(erasure: Erasure, *, as_json: bool) -> None:
    report.as_json(erasure) if as_json else forget_lines.show(
        erasure.party_id,
        done=("Would be erased" if erasure.dry_run else "Erased", erasure.erased),
        not_gone=erasure.not_gone,
        staying=erasure.staying,
        elsewhere=erasure.elsewhere,
    )
