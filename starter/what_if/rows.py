"""The file of what would differ: a row for each party and field, CSV for spreadsheets, JSON lines by party.

It holds values of parties, so only its owner may read it; it gets its name when it is whole.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from beteiligte.record.value_kinds import Value
from starter.plan.planfile import JSON_LINES, guarded
from starter.what_if.judging import DifferingField, DifferingParty, PartyOutcome

COLUMNS = (
    *("party_id", "bet_nr", "decided", "result_now", "result_then", "field", "espocrm", "advoware", "base"),
    *("now", "writes_now", "then", "writes_then"),
)


def write(path: Path, differ: Iterable[DifferingParty]) -> None:
    """Replace the file as a whole. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600, exist_ok=False)
        with part.open("w", encoding="utf-8", newline="") as file:
            if path.suffix == JSON_LINES:
                file.writelines(f"{party.model_dump_json(exclude_defaults=True)}\n" for party in differ)
            else:
                rows = csv.writer(file)
                rows.writerow(COLUMNS)
                rows.writerows(row for party in differ for row in _rows(party))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _rows(party: DifferingParty) -> Iterator[list[object]]:
    decided = party.decided.isoformat(timespec="seconds") if party.decided else ""
    head = [party.party_id, party.bet_nr or "", decided, outcome(party.now), outcome(party.then)]
    for field in party.fields or (None,):
        cells = [*head, *(_cells(field) if field else ())]
        yield [guarded(column, cell) for column, cell in zip(COLUMNS, cells, strict=False)]


def _cells(field: DifferingField) -> Iterator[object]:
    yield field.field
    for side, value in (("espocrm", field.espocrm), ("advoware", field.advoware), ("base", field.base)):
        yield "?" if side in field.unknown else _cell(value)
    for came_to in (field.now, field.then):
        yield came_to.because
        yield f"{came_to.written}: {_cell(came_to.value)}" if came_to.written else ""


def _cell(value: Value) -> str:
    return "" if value is None else value


def outcome(party: PartyOutcome) -> str:
    """In a word, and why it is held."""
    return f"{party.result}, held: {', '.join(party.why_held)}" if party.held else party.result
