"""Puts the messages together: findings in, a text out."""

from collections.abc import Iterable

from beteiligte.decide.findings import Finding, Open
from beteiligte.messages.answering import choices, commands
from beteiligte.messages.filling import Filling
from beteiligte.messages.findings import OF_FINDINGS
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.naming import label, number
from beteiligte.messages.shown import InNote, Plain
from beteiligte.record.field_table import FieldTable

MAX_SUMMARY = 2_000
MAX_NOTE = 30_000
"""Room for a conflict about every field, so that no losing value is ever cut away."""

_HEAD = Phrase(de="Abgleich EspoCRM–Advoware, betNr {bet_nr}:", en="Sync of EspoCRM and Advoware, betNr {bet_nr}:")
_MATCHING = Phrase(de=" Es passen: {several}.", en=" Matching: {several}.")
_OR = Phrase(de=" oder ", en=" or ")
_ANSWERS = Phrase(
    de="Für den Betreuer: Die Antwort gibt auch {commands}.",
    en="For the administrator: the answer can also be given by {commands}.",
)
_THIS_PARTY = "ID"
_PLAIN = Plain()


def summary(open_now: Iterable[Open], table: FieldTable, language: Language = Language.GERMAN) -> str | None:
    """The text for `syncErrorMessage`; None when nothing is open."""
    items = tuple(open_now)
    lines = [
        words.told(language, field=label(item.field, table)) + _matching(item, language)
        for item in items
        if (words := OF_FINDINGS[item.kind].summary) is not None
    ]
    lines += choices((item.kind for item in items), table.decision, language)
    return "\n".join(dict.fromkeys(lines))[:MAX_SUMMARY].strip() or None


def _matching(item: Open, language: Language) -> str:
    return _MATCHING.told(language, several=item.named) if item.named else ""


def note(
    findings: Iterable[Finding],
    table: FieldTable,
    *,
    bet_nr: int | None = None,
    party_id: str = "",
    language: Language = Language.GERMAN,
    look: InNote | None = None,
    linked: bool = False,
) -> str:
    """The text of a note about one party.

    Args:
        findings: What to tell.
        table: The fields, which people know by their labels.
        bet_nr: The party's own, so that a person finds it on both sides.
        party_id: The record's, for the commands that are named.
        language: In which language.
        look: How values and records are shown.
        linked: Whether it names the record and leads to it: not needed where it stands on the record.
    """
    told, show = tuple(findings), look or InNote()
    lines = [_HEAD.told(language, bet_nr=number(bet_nr, language)), *([show.record(party_id)] if linked else [])]
    lines += [f"• {line(found, table, language, party_id=party_id, look=show)}" for found in told]
    text, answers = "\n".join(lines), _answers(told, party_id, table.decision, show, language)
    room = MAX_NOTE - len(answers)
    return (text if len(text) <= room else f"{text[: room - 2]} …") + answers


def _answers(findings: tuple[Finding, ...], party_id: str, field: str, show: Plain, language: Language) -> str:
    """What to click, where the record has a field for it; else the commands."""
    lines = choices((found.kind for found in findings), show.value(field), language)
    if known := commands(findings, party_id) if party_id and not field else ():
        named = _OR.told(language).join(f"`{command}`" for command in known)
        lines = (*lines, _ANSWERS.told(language, commands=named))
    return "".join(f"\n{sentence}" for sentence in lines)


def line(
    finding: Finding,
    table: FieldTable,
    language: Language = Language.GERMAN,
    *,
    party_id: str = "",
    look: Plain | None = None,
) -> str:
    """One finding: what happened, both values where there are two, what to do.

    Args:
        finding: What to tell.
        table: The fields, which people know by their labels.
        language: In which language.
        party_id: The party's id in EspoCRM, for the commands that are named.
        look: How values and records are shown; not given: as on a terminal.
    """
    filled = Filling(finding, table, language, look or _PLAIN).placeholders()
    return OF_FINDINGS[finding.kind].of(finding).told(language, id=party_id or _THIS_PARTY, **filled)
