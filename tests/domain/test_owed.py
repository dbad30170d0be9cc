"""What is owed to EspoCRM: each row of the table of transitions, and that any other is refused."""

from collections.abc import Callable

import pytest

from beteiligte.decide import owed as states
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.owed import NEXT, TABLE, Event, IllegalTransition, Owed, Stage, Transition

LOSER = Finding(kind=FindingKind.CONFLICT, field="titel", espocrm="Dr.", advoware="Prof.")
NOTHING = Owed()
LANDED = NOTHING.landed(12, "R7", {"titel": "Dr."}, (LOSER,), "shown")
UNANSWERED = NOTHING.not_answered(plan="shown", sent="hash")
SEVERAL = NOTHING.uncertain("betNr 1, 2", (("5f", "Müßig"),), asked="keys")
PARKED = LANDED.excluded()
IN = {one.stage: one for one in (NOTHING, LANDED, UNANSWERED, SEVERAL, PARKED)}


AFTER: dict[Event, Callable[[Owed], Owed]] = {
    Event.LANDED: lambda owed: owed.landed(12, "R8", {"zusatz": None}, (), "later"),
    Event.UNANSWERED: lambda owed: owed.not_answered(plan="later", sent="hash"),
    Event.UNCERTAIN: lambda owed: owed.uncertain("betNr 3, 4", ()),
    Event.LOOKED_UP: Owed.looked_up,
    Event.WRITTEN_BACK: Owed.written_back,
    Event.USED_UP: lambda owed: owed.used_up("cause"),
    Event.EXCLUDED: Owed.excluded,
    Event.DELETED: lambda owed: owed.deleted(create_begun=False),
    Event.DELETED_AFTER_CREATE: lambda owed: owed.deleted(create_begun=True),
    Event.RESUMED: Owed.resumed,
}


def after(owed: Owed, event: Event) -> Owed:
    """What the event makes of it."""
    return AFTER[event](owed)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.event.name)
def test_each_row_leads_where_it_says(row: Transition) -> None:
    """From every stage that it names."""
    led = {stage: after(IN[stage], row.event).stage for stage in row.stages}

    assert led == {stage: row.next or IN[stage].was or stage for stage in row.stages}


def test_what_the_table_does_not_name_is_refused() -> None:
    """Each other pair of stage and event names both, and changes nothing."""
    refused = []
    for stage in Stage:
        for event in Event:
            if (stage, event) in NEXT:
                continue
            with pytest.raises(IllegalTransition) as raised:
                after(IN[stage], event)
            refused.append((raised.value.stage, raised.value.event))

    assert refused == [(stage, event) for stage in Stage for event in Event if (stage, event) not in NEXT]
    assert (Stage.LANDED, Event.UNANSWERED) in refused, "what landed has a betNr: nothing is created for it"


def test_no_pair_stands_twice() -> None:
    """Else the later row would hide the earlier one."""
    assert len(NEXT) == sum(len(row.stages) for row in TABLE)


def test_the_docstring_shows_the_table() -> None:
    """Row by row, so that it cannot go stale."""
    shown = [line for line in (states.__doc__ or "").splitlines() if line.startswith("| ")][1:]

    assert [" ".join(line.split()) for line in shown] == [
        " ".join(f"| {', '.join(row.stages)} | {row.event} | {row.next or 'as it was'} | {row.told} |".split())
        for row in TABLE
    ]


def test_a_second_write_adds_to_what_landed_before() -> None:
    """Nothing of the first is lost, and it is done for the plan by which it began."""
    twice = LANDED.used_up("locked").landed(12, "R8", {"zusatz": None}, (), "later")

    assert (twice.row_id, twice.agreed, twice.findings) == ("R8", {"titel": "Dr.", "zusatz": None}, (LOSER,))
    assert (twice.plan, twice.attempts_used_up, twice.causes_told) == ("shown", True, ("locked",))


def test_a_create_that_was_allowed_ends_the_question() -> None:
    """Of the question nothing stays but the plan by which it was asked."""
    landed = UNANSWERED.landed(12, "R1", {}, (), "later")

    assert (landed.stage, landed.sent, landed.plan) == (Stage.LANDED, "", "shown")


def test_each_cause_is_told_once() -> None:
    """An outage's is not told for the party, so none is kept of it."""
    tried = LANDED.used_up().used_up("locked").used_up("locked").used_up()

    assert (tried.attempts_used_up, tried.causes_told) == (True, ("locked",))
    assert tried.findings == LANDED.findings


def test_what_is_parked_comes_back_as_it_was_with_all_its_attempts() -> None:
    """But for what people were told when it was parked."""
    back = {stage: IN[stage].used_up("locked").excluded().resumed() for stage in states.OPEN}

    assert back == {stage: IN[stage].but(findings=()) for stage in states.OPEN}


def test_a_deleted_record_keeps_a_create_and_nothing_else() -> None:
    """Who restores the record must not create again."""
    assert LANDED.deleted(create_begun=False) == NOTHING
    assert LANDED.deleted(create_begun=True).resumed().bet_nr == 12


@pytest.mark.parametrize(
    ("owed", "kinds"),
    [
        (LANDED, [FindingKind.CONFLICT, FindingKind.NOT_WRITTEN_BACK]),
        (UNANSWERED, [FindingKind.CREATE_UNANSWERED]),
        (SEVERAL, []),
    ],
)
def test_a_record_that_is_excluded_leaves_nothing_untold(owed: Owed, kinds: list[FindingKind]) -> None:
    """EspoCRM will not be written: what landed there has no record, and what may have landed is a question."""
    assert [finding.kind for finding in owed.unrecorded] == kinds
