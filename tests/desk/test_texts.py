"""The desk's texts: every one in both languages, and none that a page names is missing."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

from beteiligte.decide.choice import ChoiceRefusal
from beteiligte.decide.policy import Policy
from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Phrase
from beteiligte.record.field_table import Group
from beteiligte.request_reason import Reason
from beteiligte.sync_status import Result
from starter import schedules
from starter.desk import letters
from starter.desk.texts import came, causes, frame, opens, party, state, trial
from starter.desk.visit import TEMPLATES
from starter.views import open_questions
from starter.views.health import StatusCause
from starter.views.outages import OutageKind
from starter.views.recorded.changes import CameTo

MODULES = {module.__name__.rpartition(".")[2]: module for module in (came, causes, frame, opens, party, state, trial)}
SOURCES = {
    path.name: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "starter/desk/templates").glob("*.html")
}


def phrases(module: ModuleType) -> Iterator[Phrase]:
    """All of a module, those in tables as well."""
    for value in vars(module).values():
        for one in value.values() if isinstance(value, dict) else [value]:
            if isinstance(one, Counted):
                yield from filter(None, (one.one, one.many, one.none))
            if isinstance(one, Phrase):
                yield one


@pytest.mark.parametrize("name", MODULES)
def test_both_languages_say_the_same(name: str) -> None:
    """With the same placeholders; neither is left empty."""
    for phrase in phrases(MODULES[name]):
        said = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (phrase.de, phrase.en)]
        assert said[0] == said[1], phrase
        assert phrase.de
        assert phrase.en


def test_every_text_that_a_template_names_exists() -> None:
    """Also where a page is seldom shown."""
    known = {name: value for name, value in TEMPLATES.globals.items() if isinstance(value, ModuleType)}
    named = {
        (module, text)
        for source in SOURCES.values()
        for module, text in re.findall(r"\b(\w+)\.([A-Z][A-Z_]+)\b", source)
    }

    assert named
    assert [(m, text) for m, text in sorted(named) if not hasattr(known[m], text)] == []


def test_nothing_of_a_template_escapes_by_itself() -> None:
    """No page marks what it shows as safe, and none holds a script, a style or an address of another machine."""
    for source in SOURCES.values():
        assert not re.search(r"\|\s*safe|autoescape|<script|<style|\bstyle=|\bon\w+=|https?://", source)


def test_whatever_can_be_said_has_its_words() -> None:
    """A new kind, reason or refusal without words would break a page."""
    assert opens.KINDS.keys() == open_questions.KINDS
    assert party.REASONS.keys() == {*Reason}
    assert party.CAME_TO.keys() == {*CameTo}
    assert came.REFUSALS.keys() == {*ChoiceRefusal}
    assert {*Result} <= party.RESULTS.keys()
    assert causes.CAUSES.keys() == {*StatusCause}
    assert causes.OUTAGES.keys() == {*OutageKind}
    assert trial.GROUPS.keys() == {*Group}
    assert trial.POLICIES.keys() == {*Policy}
    assert state.SWEEP_NAMES.keys() == {row.id for row in schedules.TABLE}


@pytest.mark.parametrize(
    ("one", "other", "marked"),
    [
        ("Meier, Hinterhaus", "Mayer, Hinterhaus", ("Mei", "May")),
        ("Dr.", "Prof.", ("Dr.", "Prof.")),
        ("Straßenbau", "Straßenbau GmbH", ("", " GmbH")),
        ("", "Dr.", ("", "Dr.")),
        ("Dr.", "Dr.", ("", "")),
        ("29.02.1980", "28.02.1980", ("29", "28")),
    ],
)
def test_what_differs_is_marked(one: str, other: str, marked: tuple[str, str]) -> None:
    """Down to the character, but no letter that two words share by chance; every character stays."""
    left, right = letters.compared(one, other)

    assert ("".join(p.text for p in left), "".join(p.text for p in right)) == (one, other)
    assert tuple("".join(p.text for p in side if p.differs) for side in (left, right)) == marked
