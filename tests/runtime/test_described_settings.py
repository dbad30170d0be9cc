"""What is said of each setting: its meaning, by itself, and when a change takes effect."""

import re
from pathlib import Path

import pytest

from contracts.timing import OutageTiming, SweepTiming, Timing
from docs_generator.__main__ import ROOT, documents
from docs_generator.settings import MEANING
from runtime import settings as s
from runtime.loading import load_all, names
from tests.env_files import GOOD, write


def test_the_pages_are_those_of_the_classes() -> None:
    """`make docs` was run after the last change to a setting."""
    for path, text in documents().items():
        assert (ROOT / path).read_text("utf-8") == text, f"{path} is stale: run `make docs`"


def test_every_class_of_settings_is_documented_and_explained() -> None:
    """A class that is not in ALL would be neither documented nor checked for slips; a setting says what it is for."""
    kinds = {kind for kind in vars(s).values() if isinstance(kind, type) and issubclass(kind, s.Settings)}

    assert kinds - {s.Settings, s.SystemSettings, s.AdvowareFieldSettings} == set(s.ALL)
    assert s.AdvowareFieldSettings.model_fields.keys() < s.AdvowareSettings.model_fields.keys(), "a part of these"
    assert [name for kind in s.ALL for name, field in kind.model_fields.items() if not field.description] == []


SETTINGS = [(kind, name) for kind in s.ALL for name in kind.model_fields]


def test_every_setting_says_when_a_change_takes_effect() -> None:
    """And docs/settings.md says what that means."""
    said = {kind.takes_effect(name) for kind, name in SETTINGS}

    assert said == set(s.TakesEffect) == set(MEANING)


@pytest.mark.parametrize("kind", [s.SyncSettings, s.SweepSettings, s.OutageSettings])
def test_what_travels_in_an_order_does_not_count_for_what_runs(kind: type[s.Settings]) -> None:
    """A run keeps what it was started with: a restart alone changes nothing for it."""
    [timing] = [base for base in kind.__mro__ if base in (Timing, SweepTiming, OutageTiming)]
    travels = {s.TakesEffect.NEXT_RUN, s.TakesEffect.APPLIED, s.TakesEffect.NEXT_OUTAGE, s.TakesEffect.EVERYWHERE}

    assert {kind.takes_effect(name) for name in timing.model_fields} <= travels


BY_ANOTHER = re.compile(
    r"^(it|its|they|them|their|this|that|these|those|he|she|of|the same|also|beside|so)\b", re.IGNORECASE
)
"""Openings that lean on the line before."""


def test_a_description_stands_by_itself() -> None:
    """It is printed alone in an error: no opening that leans on another setting, and words enough to name a subject."""
    described = {f"{names(kind)[name]}: {kind.model_fields[name].description}" for kind, name in SETTINGS}

    assert [one for one in sorted(described) if BY_ANOTHER.match(one.split(": ", 1)[1])] == []
    assert [one for one in sorted(described) if len(one.split(": ", 1)[1].split()) < 4] == []


def test_the_example_loads_once_it_is_filled_in(tmp_path: Path) -> None:
    """Its defaults, uncommented, are read back as the same settings."""
    text = documents()[Path(".env.example")]
    for name, value in GOOD.items():
        text = text.replace(f"\n{name}=\n", f"\n{name}={value}\n").replace(f"\n#{name}=\n", f"\n{name}={value}\n")
    lines = [line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in text.splitlines()]
    (tmp_path / "all").write_text("\n".join(lines), "utf-8")
    write(tmp_path / "few")

    whole, few = load_all(*s.ALL, env_file=tmp_path / "all"), load_all(*s.ALL, env_file=tmp_path / "few")

    assert [kind for kind in s.ALL if whole[kind] != few[kind]] == []
