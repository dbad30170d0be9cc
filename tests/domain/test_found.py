"""What follows from a look-up, the same for a sync, a preview and a plan."""

import pytest

from beteiligte.decide.decision import Action, Decision
from beteiligte.decide.found import NAMED, Candidates, Identity, searches_first
from beteiligte.sync_status import Result

CREATE = Decision(result=Result.CREATE, action=Action.CREATE)


@pytest.mark.parametrize(
    ("found", "identity", "certain"),
    [
        (Candidates(), Identity.NOBODY, None),
        (Candidates(bet_nrs=(7,)), Identity.CERTAIN, 7),
        (Candidates(bet_nrs=(7,), sure=False), Identity.UNCERTAIN, None),
        (Candidates(bet_nrs=(7,), rivals=("a" * 17,)), Identity.UNCERTAIN, None),
        (Candidates(bet_nrs=(7, 8)), Identity.UNCERTAIN, None),
    ],
)
def test_only_the_one_sure_match_of_this_record_alone_is_certain(
    found: Candidates, identity: Identity, certain: int | None
) -> None:
    assert (found.identity, found.certain) == (identity, certain)


def test_a_search_goes_before_a_create_only_and_before_none_that_a_person_allowed() -> None:
    assert searches_first(CREATE, look_up=True)
    assert not searches_first(CREATE, look_up=False)
    assert not searches_first(CREATE, look_up=True, create_anyway=True)
    assert not searches_first(Decision(result=Result.NO_CHANGE), look_up=True)


def test_many_matches_are_named_in_part() -> None:
    named = Candidates(bet_nrs=tuple(range(1, NAMED + 4))).named
    assert named.endswith("(+3)")
    assert str(NAMED + 1) not in named
