"""Person or company: what a party is, what it has by that, and that it never turns silently."""

from collections.abc import Mapping

import pytest
from pydantic import JsonValue

from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.owed import Owed, Stage
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.record.field_table import Form
from beteiligte.record.mapping import from_espocrm
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.person_or_company import form_at_espocrm, form_by_legal_form, is_ambiguous
from beteiligte.record.value_kinds import NATURAL_PERSON, Value
from beteiligte.settle.settlement import differs
from beteiligte.sync_status import Result
from runtime.field_file import parse
from tests.domain.parties import (
    BET_NR,
    KNOWN,
    UNMAPPABLE,
    UNREADABLE,
    advoware,
    base_text,
    carried_out,
    company,
    espocrm,
    view,
)
from tests.rules import party_rules

FIRM: dict[str, Value] = {"name": "Müßig GmbH", "rechtsform": "GmbH"}
FIRM_TEXT = base_text(FIRM, form=Form.COMPANY)
PERSON_TEXT = base_text(KNOWN)
CONTACT = {"anrede": "Herr", "titel": "Dr.", "geburtsdatum": "1951-01-01", "vorname": "Karl"}


# ---------------------------------------------------------------------- the signs


@pytest.mark.parametrize(
    ("attributes", "form"),
    [
        ({"lastName": "Müßig"}, Form.PERSON),
        ({"lastName": "Müßig", "rechtsform": "GmbH"}, Form.PERSON),
        ({"lastName": "Meier", "firmenname": "Müßig GmbH"}, Form.COMPANY),
        ({"firmenname": "Müßig GmbH", "rechtsform": "GmbH"}, Form.COMPANY),
        ({"lastName": "Müßig", "firmenname": "Arbeitgeber AG", "rechtsform": NATURAL_PERSON}, Form.PERSON),
        ({"firmenname": "Arbeitgeber AG", "rechtsform": "person"}, Form.PERSON),
        ({"lastName": "Müßig", "firmenname": "\u200e", "rechtsform": "GmbH"}, Form.PERSON),
        ({"lastName": "Meier", "firmenname": "Müßig GmbH", "rechtsform": "kein Wort davon"}, Form.COMPANY),
        ({"lastName": "Meier", "firmenname": ["?"]}, Form.COMPANY),
        ({}, Form.PERSON),
    ],
)
def test_a_company_has_a_company_s_name_unless_its_legal_form_says_person(
    attributes: Mapping[str, JsonValue], form: Form
) -> None:
    """An employer is no name, and neither is what nobody sees."""
    assert form_at_espocrm(attributes, PARTY_TABLE) is form


def test_a_record_without_any_name_is_what_it_was() -> None:
    """Else an emptied company would be a nameless person; a contact's first name is no name of the party."""
    assert form_at_espocrm({"firstName": "Karl", "firmenname": None}, PARTY_TABLE, agreed=Form.COMPANY) is Form.COMPANY
    assert form_at_espocrm({"lastName": "Meier", "firmenname": None}, PARTY_TABLE, agreed=Form.COMPANY) is Form.PERSON


def test_a_legal_form_may_say_nothing() -> None:
    """Empty, or a word that nobody knows."""
    assert form_by_legal_form({"rechtsform": NATURAL_PERSON}, PARTY_TABLE) is Form.PERSON
    assert form_by_legal_form({"rechtsform": "e.K."}, PARTY_TABLE) is Form.COMPANY
    assert form_by_legal_form({"rechtsform": None}, PARTY_TABLE) is form_by_legal_form({}, PARTY_TABLE) is None
    assert is_ambiguous({"firmenname": "A", "rechtsform": NATURAL_PERSON}, PARTY_TABLE)
    assert not is_ambiguous({"firmenname": "A", "rechtsform": "AG"}, PARTY_TABLE)


# ---------------------------------------------------------------------- what a company has


def test_the_table_says_what_a_company_has() -> None:
    """A person's own are what a company's record holds of its contact; all others both have."""
    persons = {field.name for field in PARTY_TABLE.rows if field.forms == {Form.PERSON}}

    assert persons == {"vorname", "titel", "anrede", "geburtsdatum", "geburtsname", "familienstand"}
    assert [field for field in PARTY_TABLE.rows if field.name not in persons and field.forms != set(Form)] == []


def test_a_company_s_record_shows_nothing_of_its_contact() -> None:
    """Neither a value nor that one could not be read."""
    contact: dict[str, JsonValue] = {
        field.espocrm: "?" for field in PARTY_TABLE.rows if Form.COMPANY not in field.forms
    }
    side = from_espocrm({**contact, "firmenname": "Müßig GmbH", "lastName": "Meier"}, PARTY_TABLE)

    assert side.values["name"] == "Müßig GmbH"
    assert not {*side.absent} & {*side.values, *side.unmappable, *side.unreadable}
    assert {*side.absent} == {name for name, field in PARTY_TABLE.by_name.items() if Form.COMPANY not in field.forms}


@pytest.mark.parametrize("there", [CONTACT, {"anrede": UNMAPPABLE, "titel": UNREADABLE}, {}])
def test_what_a_company_does_not_have_is_let_alone_on_both_sides(there: Mapping[str, Value]) -> None:
    """Whatever stands there in Advoware: not written, not read, not told, and no part of what is agreed."""
    situation = Situation(espocrm=company(FIRM, FIRM_TEXT), advoware=advoware({**FIRM, **there}))

    decision = decide(situation, party_rules())

    assert (decision.result, decision.findings) == (Result.NO_CHANGE, ())
    assert {*view(carried_out(situation, decision)[0]).base.values} <= {
        name for name in PARTY_TABLE.by_name if view(situation).has(name)
    }


def test_a_company_s_create_holds_nothing_of_its_contact() -> None:
    """Only what a company has."""
    new = company({**FIRM, **CONTACT, "zusatz": "c/o"}, bet_nr=None, row_id=None, last_sync=None)

    decision = decide(Situation(espocrm=new), party_rules())

    assert (decision.action, decision.to_advoware) == (Action.CREATE, {**FIRM, "zusatz": "c/o"})


def test_what_a_company_does_not_have_is_nothing_it_could_lose() -> None:
    """The guard weighs only what the party has."""
    firm = {**FIRM, "zusatz": "c/o", "kurzname": "M"}
    emptied = company(
        {**firm, "zusatz": None, "rechtsform": None, "kurzname": None}, base_text(firm, form=Form.COMPANY)
    )
    situation = Situation(espocrm=emptied, advoware=advoware({**firm, **CONTACT, "kurzname": None}))

    assert decide(situation, party_rules()).held


# ---------------------------------------------------------------------- a change of form


def held(situation: Situation) -> Finding:
    """The finding that holds the party: told once, nothing written, the base as it was."""
    decision = decide(situation, party_rules())
    assert decision.held
    assert (decision.action, decision.to_advoware, decision.to_espocrm) == (Action.NOTHING, {}, {})
    [finding] = decision.findings
    after, settlement = carried_out(situation, decision)
    assert view(after).stored_base.form_by(PARTY_TABLE) is view(situation).stored_base.form_by(PARTY_TABLE)
    after = after.model_copy(update={"advoware": situation.advoware})
    again = decide(after, party_rules())
    assert (again.held, again.findings, again.still_open) == (True, (), (finding,))
    assert settlement.status == "conflict"
    assert not differs(carried_out(after, again)[1], after.espocrm)
    return finding


def free(situation: Situation) -> Decision:
    decision = decide(situation, party_rules())
    assert not decision.held
    return decision


def turned(values: Mapping[str, Value], theirs: Mapping[str, Value] | None = None, **more: object) -> Situation:
    """A linked person whose record says company now."""
    return Situation(espocrm=company(values, PERSON_TEXT, **more), advoware=advoware(theirs or {}))


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"name": "Arbeitgeber AG"}, {}),
        ({"name": "Arbeitgeber AG"}, {"rechtsform": NATURAL_PERSON}),
        ({"name": "Arbeitgeber AG", "rechtsform": UNMAPPABLE}, {}),
    ],
)
def test_a_company_s_name_alone_makes_no_company_of_a_person(
    mine: Mapping[str, Value], theirs: Mapping[str, Value]
) -> None:
    """It may be an employer: the name of one and the first name of the other would travel."""
    finding = held(turned(mine, theirs))

    assert (finding.kind, finding.field, finding.bet_nr) == (FindingKind.FORM_DOUBTFUL, "name", BET_NR)
    assert (finding.espocrm, finding.advoware) == ("Arbeitgeber AG", "Müßig")


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [(FIRM, {}), (FIRM, {"rechtsform": NATURAL_PERSON}), ({"name": "Müßig GmbH"}, {"rechtsform": "GmbH"})],
)
def test_a_person_becomes_a_company_by_both_signs(mine: Mapping[str, Value], theirs: Mapping[str, Value]) -> None:
    """What a company does not have is neither cleared nor carried, and it is said that it still stands there."""
    situation = turned(mine, theirs)
    decision = free(situation)

    assert not {*decision.to_advoware, *decision.to_espocrm} & {*CONTACT}
    assert decision.to_advoware["name"] == "Müßig GmbH"
    assert [(f.kind, {*f.fields}) for f in decision.findings if f.kind is not FindingKind.CONFLICT] == [
        (FindingKind.FORM_CHANGED, {"vorname", "geburtsdatum", "anrede"})
    ]
    after, _ = carried_out(situation, decision)
    assert decide(after, party_rules()).result is Result.NO_CHANGE
    assert decide(after, party_rules()).findings == ()
    assert view(after).base.form_by(PARTY_TABLE) is Form.COMPANY


def test_whoever_gives_both_systems_the_same_name_has_answered() -> None:
    """The way out where a firm keeps no legal forms."""
    situation = turned({"name": "Müßig GmbH"}, {"name": "Müßig GmbH"})

    assert free(situation).to_advoware == {}
    assert view(carried_out(situation, free(situation))[0]).base.form_by(PARTY_TABLE) is Form.COMPANY


def test_that_a_person_became_a_company_is_told_once_where_its_write_takes_several_readings() -> None:
    """What landed tells it; the next reading does not."""
    situation = turned(FIRM)
    landed = Owed(stage=Stage.LANDED, bet_nr=BET_NR, row_id="R2", agreed=FIRM, findings=free(situation).findings)
    again = situation.model_copy(update={"owed": landed, "advoware": advoware(FIRM, row_id="R2")})

    assert decide(again, party_rules()).findings == ()


@pytest.mark.parametrize("theirs", [{}, {"rechtsform": None}])
def test_a_company_whose_name_was_emptied_is_not_its_contact(theirs: Mapping[str, Value]) -> None:
    """Its `lastName` is the contact's: without a legal form that says person nothing is written."""
    contact = espocrm({"name": "Meier", "vorname": "Karl", "rechtsform": theirs.get("rechtsform", "GmbH")}, FIRM_TEXT)
    finding = held(Situation(espocrm=contact, advoware=advoware({**FIRM, **theirs})))

    assert (finding.kind, finding.espocrm) == (FindingKind.FORM_DOUBTFUL, "Karl Meier")


def test_a_company_becomes_a_person_by_both_signs() -> None:
    """The contact's name is now the party's own, and so is all that a person has; the loser of each field is told."""
    person = {"name": "Meier", "vorname": "Karl", "rechtsform": NATURAL_PERSON, "geburtsdatum": None}
    situation = Situation(espocrm=espocrm(person, FIRM_TEXT), advoware=advoware({**FIRM, "vorname": None}))

    decision = free(situation)

    assert decision.to_advoware == {"name": "Meier", "vorname": "Karl", "rechtsform": NATURAL_PERSON}
    assert decision.to_espocrm == {"geburtsdatum": "1980-02-29"}
    assert view(carried_out(situation, decision)[0]).base.form_by(PARTY_TABLE) is Form.PERSON


def test_what_a_person_had_is_no_base_after_it_was_a_company() -> None:
    """A contact entered meanwhile is no edit of the person's: both values are told, and `undo` finds the loser."""
    after, _ = carried_out(turned(FIRM), free(turned(FIRM)))
    back = espocrm(
        {**KNOWN, "vorname": "Karl", "rechtsform": NATURAL_PERSON}, after.espocrm.base_text, row_id=after.espocrm.row_id
    )
    decision = free(Situation(espocrm=back, advoware=after.advoware))

    assert [(f.field, f.lost) for f in decision.findings if f.kind is FindingKind.CONFLICT] == [("vorname", ("Änne",))]


def test_a_company_s_name_with_the_legal_form_of_a_person_is_ambiguous() -> None:
    """A linked company stays held until one of the two is put right."""
    contact = espocrm({"name": "Meier", "rechtsform": NATURAL_PERSON}, FIRM_TEXT, ambiguous_form=True)

    assert held(Situation(espocrm=contact, advoware=advoware(FIRM))).field == "name"


def test_a_legal_form_that_would_make_a_person_of_a_company_is_not_taken_over() -> None:
    """Edited in Advoware alone, or found there at the first link: the next reading would take the contact for it."""
    there = advoware({**FIRM, "rechtsform": NATURAL_PERSON}, row_id="R9")
    unsaid = company({"name": "Müßig GmbH", "rechtsform": None}, None, row_id=None, last_sync=None)

    assert held(Situation(espocrm=company(FIRM, FIRM_TEXT), advoware=there)).field == "name"
    assert held(Situation(espocrm=unsaid, advoware=there)).field == "name"


def test_a_name_that_is_not_shown_turns_nobody() -> None:
    """While EspoCRM hides the company's name, nobody knows what the party is."""
    hidden = espocrm({**FIRM, "name": UNREADABLE, "vorname": UNREADABLE}, FIRM_TEXT)

    assert free(Situation(espocrm=hidden, advoware=advoware({**FIRM, "zusatz": "c/o"}))).to_advoware == {}


def test_who_has_a_field_is_as_the_table_in_force_says() -> None:
    """Also where a record without any name takes Advoware's word for what it is."""
    bare = espocrm({**dict.fromkeys(KNOWN), "titel": "Dr."}, row_id=None, last_sync=None)
    situation = Situation(espocrm=bare, advoware=advoware({**FIRM, "titel": None}))
    operators = parse('[titel]\nforms = ["person", "company"]\n')

    assert (view(situation).form, view(situation).has("titel")) == (Form.COMPANY, False)
    assert FieldView(situation, operators).espocrm == {"name": None, "rechtsform": None, "titel": "Dr."}
