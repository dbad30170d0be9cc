"""How messages read: in the right number, with a capital where a sentence begins, and plain who has to act."""

import re
from datetime import UTC, datetime

import pytest

from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.faults import System
from beteiligte.messages import InNote, Language, Phrase, line, note, outage_note
from beteiligte.messages.counting import PARTIES
from beteiligte.record.party_fields import PARTY_TABLE as TABLE
from docs_generator.messages import messages_page
from tests.texts import PHRASES

PAGE = messages_page()
QUOTED = [text.removeprefix("> ") for text in PAGE.splitlines() if text.startswith("> ")]
TITLE = Finding(kind=FindingKind.UNDECIDED, field="titel", espocrm="Dr.", advoware="Prof.")
OTHER = "60a1b2c3d4e5f6071"
HELD_TWICE = Finding(kind=FindingKind.LINK_HELD_TWICE, bet_nr=7, others=(OTHER,))


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.en[:30])
def test_a_sentence_after_a_colon_begins_with_a_capital(phrase: Phrase) -> None:
    """As German has it."""
    assert re.findall(r": [a-zäöüß]", phrase.de) == []


def test_a_command_is_the_administrators() -> None:
    """Nobody else reads on after that."""
    for text in QUOTED:
        before, command, _ = text.partition("`beteiligte-sync")
        assert not command or re.search("Für den Betreuer: |[Ff]or the administrator: ", before), text


def test_nothing_is_counted_in_the_wrong_number() -> None:
    """Also where one is counted."""
    wrong = r"\b1 (Beteiligte|parties)\b|\b(warten|werden|sind|wären|wurden) 1 |(?<!\d)\d*[2-9] (Beteiligter|party)\b"
    assert [text for text in QUOTED if re.search(wrong, text)] == []


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 Beteiligte"), (1, "1 Beteiligter"), (2, "2 Beteiligte"), (21, "21 Beteiligte")]
)
def test_one_place_knows_the_number(number: int, told: str) -> None:
    """German and English have one singular."""
    assert PARTIES.told(number, Language.GERMAN) == told


def test_placeholders_are_no_part_of_what_people_read() -> None:
    """Nor is any Python."""
    assert [text for text in QUOTED if re.search(r"[{}]|None|<(?!/?u>)\w+|\w+\.\w+\(", text)] == []


def test_a_question_names_the_command_that_answers_it() -> None:
    """With the party's own id, ready to be copied."""
    told = note([TITLE], TABLE, party_id="5f3e1c0a9b8d7e6f0")

    assert "`beteiligte-sync resolve 5f3e1c0a9b8d7e6f0 --field titel --take espocrm`" in told


def test_records_are_named_and_linked() -> None:
    """A note leads to them; a terminal shows the id that a command takes."""
    look = InNote(entity_type="CPartei", names={OTHER: "Müller [jun.], Änne"})

    assert rf"[Müller \[jun.\], Änne](#CPartei/view/{OTHER})" in note([HELD_TWICE], TABLE, look=look)
    assert f"[{OTHER}](#CBeteiligte/view/{OTHER})" in note([HELD_TWICE], TABLE)
    assert f"bei einem anderen Datensatz: {OTHER}." in line(HELD_TWICE, TABLE)


@pytest.mark.parametrize(
    ("value", "stands"),
    [
        ("@admin", "&#64;admin"),
        ("a@b.de", "a&#64;b.de"),
        ("[x](y)", r"\[x\](y)"),
        ("![x](y)", r"!\[x\](y)"),
        ("`x`", r"\`x\`"),
        ("*x* _y_ ~z~", r"\*x\* \_y\_ \~z\~"),
        ("<b>", r"\<b>"),
        ("https://x.de", r"https\://x.de"),
        ("www.x.de", r"www\.x.de"),
        ("&amp; &#64;", r"\&amp; \&#64;"),
        ("\\*x\\*", r"\\\*x\\\*"),
        ("x\n\n# y\r\n- z", "x / # y / - z"),
        ("\u202eabc\u0007", "abc"),
        ("Müller & Söhne, c/o: 1. Stock (links) – 50 %", "Müller & Söhne, c/o: 1. Stock (links) – 50 %"),
    ],
)
def test_a_value_stands_in_a_note_as_it_is_and_does_nothing(value: str, stands: str) -> None:
    """EspoCRM reads a note as Markdown and calls whoever is named by `@`."""
    told = note([TITLE.model_copy(update={"espocrm": value})], TABLE)

    assert f"EspoCRM „{stands}“, Advoware „Prof.“" in told
    assert "@" not in told


def test_a_terminal_shows_a_value_as_it_is() -> None:
    """No Markdown there."""
    assert "„*x* @y“" in line(TITLE.model_copy(update={"espocrm": "*x* @y"}), TABLE)


def test_a_system_that_was_overloaded_is_said_to_be() -> None:
    """And not that it asked for patience."""
    told = outage_note(System.ESPOCRM, codes=("Throttled",), waiting=1, since=datetime(2026, 11, 28, tzinfo=UTC))

    assert "EspoCRM war überlastet." in told
    assert "Es wartet 1 Beteiligter;" in told


@pytest.mark.parametrize("named", ["betNr 1", "betNr 1, 2"])
def test_what_was_compared_is_named_as_it_is_set(named: str) -> None:
    """`SYNC_MATCH`; no list that was true once."""
    several = Finding(kind=FindingKind.SEVERAL_MATCH, fields=("name", "zusatz"), named=named)

    assert "verglichenen Angaben (Name, Zusatz)" in line(several, TABLE)
    assert "verglichenen Angaben p" in line(several.model_copy(update={"fields": (), "named": "betNr 1, 2"}), TABLE)
    assert several.fingerprint() == several.model_copy(update={"fields": ("art",)}).fingerprint()


def test_rivals_are_named_and_linked() -> None:
    """Also where there are more than are named."""
    rivals = Finding(kind=FindingKind.SEVERAL_MATCH, named=f"betNr 1; EspoCRM {OTHER}, 60a1b2c3d4e5f6072 … (+3)")

    assert f"(betNr 1; EspoCRM [Änne](#CBeteiligte/view/{OTHER}), [60a1" in note(
        [rivals], TABLE, look=InNote(names={OTHER: "Änne"})
    )
    assert f"(betNr 1; EspoCRM {OTHER}, 60a1b2c3d4e5f6072 … (+3))" in line(rivals, TABLE)
    assert rivals.records == (OTHER, "60a1b2c3d4e5f6072")
