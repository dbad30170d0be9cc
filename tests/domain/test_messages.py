"""What people read: each finding and each fault has its text, in both languages, with both values and a remedy."""

from dataclasses import replace
from inspect import isclass
from string import Formatter

import pytest

from beteiligte import faults
from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import CREATABLE, HOLDING, Finding, FindingKind, Open
from beteiligte.faults import SyncFault, System
from beteiligte.messages import Language, Phrase, deletes_notes, failure_summary, note, summary
from beteiligte.messages.causes import FAULTS, UNEXPECTED
from beteiligte.messages.findings import OF_FINDINGS
from beteiligte.messages.notes import MAX_NOTE
from beteiligte.messages.resolutions import BY_BASIS, UNSAID
from beteiligte.record.party_fields import PARTY_TABLE as TABLE
from tests.texts import PHRASES

RAISED = [kind for kind in vars(faults).values() if isclass(kind) and issubclass(kind, SyncFault)]
CODES = sorted({kind.code for kind in RAISED if kind is not SyncFault})
REMEDY = {Language.GERMAN: ("itte", "nichts zu tun", "nicht als Auftrag"), Language.ENGLISH: ("lease", "othing needs")}
TWO_VALUES = (
    FindingKind.CONFLICT,
    FindingKind.UNDECIDED,
    FindingKind.DECIDED,
    FindingKind.NOT_TAKEN,
    FindingKind.NOT_WRITABLE,
    FindingKind.REFUSED,
)


def finding(kind: FindingKind, **more: object) -> Finding:
    """One with everything that any text may name."""
    known = {
        "field": "titel",
        "espocrm": "Dr.",
        "advoware": "Prof.",
        "winner": System.ESPOCRM,
        "system": System.ADVOWARE,
        "bet_nr": 4711,
        "others": ("titel",),
        "reason": "Rejected",
    }
    return Finding.model_validate({"kind": kind, **known, **more})


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_of_finding_has_a_text_with_a_remedy(kind: FindingKind, language: Language) -> None:
    """No placeholder is left open, and the last words say what to do."""
    text = note([finding(kind)], TABLE, bet_nr=4711, language=language)

    assert "4711" in text
    assert "{" not in text
    assert kind is FindingKind.FAILED or any(word in text for word in REMEDY[language])


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", CODES)
def test_every_fault_has_a_text_with_a_remedy(code: str, language: Language) -> None:
    """A new fault class without a row turns this red."""
    text = FAULTS[code].told(language, system="Advoware")

    assert any(word in text for word in REMEDY[language])
    assert text != UNEXPECTED.told(language)


def test_there_is_no_text_for_what_does_not_exist() -> None:
    """A renamed fault leaves no dead row behind."""
    assert sorted(FAULTS) == CODES


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.en[:30])
def test_both_languages_say_the_same_things(phrase: Phrase) -> None:
    """The same placeholders, and not the same text."""
    assert placeholders(phrase.de) == placeholders(phrase.en)
    assert phrase.de != phrase.en


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", TWO_VALUES)
def test_where_there_are_two_values_both_are_told(kind: FindingKind, language: Language) -> None:
    """A person chooses between them without opening either system."""
    text = note([finding(kind)], TABLE, language=language)

    assert "EspoCRM" in text
    assert "Dr." in text
    assert "Advoware" in text
    assert "Prof." in text


def test_a_conflict_says_who_won() -> None:
    """And which value was overwritten."""
    won = note([finding(FindingKind.CONFLICT, winner=System.ADVOWARE)], TABLE)

    assert "Übernommen wurde der Wert aus Advoware, der aus EspoCRM wurde überschrieben" in won


@pytest.mark.parametrize("ground", BY_BASIS)
def test_a_conflict_says_by_what_it_was_settled(ground: Basis) -> None:
    """Also that there was no evidence; nothing is claimed that is not known."""
    told = note([finding(FindingKind.CONFLICT, reason=ground.value)], TABLE)

    assert BY_BASIS[ground].de.format(winner="EspoCRM") in told
    assert ("nicht festzustellen" in told) == (ground in (Basis.TOO_CLOSE, Basis.NO_TIMES))


def test_a_conflict_of_an_earlier_version_is_told_without_its_ground() -> None:
    """A message may wait for a day while the program is renewed."""
    assert UNSAID.de in note([finding(FindingKind.CONFLICT, reason="")], TABLE)


def test_a_choice_says_what_holds_now() -> None:
    """And what stood there before, also an emptiness."""
    told = note([finding(FindingKind.DECIDED, chosen="Dr. h. c.", espocrm=None)], TABLE)

    assert "„Dr. h. c.“ stehen soll" in told
    assert "EspoCRM leer, Advoware „Prof.“" in told


def test_an_empty_value_is_called_empty_and_a_birthday_is_written_as_people_write_it() -> None:
    """German dates in German texts; the calendar day is never computed with."""
    born = finding(FindingKind.CONFLICT, field="geburtsdatum", espocrm="1980-02-29", advoware=None)

    assert "EspoCRM „29.02.1980“, Advoware leer" in note([born], TABLE)
    assert 'EspoCRM "1980-02-29", Advoware empty' in note([born], TABLE, language=Language.ENGLISH)


def test_a_value_that_looks_like_a_placeholder_is_only_shown() -> None:
    """Texts of a party never steer ours."""
    assert "„{cause}“" in note([finding(FindingKind.CONFLICT, espocrm="{cause}")], TABLE)


def test_no_losing_value_is_cut_away() -> None:
    """A conflict about every field, each value as long as EspoCRM stores it."""
    losers = {field.name: f"{field.name:x<255}" for field in TABLE.rows}
    conflicts = [
        finding(FindingKind.CONFLICT, field=name, espocrm="ä" * 255, advoware=value) for name, value in losers.items()
    ]

    assert [value for value in losers.values() if value not in note(conflicts, TABLE)] == []


def test_a_line_of_the_summary_stands_there_once() -> None:
    """A field that neither side shows is two questions and one line."""
    both = [Open(kind=FindingKind.UNREADABLE, field="titel", told=told) for told in ("a", "b")]

    assert summary(both, TABLE) == summary(both[:1], TABLE)


def test_a_long_value_leaves_room_for_the_other() -> None:
    """Both values are told, also where one is a whole page."""
    text = note([finding(FindingKind.CONFLICT, espocrm="x" * 20_000)], TABLE)

    assert "„Prof.“" in text
    assert len(text) < 2_000


@pytest.mark.parametrize("kind", sorted(CREATABLE))
def test_a_party_that_is_not_there_has_one_way_out(kind: FindingKind) -> None:
    """What to choose where the record has the field, else whom to tell; never both."""
    for table, wanted, not_wanted in (
        (replace(TABLE, decision="Entscheidung"), "auf „gibt es dort nicht, anlegen“ stellen", "dem Betreuer"),
        (TABLE, "sagen Sie es bitte dem Betreuer", "stellen und speichern"),
    ):
        for text in (summary([Open(kind=kind)], table) or "", note([Finding(kind=kind)], table)):
            assert text.count(wanted) == 1
            assert not_wanted not in text


@pytest.mark.parametrize("language", Language)
def test_what_holds_a_party_stands_in_its_error_message(language: Language) -> None:
    """`syncErrorMessage` names every question that waits for a person, without a value."""
    for kind in HOLDING:
        text = summary([Open(kind=kind)], TABLE, language)
        assert text
        assert text.splitlines()[0] == OF_FINDINGS[kind].summary.told(language)  # type: ignore[union-attr]
    assert summary([], TABLE, language) is None


def test_a_failure_names_code_system_and_field() -> None:
    """The sentence is for everybody; the code comes last, for whoever looks after the program."""
    text = failure_summary("Rejected", System.ADVOWARE, "name", TABLE, Language.ENGLISH)

    assert (
        text == "Advoware refuses the content. Please correct it. Field: Name. (Code for the administrator: Rejected)"
    )


def test_a_bug_of_ours_is_told_too() -> None:
    """A code without a row, from an error nobody foresaw."""
    assert "unerwarteter Fehler" in note([finding(FindingKind.FAILED, reason="KeyError", system=None)], TABLE)


def test_each_doubt_about_a_link_has_its_own_remedy() -> None:
    """Held by another record, another name in Advoware, and a number that does not exist there."""
    record = note([finding(FindingKind.LINK_HELD_TWICE, field="", others=("5f3e1c0a9b8d7e6f0",))], TABLE)
    name = note(
        [finding(FindingKind.LINK_OTHER_NAME, field="name", others=(), espocrm="Müßig", advoware="Schmidt")],
        TABLE,
    )
    nobody = note([finding(FindingKind.LINK_UNKNOWN, field="", others=())], TABLE)

    assert "5f3e1c0a9b8d7e6f0" in record
    assert "„Müßig“" in name
    assert "„Schmidt“" in name
    assert "gibt es in Advoware nicht" in nobody


@pytest.mark.parametrize("others", [(), ("60a1b2c3d4e5f6071",)], ids=["left alone", "held by another"])
def test_of_many_deletes_no_number_is_cut_away(others: tuple[str, ...]) -> None:
    """What does not fit one note takes several, each within its room."""
    one = finding(FindingKind.DELETED_IN_ESPOCRM, others=others)
    deleted = {f"{n:017x}": [one.model_copy(update={"bet_nr": 100_000 + n})] for n in range(250)}

    notes = deletes_notes(deleted, TABLE)

    assert [text for text in notes if len(text) > MAX_NOTE] == []
    assert [n for n in range(250) if sum(f"(betNr {100_000 + n})" in text for text in notes) != 1] == []
    assert len(notes) <= (8 if others else 1)
