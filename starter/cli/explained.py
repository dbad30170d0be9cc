"""What `explain` says: what was known, the rule in words, what came of it, and whether it would be so today."""

from collections.abc import Iterator

from beteiligte.faults import System
from beteiligte.messages.naming import SYSTEM_NAMES
from starter.cli import outcome_tables, report, sync_lines
from starter.views.explaining import ExplainedSync, Explanation, Rule
from starter.views.recorded.changes import FieldChange

HELD = "the whole party is held until a person acts; nothing but status and question is written"
WORDS = {
    Rule.GONE: "EspoCRM had the record no more",
    Rule.EXCLUDED: "the record is left out: no business of the program's (ESPOCRM_SCOPE, ESPOCRM_OPT_OUT)",
    Rule.HELD: HELD,
    Rule.BLOCKED: "told before, while the same values stood there: neither tried nor told again until one changes",
    Rule.NOT_WRITABLE: "Advoware does not store this field; a person enters it there",
    Rule.NOT_READ: "the field was left out, since a side did not show a value that can be compared",
    Rule.NOT_HAD: "such a party does not have this field: a person has no register number, a company no first name",
    Rule.EQUAL: "both sides held the same value, so there was nothing to decide",
}


def show(told: Explanation) -> None:
    """From what was read to what was told."""
    sync = told.sync
    report.line(f"Party {told.party_id}, betNr {sync.bet_nr or '–'}: {told.field}, by the sync of")
    report.line(sync_lines.head(sync))
    report.below(sync_lines.why(sync))
    _read(told)
    report.line()
    for name, text in _facts(told):
        report.line(f"{name}: {text}")
    if told.last_written is not None:
        at = f"{told.last_written.began.astimezone():%Y-%m-%dT%H:%M:%S}"
        report.link(f"    beteiligte-sync explain {told.party_id} --field {told.field} --at {at}")


def show_fields(told: ExplainedSync) -> None:
    """A line for each field: both values, and by what it was decided."""
    report.line(f"Party {told.party_id}, betNr {told.sync.bet_nr or '–'}, by the sync of")
    report.line(sync_lines.head(told.sync))
    report.below(sync_lines.why(told.sync))
    report.line()
    report.table(("field", "EspoCRM", "Advoware", "why"), [_row(one) for one in told.fields])
    report.line("\nOne in full: the same command with --field")


def _row(told: Explanation) -> tuple[str, str, str, str]:
    row = told.values
    if row is None:
        return told.field, "", "", _why(told)
    ours = report.value(row.espocrm, unknown="espocrm" in row.unknown)
    return told.field, ours, report.value(row.advoware, unknown="advoware" in row.unknown), _why(told)


def _read(told: Explanation) -> None:
    """Both values and the base, with when they were read."""
    row = told.values
    if row is None:
        return
    there = report.moment(told.advoware_read) or "there was no record"
    shown = [
        ("EspoCRM", report.value(row.espocrm, unknown="espocrm" in row.unknown), report.moment(told.espocrm_read)),
        ("Advoware", report.value(row.advoware, unknown="advoware" in row.unknown), there),
        ("base", report.value(row.base, unknown="base" in row.unknown), "what both were last known to hold"),
    ]
    report.table(("side", "value", "read"), shown, title="What was known")


def _facts(told: Explanation) -> Iterator[tuple[str, str]]:
    yield "Why", _why(told)
    for finding in told.findings:
        yield "In words", outcome_tables.said(finding)
    for change in told.changes:
        yield "Written" if change.came_to == "written" else "To be written", sync_lines.change(change)
    if not told.changes:
        yield "Written", "nothing for this field"
    for message in told.told:
        yield "Told", sync_lines.message(message)
    yield "Today", _today(told)
    yield from _before(told)


def _why(told: Explanation) -> str:
    if told.rule is Rule.NOT_COMPARED:
        failure = told.sync.failure
        return f"nothing was compared: the sync {outcome_tables.failed(failure) if failure else told.sync.result}"
    if told.rule is Rule.CREATED:
        return "the party was new in Advoware" if told.changes else "empty in EspoCRM, as the party was new in Advoware"
    if told.rule is Rule.COMPARED:
        assert told.values is not None or told.changes
        return told.values.because if told.values else told.changes[0].because
    return f"{WORDS[told.rule]}{f' ({told.why_not_read})' if told.why_not_read else ''}"


def _today(told: Explanation) -> str:
    today = told.today
    setting = f"SYNC_POLICY_{today.group.upper()} is {today.policy}; " if today.policy else ""
    if today.same is None:
        return f"{setting}not decided anew: {today.why_unknown or 'nothing was compared'}"
    if today.same:
        return f"{setting}the settings here would decide the same"
    where = (
        f", {SYSTEM_NAMES[System(today.written)]} would be written" if today.written else ", nothing would be written"
    )
    return f"{setting}the settings here would decide otherwise: {today.because or 'nothing'}{where}"


def _before(told: Explanation) -> Iterator[tuple[str, str]]:
    """Where this sync left the field alone: who did not."""
    last = told.last_written
    if last is not None:
        changes = "; ".join(map(_brief, last.fields))
        yield "Last written", f"{report.moment(last.began)}: {changes}"
    elif not told.changes:
        yield "Last written", f"by no sync since {report.moment(told.looked_back_to)}"


def _brief(change: FieldChange) -> str:
    return sync_lines.change(change).partition(": ")[2]
