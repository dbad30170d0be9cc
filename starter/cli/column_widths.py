"""How wide each column of a table is, so that nothing in it is broken that one reads as a whole."""

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len

WHOLE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?|\S+")
"""A moment, a name, a word."""
LONGEST = 30
"""Columns that a word may ask for: an address is longer, and is broken."""
LONG, LONG_READABLE = 60, 30
"""A text longer than LONG is not squeezed into less than LONG_READABLE columns."""
BESIDE = 1
"""Blanks on each side of a column, which the table reckons at its edges as well."""


def fitting(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """For each column, by the plain text of its cells; None: they do not fit beside each other."""
    in_columns = [[part for cell in cells for part in cell.split("\n")] for cells in zip(columns, *rows, strict=True)]
    wanted = [max(map(cell_len, cells)) for cells in in_columns]
    least = [wanted[0], *map(_least, in_columns[1:])]
    spare = width - sum(least) - 2 * BESIDE * len(columns)
    return None if spare < 0 else _shared_out(least, wanted, spare)


def _least(cells: Sequence[str]) -> int:
    """The first column, which one looks for and copies, is never broken; another one not within a word."""
    return max(map(_needed, cells))


def _needed(text: str) -> int:
    longest = max((min(cell_len(word), LONGEST) for word in WHOLE.findall(text)), default=0)
    return max(longest, LONG_READABLE) if cell_len(text) > LONG else longest


def _shared_out(least: Sequence[int], wanted: Sequence[int], spare: int) -> list[int]:
    """The narrowest that wants more gets the next one, so that short columns stay whole beside a long text."""
    widths = [*least]
    for _ in range(spare):
        if not (wanting := [*_wanting(widths, wanted)]):
            break
        widths[min(wanting, key=widths.__getitem__)] += 1
    return widths


def _wanting(widths: Sequence[int], wanted: Sequence[int]) -> Iterator[int]:
    return (index for index, width in enumerate(widths) if width < wanted[index])
