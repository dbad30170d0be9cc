"""Puts the messages together: findings in, a text out."""

from collections.abc import Iterable

from beteiligte.answering import commands
from beteiligte.evidence import Ground
from beteiligte.faults import System
from beteiligte.fields import BY_NAME
from beteiligte.findings import Finding, Open
from beteiligte.kinds import DATE, Value
from beteiligte.messages.causes import FAULTS, UNEXPECTED
from beteiligte.messages.grounds import GROUNDS, UNSAID
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.matters import MATTERS

MAX_SUMMARY = 2_000
MAX_NOTE = 30_000
"""Room for a conflict about every field, so that no losing value is ever cut away."""
MAX_VALUE = 500
"""A longer value is shown cut; the history holds all of it."""

_HEAD = Phrase(de="Abgleich EspoCRM–Advoware, betNr {bet_nr}:", en="Sync of EspoCRM and Advoware, betNr {bet_nr}:")
_NO_NUMBER = Phrase(de="nicht bekannt", en="not known")
_EMPTY = Phrase(de="leer", en="empty")
_QUOTED = Phrase(de="„{value}“", en='"{value}"')
_FIELD = Phrase(de=", Feld {field}", en=", field {field}")
_FIELD_AFTER = Phrase(de=" Feld: {field}.", en=" Field: {field}.")
_MATCHING = Phrase(de=" Es passen: {several}.", en=" Matching: {several}.")
_OR = Phrase(de=" oder ", en=" or ")
_ANSWERS = Phrase(
    de="Für den Betreuer: Die Antwort gibt auch {commands}.",
    en="For the administrator: the answer can also be given by {commands}.",
)
_OTHERS_AFTER = Phrase(de=" Andere Datensätze: {others}.", en=" Other records: {others}.")
_UNKNOWN_SYSTEM = Phrase(de="Das System", en="The system")
SYSTEM_NAMES = {System.ESPOCRM: "EspoCRM", System.ADVOWARE: "Advoware"}


def summary(open_now: Iterable[Open], language: Language = Language.GERMAN) -> str | None:
    """The text for `syncErrorMessage`; None when nothing is open."""
    lines = [
        words.told(language, field=_label(item.field)) + _matching(item, language)
        for item in open_now
        if (words := MATTERS[item.matter].summary) is not None
    ]
    return "\n".join(dict.fromkeys(lines))[:MAX_SUMMARY].strip() or None


def _matching(item: Open, language: Language) -> str:
    return _MATCHING.told(language, several=item.named) if item.named else ""


def note(
    findings: Iterable[Finding], *, bet_nr: int | None = None, party_id: str = "", language: Language = Language.GERMAN
) -> str:
    """The text of a note about one party; `bet_nr` is its own, so that a person finds it on both sides.

    `party_id`: the record's, for the commands that answer its questions.
    """
    told = tuple(findings)
    lines = [_HEAD.told(language, bet_nr=_number(bet_nr, language)), *(f"• {line(found, language)}" for found in told)]
    text, answers = "\n".join(lines), _answers(told, party_id, language)
    room = MAX_NOTE - len(answers)
    return (text if len(text) <= room else f"{text[: room - 2]} …") + answers


def _answers(findings: tuple[Finding, ...], party_id: str, language: Language) -> str:
    known = commands(findings, party_id) if party_id else ()
    named = _OR.told(language).join(f"`{command}`" for command in known)
    return f"\n{_ANSWERS.told(language, commands=named)}" if known else ""


def fault_text(code: str, system: System | None, language: Language = Language.GERMAN) -> str:
    """What a fault's code means and what to do."""
    return FAULTS.get(code, UNEXPECTED).told(language, system=_system(system, language))


def failure_summary(code: str, system: System | None, field: str, language: Language = Language.GERMAN) -> str:
    """The text for `syncErrorMessage` after the last attempt."""
    named = _FIELD_AFTER.told(language, field=_label(field)) if field else ""
    return f"{code}: {fault_text(code, system, language)}{named}"


def line(finding: Finding, language: Language = Language.GERMAN) -> str:
    """One finding: what happened, both values where there are two, what to do."""
    loser = System.ADVOWARE if finding.winner is System.ESPOCRM else System.ESPOCRM
    named = _FIELD.told(language, field=_label(finding.field)) if finding.field else ""
    return (
        MATTERS[finding.matter]
        .of(finding)
        .told(
            language,
            field=_label(finding.field),
            both=", ".join(_side(finding, system, language) for system in System),
            other=_side(finding, _other(finding.system), language),
            system=_system(finding.system, language),
            winner=_system(finding.winner, language),
            loser=_system(loser, language),
            ground=_ground(finding.reason).told(language),
            chosen=_shown(finding.chosen, finding.field, language),
            bet_nr=_number(finding.bet_nr, language),
            others=", ".join(_label(other) for other in finding.others),
            several=finding.reason,
            cause=fault_text(finding.reason, finding.system, language) + _others_after(finding, language),
            code=f"{finding.reason}{named}",
        )
    )


def _others_after(finding: Finding, language: Language) -> str:
    return _OTHERS_AFTER.told(language, others=", ".join(finding.others)) if finding.others else ""


def _ground(reason: str) -> Phrase:
    return GROUNDS.get(Ground(reason), UNSAID) if reason in set(Ground) else UNSAID


def _label(field: str) -> str:
    return BY_NAME[field].label if field in BY_NAME else field


def _number(bet_nr: int | None, language: Language) -> str:
    return _NO_NUMBER.told(language) if bet_nr is None else str(bet_nr)


def _system(system: System | None, language: Language) -> str:
    return SYSTEM_NAMES[system] if system else _UNKNOWN_SYSTEM.told(language)


def _other(system: System | None) -> System:
    return System.ADVOWARE if system is System.ESPOCRM else System.ESPOCRM


def _side(finding: Finding, system: System, language: Language) -> str:
    value = finding.espocrm if system is System.ESPOCRM else finding.advoware
    return f"{SYSTEM_NAMES[system]} {_shown(value, finding.field, language)}"


def _shown(value: Value, field: str, language: Language) -> str:
    if value is None:
        return _EMPTY.told(language)
    if language is Language.GERMAN and field in BY_NAME and BY_NAME[field].kind is DATE:
        value = ".".join(reversed(value.split("-")))
    return _QUOTED.told(language, value=value if len(value) <= MAX_VALUE else f"{value[:MAX_VALUE]} …")
