"""The base: per field the canonical value that both sides are known to hold, and what is open.

Kept as JSON in EspoCRM's text attribute `advowareSyncBase`, written in the same PUT as the data it speaks of. Plain
UTF-8 and below 10,000 characters, where EspoCRM's lists cut (facts/espocrm.md §2.5). It names the record and the betNr
it was made for, since a duplicated or merged record carries the text of another. Whatever cannot be trusted
(unreadable, another version, another record, another betNr, a value without canonical form) is no base, per field.
"""

import hashlib
import json
from collections.abc import Container, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from beteiligte.decide.findings import Finding, FindingKind, Open
from beteiligte.decide.last_word import MAX_BY, MAX_FIELDS, LastWord
from beteiligte.frozen import Frozen
from beteiligte.record.field_table import PERSONS, FieldTable, Form
from beteiligte.record.value_kinds import Unmappable, Value

VERSION = 1
MAX_LENGTH = 9_900
MAX_OPEN = 60
"""More than one party can ever have open; a text that somebody tampered with must not grow without end."""
MAX_TOLD = 16
MAX_NAMED = 1_000
MAX_ROW_ID = 50
"""The length of EspoCRM's attribute."""
NO_ROW = "-"
"""For a mark: Advoware had no such party."""


class SweepMark(Frozen):
    """By what a sweep sees that nothing moved, so that it does not ask for the same thing again and again."""

    record: str = ""
    """While something is open, or a field's value is not known on both sides: a hash of EspoCRM's record then."""
    row: str = ""
    """While the whole party is held: Advoware's rowId then, or NO_ROW; one that moved since is worth another look."""

    def stands(self, bet_nr: int | None, espocrm: Mapping[str, Value]) -> bool:
        """Whether EspoCRM's record is still the one that was marked."""
        return bool(self.record) and self.record == fingerprint(bet_nr, espocrm)


class BaseHead(Frozen):
    """What a base says beside the values of fields: it is read without a table, and is none that may be written."""

    party_id: str
    bet_nr: int | None = None
    open: tuple[Open, ...] = ()
    row_id: str = ""
    """The rowId that stood beside it: another one in `advowareRowId` was written by somebody else."""
    form: Form | None = None
    """Written of a company alone."""
    changed_at: datetime | None = None
    """Advoware's `geaendertAm` at that rowId: an earlier one under another rowId is an older record."""
    mark: SweepMark = SweepMark()
    sent: str = ""
    """While a create is unanswered: a hash of the record that it was made of, where that is known."""
    asked: str = ""
    """While a person is asked who the party is: a hash of what was searched with; another one is worth a new search."""
    unreadable: bool = False
    """A text stands there and cannot be trusted, so the party may have been linked or have a question open."""
    last: LastWord | None = None
    """What a person decided last."""

    def knows(self, finding: Finding) -> bool:
        """Whether exactly this was told before and is still open."""
        return finding.open() in self.open

    def has_open(self, kind: FindingKind, field: str | None = None) -> bool:
        """Whether any question of this kind is open, about that field where one is named."""
        return any(item.kind is kind and field in (None, item.field) for item in self.open)


class Base(BaseHead):
    """What both sides were last known to agree on."""

    values: dict[str, Value] = {}

    def form_by(self, table: FieldTable) -> Form | None:
        """What the party was then; None: not known. A person is known by the fields that only a person has."""
        person = any(table.by_name[name].forms == PERSONS for name in self.values)
        return self.form or (Form.PERSON if person else None)

    def for_party(self, bet_nr: int | None) -> "Base":
        """This base as far as it speaks of that betNr: values of another party are no base."""
        return self if bet_nr == self.bet_nr else self.but(values={}, form=None)

    def with_open(self, finding: Finding) -> "Base":
        """This base with one more question open."""
        return self.but(open=(*self.open, finding.open()))


_RAW = TypeAdapter(dict[str, JsonValue])


def head(text: str | None, party_id: str) -> BaseHead:
    """The record's base beside its values; an empty one where the text is another record's or unreadable."""
    try:
        return BaseHead(party_id=party_id, **_head(_raw(text, party_id)))
    except ValueError:
        return BaseHead(party_id=party_id, unreadable=True)


@lru_cache(maxsize=512)  # a sweep reads each row of a page, then looks at it
def parse(text: str | None, party_id: str, table: FieldTable) -> Base:
    """The record's base in today's canonical form; an empty one where the text is another record's or unreadable."""
    try:
        raw = _raw(text, party_id)
    except ValueError:
        return Base(party_id=party_id, unreadable=True)
    return Base(party_id=party_id, values=_todays(raw.get("values"), table), **_head(raw, {"", *table.by_name}))


def _raw(text: str | None, party_id: str) -> dict[str, JsonValue]:
    """What the text holds; nothing where there is none or it is another record's. Raises ValueError."""
    if not text:
        return {}
    raw = _RAW.validate_json(text)
    owner, bet_nr = raw.get("id"), raw.get("betNr")
    if raw.get("v") != VERSION or not isinstance(owner, str) or type(bet_nr) not in (int, type(None)):
        raise ValueError("of another version, or of no record")
    return raw if owner == party_id else {}


def _head(raw: Mapping[str, JsonValue], about: Container[str] | None = None) -> dict[str, Any]:
    return {
        "bet_nr": raw.get("betNr"),
        "form": Form.COMPANY if raw.get("form") == Form.COMPANY else None,
        "open": _known(raw.get("open"), about),
        "row_id": _short(raw.get("rowId"), MAX_ROW_ID),
        "changed_at": _moment(raw.get("changedAt")),
        "mark": _mark(raw.get("mark")),
        "sent": _short(raw.get("sent"), MAX_TOLD),
        "asked": _short(raw.get("asked"), MAX_TOLD),
        "last": _last(raw.get("last")),
    }


def _last(raw: JsonValue) -> LastWord | None:
    """Of a text that somebody tampered with nothing is believed."""
    try:
        said = LastWord.model_validate(raw)
    except ValidationError:
        return None
    short = len(said.by) <= MAX_BY and len(said.fields) <= MAX_FIELDS and len(said.take) <= MAX_TOLD
    return said if short and said.at.tzinfo is not None else None


def _mark(raw: JsonValue) -> SweepMark:
    marked = raw if isinstance(raw, dict) else {}
    return SweepMark(record=_short(marked.get("record"), MAX_TOLD), row=_short(marked.get("row"), MAX_ROW_ID))


def _short(text: JsonValue, longest: int) -> str:
    return text if isinstance(text, str) and len(text) <= longest else ""


def _moment(text: JsonValue) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _known(items: JsonValue, about: Container[str] | None) -> tuple[Open, ...]:
    """A kind that a later version added must not cost us the base, so unknown ones are dropped one by one."""
    known: dict[Open, None] = {}
    for item in items if isinstance(items, list) else []:
        try:
            found = Open.model_validate(item)
        except ValidationError:
            continue
        short = len(found.told) <= MAX_TOLD and len(found.named) <= MAX_NAMED
        if short and (about is None or found.field in about):
            known[found] = None
    return tuple(known)[:MAX_OPEN]


def _todays(values: JsonValue, table: FieldTable) -> dict[str, Value]:
    todays: dict[str, Value] = {}
    for name, value in values.items() if isinstance(values, dict) else []:
        if name not in table.by_name or not isinstance(value, str | None):
            continue
        try:
            todays[name] = table.by_name[name].kind.canonical(value)
        except Unmappable:
            continue
    return todays


def dumps(base: Base) -> str:
    """Stable text of a base; fields with the longest values lose theirs where it would grow over the limit."""
    values = dict(sorted(base.values.items()))
    while len(text := _json(base, values)) > MAX_LENGTH and values:
        del values[max(values, key=lambda name: len(values[name] or ""))]
    return text


def fits(base: Base) -> bool:
    """Whether it is short enough to keep all its values."""
    return len(_json(base, base.values)) <= MAX_LENGTH


def _json(base: Base, values: Mapping[str, Value]) -> str:
    whole = {
        "v": VERSION,
        "id": base.party_id,
        "betNr": base.bet_nr,
        "rowId": base.row_id,
        "values": values,
        "open": [item.model_dump(mode="json", exclude_defaults=True) for item in base.open],
        **({"form": base.form.value} if base.form else {}),
        **({"changedAt": base.changed_at.isoformat()} if base.changed_at else {}),
        **({"mark": base.mark.model_dump(exclude_defaults=True)} if base.mark != SweepMark() else {}),
        **({"sent": base.sent} if base.sent else {}),
        **({"asked": base.asked} if base.asked else {}),
        **({"last": base.last.model_dump(mode="json", exclude_defaults=True)} if base.last else {}),
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def fingerprint(bet_nr: int | None, espocrm: Mapping[str, Value]) -> str:
    """A hash of a record's link and values."""
    whole = [bet_nr, dict(sorted(espocrm.items()))]
    return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()[:16]


def agreed(espocrm: Mapping[str, Value], advoware: Mapping[str, Value]) -> dict[str, Value]:
    """The fields of which both sides are known to hold the same value."""
    return {name: value for name, value in espocrm.items() if name in advoware and advoware[name] == value}
