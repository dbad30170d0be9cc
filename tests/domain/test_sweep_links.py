"""Which linked parties a sweep asks for, by the rowIds that Advoware shows."""

import pytest

from beteiligte.decide.base import NO_ROW, Base, SweepMark
from beteiligte.decide.findings import FindingKind, Open
from beteiligte.faults import NoRight, SyncFault, System, Transient
from beteiligte.sweep.due import Due
from beteiligte.sweep.links import ODD, AdvowareRows, LinkedRow, compare, foremost, too_many


def row(bet_nr: int = 7, row_id: str = "R", status: str = "clean", party: str = "p", **base: object) -> LinkedRow:
    """A linked party, equal as far as nothing else is said."""
    kept = Base.model_validate({"party_id": party, "bet_nr": bet_nr, **base})
    return LinkedRow(party_id=party, bet_nr=bet_nr, row_id=row_id, status=status, base=kept)


def due(asked: LinkedRow, **row_ids: str) -> Due | None:
    """Why it is due, with what Advoware shows of party 7."""
    there = AdvowareRows({7: row_ids["shows"]} if "shows" in row_ids else {})
    return next((reason for _, reason in compare([asked], there).due), None)


def test_a_row_id_that_did_not_move_needs_nothing() -> None:
    """It changes on every write in Advoware, so equal means unchanged."""
    assert due(row(), shows="R") is None


@pytest.mark.parametrize("known", ["R", ""])
def test_another_row_id_is_an_edit_in_advoware(known: str) -> None:
    """Also where EspoCRM never held one."""
    assert due(row(row_id=known), shows="S") is Due.MOVED


@pytest.mark.parametrize("known", ["R", ""])
def test_a_number_that_advoware_does_not_show_is_gone(known: str) -> None:
    """Its own sync finds out whether it really is."""
    assert due(row(row_id=known)) is Due.GONE


def test_a_party_that_was_gone_is_due_only_when_it_is_back() -> None:
    """People were told of it."""
    assert due(row(status="deleted_in_advoware")) is None
    assert due(row(status="deleted_in_advoware"), shows="R") is Due.MOVED


def test_a_held_party_is_due_when_what_was_seen_then_has_moved() -> None:
    """The question stands beside the rowId that was seen, not beside the one that was synced last."""
    held = row(status="conflict", row_id="old", mark=SweepMark(row="R"))

    assert due(held, shows="R") is None
    assert due(held, shows="S") is Due.MOVED
    assert due(row(status="clean", row_id="old", mark=SweepMark(row="R")), shows="R") is Due.MOVED


def test_a_party_held_because_advoware_has_none_is_due_when_it_has() -> None:
    """Until then its question costs nothing."""
    held = row(status="conflict", mark=SweepMark(row=NO_ROW))

    assert due(held) is None
    assert due(held, shows="R") is Due.MOVED


def test_a_number_that_two_records_hold_is_asked_about_once() -> None:
    """Both are due until people were told; it stays counted."""
    first, second = row(party="p"), row(party="q")
    told = row(party="q", open=(Open(kind=FindingKind.LINK_HELD_TWICE, told="x"),))
    there = AdvowareRows({7: "R"})

    assert compare([first, second], there).due == (("p", Due.DOUBLED), ("q", Due.DOUBLED))
    assert compare([first, told], there).due == ()
    assert compare([first, told], there).doubled == (7,)


def test_what_only_advoware_has_is_listed() -> None:
    """Never created in EspoCRM."""
    assert compare([row()], AdvowareRows({7: "R", 9: "X", 8: "Y"})).unknown == (8, 9)


@pytest.mark.parametrize(
    ("status", "reason"), [("clean", Due.UNREADABLE), ("failed", None), ("permanently_failed", None)]
)
def test_a_party_that_cannot_be_read_is_due_unless_it_failed_already(status: str, reason: Due | None) -> None:
    """What failed has its own time."""
    seen = compare([row(status=status)], AdvowareRows({}, unread=frozenset({7})))

    assert [due for _, due in seen.due] == ([reason] if reason else [])


def faults(*, passing: int, lasting: int = 0) -> list[SyncFault]:
    """So many that pass, and so many that do not."""
    lasts = [NoRight("refused", system=System.ADVOWARE) for _ in range(lasting)]
    return [*lasts, *(Transient("away", system=System.ADVOWARE) for _ in range(passing))]


@pytest.mark.parametrize(
    ("passing", "lasting", "last", "many"),
    [(ODD, 0, False, False), (ODD + 1, 0, False, True), (ODD + 1, 0, True, False), (0, ODD + 1, False, False)],
)
def test_many_parties_not_answered_for_now_are_a_fault_of_the_system(
    passing: int, lasting: int, last: bool, many: bool
) -> None:
    """The page is tried again, but not for ever; parties that are refused for good are theirs, however many."""
    assert too_many(faults(passing=passing, lasting=lasting), last_attempt=last) == many


def test_a_fault_that_passes_speaks_for_all() -> None:
    """Else a page that could be tried again would fail for good."""
    assert foremost(faults(passing=1, lasting=2)).retry
    assert not foremost(faults(passing=0, lasting=2)).retry
