"""The words of the tests over another entity: a party's addresses as both sides show them (facts/advoware.md §3)."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from beteiligte.decide import base as bases
from beteiligte.decide.decision import Action, Decision
from beteiligte.decide.policy import Policy, Rules
from beteiligte.decide.situation import Situation
from beteiligte.record.field_table import Field, FieldTable, Group
from beteiligte.record.mapping import to_advoware
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.record.value_kinds import DATE, Value
from beteiligte.settle import bookkeeping
from beteiligte.settle.settlement import Landed, Settlement, settle

ADDRESSES = FieldTable(
    name="anschrift",
    identity=("anschrift", "strasse"),
    match=("anschrift", "plz", "ort"),
    rows=(
        Field(name="anschrift", label="Anschrift", espocrm="letterHead", advoware="anschrift", group=Group.ADRESSE),
        Field(name="strasse", label="Straße", espocrm="street", advoware="strasse", group=Group.ADRESSE),
        Field(name="plz", label="PLZ", espocrm="postalCode", advoware="plz", group=Group.ADRESSE),
        Field(name="ort", label="Ort", espocrm="city", advoware="ort", group=Group.KONTAKTDATEN),
        Field(name="land", label="Land", espocrm="country", advoware="land", group=Group.ADRESSE, writable=False),
        Field(name="gueltig_von", label="Gültig von", espocrm="validFrom", advoware="gueltigVon", kind=DATE),
    ),
)
"""Of the fields that a PUT leaves alone there, `gueltig_von` is taken as writable here, for the sake of a date."""

ROW, NUMBER = "5f3e1c0a9b8d7e6f0", 7_001
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KNOWN: dict[str, Value] = {
    "anschrift": "Müßig GmbH",
    "strasse": "Hauptstr. 1",
    "plz": "10115",
    "ort": "Berlin",
    "land": None,
    "gueltig_von": "2020-02-29",
}
RULES = Rules(table=ADDRESSES)


def espocrm(values: Mapping[str, Value], base: str | None, *, hides: str = "", **more: JsonValue) -> EspoSnapshot:
    """As EspoCRM answers."""
    own: dict[str, JsonValue] = dict.fromkeys(bookkeeping.REQUIRED)
    own |= {bookkeeping.BETNR: NUMBER, bookkeeping.ROW_ID: "R1", bookkeeping.LAST_SYNC: "2026-03-02 08:30:00"}
    own |= {"modifiedAt": "2026-03-02 08:30:00", bookkeeping.STATUS: "clean", bookkeeping.BASE: base, **more}
    shown = {field.espocrm: values.get(field.name) for field in ADDRESSES.rows if field.name != hides}
    return bookkeeping.espo_snapshot(ROW, {**own, **shown}, ADDRESSES, read_at=NOW)


def advoware(values: Mapping[str, Value], row_id: str = "R1", **more: JsonValue) -> AdvowareSnapshot:
    """As Advoware answers."""
    record = {**to_advoware(values, ADDRESSES), "geaendertAm": "2026-03-02T08:30:00", **more}
    return bookkeeping.advoware_snapshot(NUMBER, row_id, record, ADDRESSES, read_at=NOW)


def base_of(values: Mapping[str, Value]) -> str:
    """A base as it stands in EspoCRM."""
    return bases.dumps(bases.Base(party_id=ROW, bet_nr=NUMBER, row_id="R1", values=dict(values)))


def linked(espo: Mapping[str, Value], advo: Mapping[str, Value], base: Mapping[str, Value] = KNOWN) -> Situation:
    """A linked address; each side differs from what was agreed by these values."""
    moved = "R2" if advo else "R1"
    return Situation(espocrm=espocrm({**KNOWN, **espo}, base_of(base)), advoware=advoware({**KNOWN, **advo}, moved))


def settled(situation: Situation, decision: Decision) -> Settlement:
    """After everything was taken as it was sent."""
    there = situation.advoware.side.values if situation.advoware else {}
    values = {**there, **decision.to_advoware}
    landed = Landed(bet_nr=NUMBER, row_id="R3", values=values) if decision.action is not Action.NOTHING else None
    return settle(situation, decision, landed, table=ADDRESSES)


def base_after(situation: Situation, decision: Decision) -> Mapping[str, Value]:
    """What both sides hold then, as the next sync reads it."""
    return bases.parse(settled(situation, decision).base_text, ROW, ADDRESSES).values


def by(policy: Policy) -> Rules:
    """The same policy for every group."""
    return Rules(table=ADDRESSES, policies=dict.fromkeys(Group, policy))
