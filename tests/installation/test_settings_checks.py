"""Settings: each that is wrong is named with the line that mends it, and no value is ever shown."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from installation.check import Check, Verdict, worst
from installation.checks import settings
from runtime import settings as s
from tests import env_files
from tests.env_files import good

NOTHING: Mapping[str, str] = {}
OURS = {"WEBHOOK_SECRETS": '{"w1":"s-e-c-r-e-t"}'}


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Good settings that only their owner reads."""
    path = good(tmp_path, monkeypatch)
    write(path)
    path.chmod(0o600)
    return path


def write(path: Path, **changed: str | None) -> None:
    """The good settings, deliveries believed, with some of them changed, or left out (None)."""
    env_files.write(path, **{**OURS, **changed})


def seen(env_file: Path, environment: Mapping[str, str] = NOTHING) -> dict[str, Check]:
    """The checks by their names."""
    return {check.name: check for check in settings.look(env_file, environment)[2]}


def test_good_settings_are_well(env_file: Path) -> None:
    """Complete, and readable by their owner alone."""
    found = seen(env_file)

    assert worst(found.values()) is Verdict.OK
    assert set(found) == {"settings", f"access to {env_file}"}


def test_what_is_missing_is_named_with_its_line_and_the_rest_can_be_used(env_file: Path) -> None:
    """One wrong class hides no other: Temporal is looked at all the same."""
    write(env_file, ESPOCRM_URL=None, ADVOWARE_KANZLEI=None)

    loaded, problems, checks = settings.look(env_file, NOTHING)
    wrong = {check.name: check for check in checks if check.verdict is Verdict.WRONG}

    assert set(wrong) == {"ESPOCRM_URL", "ADVOWARE_KANZLEI"} == {problem.where for problem in problems}
    assert (wrong["ESPOCRM_URL"].remedy or "").startswith("ESPOCRM_URL=…   # Address of EspoCRM")
    assert s.TemporalSettings in loaded
    assert s.EspoCrmSettings not in loaded


def test_a_misspelt_name_gets_the_one_that_was_meant(env_file: Path) -> None:
    """What begins like ours stops the program; what only looks like ours is said."""
    write(env_file, ADVOWARE_LOKUP="true", ESPROCRM_PROXY="http://proxy.example", PATH_OF_ANOTHER_PROGRAM="x")

    found = seen(env_file)

    assert found["ADVOWARE_LOKUP"].verdict is Verdict.WRONG
    assert "ADVOWARE_LOOKUP=…" in (found["ADVOWARE_LOKUP"].remedy or "")
    assert found["ESPROCRM_PROXY"].verdict is Verdict.WARNING
    assert "ESPOCRM_PROXY=…" in (found["ESPROCRM_PROXY"].remedy or "")
    assert "PATH_OF_ANOTHER_PROGRAM" not in found


@pytest.mark.parametrize("foreign", ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "NOTIFY_SOCKET", "TEMPORAL_TLS", "PATH"])
def test_other_programs_names_in_the_environment_are_theirs(env_file: Path, foreign: str) -> None:
    """systemd, OpenTelemetry and Temporal's own tools have names that begin like ours."""
    assert foreign not in seen(env_file, {foreign: "x"})


def test_a_slip_in_the_environment_is_named(env_file: Path) -> None:
    """A container's settings stand there alone."""
    found = seen(env_file, {"TEMPORAL_ADDRES": "temporal:7233"})

    assert found["TEMPORAL_ADDRES"].verdict is Verdict.WARNING
    assert "TEMPORAL_ADDRESS=…" in (found["TEMPORAL_ADDRES"].remedy or "")


def test_a_file_that_others_read_is_named_with_the_command(env_file: Path) -> None:
    """It holds keys and a password."""
    env_file.chmod(0o644)

    found = seen(env_file)[f"access to {env_file}"]

    assert (found.verdict, found.remedy) == (Verdict.WARNING, f"chmod 600 {env_file}")


def test_without_a_file_the_folder_is_named(env_file: Path) -> None:
    """Whoever stands in another folder misses all of his settings."""
    env_file.unlink()

    found = seen(env_file)["settings file"]

    assert found.verdict is Verdict.WRONG
    assert str(env_file.parent) in found.seen


def test_a_file_that_is_no_text_is_named(env_file: Path) -> None:
    """And nothing breaks off."""
    env_file.write_bytes(b"ESPOCRM_URL=\xff\xfe\n")

    loaded, _, checks = settings.look(env_file, NOTHING)

    assert "UTF-8" in next(check.seen for check in checks if check.verdict is Verdict.WRONG)
    assert s.TemporalSettings not in loaded


@pytest.mark.parametrize(
    ("name", "value", "check"),
    [("SYNC_OBSERVE", "true", "writing"), ("WEBHOOK_ALLOW_UNSIGNED", "true", "signatures of deliveries")],
)
def test_switches_for_a_beginning_are_not_forgotten(env_file: Path, name: str, value: str, check: str) -> None:
    """They are right for a trial, and named with the line that ends it."""
    write(env_file, **{name: value})

    assert seen(env_file)[check].verdict is Verdict.WARNING
    assert name in (seen(env_file)[check].remedy or "")


def test_nothing_that_was_written_is_shown(env_file: Path) -> None:
    """It may be a secret in the wrong line."""
    write(env_file, ADVOWARE_API_KEY="geheim!", WEBHOOK_SECRETS="{geheim", ESPOCRM_URL="geheim", SYNC_ATTEMPTS="geheim")

    assert "geheim" not in repr(settings.look(env_file, {"ESPOCRM_URLL": "geheim"})[2])


def test_a_field_file_is_named_with_its_fault_or_its_number_of_fields(env_file: Path, tmp_path: Path) -> None:
    """SYNC_FIELDS_FILE."""
    file = tmp_path / "fields.toml"
    write(env_file, SYNC_FIELDS_FILE=str(file))
    file.write_text("[titl]\nmapped = false\n", "utf-8")
    wrong = seen(env_file)["SYNC_FIELDS_FILE"]
    file.write_text("[titel]\nmapped = false\n", "utf-8")

    assert "did you mean titel" in wrong.seen
    assert "fields are compared" in seen(env_file)["field table"].seen
