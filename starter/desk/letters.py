"""Where two values differ, down to the character."""

from difflib import SequenceMatcher
from typing import NamedTuple

LONGEST = 2_000
"""Characters that are compared; of longer ones only that they differ is marked."""
SHORTEST = 3
"""Characters: fewer that happen to be alike in two words help nobody to see where they differ."""


class Piece(NamedTuple):
    """A part of a value."""

    text: str
    differs: bool


def compared(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Both values in pieces."""
    if one == other:
        return _whole(one, False), _whole(other, False)
    if not one or not other or max(len(one), len(other)) > LONGEST:
        return _whole(one, True), _whole(other, True)
    left, right = list[Piece](), list[Piece]()
    for what, i, j, k, m in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        differs = what != "equal" or j - i < SHORTEST
        _add(left, one[i:j], differs)
        _add(right, other[k:m], differs)
    return left, right


def _add(pieces: list[Piece], text: str, differs: bool) -> None:
    """To the last one where it is alike."""
    if pieces and pieces[-1].differs == differs:
        pieces[-1] = Piece(pieces[-1].text + text, differs)
    elif text:
        pieces.append(Piece(text, differs))


def plain(text: str) -> list[Piece]:
    """A value that is compared with nothing."""
    return _whole(text, False)


def _whole(text: str, differs: bool) -> list[Piece]:
    return [Piece(text, differs)] if text else []
