"""What `what-if` shows: how many decisions would differ and in which fields, then each party field by field."""

from collections.abc import Iterator
from pathlib import Path

from starter.cli import report
from starter.what_if.judging import DifferingField, DifferingParty, FieldOutcome
from starter.what_if.rows import outcome
from starter.what_if.tally import TriedDecisions, WhatIf


def show(found: WhatIf, limit: int, out: Path | None) -> None:
    """The counts of past and present, then the parties."""
    tried = ", ".join(f"{name}={value or '(default)'}" for name, value in found.settings.items())
    report.line(f"Tried: {tried}")
    if found.unknown_fields:
        report.line(
            f"Nothing is said of {', '.join(found.unknown_fields)}: the tried table reads these elsewhere, or for "
            "other parties, and what was read says nothing about that. `plan` with the new settings shows them"
        )
    for title, some in (("What was decided", found.recorded), ("What stands now", found.fresh)):
        if some is not None:
            _counts(title, some)
    for party in found.differ[:limit]:
        _party(party)
    if len(found.differ) > limit:
        report.line(f"\n… {len(found.differ) - limit} parties more: --limit, --out or --json")
    report.line(f"\nNothing was written{f'; one row a party and field in {out}' if out else ''}.")


def _counts(title: str, some: TriedDecisions) -> None:
    report.heading(title)
    parties = report.counted(some.parties, "party", "parties")
    decisions = report.counted(some.decisions, "decision", "decisions")
    report.line(
        f"{parties}, {decisions}: {some.differing or 'none'} would differ"
        + (f", of {report.counted(len(some.differ), 'party', 'parties')}" if some.differ else "")
    )
    for text in _remarks(some):
        report.item(text)
    rows = [(change.now, change.then, str(change.decisions)) for change in some.results]
    report.table(("result here", "result tried", "decisions"), rows)
    report.table(
        ("field", "parties in which it would differ"), [(name, str(number)) for name, number in some.fields.items()]
    )


def _remarks(some: TriedDecisions) -> Iterator[str]:
    """What the counts say nothing about."""
    if some.unknown:
        yield f"{report.counted(some.unknown, 'decision', 'decisions')} not tried: the history does not hold all of it"
    if some.otherwise:
        yield f"{some.otherwise} were decided otherwise than the settings here would: by other settings or versions"
    if some.more:
        yield "there are more runs than were looked at: --days"
    for one in some.not_judged[:5]:
        yield f"{one.party_id}: {one.why}"
    if len(some.not_judged) > 5:
        yield f"and {len(some.not_judged) - 5} parties more that could not be read"


def _party(party: DifferingParty) -> None:
    when = report.moment(party.decided) or "now"
    more = f", and {party.times - 1} earlier decisions" if party.times > 1 else ""
    change = f"{outcome(party.now)} → {outcome(party.then)}" if party.now != party.then else outcome(party.now)
    report.heading(f"Party {party.party_id}, betNr {party.bet_nr or '–'}, {when}{more}: {change}")
    report.table(("field", "EspoCRM", "Advoware", "base", "here", "tried"), [_row(field) for field in party.fields])


def _row(field: DifferingField) -> tuple[str, ...]:
    sides = (("espocrm", field.espocrm), ("advoware", field.advoware), ("base", field.base))
    values = [report.value(value, unknown=side in field.unknown) for side, value in sides]
    return field.field, *values, _came_to(field.now), _came_to(field.then)


def _came_to(what: FieldOutcome) -> str:
    arrow = {"advoware": "→ Advoware: ", "espocrm": "→ EspoCRM: "}.get(what.written, "")
    return f"{arrow}{what.because or 'nothing'}"
