"""Lines in `.env`: added beside what others wrote, never over a value, whole or not at all."""

import errno
import os
import stat
from pathlib import Path

import pytest

from installation import env_lines
from runtime.env_file import read

BEFORE = "# a comment\nADVOWARE_PASSWORD='p a$s'\nESPOCRM_API_KEY=\n#WEBHOOK_SECRETS=\n"
AWKWARD = 'it\'s \\ "one" # of $HOME'


@pytest.fixture
def env(tmp_path: Path) -> Path:
    file = tmp_path / ".env"
    file.write_text(BEFORE)
    return file


def test_what_is_written_is_read_again_and_other_lines_stay(env: Path) -> None:
    done = env_lines.write(
        env, {"ESPOCRM_API_KEY": "k" * 32, "SYNC_MATCH": AWKWARD}, added={"WEBHOOK_SECRETS": {"a": "b"}}
    )

    assert done.written == ("ESPOCRM_API_KEY", "SYNC_MATCH", "WEBHOOK_SECRETS")
    assert read(env) == {
        "ADVOWARE_PASSWORD": "p a$s",
        "ESPOCRM_API_KEY": "k" * 32,
        "SYNC_MATCH": AWKWARD,
        "WEBHOOK_SECRETS": '{"a": "b"}',
    }
    assert env.read_text().startswith("# a comment\nADVOWARE_PASSWORD='p a$s'\nESPOCRM_API_KEY=")
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_a_file_that_is_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    env_lines.write(tmp_path / ".env", {"ESPOCRM_API_KEY": "k"})

    assert (tmp_path / ".env").read_text() == "ESPOCRM_API_KEY=k\n"
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_whoever_overwrites_gets_his_value_in_the_place_of_the_old_one(env: Path) -> None:
    """Comments and other lines stay."""
    env_lines.overwrite(env, {"ADVOWARE_PASSWORD": "another", "SYNC_FIELDS_FILE": "unsere Felder.toml"})

    lines = env.read_text().splitlines()
    assert (lines[0], lines[2:4]) == ("# a comment", ["ESPOCRM_API_KEY=", "#WEBHOOK_SECRETS="])
    assert read(env)["ADVOWARE_PASSWORD"] == "another"
    assert read(env)["SYNC_FIELDS_FILE"] == "unsere Felder.toml"


def test_a_value_that_stands_there_is_kept(env: Path) -> None:
    done = env_lines.write(env, {"ADVOWARE_PASSWORD": "another"})

    assert (done.kept, done.written, env.read_text()) == (("ADVOWARE_PASSWORD",), (), BEFORE)


def test_the_same_value_again_writes_nothing(env: Path) -> None:
    env_lines.write(env, {"ESPOCRM_API_KEY": "k"}, added={"WEBHOOK_SECRETS": {"a": "b"}})
    before = env.stat()

    done = env_lines.write(env, {"ESPOCRM_API_KEY": "k"}, added={"WEBHOOK_SECRETS": {"a": "b"}})

    assert (done.same, done.written) == (("ESPOCRM_API_KEY", "WEBHOOK_SECRETS"), ())
    assert (env.stat().st_ino, env.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("there", ["nonsense", "[]", '{"a": "another"}'])
def test_an_object_that_cannot_take_the_entries_is_kept(env: Path, there: str) -> None:
    env.write_text(f"WEBHOOK_SECRETS='{there}'\n")

    done = env_lines.write(env, {}, added={"WEBHOOK_SECRETS": {"a": "b"}})

    assert (done.kept, read(env)["WEBHOOK_SECRETS"]) == (("WEBHOOK_SECRETS",), there)


def test_entries_come_beside_those_that_stand_there(env: Path) -> None:
    env.write_text('WEBHOOK_SECRETS=\'{"old": "x"}\'\n')

    env_lines.write(env, {}, added={"WEBHOOK_SECRETS": {"a": "b"}})

    assert read(env)["WEBHOOK_SECRETS"] == '{"old": "x", "a": "b"}'


def test_a_disk_that_is_full_leaves_the_old_file(env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(env_lines, "set_key", full)

    with pytest.raises(OSError, match="space"):
        env_lines.write(env, {"ESPOCRM_API_KEY": "k"})

    assert env.read_text() == BEFORE
    assert [path.name for path in env.parent.iterdir()] == [".env"]


def test_a_link_stays_a_link(env: Path, tmp_path: Path) -> None:
    """A deployment may keep its settings elsewhere."""
    link = tmp_path / "deployed"
    link.symlink_to(env)

    env_lines.write(link, {"ESPOCRM_API_KEY": "k"})

    assert link.is_symlink()
    assert read(env)["ESPOCRM_API_KEY"] == "k"


def test_a_secret_that_has_a_file_of_its_own_is_written_there(env: Path) -> None:
    """As containers have it; the file of the settings gets no secret, and other webhooks' secrets stay."""
    folder = env.parent
    env.write_text("ESPOCRM_API_KEY=\nESPOCRM_API_KEY_FILE=" + f"{folder}/key\nWEBHOOK_SECRETS_FILE={folder}/secrets\n")
    (folder / "key").touch()
    (folder / "secrets").write_text('{"old": "s"}\n')
    before = env.read_text()

    done = env_lines.write(env, {"ESPOCRM_API_KEY": "k"}, added={"WEBHOOK_SECRETS": {"a": "b"}})

    assert done.written == done.in_files == ("ESPOCRM_API_KEY", "WEBHOOK_SECRETS")
    assert ((folder / "key").read_text(), (folder / "secrets").read_text()) == ("k", '{"old": "s", "a": "b"}')
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600
    assert env.read_text() == before
    again = env_lines.write(env, {"ESPOCRM_API_KEY": "k"}, added={"WEBHOOK_SECRETS": {"a": "b"}})
    assert (again.written, again.same) == ((), ("ESPOCRM_API_KEY", "WEBHOOK_SECRETS"))


def test_a_secret_that_stands_in_its_file_is_kept(env: Path) -> None:
    env.write_text(f"ESPOCRM_API_KEY_FILE={env.parent}/key\n")
    (env.parent / "key").write_text("another")

    done = env_lines.write(env, {"ESPOCRM_API_KEY": "k"})

    assert (done.written, done.kept) == ((), ("ESPOCRM_API_KEY",))
    assert (env.parent / "key").read_text() == "another"
