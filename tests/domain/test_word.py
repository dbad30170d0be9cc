"""What a person chose in the record (`syncDecision`) is done once, for what he was asked, and answered in any case."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from beteiligte.decide import base as bases
from beteiligte.decide.choice import Choice, ChoiceRefusal
from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.findings import Finding, FindingKind, Heard
from beteiligte.decide.owed import Owed
from beteiligte.decide.policy import Policy
from beteiligte.decide.situation import Situation
from beteiligte.decide.word import Word
from beteiligte.faults import System
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.settle import bookkeeping
from beteiligte.settle.echo import is_echo
from beteiligte.settle.settlement import Settlement, differs, settle
from tests.domain.parties import BET_NR, KNOWN, PARTY, advoware, base_text, compared, espocrm
from tests.rules import party_rules

TABLE = replace(PARTY_TABLE, decision="Entscheidung")
MANUAL = party_rules(policies=dict.fromkeys(Group, Policy.MANUAL))
WHO, WHEN = "User/5f3e1c0a9b8d7e6f9", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SIDES = {Word.ESPOCRM: "Dr.", Word.ADVOWARE: "Prof."}


def asked() -> Situation:
    """Two fields that were edited on both sides, and about which people were asked."""
    first = compared(
        {"titel": "Dr.", "zusatz": "a"}, {"titel": "Prof.", "zusatz": "b"}, {"titel": None, "zusatz": None}
    )
    return first.but(espocrm=written(first.espocrm, settled(first, decide(first, MANUAL))))


def settled(situation: Situation, decision: Decision, *, word_kept: bool = False) -> Settlement:
    return settle(situation, decision, table=TABLE, word_kept=word_kept)


def written(record: EspoSnapshot, by: Settlement) -> EspoSnapshot:
    """The record as that write-back leaves it."""
    kept = record.decision if by.stuck else ""
    return record.but(
        base_text=by.base_text, status=by.status.value, error_message=by.error_message, row_id=by.row_id, decision=kept
    )


def said(situation: Situation, word: str) -> Situation:
    """A person chose it and saved."""
    record = situation.espocrm.but(decision=word, modified_by=WHO, modified_at=WHEN)
    return situation.but(espocrm=record)


def heard(decision: Decision) -> list[tuple[str, tuple[str, ...]]]:
    return [(f.reason, f.fields) for f in decision.findings if f.kind is FindingKind.DECISION_HEARD]


@pytest.mark.parametrize("word", SIDES)
def test_a_side_settles_all_open_fields_and_its_answer_names_who_and_for_what(word: Word) -> None:
    situation = said(asked(), word)
    decision = decide(situation, MANUAL)
    sent = decision.to_advoware if word is Word.ESPOCRM else decision.to_espocrm

    assert sent["titel"] == SIDES[word]
    assert {*sent} == {"titel", "zusatz"}
    assert heard(decision) == [(Heard.DONE, ("titel", "zusatz"))]
    assert {found.by for found in decision.findings} == {WHO}
    assert decision.still_open == ()


def test_the_word_is_emptied_by_the_same_put_and_only_then() -> None:
    decided = said(asked(), "advoware")
    quiet = asked()
    after = settled(decided, decide(decided, MANUAL))

    assert bookkeeping.body(after, decided.espocrm, now=WHEN)[bookkeeping.DECISION] is None
    assert bookkeeping.DECISION not in bookkeeping.body(settled(quiet, decide(quiet, MANUAL)), quiet.espocrm, now=WHEN)


def test_every_word_needs_a_write_back_also_where_nothing_else_does() -> None:
    """Else it would be asked for by every sweep."""
    equal = compared({}, {}, {})
    for word in (*Word, "später"):
        situation = said(equal, word)
        assert differs(settled(situation, decide(situation, MANUAL)), situation.espocrm)


def test_what_reads_otherwise_than_it_was_told_is_asked_anew_and_not_done() -> None:
    """The person saw another picture."""
    situation = asked()
    moved = situation.but(advoware=advoware({"titel": "Dipl.-Ing.", "zusatz": "b"}))
    decision = decide(said(moved, "espocrm"), MANUAL)

    assert decision.to_advoware == {"zusatz": "a"}
    assert heard(decision) == [(Heard.DONE, ("zusatz",)), (Heard.CHANGED, ("titel",))]
    assert [f.field for f in decision.findings if f.kind is FindingKind.UNDECIDED] == ["titel"]


def test_a_question_that_nobody_was_told_is_not_answered_by_a_word() -> None:
    fresh = compared({"titel": "Dr."}, {"titel": "Prof."}, {"titel": None})
    decision = decide(said(fresh, "advoware"), MANUAL)

    assert (decision.action, decision.to_espocrm) == (Action.NOTHING, {})
    assert heard(decision) == [(Heard.CHANGED, ("titel",))]


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("espocrm", Heard.CLOSED),
        ("advoware", Heard.CLOSED),
        ("create", Heard.CLOSED),
        ("again", Heard.TRIED),
        ("später", Heard.UNKNOWN),
    ],
)
def test_every_word_is_answered_where_nothing_is_open(word: str, answer: Heard) -> None:
    decision = decide(said(compared({}, {}, {}), word), MANUAL)

    assert heard(decision) == [(answer, ())]
    assert (decision.to_advoware, decision.to_espocrm, decision.held) == ({}, {}, False)


def test_who_comes_second_is_told_what_the_first_decided() -> None:
    """Also when the run of the first has ended long ago: it stands beside the base."""
    first = said(asked(), "advoware")
    decision = decide(first, MANUAL)
    record = written(first.espocrm, settled(first, decision))
    both = {"titel": "Prof.", "zusatz": "b"}
    after = compared(both, both, {}).espocrm.but(base_text=record.base_text)
    second = decide(said(Situation(espocrm=after, advoware=advoware(both)), "espocrm"), MANUAL)

    [answer] = [found for found in second.findings if found.kind is FindingKind.DECISION_HEARD]
    assert answer.earlier is not None
    assert (answer.earlier.by, answer.earlier.at, answer.earlier.take) == (WHO, WHEN, "advoware")
    assert answer.earlier.fields == ("titel", "zusatz")


def test_while_it_is_not_written_back_it_is_neither_done_nor_answered_again() -> None:
    """A worker was killed after Advoware took it: what landed is owed with all that is to be told."""
    situation = said(asked(), "espocrm")
    first = decide(situation, MANUAL)
    landed = {"titel": "Dr.", "zusatz": "a"}
    owed = Owed().landed(BET_NR, "R2", landed, first.findings, plan="")
    again = decide(situation.but(owed=owed, advoware=advoware(landed, row_id="R2")), MANUAL)

    assert (again.action, again.to_espocrm, again.findings, again.declined) == (Action.NOTHING, {}, (), {})


@pytest.mark.parametrize("base", ["", base_text({**KNOWN, "titel": None})])
def test_a_word_that_answers_no_such_question_says_so_and_writes_nothing(base: str) -> None:
    held = Situation(espocrm=espocrm({}, base, bet_nr=None, row_id=None), advoware=None)
    lost = held.but(espocrm=held.espocrm.but(known_bet_nr=BET_NR))
    decision = decide(said(lost, "advoware"), MANUAL)

    assert decision.held
    assert heard(decision) == [(Heard.UNSUITED, ())]


def unanswered() -> Situation:
    """A create that had no answer, and people know of the question."""
    open_create = Finding(kind=FindingKind.CREATE_UNANSWERED).open()
    base = base_text({}, bet_nr=None, row_id="", still_open=(open_create,))
    return Situation(espocrm=espocrm({}, base, bet_nr=None, row_id=None, status="conflict"))


def test_create_answers_the_question_and_a_doubt_about_it_is_a_new_one() -> None:
    situation = said(unanswered(), "create")
    doubt = situation.but(owed=Owed().not_answered(plan="", sent=""))

    assert decide(situation, MANUAL).action is Action.CREATE
    assert heard(decide(situation, MANUAL)) == [(Heard.CREATED, ())]
    assert decide(doubt, MANUAL).held
    assert heard(decide(doubt, MANUAL)) == [(Heard.UNANSWERED, ())]


def test_again_tries_what_was_not_taken() -> None:
    first = compared({"titel": "Dr."}, {"titel": "Prof."}, {"titel": "Prof."})
    refusal = Finding(
        kind=FindingKind.NOT_TAKEN, field="titel", system=System.ADVOWARE, espocrm="Dr.", advoware="Prof."
    )
    base = base_text({**KNOWN, "titel": "Prof."}, still_open=(refusal.open(),))
    situation = first.but(espocrm=first.espocrm.but(base_text=base))

    assert decide(situation, MANUAL).to_advoware == {}
    assert decide(said(situation, "again"), MANUAL).to_advoware == {"titel": "Dr."}


def test_a_word_that_cannot_be_emptied_counts_once_and_another_counts() -> None:
    """Whoever may not be emptied would be carried out by every sync for ever."""
    situation = said(asked(), "advoware")
    after = written(situation.espocrm, settled(situation, decide(situation, MANUAL), word_kept=True))
    both = {"titel": "Prof.", "zusatz": "b"}
    later = Situation(espocrm=after.but(side=advoware(both).side), advoware=advoware(both))

    assert after.decision == "advoware"
    assert [item.kind for item in bases.head(after.base_text, PARTY).open] == [FindingKind.DECISION_STUCK]
    assert heard(decide(later, MANUAL)) == []
    assert not differs(settled(later, decide(later, MANUAL)), later.espocrm)
    assert heard(decide(said(later, "espocrm"), MANUAL)) == [(Heard.CLOSED, ())]


def test_a_word_that_was_stuck_counts_again_once_somebody_emptied_it() -> None:
    """By hand, after the field was put right: who chooses the same word for the next question is heard."""
    situation = said(asked(), "advoware")
    stuck = written(situation.espocrm, settled(situation, decide(situation, MANUAL), word_kept=True))
    both = {"titel": "Prof.", "zusatz": "b"}
    record = stuck.but(side=advoware(both).side, decision="")
    emptied = Situation(espocrm=record, advoware=advoware(both))
    after = settled(emptied, decide(emptied, MANUAL))

    assert differs(after, emptied.espocrm)
    assert not any(item.kind is FindingKind.DECISION_STUCK for item in bases.head(after.base_text, PARTY).open)


def test_a_side_says_nothing_about_a_party_that_is_created() -> None:
    """Nothing is compared, so nobody is told that it was carried out."""
    told = Finding(kind=FindingKind.NOT_WRITABLE, field="kurzname", espocrm="mü")
    base = base_text({}, bet_nr=None, row_id="", still_open=(told.open(),))
    situation = Situation(espocrm=espocrm({"kurzname": "mü"}, base, bet_nr=None, row_id=None, first_link=False))
    decision = decide(said(situation, "espocrm"), MANUAL)

    assert decision.action is Action.CREATE
    assert heard(decision) == [(Heard.CLOSED, ())]


def test_a_command_about_a_field_counts_before_the_word() -> None:
    choice = Choice(field="titel", value="Dr. h. c.", by="anna", at=WHEN)
    situation = said(asked(), "advoware").but(choices=(choice,))

    assert decide(situation, MANUAL).to_espocrm == {"titel": "Dr. h. c.", "zusatz": "b"}


@pytest.mark.parametrize(("now", "refusal"), [("Dipl.-Ing.", ChoiceRefusal.CHANGED), ("Dr.", ChoiceRefusal.ANSWERED)])
def test_an_answer_to_a_question_that_moved_on_is_declined(now: str, refusal: ChoiceRefusal) -> None:
    """As somebody saw it on a page, while another decided."""
    situation = asked()
    [told] = [found for found in decide(situation, MANUAL).still_open if found.field == "titel"]
    answer = Choice.answering("titel", told.fingerprint(), System.ADVOWARE)
    moved = situation.but(advoware=advoware({"titel": now, "zusatz": "b"}), choices=(answer,))

    assert decide(situation.but(choices=(answer,)), MANUAL).to_espocrm == {"titel": "Prof."}
    assert decide(moved, MANUAL).declined == {"titel": refusal}


@pytest.mark.parametrize(
    ("delivery", "echo"),
    [
        ({"syncDecision": "espocrm"}, False),
        ({"syncDecision": "espocrm", "syncStatus": "conflict"}, False),
        ({"syncDecision": "espocrm", "advowareLastSync": "2026-03-02 09:00:00"}, False),
        ({"syncDecision": None, "advowareLastSync": "2026-03-02 09:00:00", "syncStatus": "clean"}, True),
        ({"syncDecision": None, "syncStatus": "permanently_failed", "syncErrorMessage": "…"}, True),
        ({"syncDecision": None}, False),
    ],
)
def test_a_word_is_a_person_asking_and_its_end_is_our_own(delivery: dict[str, str | None], echo: bool) -> None:
    assert is_echo({"id": PARTY, "modifiedById": WHO, **delivery}) is echo


def test_without_the_field_in_the_settings_nobody_looks_for_it() -> None:
    attributes = dict.fromkeys(bookkeeping.REQUIRED) | {bookkeeping.DECISION: "espocrm", "modifiedById": "1" * 17}

    def read(decision: str) -> EspoSnapshot:
        return bookkeeping.espo_snapshot(PARTY, attributes, replace(TABLE, decision=decision), read_at=WHEN)

    assert (read("").decision, read("").modified_by) == ("", "")
    assert (read("Entscheidung").decision, read("Entscheidung").modified_by) == ("espocrm", f"User/{'1' * 17}")
