"""What stands in EspoCRM after a sync: the base moves only with what answers showed, whatever the systems do."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import product

import pytest

from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.owed import Owed, Stage
from beteiligte.decide.policy import Policy, Rules
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.snapshots import Side
from beteiligte.record.value_kinds import Value
from beteiligte.settle.settlement import Landed, Settlement, differs, settle
from beteiligte.sync_status import Result, SyncStatus
from tests.domain.parties import (
    BET_NR,
    KNOWN,
    STRANGER,
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

FIELD = "titel"
VALUES: tuple[Value, ...] = (None, "A", "B")
NO_BASE = "(no base)"
WRITING = tuple(policy for policy in Policy if policy is not Policy.MANUAL)
"""Policies that settle a conflict by writing; what a person decides is in test_manual.py."""


class Does(Enum):
    """What a system does with a value that it is sent."""

    TAKES = auto()
    IGNORES = auto()
    CHANGES = auto()
    """Stores another value."""
    HIDES = auto()
    """Advoware: its answer does not show the field, which it took."""
    REFUSES = auto()
    """EspoCRM: 400 for this field."""


@dataclass(frozen=True)
class Case:
    """One sync with a system that misbehaves, and what both sides really hold afterwards."""

    situation: Situation
    decision: Decision
    rules: Rules
    does: Does
    settlement: Settlement
    espocrm: Value
    advoware: Value

    @property
    def wrote(self) -> bool:
        return FIELD in {**self.decision.to_advoware, **self.decision.to_espocrm}

    def after(self) -> Situation:
        assert self.situation.advoware is not None
        advo = {**self.situation.advoware.side.values, FIELD: self.advoware}
        return next_sync(self.situation, self.settlement, {FIELD: self.espocrm}, advo)


def cases() -> Iterator[Case]:
    for espo, advo, base, policy in product(VALUES, VALUES, (*VALUES, NO_BASE), WRITING):
        situation = compared({FIELD: espo}, {FIELD: advo}, {} if base == NO_BASE else {FIELD: base})
        rules = party_rules(policies=dict.fromkeys(Group, policy))
        decision = decide(situation, rules)
        for does in Does:
            yield carry_out(situation, decision, rules, does)


def carry_out(situation: Situation, decision: Decision, rules: Rules, does: Does) -> Case:
    assert situation.advoware is not None
    espo, advo = situation.espocrm.side.values[FIELD], situation.advoware.side.values[FIELD]
    answer = landed(situation, decision)
    refused: dict[str, str] = {}
    not_taken: dict[str, Value] = {}
    if answer is not None and FIELD in decision.to_advoware:
        stored = {Does.IGNORES: advo, Does.CHANGES: "C"}.get(does, decision.to_advoware[FIELD])
        shown = {**answer.values, FIELD: stored}
        if does is Does.HIDES:
            del shown[FIELD]
        answer, advo = answer.model_copy(update={"values": shown}), stored
    if FIELD in decision.to_espocrm:
        match does:
            case Does.REFUSES:
                refused = {FIELD: "validation"}
            case Does.IGNORES:
                not_taken = {FIELD: espo}
            case Does.CHANGES:
                espo, not_taken = "C", {FIELD: "C"}
            case _:
                espo = decision.to_espocrm[FIELD]
    settlement = settle(situation, decision, answer, table=PARTY_TABLE, refused=refused, not_taken=not_taken)
    return Case(situation, decision, rules, does, settlement, espo, advo)


ALL = list(cases())
UNSHOWN = [case for case in ALL if case.does is Does.HIDES and FIELD in case.decision.to_advoware]
SHOWN = [case for case in ALL if case not in UNSHOWN]


def test_the_base_holds_only_what_both_sides_hold() -> None:
    """Or what it held before: a base that moves when a write is planned loses edits (correctness.md)."""
    for case in ALL:
        before = view(case.situation).base.values
        now = view(case.after()).base.values
        if FIELD in now and now[FIELD] != before.get(FIELD, NO_BASE):
            assert now[FIELD] == case.espocrm == case.advoware, case


def test_what_an_answer_did_not_show_is_neither_agreed_nor_blamed() -> None:
    """The next sync reads it."""
    assert UNSHOWN
    for case in UNSHOWN:
        before, after = view(case.situation).base.values, view(case.after()).base.values
        assert after.get(FIELD, NO_BASE) == before.get(FIELD, NO_BASE)
        assert [f.kind for f in case.settlement.findings] in ([], [FindingKind.CONFLICT])
        assert decide(case.after(), case.rules).action is Action.NOTHING


def test_a_value_that_did_not_arrive_is_told_with_both() -> None:
    """What differs afterwards, a person knows, as it now stands on both sides."""
    differing = [case for case in SHOWN if case.espocrm != case.advoware]
    assert differing
    for case in differing:
        [finding] = [f for f in case.settlement.findings if f.kind is not FindingKind.CONFLICT]
        assert (finding.espocrm, finding.advoware) == (case.espocrm, case.advoware)
        assert finding.kind is (FindingKind.REFUSED if case.does is Does.REFUSES else FindingKind.NOT_TAKEN)
        assert finding.system is (System.ADVOWARE if FIELD in case.decision.to_advoware else System.ESPOCRM)
        assert case.settlement.unsettled == ()


def test_an_edit_that_did_not_arrive_is_not_reverted() -> None:
    """The next sync neither tries again nor takes the old value of the other side for an edit; it is quiet."""
    for case in SHOWN:
        after = case.after()
        again = decide(after, case.rules)
        assert (again.result, again.action, again.to_espocrm, again.findings) == (
            Result.NO_CHANGE,
            Action.NOTHING,
            {},
            (),
        ), case
        assert not differs(carried_out(after, again)[1], after.espocrm)


def test_it_is_tried_again_when_a_value_changes() -> None:
    """On either side; and what is then agreed closes the question."""
    stuck = [case for case in SHOWN if case.espocrm != case.advoware]
    for case in stuck:
        after = case.after()
        assert after.advoware is not None
        for espo, advo in (("D", case.advoware), (case.espocrm, "D")):
            edited = next_sync(
                case.situation, case.settlement, {FIELD: espo}, {**after.advoware.side.values, FIELD: advo}
            )
            decision = decide(edited, case.rules)
            assert FIELD in {**decision.to_advoware, **decision.to_espocrm}, case
            assert view(carried_out(edited, decision)[0]).base.open == ()


def test_a_create_that_shows_nothing_agrees_on_nothing() -> None:
    """A POST may answer with the betNr alone (facts/advoware.md §2)."""
    situation = Situation(espocrm=espocrm(bet_nr=None, row_id=None, last_sync=None))

    settled = settle(situation, decide(situation, party_rules()), Landed(bet_nr=BET_NR), table=PARTY_TABLE)

    assert settled.bet_nr == BET_NR
    assert settled.row_id is None
    assert settled.base_text == base_text({}, row_id="")
    assert settled.findings == ()


def test_what_landed_moves_the_base_of_its_fields() -> None:
    """Not yet in EspoCRM when the next reading begins: an edit since then is an edit, not a conflict."""
    stale = compared({FIELD: "Prof."}, {FIELD: "Dr."}, {FIELD: None})
    owed = Owed(stage=Stage.LANDED, bet_nr=BET_NR, row_id="R2", agreed={FIELD: "Dr."})

    decision = decide(stale.model_copy(update={"owed": owed}), party_rules())

    assert (decision.result, decision.findings) == (Result.ESPOCRM_NEWER, ())
    assert decide(stale, party_rules()).result is Result.CONFLICT


def test_a_field_that_still_differs_and_that_nobody_knows_asks_for_another_sync() -> None:
    """Advoware filled in a short name while the party was created."""
    situation = Situation(espocrm=espocrm({"kurzname": None}, bet_nr=None, row_id=None, last_sync=None))
    decision = decide(situation, party_rules())
    answer = Landed(bet_nr=BET_NR, row_id="R2", values={**KNOWN, "kurzname": "Mü"})

    assert settle(situation, decision, answer, table=PARTY_TABLE).unsettled == ("kurzname",)


# ---------------------------------------------------------------------- status and open questions


def test_an_overridden_status_is_told_once_and_written_no_more() -> None:
    """A formula turns our `clean` into `dirty`: writing it again would go on for ever."""
    situation = compared({}, {}, {})
    overridden = settle(situation, decide(situation, party_rules()), table=PARTY_TABLE, status_overridden=True)
    assert [f.kind for f in overridden.findings] == [FindingKind.STATUS_OVERRIDDEN]

    dirty = next_sync(situation, overridden, {}, KNOWN)
    dirty = dirty.model_copy(update={"espocrm": dirty.espocrm.model_copy(update={"status": "dirty"})})
    again = settle(dirty, decide(dirty, party_rules()), table=PARTY_TABLE)

    assert again.findings == ()
    assert not differs(again, dirty.espocrm)


def test_an_overridden_status_of_a_held_party_is_told_and_written_no_more() -> None:
    """A party that waits for a person must not wait in a loop."""
    typed = espocrm(row_id=None, last_sync=None)
    situation = Situation(espocrm=typed, advoware=advoware({"name": "Schmidt"}))
    overridden = settle(situation, decide(situation, party_rules()), table=PARTY_TABLE, status_overridden=True)
    assert [f.kind for f in overridden.findings] == [FindingKind.LINK_OTHER_NAME, FindingKind.STATUS_OVERRIDDEN]

    after = next_sync(situation, overridden, {}, {**KNOWN, "name": "Schmidt"})
    dirty = after.model_copy(update={"espocrm": after.espocrm.model_copy(update={"status": "dirty"})})
    again = settle(dirty, decide(dirty, party_rules()), table=PARTY_TABLE)

    assert again.findings == ()
    assert not differs(again, dirty.espocrm)


def test_two_questions_about_one_field_stand_in_one_order() -> None:
    """The order of a set differs between processes; the text must not, or every other sync writes."""
    names = [field.name for field in PARTY_TABLE.rows]
    hidden = Side(unreadable=tuple(names))
    text = base_text(dict.fromkeys(names))
    situation = Situation(espocrm=espocrm(base=text, side=hidden), advoware=advoware(side=hidden))
    decision = decide(situation, party_rules())
    assert len(decision.findings) == 2 * len(names)

    settled = settle(situation, decision, table=PARTY_TABLE)

    told = [(item.field, item.told) for item in view(read_again(situation, settled)).base.open]
    assert told == sorted(told)


def read_again(situation: Situation, settlement: Settlement) -> Situation:
    written = situation.espocrm.model_copy(update={"base_text": settlement.base_text})
    return situation.model_copy(update={"espocrm": written})


def test_a_hold_that_ends_leaves_nothing_open() -> None:
    """The person corrected the betNr; other questions stay."""
    unwritable = Finding(kind=FindingKind.NOT_WRITABLE, field="kurzname", espocrm="Mü").open()
    hold = Finding(kind=FindingKind.LINK_OTHER_NAME, bet_nr=STRANGER).open()
    text = base_text({**KNOWN, "kurzname": None}, still_open=(hold, unwritable))
    situation = Situation(espocrm=espocrm({"kurzname": "Mü"}, text), advoware=advoware({"kurzname": None}))

    settled = settle(situation, decide(situation, party_rules()), table=PARTY_TABLE)

    assert settled.status is SyncStatus.CLEAN
    assert [item.kind for item in view(read_again(situation, settled)).base.open] == [FindingKind.NOT_WRITABLE]
    assert settled.error_message
    assert "Kurzname" in settled.error_message


def test_a_held_party_keeps_its_other_questions() -> None:
    """They were told; forgetting them would tell them again."""
    unwritable = Finding(kind=FindingKind.NOT_WRITABLE, field="kurzname", espocrm="Mü").open()
    text = base_text(KNOWN, still_open=(unwritable,))
    situation = Situation(espocrm=espocrm(base=text, bet_nr=None))

    settled = settle(situation, decide(situation, party_rules()), table=PARTY_TABLE)

    kept = view(read_again(situation, settled)).base
    assert {item.kind for item in kept.open} == {FindingKind.NOT_WRITABLE, FindingKind.LINK_LOST}
    assert view(read_again(situation, settled)).stored_base.values == KNOWN


@pytest.mark.parametrize(
    "changed",
    [
        {"bet_nr": STRANGER},
        {"row_id": "R9"},
        {"base_text": ""},
        {"error_message": "alt"},
        {"status": "dirty"},
        {"status": None},
    ],
)
def test_bookkeeping_that_differs_is_put_right(changed: dict[str, object]) -> None:
    """And nothing is written where all of it stands as it should."""
    situation = compared({}, {}, {})
    settled = settle(situation, decide(situation, party_rules()), table=PARTY_TABLE)

    assert not differs(settled, situation.espocrm)
    assert differs(settled, situation.espocrm.model_copy(update=changed))
