"""What answers an open question: an option of `syncDecision` in the record, and a command (docs/commands.md, resolve).

One place: the note, `syncErrorMessage`, `status`, `diff` and the Web UI name the same ones.
"""

from collections.abc import Iterable

from beteiligte.decide.findings import ASKED, CREATABLE, Finding, FindingKind
from beteiligte.decide.word import Word
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.word_labels import label_of

RESOLVE = "beteiligte-sync resolve"
N = "N"
"""Stands for a number that only somebody who looked can know."""


_CHOOSE = {
    (Word.ESPOCRM, Word.ADVOWARE): Phrase(
        de="Oder im Datensatz, für alle offenen Felder zugleich: Feld {field} auf {options} stellen und speichern.",
        en="Or in the record, for all open fields at once: set the field {field} to {options} and save.",
    ),
    (Word.CREATE,): Phrase(
        de="Gibt es den Beteiligten in Advoware nicht: Feld {field} auf {options} stellen und speichern.",
        en="If the party is not in Advoware: set the field {field} to {options} and save.",
    ),
    (Word.AGAIN,): Phrase(
        de="Wenn das behoben ist: Feld {field} auf {options} stellen und speichern.",
        en="When that is mended: set the field {field} to {options} and save.",
    ),
}
"""What to click, in the words of the screen."""
_TELL = Phrase(
    de="Gibt es den Beteiligten in Advoware nicht, sagen Sie es bitte dem Betreuer.",
    en="If the party is not in Advoware, please tell the administrator.",
)
"""Where the record has no field for it: one way out, never two that contradict each other."""
_OPTION = Phrase(de="„{option}“", en='"{option}"')
_OR = Phrase(de=" oder ", en=" or ")
_TRIED_AGAIN = frozenset({FindingKind.NOT_TAKEN, FindingKind.REFUSED, FindingKind.FAILED})


def choices(kinds: Iterable[FindingKind], field: str, language: Language) -> tuple[str, ...]:
    """What to choose in the record, a sentence each; where the firm has no such field, whom to tell."""
    told = {*kinds}
    if not field:
        return (_TELL.told(language),) if told & CREATABLE else ()
    wanted = [
        (bool(told & ASKED), (Word.ESPOCRM, Word.ADVOWARE)),
        (bool(told & CREATABLE), (Word.CREATE,)),
        (bool(told & _TRIED_AGAIN), (Word.AGAIN,)),
    ]
    return tuple(_choose(options, field, language) for suits, options in wanted if suits)


def _choose(words: tuple[Word, ...], field: str, language: Language) -> str:
    options = _OR.told(language).join(_OPTION.told(language, option=label_of(word, language)) for word in words)
    return _CHOOSE[words].told(language, field=_OPTION.told(language, option=field), options=options)


def commands(findings: Iterable[Finding], party_id: str) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(text for finding in findings for text in _of(finding, f"{RESOLVE} {party_id}")))


def _of(finding: Finding, resolve: str) -> tuple[str, ...]:
    if finding.kind in ASKED:
        return tuple(f"{resolve} --field {finding.field} --take {side}" for side in ("espocrm", "advoware"))
    if finding.kind in (FindingKind.SEVERAL_MATCH, FindingKind.CREATE_UNANSWERED):
        return f"{resolve} --betnr {N}", f"{resolve} --create"
    if finding.kind is FindingKind.LINK_LOST:
        return f"{resolve} --betnr {finding.bet_nr or N}", f"{resolve} --create"
    return ()
