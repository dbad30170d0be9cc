"""What `history` says of a sync: a line for when, why and what came of it, and below it what it did."""

from collections.abc import Iterator

from beteiligte.decide.findings import ASKED, HOLDING, OVERWRITING, Finding
from beteiligte.messages.naming import SYSTEM_NAMES
from starter.cli import outcome_tables, report
from starter.views.histories import UNDER_WAY, WAITS, AskedBy, FailedAttempt, MessageSent, PartyHistory, SyncSeen
from starter.views.recorded.changes import CameTo, FieldChange

CAME_TO = {
    CameTo.WRITTEN: "",
    CameTo.NOT_TAKEN: "; not taken, it kept its value",
    CameTo.REFUSED: "; refused, it kept its value",
    CameTo.NOT_WRITTEN: "; not written",
    CameTo.ONLY_SHOWN: "; observe mode, not written",
}


def show(seen: PartyHistory) -> None:
    """A paragraph for each sync."""
    number = report.counted(len(seen.syncs), "sync", "syncs")
    report.line(f"Party {seen.party_id}, betNr {seen.bet_nr or '–'}: {number}, the newest first.")
    for sync in seen.syncs:
        report.line()
        report.line(head(sync))
        for text in _below(sync):
            report.below(text)
        if sync.result in (UNDER_WAY, WAITS):
            report.link(f"    beteiligte-sync status {seen.party_id}   # shows what it waits for")
    if seen.more:
        report.line("\n… more syncs than shown: --limit")


def head(sync: SyncSeen) -> str:
    """When, what came of it, and what it cost."""
    status = f", status {sync.status}" if sync.status else ""
    took = f", {_duration(sync.seconds)}" if sync.seconds is not None else ""
    calls = f", {report.counted(sum(sync.calls.values()), 'call', 'calls')}" if sync.calls else ""
    return f"{report.moment(sync.began)}  {sync.result}{status}{took}{calls}"


def why(sync: SyncSeen) -> str:
    """What it was asked for by."""
    if not sync.reasons:
        return "what had landed in Advoware was not yet written to EspoCRM"
    people = ", ".join(dict.fromkeys(asked.by for asked in sync.asked if asked.by))
    return f"asked for: {', '.join(sync.reasons)}{f' ({people})' if people else ''}"


def _below(sync: SyncSeen) -> Iterator[str]:
    yield why(sync)
    for asked in sync.asked:
        yield from _decided(asked)
    if sync.linked:
        yield f"betNr {sync.linked} entered in EspoCRM"
    if sync.created:
        yield f"created in Advoware: betNr {sync.created}"
    yield from map(change, sync.fields)
    yield from (_question(finding, "told") for finding in sync.new if finding.kind not in OVERWRITING)
    yield from (_question(finding, "still open") for finding in sync.still_open)
    yield from map(_failed_attempt, sync.failed_attempts)
    if sync.failure:
        yield outcome_tables.failed(sync.failure)
    yield from map(message, sync.told)


def _decided(asked: AskedBy) -> Iterator[str]:
    """What a person said."""
    who = asked.by or "a person"
    for choice in asked.choices:
        taken = f"{choice.take}'s value" if choice.take else report.value(choice.value)
        back = ", if it was not edited since" if choice.only_while else ""
        yield f"{who} chose for {choice.field}: {taken}{back}"
    if asked.link:
        yield f"{who} named betNr {asked.link}"
    if asked.create_anyway:
        yield f"{who} said that Advoware does not have the party: create it"
    if asked.planned:
        yield f"{who} applied a plan: as shown there, or not at all"


def change(one: FieldChange) -> str:
    """From what to what, where and why."""
    values = f"{report.value(one.before)} → {report.value(one.after)}"
    return f"{one.field}: {SYSTEM_NAMES[one.where]} {values} ({one.because}{CAME_TO[one.came_to]})"


def _question(finding: Finding, title: str) -> str:
    """What is open, or was only told; what was settled stands with its field."""
    asked = "asked" if title == "told" and finding.kind in HOLDING | ASKED else title
    return f"{asked}: {outcome_tables.said(finding)}"


def _failed_attempt(failed: FailedAttempt) -> str:
    ends = "given up" if failed.given_up else "last failure"
    tried = report.counted(failed.attempts, "attempt", "attempts")
    return f"{failed.step}: {tried}, {ends}: {failed.fault.code}: {failed.fault.message}"


def message(sent: MessageSent) -> str:
    """Whom a message reached."""
    about = ", ".join(dict.fromkeys(" ".join(filter(None, (f.kind.value, f.field))) for f in sent.findings))
    if sent.at is None:
        return f"message not yet through: {about}"
    record = " and the record" if sent.on_record else ""
    return f"message {report.moment(sent.at)} to {report.counted(sent.users, 'user', 'users')}{record}: {about}"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
