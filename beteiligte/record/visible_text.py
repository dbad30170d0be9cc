"""What a reader sees of a text: two texts that look the same are the same value (design §4, canonical form).

Pasted from a web page, a PDF or Word, a text carries characters that nobody sees: soft hyphens, direction marks,
zero-width spaces, fillers. They say nothing, so they are no name, no edit and no difference. EspoCRM trims only blanks
of ASCII (facts/espocrm.md §2.6), Advoware whatever it likes.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import chain, groupby

_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_BLOCKS = chain(
    range(0x3001),
    range(0xFE00, 0x10000),
    *(range(start, start + 0x100) for start in (0x11000, 0x13400, 0x1BC00, 0x1D100)),
    range(0xE0000, 0xE1000),
)
"""Where characters of these categories are found; looking through all of Unicode would cost each start of a command."""
_IN_CATEGORIES = frozenset(one for one in map(chr, _BLOCKS) if unicodedata.category(one) in _UNSEEN)

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0\U0001d159") | frozenset(
    map(chr, chain(range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000)))
)
"""Letters and marks that are drawn as nothing, and what Unicode keeps for more of them."""
_BRAILLE_BLANK = "\u2800"
_BLANKS = frozenset(filter(lambda one: unicodedata.category(one) == "Zs", _IN_CATEGORIES)) | {_BRAILLE_BLANK}
_BREAKS = frozenset("\r\v\f\x85\u2028\u2029")
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Signs that enclose the digits after them; at an end of a text they enclose nothing."""
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = frozenset(
    map(chr, chain((0x180B, 0x180C, 0x180D, 0x180F), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)))
)
_TAGS = frozenset(map(chr, range(0xE0020, 0xE0080)))
_BY_PLACE = _JOINERS | _SELECTORS | _TAGS
"""What is seen in some places, by what it does to its neighbours."""

_LEVEL: dict[int, str | None] = {
    **{ord(one): None for one in (_IN_CATEGORIES | _FILLERS) - _SEEN - _BY_PLACE - set(" \t\n")},
    **{ord(one): " " for one in _BLANKS if one != " "},
    **{ord(one): "\n" for one in _BREAKS},
}
_ENDS = " \t\n" + "".join(sorted(_SEEN))
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"


def _one_of(characters: Iterable[str]) -> str:
    """A character class, in ranges: one of thousands of single characters takes seconds for a long text."""
    codes = sorted(map(ord, characters))
    runs = [list(run) for _, run in groupby(enumerate(codes), key=lambda at: at[1] - at[0])]
    return "[" + "".join(rf"\U{run[0][1]:08x}-\U{run[-1][1]:08x}" for run in runs) + "]"


_PLACED = re.compile(f"{_FLAG}|{_one_of(_BY_PLACE)}")
_UNUSUAL = re.compile(_one_of([*_BY_PLACE, *map(chr, _LEVEL)]))

_JOINING = (range(0x0600, 0x1100), range(0x1780, 0x1D00), range(0x11000, 0x12000), range(0x1E900, 0x1E960))
"""Arabic, Indic and kindred scripts, whose letters change their shape with their neighbours."""
_STYLED = frozenset("‼⁉〰〽")
_KEYCAP = "\u20e3"


def seen(text: str) -> str:
    """The text as a reader sees it: NFC, plain blanks, one kind of line break, nothing unseen in it or around it.

    A combination that comes about by taking something out is looked at again, so that `seen(seen(t)) == seen(t)`.
    """
    while (levelled := _levelled(text)) != text:
        text = levelled
    return text


def _levelled(text: str) -> str:
    if _UNUSUAL.search(text):
        text = _PLACED.sub(_placed, text.replace("\r\n", "\n").translate(_LEVEL))
    return unicodedata.normalize("NFC", text).strip(_ENDS)


def _placed(found: re.Match[str]) -> str:
    """A joiner, selector or flag where it changes what is seen; else nothing."""
    one, text = found[0], found.string
    before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
    if len(one) > 1:
        return one
    if one in _SELECTORS:
        return one if before and _styled(before, after) else ""
    return one if one in _JOINERS and before and after and _joined(one, before, after) else ""


def _styled(base: str, after: str) -> bool:
    """Whether a selector changes how this is drawn: an emoji, an ideograph, a Mongolian letter, a keycap."""
    if base in "0123456789#*":
        return after == _KEYCAP
    symbol = base > "\x7f" and unicodedata.category(base).startswith("S")
    return symbol or base in _STYLED or unicodedata.name(base, "").startswith(("CJK", "MONGOLIAN LETTER"))


def _joined(one: str, before: str, after: str) -> bool:
    """Whether a joiner changes how these two are drawn: one emoji of two, or letters of a script that joins them."""
    if _of_joining_script(before) and _of_joining_script(after):
        return True
    emoji = before in _SELECTORS or _is_symbol(before)
    return one == "\u200d" and emoji and _is_symbol(after)


def _is_symbol(one: str) -> bool:
    return one > "\u1fff" and unicodedata.category(one).startswith("S")


def _of_joining_script(one: str) -> bool:
    return unicodedata.category(one) in {"Lo", "Lm", "Mn", "Mc"} and any(ord(one) in script for script in _JOINING)
