"""What is said before and after a party is erased."""

from collections import Counter
from collections.abc import Sequence

from contracts import visibility
from starter.cli import report
from starter.cli.exits import Exit
from starter.keeping.elsewhere import Unreached
from starter.keeping.traces import Reach, Trace, Traces
from starter.views.standing import RecordStanding

NAMED = 20
"""Runs named; the rest is counted by kind."""
WHY = {
    Reach.OPEN: "under way: `forget` again when it has ended",
    Reach.NEXT_GOES_BY_IT: "the next of its kind goes by it: `forget` again after that",
    Reach.ANOTHER_PARTY_S: "another party's run names it: leaves with Temporal's retention, or with that party",
    Reach.UNREADABLE: "no key here opens it, so it may name the party: put the key file of its time here",
}


def refusal(stands: RecordStanding, found: Traces, *, although_synced: bool) -> Exit | None:
    """Why nothing is erased, said; None: nothing stands against it.

    An unanswered create is remembered by its run alone: without it the next sync would make the party a second time.
    """
    if stands is not RecordStanding.GONE and (begun := [trace for trace in found.own if trace.create_begun]):
        party_id = visibility.party_of(begun[0].workflow_id)
        report.note(
            "Nothing was erased: a create of it has no answer yet, and only its run keeps the next sync from creating "
            f"it a second time. `beteiligte-sync resolve {party_id} …` answers it, as `status {party_id}` shows; or "
            "delete the record in EspoCRM first"
        )
        return Exit.PERSON_DECIDES
    if although_synced or stands in (RecordStanding.GONE, RecordStanding.EXCLUDED):
        return None
    if stands is RecordStanding.SYNCED:
        report.note(
            "Nothing was erased: EspoCRM has the record, so the next sync would be kept again. Delete it there and in "
            "Advoware first; --although-synced erases what is kept up to now"
        )
        return Exit.PERSON_DECIDES
    report.note(
        "Nothing was erased: whether EspoCRM still has the record is not known, since no worker or EspoCRM answers. "
        "Start a worker, or say --although-synced"
    )
    return Exit.NO_ANSWER


def does_not_end(party_id: str) -> str:
    """Its open run goes on."""
    return (
        f"Nothing was erased: a run of it is open and does not end. `beteiligte-sync status {party_id}` shows what it "
        "waits for: what landed in Advoware is still written to EspoCRM. Then `forget` again; it was asked to end"
    )


def begun_meanwhile(party_id: str, number: int) -> str:
    """Somebody asked for a sync while it was erased."""
    runs = report.counted(number, "run has", "runs have")
    return f"{runs} begun meanwhile, by a late delivery for instance: `beteiligte-sync forget {party_id}` again"


def unread(party_id: str, runs: Sequence[Trace]) -> str:
    """Some may still hold it, named above."""
    return (
        f"{report.counted(len(runs), 'run', 'runs')} could not be read, since no key here opens all of it: whether "
        f"{party_id} is named there is not known. `beteiligte-sync keys list` and `doctor` say whose key it is: put "
        "the key file here that opens them (TEMPORAL_KEYS), then `forget` again; else they leave with Temporal's "
        "retention (TEMPORAL_RETENTION)"
    )


def show(
    party_id: str,
    *,
    done: tuple[str, Sequence[Trace]],
    not_gone: Sequence[Trace],
    staying: Sequence[Trace],
    elsewhere: Sequence[Unreached],
) -> None:
    """All of it."""
    title, traces = done
    report.line(f"Party {party_id}. " + (f"{title}: {_counted(traces)}" if traces else "Temporal has nothing to erase"))
    show_traces(title, traces)
    show_traces("Not gone yet: Temporal was asked to delete them, `forget` again shows it", not_gone)
    report.table(
        ("run", "kind", "why it stays"),
        [(trace.workflow_id, trace.kind, WHY[trace.reach]) for trace in staying],
        title="Staying for now",
    )
    report.table(
        ("where", "what", "who reaches it"),
        [(place.where, place.what, place.remedy) for place in elsewhere],
        title="Not reached",
    )


def show_traces(title: str, traces: Sequence[Trace]) -> None:
    """Some runs."""
    rows = [(trace.workflow_id, trace.kind, report.moment(trace.started)) for trace in traces[:NAMED]]
    report.table(("run", "kind", "begun"), rows, title=title)
    if len(traces) > NAMED:
        report.line(f"and {len(traces) - NAMED} more")


def _counted(traces: Sequence[Trace]) -> str:
    kinds = Counter(trace.kind for trace in traces)
    shown = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    return f"{report.counted(len(traces), 'run', 'runs')} with their histories" + (f" ({shown})" if shown else "")
