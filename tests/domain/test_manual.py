"""`manual`: a person decides. Nothing is written for the field, all others go on, and each question is asked once."""

from collections.abc import Iterator
from itertools import product
from typing import TypeVar

import pytest

from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.policy import Policy
from beteiligte.decide.situation import Situation
from beteiligte.record.field_table import Group
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.record.value_kinds import Value
from beteiligte.settle.settlement import differs
from beteiligte.sync_status import Result, SyncStatus
from tests.domain.parties import advoware, carried_out, compared, next_sync, view
from tests.rules import party_rules

Snapshot = TypeVar("Snapshot", EspoSnapshot, AdvowareSnapshot)
FIELD, NEIGHBOUR = "titel", "zusatz"
VALUES: tuple[Value, ...] = (None, "A", "B")
NO_BASE = "(no base)"
MANUAL = party_rules(policies=dict.fromkeys(Group, Policy.MANUAL))


def every_question() -> Iterator[tuple[Situation, Decision]]:
    for espo, advo, base in product(VALUES, VALUES, (*VALUES, NO_BASE)):
        situation = compared({FIELD: espo}, {FIELD: advo}, {} if base == NO_BASE else {FIELD: base})
        decision = decide(situation, MANUAL)
        if any(finding.kind is FindingKind.UNDECIDED for finding in decision.findings):
            yield situation, decision


QUESTIONS = list(every_question())


def shown(situation: Situation) -> tuple[Value, Value]:
    assert situation.advoware is not None
    return situation.espocrm.side.values[FIELD], situation.advoware.side.values[FIELD]


def edited(situation: Situation, espo: Value, advo: Value) -> Situation:
    """The next reading, after people made these edits."""
    assert situation.advoware is not None
    now = {"espocrm": showing(situation.espocrm, espo), "advoware": showing(situation.advoware, advo)}
    return situation.model_copy(update=now)


def showing(record: Snapshot, value: Value) -> Snapshot:
    values = {**record.side.values, FIELD: value}
    return record.model_copy(update={"side": record.side.model_copy(update={"values": values})})


def asked(situation: Situation) -> tuple[Situation, Decision]:
    """The situation after the question was told, and what was decided."""
    decision = decide(situation, MANUAL)
    return carried_out(situation, decision)[0], decision


def test_exactly_two_differing_edits_are_a_question() -> None:
    """P7; without a base, two values that were never agreed on."""
    expected = {
        (espo, advo, base)
        for espo, advo, base in product(VALUES, VALUES, VALUES)
        if espo != advo and base not in (espo, advo)
    } | {("A", "B", NO_BASE), ("B", "A", NO_BASE)}
    assert {(*shown(s), view(s).base.values.get(FIELD, NO_BASE)) for s, _ in QUESTIONS} == expected


def test_nothing_is_written_for_the_field_and_the_status_says_conflict() -> None:
    """Both values are in what people read; the base stays where it was."""
    for situation, decision in QUESTIONS:
        after, settlement = carried_out(situation, decision)
        assert (decision.result, decision.action, decision.to_espocrm) == (Result.CONFLICT, Action.NOTHING, {})
        assert not decision.held
        assert settlement.status is SyncStatus.CONFLICT
        assert "Titel" in (settlement.error_message or "")
        [finding] = settlement.findings
        assert (finding.espocrm, finding.advoware, finding.winner) == (*shown(situation), None)
        assert view(after).base.values.get(FIELD, NO_BASE) == view(situation).base.values.get(FIELD, NO_BASE)


def test_a_question_is_told_once() -> None:
    """The next sync knows it, shows it, and writes nothing, not even bookkeeping."""
    for situation, decision in QUESTIONS:
        after, _ = carried_out(situation, decision)
        again = decide(after, MANUAL)
        assert (again.result, again.action, again.to_espocrm, again.findings) == (
            Result.CONFLICT,
            Action.NOTHING,
            {},
            (),
        )
        assert [(f.espocrm, f.advoware) for f in again.still_open] == [shown(situation)]
        assert not differs(carried_out(after, again)[1], after.espocrm)


def test_sides_that_agree_end_the_question_whoever_gave_way() -> None:
    """The base moves there, so that the next edit on one side is an edit and no question."""
    for situation, decision in QUESTIONS:
        after, _ = carried_out(situation, decision)
        for value in {*shown(situation), "C"}:
            agreeing, verdict = asked(edited(after, value, value))
            assert (verdict.result, verdict.findings, verdict.still_open) == (Result.NO_CHANGE, (), ())
            assert view(agreeing).base.open == ()
            assert view(agreeing).base.values[FIELD] == value
            assert agreeing.espocrm.status == SyncStatus.CLEAN
            assert decide(edited(agreeing, "D", value), MANUAL).to_advoware == {FIELD: "D"}


def test_every_further_edit_that_does_not_agree_is_a_new_question() -> None:
    """Also one that takes an edit back: an answer would look just the same, and nobody's answer is overwritten."""
    for situation, decision in QUESTIONS:
        after, _ = carried_out(situation, decision)
        before = shown(situation)
        for espo, advo in product((*VALUES, "C"), (*VALUES, "C")):
            if espo == advo or (espo, advo) == before:
                continue
            further = decide(edited(after, espo, advo), MANUAL)
            assert further.action is Action.NOTHING
            assert further.to_espocrm == {}
            [finding] = further.findings
            assert (finding.kind, finding.espocrm, finding.advoware) == (FindingKind.UNDECIDED, espo, advo)
            once_more, settled = carried_out(edited(after, espo, advo), further)
            assert [item.told for item in view(once_more).base.open] == [finding.fingerprint()]
            assert settled.status is SyncStatus.CONFLICT


def test_other_fields_go_on() -> None:
    """An open question holds one field, not the party; each neighbour is decided as if there were no question."""
    for base, espo, advo in product(VALUES, VALUES, VALUES):
        values: dict[str, Value] = {NEIGHBOUR: base, FIELD: None}
        alone = decide(compared({FIELD: "X", NEIGHBOUR: espo}, {FIELD: "X", NEIGHBOUR: advo}, values), MANUAL)
        beside = decide(compared({FIELD: "X", NEIGHBOUR: espo}, {FIELD: "Y", NEIGHBOUR: advo}, values), MANUAL)
        assert (beside.to_advoware, beside.to_espocrm) == (alone.to_advoware, alone.to_espocrm)
        [question] = set(beside.findings) - set(alone.findings)
        assert (question.kind, question.field, question.group) == (FindingKind.UNDECIDED, FIELD, Group.STAMMDATEN)


def test_swapped_sides_are_the_same_question() -> None:
    """P13: neither side is favoured."""
    for espo, advo, base in product(VALUES, VALUES, VALUES):
        one = decide(compared({FIELD: espo}, {FIELD: advo}, {FIELD: base}), MANUAL)
        other = decide(compared({FIELD: advo}, {FIELD: espo}, {FIELD: base}), MANUAL)
        assert (one.to_advoware, one.to_espocrm) == (other.to_espocrm, other.to_advoware)
        assert [(f.kind, f.espocrm, f.advoware) for f in one.findings] == [
            (f.kind, f.advoware, f.espocrm) for f in other.findings
        ]


@pytest.mark.parametrize("policy", [Policy.ESPOCRM, Policy.ADVOWARE, Policy.NEWEST])
def test_another_policy_settles_what_was_open(policy: Policy) -> None:
    """The operator changed the setting: the question is answered by it, and told like any conflict."""
    rules = party_rules(policies=dict.fromkeys(Group, policy))
    for situation, decision in QUESTIONS:
        after, _ = carried_out(situation, decision)
        settled = decide(after, rules)
        assert {f.kind for f in settled.findings} == {FindingKind.CONFLICT}
        assert view(carried_out(after, settled)[0]).base.open == ()


def test_a_held_party_keeps_the_question() -> None:
    """Advoware's record is gone and comes back: the question was told and is not told again."""
    situation, decision = QUESTIONS[0]
    after, _ = carried_out(situation, decision)
    lost = after.model_copy(update={"advoware": advoware(gone=True)})
    held, settlement = carried_out(lost, decide(lost, MANUAL))
    assert settlement.status is SyncStatus.DELETED_IN_ADVOWARE
    assert after.advoware is not None
    back = next_sync(after, settlement, {}, after.advoware.side.values)

    again = decide(back, MANUAL)

    assert {item.kind for item in view(held).base.open} == {FindingKind.UNDECIDED, FindingKind.DELETED_IN_ADVOWARE}
    assert (again.findings, [f.kind for f in again.still_open]) == ((), [FindingKind.UNDECIDED])
