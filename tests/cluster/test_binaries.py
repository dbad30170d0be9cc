"""What a machine lacks for `make cluster` is said with what installs it, before anything is built or started."""

import os
import subprocess
from pathlib import Path

import pytest

from cluster import binaries
from cluster.__main__ import main
from cluster.binaries import Lacking
from runtime.engine import server_binary


def executable(folder: Path, name: str) -> Path:
    """A file of that name that could be run."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is installed, nothing built."""
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path / "postgresql")
    monkeypatch.setattr(binaries, "CACHE", tmp_path / "cache")


async def test_postgresql_is_needed(tmp_path: Path) -> None:
    """With the package's name."""
    with pytest.raises(Lacking, match="initdb of PostgreSQL is not here: apt-get install postgresql"):
        await binaries.gathered(str(tmp_path))


async def test_go_is_needed_only_where_something_must_be_built(tmp_path: Path) -> None:
    """Once the server is built, a machine without Go will do; PostgreSQL's newest counts."""
    for version in ("9.6", "15", "13"):
        for name in ("initdb", "postgres"):
            executable(tmp_path, f"postgresql/{version}/bin/{name}")
    executable(tmp_path, "bin/setpriv")
    with pytest.raises(Lacking, match=r"go is not here: install Go 1\.26 or newer"):
        await binaries.gathered(str(tmp_path / "bin"))

    for name in binaries.BUILT.values():
        executable(tmp_path, f"cache/temporal-{binaries.SERVER}/{name}")
    found = await binaries.gathered(str(tmp_path / "bin"))

    assert found.initdb == str(tmp_path / "postgresql/15/bin/initdb")
    assert found.prometheus is None
    assert bool(found.as_user) is (os.geteuid() == 0)


async def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    """And leaves nothing that looks built."""
    for name in ("initdb", "postgres", "setpriv"):
        executable(tmp_path, f"bin/{name}")
    executable(tmp_path, "bin/go").write_text("#!/bin/sh\necho 'no space left on device' >&2; exit 1\n")

    with pytest.raises(Lacking, match=r"Temporal .* could not be built by .*go: no space left on device"):
        await binaries.gathered(str(tmp_path / "bin"))


def test_the_server_is_the_one_that_the_embedded_one_is() -> None:
    """What the cluster shows differs by PostgreSQL alone."""
    said = subprocess.run([server_binary(), "--version"], capture_output=True, text=True, check=True).stdout

    assert f"Server {binaries.SERVER}" in said


async def test_it_ends_with_2_and_says_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As commands end that lack something; nothing was started."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert await main() == 2
    assert "apt-get install postgresql" in capsys.readouterr().out
