"""The words of the domain's tests: a party as both sides show it, and the next sync after a decision."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from beteiligte.decide import base as bases
from beteiligte.decide.base import Base
from beteiligte.decide.decision import Action, Decision
from beteiligte.decide.findings import Open
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.record.field_table import Form
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot, Side
from beteiligte.record.value_kinds import Value
from beteiligte.settle.settlement import Landed, Settlement, settle

PARTY, OTHER = "5f3e1c0a9b8d7e6f0", "5f3e1c0a9b8d7e6f1"
BET_NR, STRANGER = 104_001, 104_002
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KNOWN = {"name": "Müßig", "vorname": "Änne", "geburtsdatum": "1980-02-29", "anrede": "Frau", "rechtsform": None}
"""What both sides agree on, so that the guard has a party to weigh against."""

UNREADABLE, UNMAPPABLE = "(unreadable)", "(unmappable)"
"""Stand for a field that a side does not show, or shows in a form without counterpart."""


def side(values: Mapping[str, Value]) -> Side:
    """One side that shows these values beside what both agree on."""
    shown = {**KNOWN, **values}
    return Side(
        values={name: value for name, value in shown.items() if value not in (UNREADABLE, UNMAPPABLE)},
        unreadable=tuple(name for name, value in shown.items() if value == UNREADABLE),
        unmappable={name: "not in the vocabulary" for name, value in shown.items() if value == UNMAPPABLE},
    )


def base_text(
    values: Mapping[str, Value],
    *,
    bet_nr: int | None = BET_NR,
    party_id: str = PARTY,
    row_id: str = "R1",
    changed_at: datetime | None = None,
    still_open: tuple[Open, ...] = (),
    form: Form | None = None,
) -> str:
    """A base as it stands in EspoCRM, with exactly these values."""
    base = Base(party_id=party_id, bet_nr=bet_nr, row_id=row_id, changed_at=changed_at, form=form)
    return bases.dumps(base.model_copy(update={"values": dict(values), "open": still_open}))


def espocrm(values: Mapping[str, Value] | None = None, base: str | None = None, **more: object) -> EspoSnapshot:
    """A linked, clean party in EspoCRM that nobody touched since the last sync."""
    usual = {
        "party_id": PARTY,
        "read_at": NOW,
        "side": side(values or {}),
        "bet_nr": BET_NR,
        "row_id": "R1",
        "last_sync": NOW - timedelta(hours=1),
        "modified_at": NOW - timedelta(hours=1),
        "status": "clean",
        "base_text": base,
    }
    read = EspoSnapshot.model_validate({**usual, **more})
    first = read.bet_nr is not None and bases.head(base, read.party_id).bet_nr != read.bet_nr
    return read.model_copy(update={"first_link": first})


def advoware(values: Mapping[str, Value] | None = None, **more: object) -> AdvowareSnapshot:
    """The party in Advoware, untouched since the last sync."""
    usual = {"bet_nr": BET_NR, "read_at": NOW, "side": side(values or {}), "row_id": "R1"}
    return AdvowareSnapshot.model_validate({**usual, **more})


def compared(espo: Mapping[str, Value], advo: Mapping[str, Value], base: Mapping[str, Value]) -> Situation:
    """A linked party whose base holds `base` beside what both sides agree on."""
    return Situation(espocrm=espocrm(espo, base_text({**KNOWN, **base})), advoware=advoware(advo))


def view(situation: Situation) -> FieldView:
    """A situation as the parties' table reads it."""
    return FieldView(situation, PARTY_TABLE)


def landed(situation: Situation, decision: Decision, *, ignores: frozenset[str] = frozenset()) -> Landed | None:
    """What Advoware's answer shows after the decision was written there."""
    if decision.action is Action.NOTHING:
        return None
    held = situation.advoware.side.values if situation.advoware else {}
    taken = {name: value for name, value in decision.to_advoware.items() if name not in ignores}
    empty = dict.fromkeys(decision.to_advoware) if decision.action is Action.CREATE else {}
    return Landed(bet_nr=situation.bet_nr or BET_NR, row_id="R2", values={**empty, **held, **taken})


def next_sync(
    situation: Situation, settlement: Settlement, espo: Mapping[str, Value], advo: Mapping[str, Value]
) -> Situation:
    """What the next sync reads: both sides as they stand, and EspoCRM's bookkeeping as it was settled."""
    before = situation.espocrm
    there = situation.advoware or advoware()
    first = settlement.bet_nr is not None and bases.head(settlement.base_text, PARTY).bet_nr != settlement.bet_nr
    written = {
        "side": before.side.model_copy(update={"values": {**before.side.values, **espo}}),
        "bet_nr": settlement.bet_nr,
        "row_id": settlement.row_id,
        "status": settlement.status.value,
        "error_message": settlement.error_message,
        "base_text": settlement.base_text,
        "last_sync": NOW,
        "modified_at": NOW,
        "first_link": first,
    }
    shown = there.side.model_copy(update={"values": dict(advo)})
    return Situation(
        espocrm=before.model_copy(update=written),
        advoware=there.model_copy(update={"side": shown, "row_id": settlement.row_id}),
        others=situation.others,
    )


def carried_out(situation: Situation, decision: Decision) -> tuple[Situation, Settlement]:
    """The next sync after everything was taken as it was sent, and what was settled."""
    answer = landed(situation, decision)
    settlement = settle(situation, decision, answer, table=PARTY_TABLE)
    held = situation.advoware.side.values if situation.advoware else {}
    advo = answer.values if answer else held
    return next_sync(situation, settlement, decision.to_espocrm, advo), settlement


def company(values: Mapping[str, Value], base: str | None = None, **more: object) -> EspoSnapshot:
    """A company in EspoCRM: no field of a person's own."""
    read = espocrm(values, base, form=Form.COMPANY, **more)
    absent = tuple(field.name for field in PARTY_TABLE.rows if Form.COMPANY not in field.forms)
    own = {name: value for name, value in read.side.values.items() if name not in absent}
    return read.model_copy(update={"side": read.side.model_copy(update={"values": own, "absent": absent})})
