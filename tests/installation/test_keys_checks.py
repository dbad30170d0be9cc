"""The key file: there, its owner's alone, loads, encrypts."""

import asyncio
from pathlib import Path

import pytest

from installation.check import Check, Verdict
from installation.checks import keys
from runtime.key_file import add_key, learn_key
from runtime.settings import TemporalSettings


async def looked(path: Path, *, encrypt: bool = True) -> list[Check]:
    """All checks."""
    return await keys.checks(TemporalSettings(keys=path, encrypt=encrypt))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A key file as `up` makes it."""
    add_key(tmp_path / "keys.json")
    return tmp_path / "keys.json"


async def test_a_key_file_as_it_is_made_is_well(file: Path) -> None:
    """Mode 600, and what is encrypted is read back."""
    assert [check.verdict for check in await looked(file)] == [Verdict.OK] * 3


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
async def test_one_that_others_can_read_is_wrong(file: Path, mode: int) -> None:
    """Whoever reads it reads everything that Temporal keeps."""
    await asyncio.to_thread(file.chmod, mode)

    [wrong] = [check for check in await looked(file) if check.verdict is not Verdict.OK]

    assert (wrong.verdict, wrong.remedy) == (Verdict.WRONG, f"chmod 600 {file}")


@pytest.mark.parametrize("text", ["", "{", '{"keys": []}', '{"keys": [{"id": "a", "secret": "kurz"}]}'])
async def test_one_that_cannot_be_used_is_named_without_its_content(file: Path, text: str) -> None:
    """Before a worker meets it."""
    await asyncio.to_thread(file.write_text, text)

    wrong = (await looked(file))[0]

    assert wrong.verdict is Verdict.WRONG
    assert str(file) in wrong.seen
    assert "kurz" not in wrong.seen


async def test_none_at_all_is_said_with_what_makes_one(tmp_path: Path) -> None:
    """Before the first start there is none."""
    [check] = await looked(tmp_path / "none.json")

    assert check.verdict is Verdict.WARNING
    assert "make up" in (check.remedy or "")


async def test_keys_that_are_only_known_encrypt_nothing(tmp_path: Path) -> None:
    """The first step of a rotation, or one that was forgotten."""
    learn_key(tmp_path / "keys.json")

    last = (await looked(tmp_path / "keys.json"))[-1]

    assert last.verdict is Verdict.WARNING
    assert "keys use key-1" in (last.remedy or "")


async def test_clear_text_by_the_settings_is_said(file: Path) -> None:
    """TEMPORAL_ENCRYPT=false is for trials."""
    [check] = await looked(file, encrypt=False)

    assert (check.verdict, check.remedy) == (Verdict.WARNING, "TEMPORAL_ENCRYPT=true")


@pytest.mark.parametrize(
    ("mode", "owner", "others"),
    [(0o600, 7, False), (0o640, 7, True), (0o604, 7, True), (0o440, 0, False), (0o444, 0, True)],
)
def test_a_file_that_was_handed_over_may_be_read_by_our_group(mode: int, owner: int, others: bool) -> None:
    """Kubernetes gives secrets to the pod's group; of a file of our own the group is somebody else."""
    assert keys.read_by_others(mode, owner=owner, me=7) is others
