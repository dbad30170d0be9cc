"""EspoCRM's bookkeeping attributes: what they are called, how they are read, what is written into them.

Missing is not empty: an attribute that the answer does not hold (the role may not read it, or it does not exist) is a
configuration fault, and nothing is written, above all no create (design §4; facts/espocrm.md §2.3).
"""

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime

from pydantic import JsonValue

from beteiligte.decide import base as bases
from beteiligte.decide.base import Base, BaseHead
from beteiligte.faults import MissingAttribute, OddAnswer, System
from beteiligte.ids import is_record_id
from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.record.person_or_company import form_at_espocrm, is_ambiguous
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.settle.settlement import Settlement

BETNR = "betnr"
MODIFIED = "modifiedAt"
MODIFIED_BY = "modifiedById"
ROW_ID = "advowareRowId"
LAST_SYNC = "advowareLastSync"
BASE = "advowareSyncBase"
STATUS = "syncStatus"
ERROR = "syncErrorMessage"
DECISION = "syncDecision"
"""Optional: in it a person decides, in the record (beteiligte/decide/word.py)."""

LOCKED = "isLocked"
"""Only on entity types that EspoCRM 10 calls lockable: while it is true no PUT changes anything (recording sw-05)."""

REQUIRED = (BETNR, ROW_ID, LAST_SYNC, BASE, STATUS, ERROR)
STATUS_FIELDS = frozenset({STATUS, ERROR, "syncRetryCount", "syncNextRetry", "syncAutoResetAt"})
"""Fields that only say how a sync went; the last three are an earlier program's."""
ALL = frozenset({*REQUIRED, DECISION}) | STATUS_FIELDS
MAX_ERROR = 2_000
MAX_WORD = 100
MAX_BASE = 10_000
"""Where EspoCRM's lists cut: ours are shorter, and a longer one is nobody's."""
MAX_ASSIGNED = 20
"""Users of one record that are told: a list of a whole firm is no list of who deals with it."""

_MOMENT = "%Y-%m-%d %H:%M:%S"


def espo_snapshot(
    party_id: str,
    attributes: Mapping[str, JsonValue],
    table: FieldTable,
    *,
    read_at: datetime,
    version: int | None = None,
) -> EspoSnapshot:
    """A snapshot of an EspoCRM answer. Raises MissingAttribute, OddAnswer."""
    missing = [name for name in REQUIRED if name not in attributes]
    if missing:
        raise MissingAttribute(
            f"EspoCRM's answer for party {party_id} lacks {', '.join(missing)}: create the attribute or give the "
            "integration's role the right to read it; nothing was written",
            system=System.ESPOCRM,
            field=missing[0],
        )
    bet_nr = _bet_nr(attributes[BETNR])
    base_text = _text(attributes, BASE, MAX_BASE)
    base = bases.parse(base_text, party_id, table)
    form = form_at_espocrm(attributes, table, base.form_by(table))
    side = from_espocrm(attributes, table, form)
    return EspoSnapshot(
        party_id=party_id,
        read_at=read_at,
        side=side,
        called=table.called(side.values),
        form=form,
        ambiguous_form=is_ambiguous(attributes, table),
        bet_nr=bet_nr,
        row_id=_text(attributes, ROW_ID),
        last_sync=moment(_text(attributes, LAST_SYNC)),
        modified_at=moment(_text(attributes, MODIFIED)),
        status=_text(attributes, STATUS),
        decision=(word := word_of(attributes, table)),
        modified_by=_user(attributes) if word else "",
        error_message=_text(attributes, ERROR, MAX_ERROR + 1),
        base_text=base_text,
        version=version,
        assigned=_assigned(attributes),
        locked=attributes.get(LOCKED) is True,
        first_link=bet_nr is not None and base.bet_nr != bet_nr,
    )


def _assigned(attributes: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """The users of a record: one, or, where the entity type allows several, all of them in a list of their own."""
    several = attributes.get("assignedUsersIds")
    users = [attributes.get("assignedUserId"), *(several if isinstance(several, list) else [])]
    return tuple(dict.fromkeys(user for user in users if is_record_id(user)))[:MAX_ASSIGNED]


def word_of(attributes: Mapping[str, JsonValue], table: FieldTable) -> str:
    """What a person chose in the record; empty where the field is not in use, or the answer does not show it."""
    return (_text(attributes, DECISION, MAX_WORD) or "") if table.decision else ""


def _user(attributes: Mapping[str, JsonValue]) -> str:
    by = attributes.get(MODIFIED_BY)
    return f"User/{by}" if is_record_id(by) else ""


def _text(attributes: Mapping[str, JsonValue], name: str, longest: int = 255) -> str | None:
    """A text, cut where it is longer than any of ours: it is another one then, as it should be."""
    value = attributes.get(name)
    return value[:longest] if isinstance(value, str) and value else None


def base_head_of(attributes: Mapping[str, JsonValue], party_id: str) -> BaseHead:
    """The link and the questions of the base in an answer; none where it holds none."""
    return bases.head(_text(attributes, BASE, MAX_BASE), party_id)


def base_of(attributes: Mapping[str, JsonValue], party_id: str, table: FieldTable) -> Base:
    """The base in an answer; an empty one where it holds none."""
    return bases.parse(_text(attributes, BASE, MAX_BASE), party_id, table)


def bet_nr_of(attributes: Mapping[str, JsonValue]) -> int | None:
    """The betNr of a row. Raises MissingAttribute, OddAnswer."""
    if BETNR not in attributes:
        raise MissingAttribute(
            f"EspoCRM's list lacks {BETNR}: create the attribute or give the integration's role the right to read it",
            system=System.ESPOCRM,
            field=BETNR,
        )
    return _bet_nr(attributes[BETNR])


def _bet_nr(value: JsonValue) -> int | None:
    """0 is none: EspoCRM stores "" as 0 (facts/espocrm.md §2.6)."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise OddAnswer("EspoCRM's answer holds a betnr that is no whole number", system=System.ESPOCRM, field=BETNR)
    return value or None


def moment(text: str | None) -> datetime | None:
    """EspoCRM's `YYYY-MM-DD HH:MM:SS` in UTC, or ISO 8601; None where it is neither, or at an end of all years, where
    a minute more is no moment.
    """
    if text is None:
        return None
    try:
        parsed = datetime.fromisoformat(text)
        at = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if MINYEAR < at.year < MAXYEAR else None


def espo_datetime(at: datetime) -> str:
    """EspoCRM's form of a moment: it refuses fractions of a second and a bare ISO form (facts/espocrm.md §2.6)."""
    return at.astimezone(UTC).strftime(_MOMENT)


def advoware_snapshot(
    bet_nr: int,
    row_id: str | None,
    record: Mapping[str, JsonValue],
    table: FieldTable,
    *,
    read_at: datetime,
) -> AdvowareSnapshot:
    """A snapshot of an Advoware answer."""
    return AdvowareSnapshot(
        bet_nr=bet_nr,
        read_at=read_at,
        side=from_advoware(record, table),
        row_id=row_id,
        changed_at=changed_at(record),
        raw=dict(record),
    )


def changed_at(record: Mapping[str, JsonValue]) -> datetime | None:
    """`geaendertAm` of an Advoware answer, read as UTC; it may be missing or stale (facts/advoware.md §2)."""
    changed = next((value for key, value in record.items() if key.lower() == "geaendertam"), None)
    return moment(changed) if isinstance(changed, str) else None


def body(settlement: Settlement, espocrm: EspoSnapshot, *, now: datetime) -> dict[str, JsonValue]:
    """The bookkeeping part of a write-back: only what differs, with the moment of the sync.

    `advowareLastSync` is refused with fractions of a second or a bare ISO form (facts/espocrm.md §2.6).
    """
    wanted: dict[str, JsonValue] = {
        BETNR: settlement.bet_nr,
        ROW_ID: settlement.row_id,
        BASE: settlement.base_text,
        STATUS: settlement.status.value,
        ERROR: settlement.error_message,
    }
    present: dict[str, JsonValue] = {
        BETNR: espocrm.bet_nr,
        ROW_ID: espocrm.row_id,
        BASE: espocrm.base_text,
        STATUS: espocrm.status,
        ERROR: espocrm.error_message,
    }
    changed = {name: value for name, value in wanted.items() if value != present[name]}
    if settlement.empties(espocrm):
        changed[DECISION] = None
    return {**changed, LAST_SYNC: espo_datetime(now)}
