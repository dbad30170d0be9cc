"""A person's choice for one field: carried out under every policy and question, once, and never into the blue."""

from collections.abc import Iterator
from itertools import product

import pytest

from beteiligte.decide.choice import WORDS, Choice, ChoiceRefusal, ChoiceRefused
from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.findings import OVERWRITING, Finding, FindingKind, Open
from beteiligte.decide.owed import Owed, Stage
from beteiligte.decide.policy import Policy, Rules
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import Value
from beteiligte.settle.settlement import differs, settle
from beteiligte.sync_status import Result, SyncStatus
from tests.domain.parties import (
    KNOWN,
    UNMAPPABLE,
    UNREADABLE,
    advoware,
    base_text,
    carried_out,
    compared,
    espocrm,
    landed,
    next_sync,
    view,
)
from tests.rules import party_rules

FIELD, NEIGHBOUR = "titel", "zusatz"
VALUES: tuple[Value, ...] = (None, "A", "B")
NO_BASE = "(no base)"
CHOICES = (
    *(Choice(field=FIELD, take=system) for system in System),
    *(Choice(field=FIELD, value=value) for value in (*VALUES, "C")),
)
OPEN = (
    None,
    (FindingKind.NOT_TAKEN, System.ADVOWARE),
    (FindingKind.NOT_TAKEN, System.ESPOCRM),
    (FindingKind.REFUSED, System.ESPOCRM),
    (FindingKind.UNDECIDED, None),
)


def rules(policy: Policy = Policy.MANUAL, *, writable: bool = True) -> Rules:
    stored = PARTY_TABLE.writable - (frozenset() if writable else {FIELD})
    return party_rules(policies=dict.fromkeys(Group, policy), table=PARTY_TABLE.storing(stored))


def situations() -> Iterator[Situation]:
    """Every combination of values, with and without a base and a question that was told."""
    for espo, advo, base, told in product(VALUES, VALUES, (*VALUES, NO_BASE), OPEN):
        agreed: dict[str, Value] = {} if base == NO_BASE else {FIELD: base}
        questions: tuple[Open, ...] = ()
        if told is not None:
            kind, system = told
            questions = (Finding(kind=kind, field=FIELD, system=system, espocrm=espo, advoware=advo).open(),)
        text = base_text({**KNOWN, **agreed}, still_open=questions)
        yield Situation(espocrm=espocrm({FIELD: espo}, text), advoware=advoware({FIELD: advo}))


def shown(situation: Situation) -> tuple[Value, Value]:
    assert situation.advoware is not None
    return situation.espocrm.side.values[FIELD], situation.advoware.side.values[FIELD]


def wished(situation: Situation, choice: Choice) -> Value:
    espo, advo = shown(situation)
    return {System.ESPOCRM: espo, System.ADVOWARE: advo, None: choice.value}[choice.take]


def deciding(situation: Situation, *choices: Choice, by: Rules | None = None) -> tuple[Situation, Decision]:
    chosen = situation.model_copy(update={"choices": choices})
    return chosen, decide(chosen, by or rules())


ALL = [
    (*deciding(situation, choice, by=rules(policy)), choice, rules(policy))
    for situation, choice, policy in product(situations(), CHOICES, Policy)
]


def test_both_sides_have_afterwards_what_was_chosen() -> None:
    """Whatever stood there, whatever the policy, whatever was open about the field; and nothing stays open."""
    for situation, decision, choice, _ in ALL:
        after, settlement = carried_out(situation, decision)
        value = wished(situation, choice)
        assert shown(after) == (value, value)
        assert view(after).base.values[FIELD] == value
        assert view(after).base.open == ()
        assert (settlement.status, decision.declined) == (SyncStatus.CLEAN, {})


def test_what_a_choice_overwrites_is_told_with_both_values() -> None:
    """P2: the losing value is recorded before it is overwritten; where nothing is, nobody is told."""
    for situation, decision, choice, _ in ALL:
        value = wished(situation, choice)
        lost = {held for held in shown(situation) if held != value}
        assert [(f.kind, f.espocrm, f.advoware, f.kept) for f in decision.findings] == (
            [(FindingKind.DECIDED, *shown(situation), value)] if lost else []
        )
        assert {held for f in decision.findings for held in f.lost} == lost
        assert decision.result is not Result.CONFLICT


def test_a_choice_holds_for_one_sync() -> None:
    """Without it the next one is quiet: what was chosen is agreed, and no policy asks again."""
    for situation, decision, _, by in ALL:
        after, _ = carried_out(situation, decision)
        again = decide(after, by)
        assert (again.result, again.action, again.to_espocrm, again.findings) == (
            Result.NO_CHANGE,
            Action.NOTHING,
            {},
            (),
        )
        assert not differs(carried_out(after, again)[1], after.espocrm)


def test_swapped_sides_and_choice_swap_the_decision() -> None:
    """P13: neither side is favoured but by the person."""
    for espo, advo, base, choice in product(VALUES, VALUES, VALUES, CHOICES):
        other_side = {System.ESPOCRM: System.ADVOWARE, System.ADVOWARE: System.ESPOCRM, None: None}[choice.take]
        swapped = choice.model_copy(update={"take": other_side})
        _, one = deciding(compared({FIELD: espo}, {FIELD: advo}, {FIELD: base}), choice)
        _, other = deciding(compared({FIELD: advo}, {FIELD: espo}, {FIELD: base}), swapped)
        assert (one.to_advoware, one.to_espocrm) == (other.to_espocrm, other.to_advoware)


def test_a_choice_does_not_touch_the_neighbour() -> None:
    """The other fields are decided as if nobody had chosen anything."""
    for espo, advo, choice in product(VALUES, VALUES, CHOICES):
        values: dict[str, Value] = {FIELD: None, NEIGHBOUR: None}
        situation = compared({FIELD: "A", NEIGHBOUR: espo}, {FIELD: "B", NEIGHBOUR: advo}, values)
        without, (_, chosen) = decide(situation, rules()), deciding(situation, choice)
        for before, now in (
            (without.to_advoware, chosen.to_advoware),
            (without.to_espocrm, chosen.to_espocrm),
        ):
            assert {n: v for n, v in now.items() if n != FIELD} == before
        assert {f for f in chosen.findings if f.field != FIELD} == {f for f in without.findings if f.field != FIELD}


# ---------------------------------------------------------------------- what cannot be carried out


@pytest.mark.parametrize(
    ("choice", "espo", "advo", "refusal"),
    [
        (Choice(field=FIELD, take=System.ESPOCRM), UNREADABLE, "A", ChoiceRefusal.UNREADABLE),
        (Choice(field=FIELD, take=System.ADVOWARE), UNREADABLE, "A", ChoiceRefusal.UNREADABLE),
        (Choice(field=FIELD, value="C"), "A", UNREADABLE, ChoiceRefusal.UNREADABLE),
        (Choice(field=FIELD, value="C"), UNMAPPABLE, "A", ChoiceRefusal.UNREADABLE),
        (Choice(field="titl", value="C"), "A", "B", ChoiceRefusal.UNKNOWN_FIELD),
        (Choice(field="geburtsdatum", value="31.12.1980"), "A", "B", ChoiceRefusal.NO_SUCH_VALUE),
        (Choice(field="anrede", value="Ms"), "A", "B", ChoiceRefusal.NO_SUCH_VALUE),
        (Choice(field="name", value="  "), "A", "B", ChoiceRefusal.NO_NAME),
        (Choice(field=FIELD, value="C", only_while=("A",)), "A", "B", ChoiceRefusal.CHANGED),
    ],
)
def test_a_choice_that_cannot_be_carried_out_is_declined(
    choice: Choice, espo: Value, advo: Value, refusal: ChoiceRefusal
) -> None:
    """By field and reason; the sync goes on as if nobody had chosen anything."""
    situation = compared({FIELD: espo, NEIGHBOUR: "c/o"}, {FIELD: advo, NEIGHBOUR: None}, {NEIGHBOUR: None})

    _, decision = deciding(situation, choice)

    assert decision.declined == {choice.field: refusal}
    assert decision.model_copy(update={"declined": {}}) == decide(situation, rules())
    assert decision.to_advoware == {NEIGHBOUR: "c/o"}


@pytest.mark.parametrize("choice", [c for c in CHOICES if c.take is not System.ADVOWARE and c.value != "B"])
def test_what_advoware_does_not_store_is_not_promised(choice: Choice) -> None:
    """Taking Advoware's value needs no write there; anything else does."""
    situation = compared({FIELD: "A"}, {FIELD: "B"}, {FIELD: None})

    _, decision = deciding(situation, choice, by=rules(writable=False))
    _, taken = deciding(situation, Choice(field=FIELD, take=System.ADVOWARE), by=rules(writable=False))

    assert decision.declined == {FIELD: ChoiceRefusal.NOT_WRITABLE}
    assert FIELD not in {**decision.to_advoware, **decision.to_espocrm}
    assert (taken.to_espocrm, taken.to_advoware, taken.declined) == ({FIELD: "B"}, {}, {})


def test_a_side_without_a_name_is_not_taken() -> None:
    """A party must keep its name, whoever says what; the side that has one may be taken, and that ends the hold."""
    emptied = compared({"name": None}, {}, {})
    assert decide(emptied, rules()).held

    _, empty = deciding(emptied, Choice(field="name", take=System.ESPOCRM))
    chosen, filled = deciding(emptied, Choice(field="name", take=System.ADVOWARE))

    assert empty.held
    assert (filled.held, filled.to_espocrm) == (False, {"name": KNOWN["name"]})
    assert carried_out(chosen, filled)[1].status is SyncStatus.CLEAN


def test_an_emptiness_that_a_person_chose_is_no_accident() -> None:
    """The guard weighs only what nobody asked for."""
    held: dict[str, Value] = {"vorname": None, "geburtsdatum": None, "anrede": None}
    emptied = compared(held, {}, {})
    assert decide(emptied, rules()).held

    _, decision = deciding(emptied, *(Choice(field=name, take=System.ESPOCRM) for name in held))

    assert not decision.held
    assert decision.to_advoware == held


@pytest.mark.parametrize(
    "situation",
    [
        Situation(espocrm=espocrm(bet_nr=None, row_id=None, last_sync=None)),
        Situation(espocrm=espocrm(base=base_text(KNOWN)), advoware=advoware(gone=True)),
        Situation(espocrm=espocrm(base=base_text(KNOWN)), advoware=advoware(), others=("5f3e1c0a9b8d7e6f1",)),
        Situation(espocrm=espocrm(gone=True)),
    ],
    ids=["new", "gone in Advoware", "doubled", "gone in EspoCRM"],
)
def test_a_party_that_is_not_compared_declines_every_choice(situation: Situation) -> None:
    """The other question comes first; nothing of the choice is written."""
    _, decision = deciding(situation, *(Choice(field=name, value="C") for name in (FIELD, NEIGHBOUR)))

    assert decision.declined == {FIELD: ChoiceRefusal.NOT_COMPARED, NEIGHBOUR: ChoiceRefusal.NOT_COMPARED}
    assert "C" not in {**decision.to_advoware, **decision.to_espocrm}.values()


def test_every_refusal_says_what_to_do() -> None:
    """A new one without a text turns this red."""
    assert set(WORDS) == set(ChoiceRefusal)


# ---------------------------------------------------------------------- what is typed in


@pytest.mark.parametrize(
    ("word", "take", "value"),
    [
        ("espocrm", System.ESPOCRM, None),
        (" Advoware", System.ADVOWARE, None),
        ("=Advoware", None, "Advoware"),
        ("==", None, "="),
        ("Advoware GmbH", None, "Advoware GmbH"),
        ("  Dr. ", None, "Dr."),
        ("", None, None),
    ],
)
def test_a_word_names_a_side_or_is_the_value(word: str, take: System | None, value: Value) -> None:
    """Letter case does not matter for a side, so that nobody is called EspoCRM by mistake."""
    assert Choice.typed(FIELD, word, PARTY_TABLE) == Choice(field=FIELD, take=take, value=value)


@pytest.mark.parametrize(
    ("field", "word", "told"),
    [
        ("titl", "x", "titl: there is no such field; known: anrede, art,"),
        ("geburtsdatum", "31.12.1980", "geburtsdatum: the value does not fit the field (not a date of the form"),
        ("anrede", "Ms", "not in the vocabulary of salutation"),
        ("name", "", "name: a party must keep its name"),
    ],
)
def test_what_is_typed_wrongly_is_refused_at_once(field: str, word: str, told: str) -> None:
    """With field and reason, and never with the value."""
    with pytest.raises(ChoiceRefused) as refused:
        Choice.typed(field, word, PARTY_TABLE)

    assert told in str(refused.value)
    assert "1980" not in str(refused.value)


def test_a_typed_value_is_brought_to_its_canonical_form() -> None:
    """Else the base would hold a spelling that looks like an edit next time."""
    assert Choice.typed("anrede", "Mr.", PARTY_TABLE).value == "Herr"
    assert Choice.typed("name", "Mu\u0308ßig", PARTY_TABLE).value == "Müßig"


# ---------------------------------------------------------------------- on its way


def test_a_choice_that_landed_on_one_side_is_finished() -> None:
    """EspoCRM moved meanwhile: the second reading writes what is missing, and tells nothing twice."""
    choice = Choice(field=FIELD, value="C", only_while=("A", "B"))
    situation, first = deciding(compared({FIELD: "A"}, {FIELD: "B"}, {FIELD: None}), choice)
    owed = Owed(stage=Stage.LANDED, bet_nr=situation.bet_nr, row_id="R2", findings=first.findings)
    half = compared({FIELD: "A"}, {FIELD: "C"}, {FIELD: None}).model_copy(update={"owed": owed})

    chosen, second = deciding(half, choice)

    assert (second.to_advoware, second.to_espocrm, second.declined) == ({}, {FIELD: "C"}, {})
    assert second.findings == ()
    assert shown(carried_out(chosen, second)[0]) == ("C", "C")


def test_an_edit_that_came_between_the_two_writes_of_a_choice_is_told_as_well() -> None:
    """The choice holds for it too, so its value goes; the first note named another one."""
    choice = Choice(field=FIELD, value="C")
    situation, first = deciding(compared({FIELD: "A"}, {FIELD: "A"}, {FIELD: "A"}), choice)
    owed = Owed(stage=Stage.LANDED, bet_nr=situation.bet_nr, row_id="R2", findings=first.findings)
    half = compared({FIELD: "B"}, {FIELD: "C"}, {FIELD: "A"}).model_copy(update={"owed": owed})

    _, second = deciding(half, choice)

    assert second.to_espocrm == {FIELD: "C"}
    assert [finding.lost for finding in second.findings] == [("B",)]


def test_whoever_chose_what_advoware_ignores_is_told_again() -> None:
    """It was told before, but he asked for it anew; the policy neither tries nor tells again."""
    told = Finding(kind=FindingKind.NOT_TAKEN, field=FIELD, system=System.ADVOWARE, espocrm="A", advoware="B")
    text = base_text({**KNOWN, FIELD: "B"}, still_open=(told.open(),))
    there = advoware({FIELD: "B"})
    situation, decision = deciding(
        Situation(espocrm=espocrm({FIELD: "A"}, text), advoware=there), Choice(field=FIELD, take=System.ESPOCRM)
    )

    ignored = settle(situation, decision, landed(situation, decision, ignores=frozenset({FIELD})), table=PARTY_TABLE)

    assert [f.kind for f in ignored.findings] == [FindingKind.DECIDED, FindingKind.NOT_TAKEN]
    after = next_sync(situation, ignored, {}, there.side.values)
    assert decide(after, rules()).findings == ()


def test_undoing_and_undoing_again_come_back_to_where_it_was() -> None:
    """What a settled conflict or a choice overwrote stands in its finding, whoever won."""
    for policy, espo, advo in product((Policy.ESPOCRM, Policy.ADVOWARE), VALUES, VALUES):
        start = compared({FIELD: espo}, {FIELD: advo}, {FIELD: "Z"})
        if espo == advo:
            continue
        decision = decide(start, rules(policy))
        after, _ = carried_out(start, decision)
        kept, _ = shown(after)
        for _ in range(2):
            [finding] = decision.findings
            [lost] = finding.lost
            assert finding.kind in OVERWRITING
            back = Choice(field=FIELD, value=lost, only_while=(finding.kept,))
            chosen, decision = deciding(after, back, by=rules(policy))
            after, _ = carried_out(chosen, decision)
            assert shown(after) == (lost, lost)
        assert shown(after) == (kept, kept)


def test_a_choice_survives_the_history() -> None:
    """A choice of emptiness stays one."""
    for choice in (*CHOICES, Choice(field=FIELD, only_while=(None, "A"))):
        assert Choice.model_validate_json(choice.model_dump_json()) == choice
