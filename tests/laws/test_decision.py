"""The decision, exhausted over a small value domain: every combination of values on both sides, in the base, and of
rules. One field at a time, then two, since a field must not care about its neighbour.
"""

from collections.abc import Iterator
from itertools import product

import pytest

from beteiligte.decide.decision import Action, Decision, decide, judge
from beteiligte.decide.evidence import Basis, Resolution
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.policy import Policy, Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import Source
from beteiligte.faults import System
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import Value
from beteiligte.settle.settlement import differs
from beteiligte.sync_status import Result
from tests.domain.parties import (
    BET_NR,
    KNOWN,
    PARTY,
    UNMAPPABLE,
    UNREADABLE,
    advoware,
    base_text,
    carried_out,
    company,
    compared,
    espocrm,
    view,
)
from tests.rules import party_rules

FIELD, NEIGHBOUR = "titel", "zusatz"
VALUES: tuple[Value, ...] = (None, "A", "B")
SHOWN: tuple[Value, ...] = (*VALUES, UNREADABLE, UNMAPPABLE)
NO_BASE = "(no base)"
AGREED: tuple[Value, ...] = (*VALUES, NO_BASE)
RULES = tuple(
    party_rules(policies=dict.fromkeys(Group, policy), table=PARTY_TABLE.storing(PARTY_TABLE.writable - taken))
    for policy in Policy
    for taken in (frozenset[str](), frozenset({FIELD}))
)
SWAPPED_RESULT = {
    Result.ESPOCRM_NEWER: Result.ADVOWARE_NEWER,
    Result.ADVOWARE_NEWER: Result.ESPOCRM_NEWER,
}


def with_base(name: str, value: Value) -> dict[str, Value]:
    return {} if value == NO_BASE else {name: value}


def every_situation() -> Iterator[tuple[Situation, Rules]]:
    for espo, advo, base in product(SHOWN, SHOWN, AGREED):
        yield from ((compared({FIELD: espo}, {FIELD: advo}, with_base(FIELD, base)), rules) for rules in RULES)


ALL = [(situation, rules, decide(situation, rules)) for situation, rules in every_situation()]


def shown(situation: Situation, field: str = FIELD) -> tuple[Value, Value]:
    assert situation.advoware is not None
    return situation.espocrm.side.values.get(field), situation.advoware.side.values.get(field)


def unknown(situation: Situation, field: str = FIELD) -> bool:
    assert situation.advoware is not None
    return field not in situation.espocrm.side.values or field not in situation.advoware.side.values


def test_a_decision_survives_the_history() -> None:
    """P13: what stands in the history decides the same again, and reads back as it was."""
    for situation, rules, decision in ALL:
        stored = Situation.model_validate_json(situation.model_dump_json())
        assert decide(stored, rules) == decision
        assert Decision.model_validate_json(decision.model_dump_json()) == decision


def test_a_field_that_one_side_does_not_show_is_never_written() -> None:
    """Missing is not empty, and what has no counterpart is not guessed; what may be lost by it is told."""
    unreadable = [(s, d) for s, _, d in ALL if unknown(s)]
    assert unreadable
    for situation, decision in unreadable:
        assert FIELD not in {**decision.to_advoware, **decision.to_espocrm}
        assert decision.result is Result.NO_CHANGE
        known_value = next((value for value in shown(situation) if value is not None), None)
        if known_value is not None:
            assert {f.field for f in decision.findings} == {FIELD}
            assert known_value in {value for f in decision.findings for value in (f.espocrm, f.advoware)}


def test_nothing_is_cleared_without_a_base() -> None:
    """An emptiness that was never agreed on may be a lost right or a new field."""
    for situation, _, decision in ALL:
        cleared = {n for n, value in (*decision.to_advoware.items(), *decision.to_espocrm.items()) if value is None}
        assert cleared <= view(situation).base.values.keys()


def test_only_writable_fields_go_to_advoware() -> None:
    """What Advoware is known to ignore is told instead, with both values."""
    for situation, rules, decision in ALL:
        assert decision.to_advoware.keys() <= rules.table.writable
        verdict = decision.verdicts.get(FIELD)
        if verdict and verdict.source is Source.ESPOCRM and FIELD not in rules.table.writable:
            [finding] = decision.findings
            assert (finding.kind, finding.espocrm, finding.advoware) == (FindingKind.NOT_WRITABLE, *shown(situation))


def test_a_conflict_is_told_with_both_values_and_who_won() -> None:
    """Every one, before the losing value is overwritten."""
    conflicts = 0
    for situation, _, decision in ALL:
        for name, verdict in decision.verdicts.items():
            if not verdict.conflict:
                continue
            conflicts += 1
            [finding] = [f for f in decision.findings if f.field == name]
            assert (finding.espocrm, finding.advoware) == shown(situation)
            if finding.kind is FindingKind.UNDECIDED:
                assert name not in {**decision.to_advoware, **decision.to_espocrm}
            if finding.kind is FindingKind.CONFLICT:
                assert decision.result is Result.CONFLICT
                written = decision.to_advoware if finding.winner is System.ESPOCRM else decision.to_espocrm
                assert name in written
    assert conflicts > 20


def test_an_edit_on_one_side_only_is_no_conflict() -> None:
    """P7: a conflict is between two edits, never between an edit and what was agreed."""
    for base, edited in product(VALUES, VALUES):
        for verdict, take in (
            (judge(base, edited, base, Resolution(winner=System.ADVOWARE, basis=Basis.POLICY)), Source.ESPOCRM),
            (judge(base, base, edited, Resolution(winner=System.ESPOCRM, basis=Basis.POLICY)), Source.ADVOWARE),
            (judge(base, edited, base, Resolution(basis=Basis.MANUAL)), Source.ESPOCRM),
            (judge(base, base, edited, Resolution(basis=Basis.MANUAL)), Source.ADVOWARE),
        ):
            assert not verdict.conflict
            assert verdict.source is (Source.NOTHING if edited == base else take)


def test_every_edit_survives_or_is_told() -> None:
    """P2: afterwards each side's edit stands on both, or its value is in what a person reads."""
    for situation, rules, decision in ALL:
        if unknown(situation):
            continue
        after, settlement = carried_out(situation, decision)
        stands = set(shown(after))
        told = {value for f in settlement.findings for value in (f.espocrm, f.advoware)}
        base = view(situation).base.values
        for value in shown(situation):
            edited = value != base[FIELD] if FIELD in base else value is not None
            assert not edited or stands == {value} or value in told, (shown(situation), base, rules)


def test_both_sides_are_equal_afterwards_or_a_person_knows() -> None:
    """P1, and what is open stands beside the base."""
    for situation, _, decision in ALL:
        after, settlement = carried_out(situation, decision)
        espo, advo = shown(after)
        assert espo == advo or unknown(situation) or FIELD in {item.field for item in view(after).base.open}
        assert settlement.unsettled == ()


def test_the_next_sync_is_quiet() -> None:
    """P5 and P6: after the settled state nothing is decided, told or written, not even bookkeeping."""
    for situation, rules, decision in ALL:
        after, _ = carried_out(situation, decision)
        again = decide(after, rules)
        asked = any(item.kind is FindingKind.UNDECIDED for item in view(after).base.open)
        assert (again.result, again.action, again.to_espocrm, again.findings) == (
            Result.CONFLICT if asked else Result.NO_CHANGE,
            Action.NOTHING,
            {},
            (),
        )
        assert not differs(carried_out(after, again)[1], after.espocrm)


def test_sides_and_policy_swapped_swap_the_decision() -> None:
    """P13: neither side is favoured but by the policy."""
    for espo, advo, base in product(SHOWN, SHOWN, AGREED):
        one = decide(compared({FIELD: espo}, {FIELD: advo}, with_base(FIELD, base)), RULES[0])
        favouring_advoware = party_rules(policies=dict.fromkeys(Group, Policy.ADVOWARE))
        other = decide(compared({FIELD: advo}, {FIELD: espo}, with_base(FIELD, base)), favouring_advoware)
        assert (one.to_advoware, one.to_espocrm) == (other.to_espocrm, other.to_advoware)
        assert SWAPPED_RESULT.get(one.result, one.result) is other.result


def test_a_field_does_not_care_about_its_neighbour() -> None:
    """P3: edits to different fields are decided each on its own, and both survive."""
    pairs = list(product(VALUES, VALUES, AGREED))
    rules = RULES[0]
    alone = {
        (name, *case): decide(compared({name: case[0]}, {name: case[1]}, with_base(name, case[2])), rules)
        for name, case in product((FIELD, NEIGHBOUR), pairs)
    }
    for mine, theirs in product(pairs, pairs):
        both = compared(
            {FIELD: mine[0], NEIGHBOUR: theirs[0]},
            {FIELD: mine[1], NEIGHBOUR: theirs[1]},
            {**with_base(FIELD, mine[2]), **with_base(NEIGHBOUR, theirs[2])},
        )
        decision = decide(both, rules)
        first, second = alone[(FIELD, *mine)], alone[(NEIGHBOUR, *theirs)]
        assert decision.to_advoware == {**first.to_advoware, **second.to_advoware}
        assert decision.to_espocrm == {**first.to_espocrm, **second.to_espocrm}
        assert {f.field for f in decision.findings} == {f.field for f in (*first.findings, *second.findings)}


def test_a_merge_is_called_so_and_tells_nobody() -> None:
    """Different fields on both sides."""
    empty: dict[str, Value] = {FIELD: None, NEIGHBOUR: None}
    decision = decide(compared({**empty, FIELD: "Dr."}, {**empty, NEIGHBOUR: "c/o"}, empty), party_rules())

    assert (decision.result, decision.findings) == (Result.MERGE, ())


def test_a_field_emptied_on_both_sides_is_agreed_empty() -> None:
    """No conflict, and the base learns it, so that a new value is an edit again."""
    situation = compared({FIELD: None}, {FIELD: None}, {FIELD: "Dr."})
    after, _ = carried_out(situation, decide(situation, party_rules()))

    assert view(after).base.values[FIELD] is None


def test_a_create_sends_what_is_filled_and_writable_and_tells_the_rest() -> None:
    """Never an emptiness: Advoware may have defaults of its own."""
    new = espocrm({"kurzname": "Mü", "zusatz": None, "titel": UNMAPPABLE}, bet_nr=None, row_id=None, last_sync=None)

    decision = decide(Situation(espocrm=new), party_rules())

    assert decision.action is Action.CREATE
    assert decision.to_advoware == {name: value for name, value in KNOWN.items() if value is not None}
    assert {(f.kind, f.field) for f in decision.findings} == {
        (FindingKind.NOT_WRITABLE, "kurzname"),
        (FindingKind.UNMAPPABLE, "titel"),
    }


def test_a_created_party_is_quiet_at_once() -> None:
    """Three calls, and the echo of them decides nothing (design §5)."""
    situation = Situation(espocrm=espocrm({"kurzname": "Mü"}, bet_nr=None, row_id=None, last_sync=None))
    after, settlement = carried_out(situation, decide(situation, party_rules()))
    assert after.advoware is not None
    shows_all = {**dict.fromkeys(field.name for field in PARTY_TABLE.rows), **after.advoware.side.values}
    side = after.advoware.side.model_copy(update={"values": shows_all})
    after = after.model_copy(update={"advoware": after.advoware.model_copy(update={"side": side})})

    again = decide(after, party_rules())

    assert settlement.bet_nr == BET_NR
    assert (again.result, again.findings) == (Result.NO_CHANGE, ())
    assert {item.field for item in view(after).base.open} == {"kurzname"}


def test_a_contact_that_advoware_keeps_with_a_company_is_let_alone() -> None:
    """A first name there is nobody's edit: EspoCRM has no place for it."""
    firm = {"name": "Müßig GmbH", "rechtsform": "GmbH"}
    agreed = base_text({**KNOWN, **firm, "vorname": None})
    situation = Situation(espocrm=company(firm, agreed), advoware=advoware({**firm, "vorname": "Karl"}))

    decision = decide(situation, party_rules())

    assert (decision.result, decision.findings) == (Result.NO_CHANGE, ())


def test_a_nameless_record_takes_advoware_s_word_for_a_company() -> None:
    """The name goes where a company's name goes; the contact's first name has no place and is not agreed."""
    known_only = base_text({"zusatz": None})
    bare = espocrm({"name": None, "vorname": None}, known_only)
    firm = advoware({"name": "Müßig GmbH", "rechtsform": "GmbH", "vorname": "Karl"})
    situation = Situation(espocrm=bare, advoware=firm)
    decision = decide(situation, party_rules())

    assert "vorname" not in decision.to_espocrm
    assert decision.to_espocrm["name"] == "Müßig GmbH"
    assert "vorname" not in view(carried_out(situation, decision)[0]).base.values


@pytest.mark.parametrize("text", ["", "{}", "nonsense", base_text(KNOWN, party_id=PARTY[::-1])])
def test_without_a_trusted_base_the_first_sync_s_rules_hold(text: str) -> None:
    """Unreadable, or another record's: nothing is cleared by it."""
    linked = espocrm({FIELD: None}, text)
    decision = decide(Situation(espocrm=linked, advoware=advoware({FIELD: "Dr."})), party_rules())

    assert decision.to_espocrm == {FIELD: "Dr."}
    assert decision.to_advoware == {}
