"""The whole of a sync, over the fields of another entity: a party's addresses (facts/advoware.md §3).

Nothing but the table is handed in. So a second entity is a table of its own, and none of the domain's code.
"""

import pytest
from pydantic import JsonValue

from beteiligte.decide.choice import Choice, ChoiceRefusal, ChoiceRefused
from beteiligte.decide.decision import Action, decide
from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.policy import Policy
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.field_table import Form, Group
from beteiligte.record.mapping import field_at_espocrm, overlay, to_advoware, to_espocrm
from beteiligte.sync_status import Result, SyncStatus
from tests.domain.addresses import (
    ADDRESSES,
    KNOWN,
    RULES,
    advoware,
    base_after,
    base_of,
    by,
    espocrm,
    linked,
    settled,
)

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
