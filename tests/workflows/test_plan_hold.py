"""A sync that is held to a plan does what was shown, or nothing; what it has begun it ends."""

import pytest

from beteiligte.decide.decision import Action, Decision
from beteiligte.decide.plan import fingerprint
from beteiligte.sync_status import Result
from workflows.party.plan_hold import PlanHold

PUSH = Decision(result=Result.ESPOCRM_NEWER, action=Action.PUSH, to_advoware={"titel": "Dr."})
OTHER = PUSH.but(to_advoware={"titel": "Prof."})
HELD = Decision(result=Result.CONFLICT, held=True)
SHOWN = f"{fingerprint(PUSH)}@12"


@pytest.mark.parametrize(
    ("decision", "bet_nr", "forbidden"), [(PUSH, 12, False), (PUSH, 13, True), (PUSH, None, True), (OTHER, 12, True)]
)
def test_only_what_was_shown_is_done(decision: Decision, bet_nr: int | None, *, forbidden: bool) -> None:
    """To the same party; without a plan everything is."""
    assert PlanHold(SHOWN).forbids(decision, bet_nr, begun=False) is forbidden
    assert not PlanHold().forbids(decision, bet_nr, begun=False)


def test_what_was_begun_is_ended() -> None:
    """A create or a push that landed, whatever it looks like by now."""
    assert not PlanHold(SHOWN).forbids(OTHER, 12, begun=True)


def test_a_doubt_about_a_link_that_was_entered_is_told() -> None:
    """Anything else that it would do by now is not done."""
    hold = PlanHold(SHOWN, entered=True)

    assert (hold.forbids(HELD, 12, begun=False), hold.forbids(OTHER, 12, begun=False)) == (False, True)


def test_a_link_that_was_not_entered_ends_it() -> None:
    """Also where the rest looks as it was shown."""
    assert PlanHold(SHOWN, moved_on=True).forbids(PUSH, 12, begun=False)


def test_it_counts_as_done_what_was_written_first() -> None:
    """A round that only ends it decides something else; what an earlier round landed counts before both."""
    hold, landed = PlanHold(), PlanHold()
    hold.wrote(PUSH, begun_as="")
    hold.wrote(OTHER, begun_as="")
    landed.wrote(OTHER, begun_as=fingerprint(PUSH))

    assert [one.fingerprint(HELD) for one in (hold, landed)] == [fingerprint(PUSH)] * 2
    assert PlanHold().fingerprint(HELD) == fingerprint(HELD)
