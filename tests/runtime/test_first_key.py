"""A first key is made where nothing is encrypted yet, and nowhere else."""

from pathlib import Path

import pytest

from runtime import first_key
from runtime.key_file import add_key
from runtime.settings import TemporalSettings
from tests.states import sealed_state


def settings(folder: Path) -> TemporalSettings:
    return TemporalSettings(state=folder / "temporal.db", keys=folder / "keys.json")


def test_over_a_state_that_another_key_closed_none_is_made(tmp_path: Path) -> None:
    """Named are the file that is missing, the key's id, and both ways out."""
    sealed_state(tmp_path / "temporal.db")

    said = first_key.refusal(settings(tmp_path))

    assert said is not None
    for named in (str(tmp_path / "keys.json"), "key-1", "Put the copy", "empty state"):
        assert named in said


def test_where_the_file_is_there_nothing_is_made_anyway(tmp_path: Path) -> None:
    """Whether it opens the state is asked of Temporal."""
    sealed_state(tmp_path / "temporal.db")
    add_key(tmp_path / "keys.json")

    assert first_key.refusal(settings(tmp_path)) is None


def test_a_state_in_clear_or_none_at_all_is_no_reason(tmp_path: Path) -> None:
    """The first start, and the one after a trial in clear."""
    assert first_key.refusal(settings(tmp_path)) is None
    sealed_state(tmp_path / "temporal.db", key=None)
    assert first_key.refusal(settings(tmp_path)) is None


@pytest.mark.parametrize("content", [b"", b"no database, but long enough to have a header of its own, so to speak"])
def test_a_state_that_cannot_be_read_is_the_server_s_to_name(tmp_path: Path, content: bytes) -> None:
    """It does not start on it."""
    (tmp_path / "temporal.db").write_bytes(content)

    assert first_key.refusal(settings(tmp_path)) is None


def test_another_server_s_state_is_not_here(tmp_path: Path) -> None:
    """A file that was left from before is not what is used."""
    sealed_state(tmp_path / "temporal.db")

    assert first_key.refusal(settings(tmp_path).model_copy(update={"address": "127.0.0.1:1"})) is None
