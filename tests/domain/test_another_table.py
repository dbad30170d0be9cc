"""The whole of a sync, over the fields of another entity: a party's addresses (facts/advoware.md §3).

Nothing but the table is handed in. So a second entity is a table of its own, and none of the domain's code.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from beteiligte.decide import base as bases
from beteiligte.decide.choice import Choice, ChoiceRefusal, ChoiceRefused
from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.matching import Likeness, Matching
from beteiligte.decide.policy import Policy, Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.faults import System
from beteiligte.messages import Language, failure_summary, note
from beteiligte.record.kinds import DATE, Value
from beteiligte.record.mapping import field_at_espocrm, overlay, to_advoware, to_espocrm
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.record.table import Field, FieldTable, Form, Group
from beteiligte.settle import bookkeeping
from beteiligte.settle.settlement import Landed, Settlement, settle
from beteiligte.status import Result, SyncStatus
from beteiligte.sweep.due import Due, look

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


# ---------------------------------------------------------------------- one side


def test_a_new_one_is_created_of_what_advoware_stores() -> None:
    """What it does not store is told with its label."""
    new = espocrm({**KNOWN, "land": "Deutschland"}, None, betnr=None, advowareRowId=None, advowareLastSync=None)
    situation = Situation(espocrm=new)

    decision = decide(situation, RULES)

    assert (decision.result, decision.action) == (Result.CREATE, Action.CREATE)
    assert to_advoware(decision.to_advoware, ADDRESSES) == {
        "anschrift": "Müßig GmbH",
        "strasse": "Hauptstr. 1",
        "plz": "10115",
        "ort": "Berlin",
        "gueltigVon": "2020-02-29T00:00:00",
    }
    assert [(found.kind, found.field) for found in decision.findings] == [(FindingKind.NOT_WRITABLE, "land")]
    assert base_after(situation, decision) == decision.to_advoware


def test_one_without_its_name_is_not_created() -> None:
    """The table says which field that is."""
    nameless = espocrm({**KNOWN, "anschrift": None}, None, betnr=None)

    decision = decide(Situation(espocrm=nameless), RULES)

    assert [found.kind for found in decision.findings] == [FindingKind.NO_NAME]


def test_an_edit_goes_to_the_other_side_alone() -> None:
    """Push, pull, and both at once where they are of different fields."""
    push, pull = linked({"strasse": "Am Markt 2"}, {}), linked({}, {"gueltig_von": None})
    merge = linked({"strasse": "Am Markt 2"}, {"ort": "Potsdam"})

    pushed, pulled, merged = (decide(situation, RULES) for situation in (push, pull, merge))

    assert (pushed.result, pushed.to_advoware, pushed.to_espocrm) == (
        Result.ESPOCRM_NEWER,
        {"strasse": "Am Markt 2"},
        {},
    )
    assert (pulled.result, pulled.to_advoware, pulled.to_espocrm) == (Result.ADVOWARE_NEWER, {}, {"gueltig_von": None})
    assert (merged.result, merged.to_advoware, merged.to_espocrm) == (
        Result.MERGE,
        {"strasse": "Am Markt 2"},
        {"ort": "Potsdam"},
    )
    assert to_espocrm(merged.to_espocrm, Form.PERSON, ADDRESSES) == {"city": "Potsdam"}
    assert base_after(merge, merged) == {**KNOWN, "strasse": "Am Markt 2", "ort": "Potsdam"}


def test_what_is_equal_writes_nothing() -> None:
    """No echo."""
    situation = linked({}, {})

    decision = decide(situation, RULES)

    assert (decision.result, decision.action, decision.findings) == (Result.NO_CHANGE, Action.NOTHING, ())
    assert settled(situation, decision).status is SyncStatus.CLEAN


def test_what_advoware_holds_besides_is_kept() -> None:
    """The record is replaced as a whole, and a property that is not mapped survives."""
    record: dict[str, JsonValue] = {"Strasse": "Hauptstr. 1", "postfach": "12 34"}

    assert overlay(record, {"strasse": "Am Markt 2"}, ADDRESSES) == {"Strasse": "Am Markt 2", "postfach": "12 34"}
    assert field_at_espocrm("street", ADDRESSES) == "strasse"


# ---------------------------------------------------------------------- both sides


@pytest.mark.parametrize(
    ("policy", "kept", "basis"),
    [
        (Policy.ESPOCRM, "Am Markt 2", Basis.POLICY),
        (Policy.ADVOWARE, "Allee 3", Basis.POLICY),
        (Policy.NEWEST, "Am Markt 2", Basis.TOO_CLOSE),
    ],
)
def test_a_conflict_is_settled_by_the_policy_of_its_group(policy: Policy, kept: str, basis: Basis) -> None:
    """The loser is told with both values."""
    situation = linked({"strasse": "Am Markt 2"}, {"strasse": "Allee 3"})

    decision = decide(situation, by(policy))

    [found] = decision.findings
    assert (found.kind, found.field, found.group, found.reason) == (
        FindingKind.CONFLICT,
        "strasse",
        Group.ADRESSE,
        basis.value,
    )
    assert {**decision.to_advoware, **decision.to_espocrm} == {"strasse": kept}
    assert base_after(situation, decision)["strasse"] == kept


def test_by_default_each_group_of_the_table_has_its_own_policy() -> None:
    """`ort` counts as contact data here: Advoware wins; of addresses the newer one."""
    both = {"strasse": "A", "ort": "B"}, {"strasse": "C", "ort": "D"}

    decision = decide(linked(*both), RULES)

    assert {found.field: found.winner for found in decision.findings} == {
        "strasse": System.ESPOCRM,
        "ort": System.ADVOWARE,
    }


def test_a_person_decides_and_chooses() -> None:
    """Nothing is overwritten before, and what was chosen goes to both sides."""
    situation = linked({"gueltig_von": "2021-01-01"}, {"gueltig_von": "2022-01-01"})
    asked = decide(situation, by(Policy.MANUAL))
    assert [found.kind for found in asked.findings] == [FindingKind.UNDECIDED]
    assert (asked.to_advoware, asked.to_espocrm) == ({}, {})
    assert settled(situation, asked).status is SyncStatus.CONFLICT

    chosen = situation.but(choices=(Choice.typed("gueltig_von", "2023-05-06T00:00:00", ADDRESSES),))
    decision = decide(chosen, by(Policy.MANUAL))

    assert decision.to_advoware == decision.to_espocrm == {"gueltig_von": "2023-05-06"}
    assert base_after(chosen, decision)["gueltig_von"] == "2023-05-06"


def test_a_choice_of_what_the_table_does_not_have_is_refused() -> None:
    """With the fields that there are; a date is a date, and the name stays."""
    told = {}
    for field, word in (("geburtsdatum", "x"), ("gueltig_von", "soon"), ("anschrift", "")):
        with pytest.raises(ChoiceRefused) as refused:
            Choice.typed(field, word, ADDRESSES)
        told[field] = refused.value.refusal
    assert told == {
        "geburtsdatum": ChoiceRefusal.UNKNOWN_FIELD,
        "gueltig_von": ChoiceRefusal.NO_SUCH_VALUE,
        "anschrift": ChoiceRefusal.NO_NAME,
    }

    unwritable = linked({"land": "A"}, {"land": "B"}).but(choices=(Choice(field="land", value="C"),))
    assert decide(unwritable, RULES).declined == {"land": ChoiceRefusal.NOT_WRITABLE}


# ---------------------------------------------------------------------- first sync, holds


def test_without_a_base_nothing_is_cleared_and_the_loser_is_told() -> None:
    """One side's value fills the other; where both have one, what moved since the last sync wins."""
    espo = espocrm({**KNOWN, "ort": None, "plz": "10115"}, None)
    situation = Situation(espocrm=espo, advoware=advoware({**KNOWN, "plz": "14467"}, "R2"))

    decision = decide(situation, RULES)

    assert (decision.to_espocrm, decision.to_advoware) == ({"ort": "Berlin", "plz": "14467"}, {})
    assert [(found.field, found.reason) for found in decision.findings] == [("plz", Basis.ONLY_ADVOWARE_MOVED)]


def test_a_field_that_the_base_does_not_name_yet_is_synced_like_a_first_time() -> None:
    """As when a row is added to the table."""
    older = {name: value for name, value in KNOWN.items() if name != "strasse"}

    decision = decide(linked({"strasse": None}, {}, older), RULES)

    assert decision.to_espocrm == {"strasse": "Hauptstr. 1"}


def test_an_emptied_record_is_held() -> None:
    """Without its name, and without most of what it held."""
    nameless, empty = linked({"anschrift": None}, {}), linked(dict.fromkeys(list(KNOWN)[1:]), {})

    for situation in (nameless, empty):
        decision = decide(situation, RULES)
        assert [found.kind for found in decision.findings] == [FindingKind.GUARD]
        assert decision.held
        assert base_after(situation, decision) == KNOWN


def test_a_stranger_s_record_is_not_overwritten() -> None:
    """A first link to one of another name, known by the table's own field."""
    theirs = {**KNOWN, "anschrift": "Schmidt AG"}
    situation = Situation(espocrm=espocrm(KNOWN, None), advoware=advoware(theirs))

    [found] = decide(situation, RULES).findings

    assert (found.kind, found.field) == (FindingKind.LINK_OTHER_NAME, "anschrift")
    assert (found.espocrm, found.advoware) == ("Müßig GmbH", "Schmidt AG")


def test_a_number_that_was_given_again_is_another_record() -> None:
    """The table says what a record is known by."""
    other = linked({}, {"anschrift": "Schmidt AG", "strasse": "Allee 3"})
    renamed = linked({}, {"anschrift": "Müßig & Söhne GmbH"})

    assert [found.kind for found in decide(other, RULES).findings] == [FindingKind.LINK_OTHER_NAME]
    assert decide(renamed, RULES).to_espocrm == {"anschrift": "Müßig & Söhne GmbH"}


def test_what_is_not_shown_or_has_no_counterpart_is_told_and_left_alone() -> None:
    """Missing is not empty."""
    hidden = Situation(espocrm=espocrm(KNOWN, base_of(KNOWN), hides="plz"), advoware=advoware(KNOWN))
    odd = Situation(espocrm=espocrm(KNOWN, base_of(KNOWN)), advoware=advoware(KNOWN, "R2", gueltigVon="soon"))

    for situation, told in ((hidden, (FindingKind.UNREADABLE, "plz")), (odd, (FindingKind.UNMAPPABLE, "gueltig_von"))):
        decision = decide(situation, RULES)
        assert (decision.to_advoware, decision.to_espocrm) == ({}, {})
        assert [(found.kind, found.field) for found in decision.findings] == [told]
        assert base_after(situation, decision) == KNOWN


# ---------------------------------------------------------------------- base, search, sweep


def test_a_base_comes_back_as_it_was_written() -> None:
    """In today's canonical form; what the table does not know is no base, and neither is a question about it."""
    text = base_of({**KNOWN, "gueltig_von": "2020-02-29T00:00:00", "vorname": "Änne"})

    read = bases.parse(text, ROW, ADDRESSES)

    assert read.values == KNOWN
    assert bases.parse(bases.dumps(read), ROW, ADDRESSES) == read
    assert read.form_by(ADDRESSES) is None


def test_a_field_that_an_operator_leaves_out_keeps_its_base() -> None:
    """It is not compared, and nobody is told; mapped again, what was edited meanwhile is an edit."""
    rows = tuple(row for row in ADDRESSES.rows if row.name != "ort")
    less = FieldTable(
        rows=rows,
        unmapped=tuple(row for row in ADDRESSES.rows if row.name == "ort"),
        name=ADDRESSES.name,
        identity=ADDRESSES.identity,
        match=ADDRESSES.match,
    )
    situation = linked({"ort": "Potsdam"}, {"ort": "Bonn"})

    decision = decide(situation, Rules(table=less))

    assert (decision.to_advoware, decision.to_espocrm) == ({}, {})
    assert FieldView(situation, less).base.values["ort"] == "Berlin"


def test_who_is_the_same_is_compared_by_the_table_s_own_fields() -> None:
    """All that it has of them agree, or one contradicts."""
    matching = Matching(ADDRESSES)

    assert matching.likeness(Form.PERSON, KNOWN, KNOWN) is Likeness.CERTAIN
    assert matching.likeness(Form.PERSON, KNOWN, {**KNOWN, "plz": None}) is Likeness.POSSIBLE
    assert matching.likeness(Form.PERSON, KNOWN, {**KNOWN, "ort": "Bonn"}) is Likeness.NONE


def test_a_sweep_sees_an_edit_by_the_base() -> None:
    """And nothing where there was none."""
    edited, quiet = (espocrm({**KNOWN, **more}, base_of(KNOWN)) for more in ({"ort": "Bonn"}, {}))
    day = timedelta(days=1)

    assert look(edited, ADDRESSES, NOW, retry=day).due is Due.EDITED
    assert look(quiet, ADDRESSES, NOW, retry=day).due is None


# ---------------------------------------------------------------------- what people read


@pytest.mark.parametrize(
    ("language", "told"),
    [(Language.GERMAN, "EspoCRM „01.01.2021“, Advoware „01.01.2022“"), (Language.ENGLISH, '"2021-01-01"')],
)
def test_people_read_the_table_s_labels(language: Language, told: str) -> None:
    """In the note, in the record's message, and where a system names its own attribute."""
    situation = linked({"gueltig_von": "2021-01-01"}, {"gueltig_von": "2022-01-01"})
    decision = decide(situation, by(Policy.MANUAL))
    message = settle(situation, decision, table=ADDRESSES, language=language).error_message or ""

    text = note(decision.findings, ADDRESSES, bet_nr=NUMBER, language=language)

    assert told in text
    assert "Gültig von" in text
    assert message.startswith("Gültig von: ")
    assert "Straße" in failure_summary("Rejected", System.ESPOCRM, "street", ADDRESSES, language)
