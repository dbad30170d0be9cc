"""docs/messages.md, made from the tables and the examples; `make docs` writes it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from beteiligte.evidence import Ground
from beteiligte.faults import Rejected, System, Transient
from beteiligte.findings import Matter
from beteiligte.messages.causes import FAULTS
from beteiligte.messages.deletes import deletes_note
from beteiligte.messages.examples import BET_NR, OTHER, PARTY, Example, examples
from beteiligte.messages.grounds import GROUNDS, UNSAID
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.matters import MATTERS
from beteiligte.messages.notes import failure_summary, note, summary
from beteiligte.messages.outages import outage_note
from beteiligte.messages.sweeps import sweep_note
from beteiligte.sweep import Alarm, Change, Named, News

_HEAD = """\
# Every message

Written from the code by `make docs`; a test holds that no text is missing. All that the program tells people, German
first, then English, with invented names and numbers: the notes in EspoCRM and, where a question stays open, the line in
`syncErrorMessage`. Who gets them: [status](status.md).
"""
_SINCE = datetime(2026, 11, 27, 21, 14, tzinfo=UTC)
_OVER = datetime(2026, 11, 28, 5, 2, tzinfo=UTC)
_AT = "https://espocrm.example/"
"""Before links, which lead on within EspoCRM alone."""
_UNFORESEEN = "KeyError"
_WAITING = (1, 37)
_CHANGES = {
    Alarm.OVERWRITTEN: (Change.CHANGED, Change.CHANGED),
    Alarm.MOVED: (Change.CHANGED, Change.GONE),
    Alarm.DELETED: (Change.GONE, Change.GONE),
    Alarm.FIRST: (Change.NEW, Change.NEW),
    Alarm.FOREIGN_WRITER: (Change.CHANGED, Change.CHANGED),
}


def messages_page() -> str:
    """The text of the page."""
    return _HEAD + "".join((*_matters(), *_grounds(), *_causes(), *_deletes(), *_outages(), *_sweeps()))


def _matters() -> Iterator[str]:
    yield "\n## About one party\n"
    for matter in Matter:
        for example in examples(matter):
            yield _heading(matter, example.when)
            yield _quoted(
                note([example.finding], bet_nr=BET_NR, party_id=PARTY, language=language) for language in Language
            )
            if MATTERS[matter].summary:
                yield _error_message(_summary(example, language) for language in Language)


def _summary(example: Example, language: Language) -> str:
    return summary([example.finding.open()], language) or ""


def _grounds() -> Iterator[str]:
    yield "\n## By what a conflict was settled\n\n"
    for name, phrase in [*((ground.value, GROUNDS[ground]) for ground in Ground if ground in GROUNDS), ("", UNSAID)]:
        yield _row(name or "of an earlier version", phrase)


def _causes() -> Iterator[str]:
    yield "\n## Why a sync failed\n"
    for code in FAULTS:
        yield _heading(code, "")
        yield _error_message(failure_summary(code, System.ADVOWARE, "", language) for language in Language)
    yield _heading(Rejected.code, "the system names the field")
    yield _error_message(failure_summary(Rejected.code, System.ESPOCRM, "titel", language) for language in Language)
    yield _heading(Transient.code, "which system it was is not known")
    yield _error_message(failure_summary(Transient.code, None, "", language) for language in Language)
    yield _heading(_UNFORESEEN, "a fault of the program")
    yield _error_message(failure_summary(_UNFORESEEN, None, "", language) for language in Language)


def _deletes() -> Iterator[str]:
    yield "\n## Many records deleted at once\n"
    found = [example.finding for example in examples(Matter.DELETED_IN_ESPOCRM)]
    deleted = {PARTY: found[:1], OTHER: found[:1], PARTY[::-1]: found[1:2]}
    texts = (deletes_note(deleted, entity_type="CBeteiligte", language=language) for language in Language)
    yield _quoted(text.replace("](#", f"]({_AT}#") for text in texts)


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
        for number in _WAITING:
            code = "Transient" if alarm is Alarm.FAILED else ""
            changed = _CHANGES.get(alarm, ())
            named = tuple(
                Named(party_id=party, change=change) for party, change in zip((PARTY, OTHER), changed, strict=False)
            )
            news = News(
                alarm=alarm,
                number=number,
                limit=20,
                due=number,
                synced=1,
                run="sweep-7f21",
                code=code,
                named=named[:number],
                gone=1 if Change.GONE in changed[:number] else 0,
            )
            yield _heading(alarm, str(number))
            texts = (sweep_note(news, language=language) for language in Language)
            yield _quoted(text.replace("](#", f"]({_AT}#") for text in texts)


def _heading(code: str, when: str) -> str:
    return f"\n### `{code}`{f': {when}' if when else ''}\n"


def _row(name: str, phrase: Phrase) -> str:
    return f"- `{name}`: {phrase.de} · {phrase.en}\n"


def _quoted(texts: Iterable[str]) -> str:
    """Each as a block of its own; two blanks end a line within it, as a line's end does in EspoCRM."""
    lines = ("  \n> ".join(text.splitlines()) for text in texts)
    return "".join(f"\n> {block}\n" for block in lines)


def _error_message(texts: Iterable[str]) -> str:
    return "\n`syncErrorMessage`:\n" + _quoted(texts)
