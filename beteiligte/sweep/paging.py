"""How a sweep turns the pages of lists that move while it reads them, and how far a page speaks for certain.

Pure: what a page held goes in, where the next one begins comes out. A row that a page left out would be a lost edit, so
every rule errs towards a row that is asked for twice.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from beteiligte.frozen import Frozen

SLIPPED = 10
"""Rows of one second asked for again: an edit between two pages takes a row away and moves the others up."""


class Cursor(Frozen):
    """A place in EspoCRM's list by `modifiedAt`, which has a resolution of a second."""

    modified_at: str
    offset: int = 0
    """Rows of that second that were seen already."""
    again: tuple[str, ...] = ()
    """Ids from there on that were seen already: those asked for once more, and counted once."""


@dataclass(frozen=True)
class Place:
    """Where one row stands in EspoCRM's list by `modifiedAt`."""

    party_id: str
    modified_at: str


def following(places: Sequence[Place], since: Cursor | None) -> Cursor:
    """The place after these rows, of which there is one at least: the second of the last, and how many of it were seen.

    A few of them are asked for again (SLIPPED), but never so many that a page brings nothing new, however small it is.
    """
    last = places[-1].modified_at
    same = [place.party_id for place in places if place.modified_at == last]
    before = since.offset if since is not None and since.modified_at == last else 0
    offset = max(0, before + len(same) - min(SLIPPED, len(places) // 2))
    return Cursor(modified_at=last, offset=offset, again=tuple(same[offset - before :]))


def certain_until(numbers: Sequence[int], *, more: bool) -> int | None:
    """How far a page by betNr speaks for certain; None: to the end.

    Its last betNr may be held by a row of the next page as well, and whether it is held twice must not be missed: it
    counts there. A page of that betNr alone speaks for it all the same, else no page would ever come after it.
    """
    if not more or not numbers:
        return None
    surely = [number for number in numbers if number < numbers[-1]]
    return surely[-1] if surely else numbers[-1]


def listing_ended(numbers: Sequence[int], *, asked: int, until: int | None, furthest: int) -> bool:
    """Whether a page of Advoware's bulk listing was the last that is needed.

    A page that is shorter than was asked for may be all that Advoware gives at once: it ends the listing only where it
    comes as far as EspoCRM's links do, else the next page must be empty.

    Args:
        numbers: The betNr of the page, ascending.
        asked: How many were asked for.
        until: Nothing beyond is wanted; None: all.
        furthest: The highest betNr that EspoCRM's page of links holds.
    """
    if not numbers:
        return True
    return numbers[-1] >= (until or sys.maxsize) or (len(numbers) < asked and numbers[-1] >= furthest)
