"""docs/messages.md, made from the tables and the examples; `make docs` writes it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import FindingKind
from beteiligte.faults import Duplicate, PageTooLarge, Rejected, System, Transient
from beteiligte.messages import failure_summary, note, summary
from beteiligte.messages.answering import choices
from beteiligte.messages.causes import FAULTS
from beteiligte.messages.deletes import deletes_note
from beteiligte.messages.findings import OF_FINDINGS
from beteiligte.messages.language import Language
from beteiligte.messages.naming import SYSTEM_NAMES
from beteiligte.messages.outages import outage_note
from beteiligte.messages.resolutions import BY_BASIS, why
from beteiligte.messages.shown import A_USER, InNote
from beteiligte.messages.sweeps import sweep_note
from beteiligte.messages.word_labels import FIELD
from beteiligte.record.party_fields import PARTY_TABLE as TABLE
from beteiligte.sweep.alarms import Alarm, AlarmNews, Change, NamedParty
from docs_generator.examples import BET_NR, NAMES, OTHER, PARTY, THIRD, Example, examples

_HEAD = """\
# Every message

Written from the code by `make docs`; a test holds that no text is missing. All that the program tells people, German
first, then English, with invented names and numbers: the notes in EspoCRM and, where a question stays open, the line in
`syncErrorMessage`. What is <u>underlined</u> leads to the record. Who gets them: [status](status.md).
"""
_SINCE = datetime(2026, 11, 27, 21, 14, tzinfo=UTC)
_OVER = datetime(2026, 11, 28, 5, 2, tzinfo=UTC)
_OF_AN_EARLIER_VERSION = "not noted"
_UNFORESEEN = "KeyError"
_WAITING = (1, 2, 37)
_SYNCED = {1: 0, 2: 1, 37: 12}
_COUNTED = frozenset({Alarm.SHORT_LIST, Alarm.FEWER_PARTIES})
_EXPECTED = 2_400
_OF_ESPOCRM = frozenset({Duplicate.code, PageTooLarge.code})
"""Faults that only EspoCRM can have."""
_CHANGES = {
    Alarm.OVERWRITTEN: (Change.CHANGED, Change.CHANGED),
    Alarm.MOVED: (Change.CHANGED, Change.GONE),
    Alarm.DELETED: (Change.GONE, Change.GONE),
    Alarm.FIRST: (Change.NEW, Change.NEW),
    Alarm.FOREIGN_WRITER: (Change.CHANGED, Change.CHANGED),
}


class _OnThisPage(InNote):
    """Whose links would lead nowhere."""

    def record(self, party_id: str) -> str:
        return f"<u>{self.value(self.names.get(party_id, party_id))}</u>"

    def person(self, by: str, word: str) -> str:
        return f"<u>{self.value(self.names.get(by, word))}</u>" if by.startswith(A_USER) else self.value(by)


def messages_page() -> str:
    """The text of the page."""
    return _HEAD + "".join(
        (*_findings(), *_clicks(), *_resolutions(), *_causes(), *_deletes(), *_outages(), *_sweeps())
    )


def _findings() -> Iterator[str]:
    yield "\n## About one party\n"
    for kind in FindingKind:
        for example in examples(kind):
            yield _heading(kind, example.when)
            yield _quoted(_note(example, language) for language in Language)
            if OF_FINDINGS[kind].summary:
                yield _error_message(_summary(example, language) for language in Language)


def _note(example: Example, language: Language) -> str:
    return note(
        [example.finding], TABLE, bet_nr=BET_NR, party_id=PARTY, language=language, look=_OnThisPage(names=NAMES)
    )


def _summary(example: Example, language: Language) -> str:
    return summary([example.finding.open()], TABLE, language) or ""


def _clicks() -> Iterator[str]:
    """How a message ends where the firm has a field for the answer."""
    yield "\n## What to choose in the record\n\nWhere EspoCRM has the field `syncDecision` ([status](status.md)), "
    yield "these sentences end a message, in place of the commands.\n"
    for kind in (FindingKind.UNDECIDED, FindingKind.CREATE_UNANSWERED, FindingKind.FAILED):
        yield _quoted(" ".join(choices([kind], FIELD.told(language), language)) for language in Language)


def _resolutions() -> Iterator[str]:
    yield "\n## By what a conflict was settled\n\n"
    for name in (*(one.value for one in Basis if one in BY_BASIS), _OF_AN_EARLIER_VERSION):
        told = [why(name).told(language, winner=SYSTEM_NAMES[System.ESPOCRM]) for language in Language]
        yield f"- `{name}`: {' · '.join(told)}\n"


def _causes() -> Iterator[str]:
    yield "\n## Why a sync failed\n"
    for code in FAULTS:
        yield _heading(code, "")
        system = System.ESPOCRM if code in _OF_ESPOCRM else System.ADVOWARE
        yield _error_message(failure_summary(code, system, "", TABLE, language) for language in Language)
    yield _heading(Rejected.code, "the system names the field")
    yield _error_message(
        failure_summary(Rejected.code, System.ESPOCRM, "titel", TABLE, language) for language in Language
    )
    yield _heading(Transient.code, "which system it was is not known")
    yield _error_message(failure_summary(Transient.code, None, "", TABLE, language) for language in Language)
    yield _heading(_UNFORESEEN, "a fault of the program")
    yield _error_message(failure_summary(_UNFORESEEN, None, "", TABLE, language) for language in Language)


def _deletes() -> Iterator[str]:
    yield "\n## Many records deleted at once\n"
    found = [example.finding for example in examples(FindingKind.DELETED_IN_ESPOCRM)]
    one, many = ({PARTY: found[:1], THIRD: found[1:2]}, {PARTY: found[:1], OTHER: found[:1], THIRD: found[1:2]})
    for deleted in (one, many):
        yield _quoted(
            deletes_note(deleted, TABLE, look=_OnThisPage(names=NAMES), language=language) for language in Language
        )


def _outages() -> Iterator[str]:
    yield "\n## A system is down\n"
    for waiting in _WAITING:
        for over in (None, _OVER):
            yield f"\n### {'over' if over else 'down'}, waiting: {waiting}\n"
            yield _quoted(
                outage_note(
                    System.ADVOWARE, codes=("Transient",), waiting=waiting, since=_SINCE, over=over, language=language
                )
                for language in Language
            )


def _sweeps() -> Iterator[str]:
    yield "\n## A reconciliation\n"
    for alarm in Alarm:
        for number in _WAITING if alarm is not Alarm.FAILED else _WAITING[:1]:
            code = "Transient" if alarm is Alarm.FAILED else ""
            changed = _CHANGES.get(alarm, ())
            named = tuple(
                NamedParty(party_id=party, change=change)
                for party, change in zip((PARTY, OTHER), changed, strict=False)
            )
            news = AlarmNews(
                alarm=alarm,
                number=number,
                limit=_EXPECTED if alarm in _COUNTED else 20,
                due=number,
                synced=_SYNCED[number],
                run="sweep-7f21",
                code=code,
                named=named[:number],
                gone=1 if Change.GONE in changed[:number] else 0,
            )
            yield _heading(alarm, str(number))
            yield _quoted(sweep_note(news, look=_OnThisPage(names=NAMES), language=language) for language in Language)


def _heading(code: str, when: str) -> str:
    return f"\n### `{code}`{f': {when}' if when else ''}\n"


def _quoted(texts: Iterable[str]) -> str:
    """Each as a block of its own; two blanks end a line within it, as a line's end does in EspoCRM."""
    lines = ("  \n> ".join(text.splitlines()) for text in texts)
    return "".join(f"\n> {block}\n" for block in lines)


def _error_message(texts: Iterable[str]) -> str:
    return "\n`syncErrorMessage`:\n" + _quoted(texts)
