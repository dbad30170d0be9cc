"""Puts the messages together: findings in, a text out."""

import re
from collections.abc import Iterable

from beteiligte.decide.findings import RIVALS, Finding, Open
from beteiligte.faults import System
from beteiligte.messages.answering import commands
from beteiligte.messages.causes import FAULTS, OF_ONE, SAID, UNEXPECTED
from beteiligte.messages.counting import Counted
from beteiligte.messages.findings import OF_FINDINGS
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.resolutions import why
from beteiligte.messages.shown import InNote, Plain
from beteiligte.record.kinds import DATE, Value
from beteiligte.record.table import FieldTable

MAX_SUMMARY = 2_000
MAX_NOTE = 30_000
"""Room for a conflict about every field, so that no losing value is ever cut away."""

_HEAD = Phrase(de="Abgleich EspoCRM–Advoware, betNr {bet_nr}:", en="Sync of EspoCRM and Advoware, betNr {bet_nr}:")
_NO_NUMBER = Phrase(de="nicht bekannt", en="not known")
_EMPTY = Phrase(de="leer", en="empty")
_QUOTED = Phrase(de="„{value}“", en='"{value}"')
_FIELD_AFTER = Phrase(de=" Feld: {field}.", en=" Field: {field}.")
_MATCHING = Phrase(de=" Es passen: {several}.", en=" Matching: {several}.")
_OR = Phrase(de=" oder ", en=" or ")
_ANSWERS = Phrase(
    de="Für den Betreuer: Die Antwort gibt auch {commands}.",
    en="For the administrator: the answer can also be given by {commands}.",
)
_OTHERS_AFTER = Counted(
    one=Phrase(de=" Der andere Datensatz: {others}.", en=" The other record: {others}."),
    many=Phrase(de=" Die anderen Datensätze: {others}.", en=" The other records: {others}."),
)
_CODE_AFTER = Phrase(de=" (Kennung für den Betreuer: {code})", en=" (Code for the administrator: {code})")
_UNKNOWN_SYSTEM = Phrase(de="Das System", en="The system")
_OTHERS = Counted(
    one=Phrase(de="einem anderen Datensatz: {others}", en="another record: {others}"),
    many=Phrase(de="{number} anderen Datensätzen: {others}", en="{number} other records: {others}"),
)
SYSTEM_NAMES = {System.ESPOCRM: "EspoCRM", System.ADVOWARE: "Advoware"}
_THIS_PARTY = "ID"
_PLAIN = Plain()


def summary(open_now: Iterable[Open], table: FieldTable, language: Language = Language.GERMAN) -> str | None:
    """The text for `syncErrorMessage`; None when nothing is open."""
    lines = [
        words.told(language, field=label(item.field, table)) + _matching(item, language)
        for item in open_now
        if (words := OF_FINDINGS[item.kind].summary) is not None
    ]
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
    lines = [_HEAD.told(language, bet_nr=_number(bet_nr, language)), *([show.record(party_id)] if linked else [])]
    lines += [f"• {line(found, table, language, party_id=party_id, look=show)}" for found in told]
    text, answers = "\n".join(lines), _answers(told, party_id, language)
    room = MAX_NOTE - len(answers)
    return (text if len(text) <= room else f"{text[: room - 2]} …") + answers


def _answers(findings: tuple[Finding, ...], party_id: str, language: Language) -> str:
    known = commands(findings, party_id) if party_id else ()
    named = _OR.told(language).join(f"`{command}`" for command in known)
    return f"\n{_ANSWERS.told(language, commands=named)}" if known else ""


def fault_text(
    code: str, system: System | None, language: Language = Language.GERMAN, *, said: str = "", own: bool = False
) -> str:
    """What a fault's code means, what to do, and what the system said. `own`: it is one party's matter."""
    phrase = (OF_ONE.get(code) if own else None) or FAULTS.get(code, UNEXPECTED)
    text = phrase.told(language, system=_system(system, language))
    return text + (SAID.told(language, system=_system(system, language), said=said) if said else "")


def failure_summary(
    code: str,
    system: System | None,
    field: str,
    table: FieldTable,
    language: Language = Language.GERMAN,
    *,
    said: str = "",
    own: bool = False,
) -> str:
    """The text for `syncErrorMessage` after the last attempt."""
    return fault_text(code, system, language, said=_PLAIN.value(said), own=own) + _after(code, field, table, language)


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
    show = look or _PLAIN
    loser = _other(finding.winner)
    fields = ", ".join(label(name, table) for name in finding.fields)
    others = ", ".join(map(show.record, finding.others))
    return (
        OF_FINDINGS[finding.kind]
        .of(finding)
        .told(
            language,
            field=label(finding.field, table),
            id=party_id or _THIS_PARTY,
            both=", ".join(_side(finding, system, table, language, show) for system in System),
            other=_side(finding, _other(finding.system), table, language, show),
            system=_system(finding.system, language),
            elsewhere=_system(_other(finding.system), language),
            winner=_system(finding.winner, language),
            loser=_system(loser, language),
            why=why(finding.reason).told(language, winner=_system(finding.winner, language)),
            chosen=_shown(finding.chosen, finding.field, table, language, show),
            bet_nr=_number(finding.bet_nr, language),
            other_bet_nr=_number(finding.other_bet_nr, language),
            fields=fields,
            others=others,
            compared=f" ({fields})" if fields else "",
            at_others=_OTHERS.told(len(finding.others), language, others=others),
            several=several(finding.named, show),
            cause=fault_text(finding.reason, finding.system, language, said=show.value(finding.said), own=True),
            code=_others_after(len(finding.others), others, language)
            + _after(finding.reason, finding.field, table, language),
        )
    )


def _others_after(number: int, others: str, language: Language) -> str:
    return _OTHERS_AFTER.told(number, language, others=others) if others else ""


def several(named: str, look: Plain) -> str:
    """What matches, its records as they are shown."""
    parties, between, rivals = named.partition(RIVALS)
    return parties + between + re.sub(r"(?:(?<=, )|^)[\w-]+", lambda rival: look.record(rival[0]), rivals)


def _after(code: str, field: str, table: FieldTable, language: Language) -> str:
    """Behind a cause: the field that it is about, and for the administrator what stands in logs."""
    named = _FIELD_AFTER.told(language, field=label(field, table)) if field else ""
    return named + _CODE_AFTER.told(language, code=code)


def label(field: str, table: FieldTable) -> str:
    """What the firm's people call it."""
    return table.labels.get(field, field)


def _number(bet_nr: int | None, language: Language) -> str:
    return _NO_NUMBER.told(language) if bet_nr is None else str(bet_nr)


def _system(system: System | None, language: Language) -> str:
    return SYSTEM_NAMES[system] if system else _UNKNOWN_SYSTEM.told(language)


def _other(system: System | None) -> System:
    return System.ADVOWARE if system is System.ESPOCRM else System.ESPOCRM


def _side(finding: Finding, system: System, table: FieldTable, language: Language, look: Plain) -> str:
    value = finding.espocrm if system is System.ESPOCRM else finding.advoware
    return f"{SYSTEM_NAMES[system]} {_shown(value, finding.field, table, language, look)}"


def _shown(value: Value, field: str, table: FieldTable, language: Language, look: Plain) -> str:
    if value is None:
        return _EMPTY.told(language)
    row = table.by_name.get(field)
    if language is Language.GERMAN and row and row.kind is DATE:
        value = ".".join(reversed(value.split("-")))
    return _QUOTED.told(language, value=look.value(value))
