"""How a sweep turns pages that move while it reads them: no row slips through, and it comes to an end."""

import pytest

from beteiligte.sweep.paging import SLIPPED, Cursor, Place, certain_until, following, listing_ended

BEFORE, AT = "2026-11-24 12:00:00", "2026-11-24 12:00:01"


def places(*seconds: str, first: int = 0) -> list[Place]:
    """Rows modified at these times, in EspoCRM's order; ids by their number."""
    return [Place(f"p{first + number}", second) for number, second in enumerate(seconds)]


def test_a_page_of_many_seconds_is_followed_by_the_last_of_them() -> None:
    """A list by `modifiedAt` goes on at a second, not behind it: others of that second may follow."""
    page = places(*[BEFORE] * 30, AT)

    assert following(page, None) == Cursor(modified_at=AT, offset=0, again=("p30",))


def test_the_last_rows_of_a_second_are_asked_for_again() -> None:
    """One that is edited between two pages leaves its second, and those behind it move up."""
    page = places(*[AT] * 30)

    cursor = following(page, None)

    assert (cursor.modified_at, cursor.offset) == (AT, 30 - SLIPPED)
    assert cursor.again == tuple(f"p{number}" for number in range(30 - SLIPPED, 30))


def test_a_second_that_fills_several_pages_is_counted_through_them() -> None:
    """The offset grows with each page, by what is new in it."""
    first = following(places(*[AT] * 30), None)

    second = following(places(*[AT] * 30, first=first.offset), first)

    assert second.offset == first.offset + 30 - SLIPPED


def test_a_new_second_begins_at_its_first_row() -> None:
    """What was seen of the second before says nothing about it."""
    since = Cursor(modified_at=BEFORE, offset=400)

    assert following(places(BEFORE, BEFORE, AT), since).offset == 0


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 19, 20, 21, 200])
def test_however_small_a_page_is_it_brings_something_new(rows: int) -> None:
    """EspoCRM may allow small pages only: one that is asked for again and again would never end."""
    since = Cursor(modified_at=AT, offset=40)

    cursor = following(places(*[AT] * rows, first=40), since)

    assert cursor.offset > since.offset
    assert len(cursor.again) == 40 + rows - cursor.offset


@pytest.mark.parametrize(
    ("numbers", "more", "until"),
    [
        ([], False, None),
        ([], True, None),
        ([1, 2, 3], False, None),
        ([1, 2, 3], True, 2),
        ([1, 2, 3, 3], True, 2),
        ([1, 1, 3, 3], True, 1),
        ([3], True, 3),
        ([3, 3, 3], True, 3),
    ],
)
def test_a_page_speaks_for_no_number_that_the_next_may_hold_as_well(
    numbers: list[int], more: bool, until: int | None
) -> None:
    """Whether a betNr is held twice must not depend on where a page ends."""
    assert certain_until(numbers, more=more) == until


@pytest.mark.parametrize(
    ("numbers", "until", "furthest", "ended"),
    [
        ([], None, 9, True),
        ([], 5, 9, True),
        ([1, 2, 3], 3, 3, True),
        ([1, 2, 4], 3, 3, True),
        ([1, 2, 3], 5, 5, False),
        ([1, 2, 3], None, 9, False),
        ([1, 2], None, 9, False),
        ([1, 9], None, 9, True),
        ([1, 2], 5, 5, False),
    ],
)
def test_a_short_page_ends_the_listing_only_where_it_comes_far_enough(
    numbers: list[int], until: int | None, furthest: int, ended: bool
) -> None:
    """It may be all that Advoware gives at once: parties behind it would be taken for gone."""
    assert listing_ended(numbers, asked=3, until=until, furthest=furthest) == ended
