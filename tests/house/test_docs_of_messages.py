"""docs/messages.md shows every text that people may get, in both languages."""

from pathlib import Path
from string import Formatter

import pytest

from beteiligte.decide.findings import FindingKind
from beteiligte.messages import Phrase
from beteiligte.messages.causes import FAULTS
from beteiligte.sweep.alarms import Alarm
from tests.texts import PHRASES

PAGE = (Path(__file__).parents[2] / "docs" / "messages.md").read_text(encoding="utf-8")


def pieces(text: str) -> list[str]:
    """What of a text stands there whatever is filled in."""
    return [piece.strip() for piece, _, _, _ in Formatter().parse(text) if piece.strip()]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.en[:30])
def test_every_text_is_shown(phrase: Phrase) -> None:
    """A new one without an example (docs_generator/examples.py) turns this red."""
    assert [piece for piece in (*pieces(phrase.de), *pieces(phrase.en)) if piece not in PAGE] == []


@pytest.mark.parametrize("code", [*FindingKind, *FAULTS, *Alarm])
def test_every_kind_cause_and_alarm_has_its_place(code: str) -> None:
    """Under its code, which logs and the command line show."""
    assert f"### `{code}`" in PAGE


def test_no_placeholder_is_left_open() -> None:
    """Each example knows what its text names."""
    assert "{" not in PAGE
