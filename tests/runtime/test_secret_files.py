"""Secrets from files: what a container or systemd hands over is as good as a line in `.env`, and no worse told."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from installation.espocrm.setup import EspoCrmReach
from runtime import settings as s
from runtime.loading import SettingsError, load, load_all
from runtime.secret_files import LONGEST, secret_names
from tests.env_files import GOOD, good, write
from tests.runtime.test_settings import problems

SECRETS = [(kind, field, name) for kind in s.ALL for field, name in secret_names(kind).items()]


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of good settings, and an environment without any."""
    return good(tmp_path, monkeypatch)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file as `echo` writes it."""
    path = tmp_path / "secret"
    path.write_text("g-e-h-e-i-m\n")
    return path


def test_every_setting_that_is_secret_has_one() -> None:
    """Passwords, keys, proxies with a password in them, and the webhooks' secrets."""
    assert {name for _, _, name in SECRETS} == {
        "ADVOWARE_API_KEY",
        "ADVOWARE_PASSWORD",
        "ADVOWARE_PROXY",
        "DESK_OIDC_CLIENT_SECRET",
        "ESPOCRM_API_KEY",
        "ESPOCRM_PROXY",
        "ESPOCRM_SECRET_KEY",
        "TEMPORAL_API_KEY",
        "WEBHOOK_SECRETS",
    }


def test_a_secret_is_read_from_its_file(env_file: Path, secret: Path) -> None:
    """Without the line break at its end."""
    write(env_file, ADVOWARE_PASSWORD=None, ADVOWARE_PASSWORD_FILE=str(secret))

    assert load(s.AdvowareSettings, env_file=env_file).password.get_secret_value() == "g-e-h-e-i-m"


def test_the_environment_may_name_the_file(env_file: Path, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a compose file does."""
    write(env_file, ESPOCRM_API_KEY=None)
    monkeypatch.setenv("ESPOCRM_API_KEY_FILE", str(secret))

    assert load(s.EspoCrmSettings, env_file=env_file).api_key.get_secret_value() == "g-e-h-e-i-m"


def test_several_secrets_stand_in_one_file_as_in_one_line(env_file: Path, secret: Path) -> None:
    """WEBHOOK_SECRETS is JSON in either place."""
    secret.write_text('{"a1": "one", "b2": "two"}\n')
    write(env_file, WEBHOOK_SECRETS_FILE=str(secret))

    assert load(s.WebhookSettings, env_file=env_file).secrets["b2"] == (SecretStr("two"),)


def test_two_places_are_one_too_many(env_file: Path, secret: Path) -> None:
    """Whichever counted, somebody would change the other in vain."""
    write(env_file, ADVOWARE_PASSWORD_FILE=str(secret))

    assert problems(env_file) == ["ADVOWARE_PASSWORD: is set, and ADVOWARE_PASSWORD_FILE as well: keep one of them"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read (No such file or directory, ENOENT 2)"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "is no UTF-8 text"),
        (b"x" * (LONGEST + 1), f"is longer than {LONGEST} bytes, so it is no secret"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_once(
    env_file: Path, secret: Path, content: bytes | None, says: str
) -> None:
    """By its path and why, beside whatever else is wrong; not a second time as a setting that is missing."""
    secret.unlink() if content is None else secret.write_bytes(content)
    write(env_file, ADVOWARE_PASSWORD=None, ADVOWARE_PASSWORD_FILE=str(secret), ADVOWARE_USER=None)

    told = problems(env_file)

    assert [line for line in told if "PASSWORD" in line] == [f"ADVOWARE_PASSWORD_FILE: {secret}: {says}"]
    assert [line for line in told if line.startswith("ADVOWARE_USER: is not set")]


def test_a_file_that_nobody_may_read_is_named(env_file: Path, secret: Path) -> None:
    """Rights are the usual trouble of a secret that was handed over."""
    if os.geteuid() == 0:
        pytest.skip("an administrator may read everything")
    secret.chmod(0)
    write(env_file, ADVOWARE_PASSWORD=None, ADVOWARE_PASSWORD_FILE=str(secret))

    assert problems(env_file) == [f"ADVOWARE_PASSWORD_FILE: {secret}: cannot be read (Permission denied, EACCES 13)"]


def test_a_misspelt_name_of_a_file_is_no_silence(env_file: Path, secret: Path) -> None:
    """Like any other name that no setting has."""
    write(env_file, ADVOWARE_PASSWORT_FILE=str(secret))

    [line] = problems(env_file)
    assert "did you mean ADVOWARE_PASSWORD_FILE?" in line


def test_what_a_file_holds_is_never_told(env_file: Path, secret: Path) -> None:
    """Also where it is wrong: an API key of Advoware that is no Base64."""
    secret.write_text("not base64 at all!")
    write(env_file, ADVOWARE_API_KEY=None, ADVOWARE_API_KEY_FILE=str(secret))

    told = "\n".join(problems(env_file))

    assert "ADVOWARE_API_KEY" in told
    assert "not base64" not in told


def test_without_files_everything_is_as_before(env_file: Path) -> None:
    """The good settings load."""
    assert load_all(*s.ALL, env_file=env_file)[s.EspoCrmSettings].api_key.get_secret_value() == GOOD["ESPOCRM_API_KEY"]


def test_whoever_makes_a_secret_may_find_its_file_empty(env_file: Path, secret: Path) -> None:
    """`espocrm-setup` makes the API key: until then there is none; for everybody else that is wrong."""
    write(env_file, ESPOCRM_API_KEY=None, ESPOCRM_API_KEY_FILE=str(secret))
    secret.write_text("")

    assert load_all(EspoCrmReach, env_file=env_file, may_lack=("ESPOCRM_API_KEY",))[EspoCrmReach].url
    with pytest.raises(SettingsError, match=r"is empty"):
        load_all(EspoCrmReach, env_file=env_file)
