"""A place that cannot be written: found before anything is lost, and told with the path and the remedy."""

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from runtime.storage_places import MEGABYTE, Keeping, trouble

Usage = namedtuple("Usage", "total used free")


def test_a_place_that_can_be_written_is_made_and_left_empty(tmp_path: Path) -> None:
    """Also several folders deep, and where the file is there already."""
    assert trouble(tmp_path / "a" / "b" / "file") == ""
    assert list((tmp_path / "a" / "b").iterdir()) == []
    (tmp_path / "file").touch()
    assert trouble(tmp_path / "file") == ""


def test_a_file_in_the_folder_s_place_is_named(tmp_path: Path) -> None:
    """And a folder in the file's."""
    (tmp_path / "state").touch()
    (tmp_path / "folder").mkdir()

    for file, said in ((tmp_path / "state" / "temporal.db", "a file stands"), (tmp_path / "folder", "a folder stands")):
        why = trouble(file)
        assert str(file) in why
        assert said in why


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(errno.EACCES, "right"), (errno.EROFS, "mount"), (errno.ENOSPC, "free some space"), (errno.EIO, "another path")],
)
def test_every_reason_has_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str) -> None:
    """Whatever the system says when it is tried."""

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)

    why = trouble(tmp_path / "file")

    assert [word for word in (str(tmp_path / "file"), os.strerror(number), remedy) if word not in why] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may write everywhere")
def test_a_file_of_another_user_is_named(tmp_path: Path) -> None:
    """As left by a program that was once started by the administrator."""
    (tmp_path / "file").touch(mode=0o400)

    assert "right to write" in trouble(tmp_path / "file")


def test_a_disk_that_is_nearly_full_is_said_before_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With how much is left."""
    keeping = Keeping(tmp_path / "file", spare=100 * MEGABYTE)
    assert keeping.trouble() == ""

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 12 * MEGABYTE))

    assert "only 12 MB are free" in keeping.trouble()


def test_a_place_that_has_gone_is_not_made_again(tmp_path: Path) -> None:
    """An unmounted disk would else look like an empty one."""
    assert "no folder" in Keeping(tmp_path / "gone" / "file", spare=0).trouble()
    assert list(tmp_path.iterdir()) == []
