"""An older Advoware record came back, from a backup: yesterday's values are nobody's edits."""

from datetime import datetime, timedelta

import pytest

from beteiligte.decide.choice import Choice
from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.evidence import ZONE_DOUBT
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle.settlement import Landed, differs, settle
from beteiligte.sync_status import Result, SyncStatus
from tests.domain.parties import BET_NR, KNOWN, NOW, advoware, base_text, carried_out, espocrm, view
from tests.rules import party_rules

FIELD = "titel"
AGREED = base_text({**KNOWN, FIELD: "Dr."}, changed_at=NOW)
DAY = timedelta(days=1)


def restored(changed_at: datetime | None = NOW - DAY, row_id: str = "R0", base: str = AGREED) -> Situation:
    """EspoCRM as it was left, Advoware with another value under another rowId."""
    there = advoware({FIELD: "Prof."}, row_id=row_id, changed_at=changed_at)
    return Situation(espocrm=espocrm({FIELD: "Dr."}, base), advoware=there)


def sync(situation: Situation) -> Decision:
    return decide(situation, party_rules())


def told(situation: Situation) -> Situation:
    """The next reading after the question was told."""
    return carried_out(situation, sync(situation))[0].model_copy(update={"advoware": situation.advoware})


def test_an_older_record_overwrites_nothing_and_a_person_is_asked() -> None:
    """Else EspoCRM would get yesterday's value, as if it had been edited in Advoware."""
    decision = sync(restored())

    assert (decision.result, decision.action, decision.to_espocrm) == (Result.CONFLICT, Action.NOTHING, {})
    [finding] = decision.findings
    assert (finding.kind, finding.espocrm, finding.advoware) == (FindingKind.SET_BACK, "Dr.", "Prof.")
    after, settlement = carried_out(restored(), decision)
    assert settlement.status is SyncStatus.CONFLICT
    assert view(after).base.values[FIELD] == "Dr."


def test_it_is_asked_once_and_stays_asked_although_the_older_row_id_is_known_by_now() -> None:
    """What was told is written with that rowId; the next sync must not take the value for an edit."""
    again = told(restored())
    decision = sync(again)

    assert (decision.findings, [found.kind for found in decision.still_open]) == ((), [FindingKind.SET_BACK])
    assert decision.to_espocrm == {}
    assert not differs(settle(again, decision, table=PARTY_TABLE), again.espocrm)


def test_both_sides_made_equal_answer_it() -> None:
    """By a hand in Advoware, whose rowId is a new one then."""
    again = told(restored())
    mended = again.model_copy(update={"advoware": advoware({FIELD: "Dr."}, row_id="R5", changed_at=NOW + DAY)})
    after, settlement = carried_out(mended, sync(mended))

    assert settlement.status is SyncStatus.CLEAN
    assert view(after).base.open == ()


def test_a_choice_answers_it() -> None:
    """`resolve --field titel --take espocrm` does the lost edit again."""
    again = told(restored()).model_copy(update={"choices": (Choice(field=FIELD, take=System.ESPOCRM),)})
    decision = sync(again)

    assert decision.to_advoware == {FIELD: "Dr."}
    assert carried_out(again, decision)[1].status is SyncStatus.CLEAN


def test_edits_in_espocrm_to_other_fields_go_on() -> None:
    """Only what came back is held."""
    situation = restored()
    edited = espocrm(
        {FIELD: "Dr.", "zusatz": "c/o"}, base_text({**KNOWN, FIELD: "Dr.", "zusatz": None}, changed_at=NOW)
    )
    there = advoware({FIELD: "Prof.", "zusatz": None}, row_id="R0", changed_at=NOW - DAY)

    decision = sync(situation.model_copy(update={"espocrm": edited, "advoware": there}))

    assert decision.to_advoware == {"zusatz": "c/o"}
    assert [found.kind for found in decision.findings] == [FindingKind.SET_BACK]


@pytest.mark.parametrize(
    "situation",
    [
        restored(changed_at=NOW + DAY),
        restored(changed_at=NOW),
        restored(changed_at=None),
        restored(changed_at=NOW - ZONE_DOUBT),
        restored(row_id="R1"),
        restored(base=base_text({**KNOWN, FIELD: "Dr."})),
    ],
    ids=["later", "stale", "missing", "another zone", "same rowId", "never noted"],
)
def test_only_a_clear_step_back_under_another_row_id_counts(situation: Situation) -> None:
    """`geaendertAm` may be missing or stale, and no edit may be held up by that."""
    decision = sync(situation)

    assert (decision.result, decision.to_espocrm) == (Result.ADVOWARE_NEWER, {FIELD: "Prof."})


def test_the_time_stamp_is_noted_with_its_row_id() -> None:
    """From the answer to our PUT, or from what was read."""
    answer = Landed(bet_nr=BET_NR, row_id="R7", changed_at=NOW + DAY, values={**KNOWN, FIELD: "Dr."})
    pushed = restored(base=base_text({**KNOWN, FIELD: "Prof."}), row_id="R1")
    settled = settle(pushed, sync(pushed), answer, table=PARTY_TABLE)
    read = carried_out(restored(changed_at=NOW + DAY), sync(restored(changed_at=NOW + DAY)))[0]

    written = pushed.model_copy(update={"espocrm": espocrm(base=settled.base_text)})
    assert view(written).stored_base.changed_at == NOW + DAY
    assert view(read).stored_base.changed_at == NOW + DAY


def test_a_time_stamp_that_moves_alone_costs_no_write() -> None:
    """P5: nothing changed."""
    same = advoware({FIELD: "Dr."}, changed_at=NOW + DAY)
    quiet = restored().model_copy(update={"advoware": same, "espocrm": espocrm({FIELD: "Dr."}, AGREED)})
    clean = carried_out(quiet, sync(quiet))[0].model_copy(update={"advoware": same})

    assert not differs(settle(clean, sync(clean), table=PARTY_TABLE), clean.espocrm)
    assert view(clean).stored_base.changed_at == NOW
