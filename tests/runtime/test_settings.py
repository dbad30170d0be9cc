"""Settings: one message for everything that is missing or wrong, and no secret in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from runtime import settings as s
from runtime.loading import SettingsError, load, load_all, names
from runtime.values import read_span, write_span
from tests.env_files import good, write


@pytest.fixture
def env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of good settings, and an environment without any."""
    return good(tmp_path, monkeypatch)


def problems(path: Path) -> list[str]:
    """The lines of the message."""
    with pytest.raises(SettingsError) as error:
        load_all(*s.ALL, env_file=path)
    return str(error.value).splitlines()


def test_a_filled_in_file_is_enough(env_file: Path) -> None:
    """Everything that has no default stands in it; addresses lose their last slash."""
    loaded = load_all(*s.ALL, env_file=env_file)

    assert loaded[s.EspoCrmSettings].url == "https://crm.kanzlei.example"
    assert loaded[s.AdvowareSettings].password.get_secret_value() == "p-a-s-s"
    assert loaded[s.SyncSettings].timing().first_wait == timedelta(minutes=1)


def test_one_message_names_all_that_is_missing_or_wrong(env_file: Path) -> None:
    """Over all classes, a line each, with name, problem and meaning."""
    write(
        env_file, ESPOCRM_URL=None, ADVOWARE_KANZLEI="", SYNC_ATTEMPTS="many", SYNC_FRESH_FOR="soon", WEBHOOK_PORT="0x"
    )

    lines = problems(env_file)

    assert [line.partition(":")[0] for line in lines] == [
        "ESPOCRM_URL",
        "ADVOWARE_KANZLEI",
        "SYNC_ATTEMPTS",
        "SYNC_FRESH_FOR",
        "WEBHOOK_PORT",
    ]
    assert lines[1] == "ADVOWARE_KANZLEI: is not set (Firm id (Kanzlei) in token requests.)"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("ESPOCRM_URL", "crm.kanzlei.example", "is no address"),
        ("ESPOCRM_URL", "https://crm.kanzlei.example/api/v1/CBeteiligte", "leave out /api/v1"),
        ("ESPOCRM_URL", "https://crm.kanzlei.example?x=1", "is no address"),
        ("ESPOCRM_ENTITY_TYPE", "../User", "pattern"),
        ("ADVOWARE_API_KEY", "no base64!", "is no Base64 text"),
        ("ADVOWARE_WRITABLE", "name, schuhgroesse", "unknown field schuhgroesse"),
        ("ADVOWARE_WRITABLE", '["name"', "is no valid JSON"),
        ("SYNC_FRESH_FOR", "-PT5S", "must not be negative"),
        ("SYNC_WAIT_FACTOR", "0.5", "greater than or equal to 1"),
        ("SYNC_POLICY_ADRESSE", "coin", "'espocrm'"),
        ("WEBHOOK_SECRETS", "id:secret", "is no valid JSON"),
        ("WEBHOOK_SECRETS", '["secret"]', "valid dictionary"),
        ("WEBHOOK_SECRETS", '{"5f": "geheim", "60": ""}', "holds an empty id or secret"),
        ("WEBHOOK_SECRETS", '{"5f": " "}', "holds an empty id or secret"),
        ("WEBHOOK_SECRETS", '{"": "geheim"}', "holds an empty id or secret"),
        ("WEBHOOK_SECRETS", '{"5f": []}', "holds an empty id or secret"),
        ("WEBHOOK_SECRETS", '{"5f": ["geheim", ""]}', "holds an empty id or secret"),
        ("WEBHOOK_SECRETS", '{"5f": ["a", "b", "c", "d", "e", "f"]}', "more than 5 secrets for one id"),
        ("WEBHOOK_SECRETS", '{"5f": [["geheim"]]}', "valid string"),
        ("WORKER_DRAIN", "30 fortnights", "valid timedelta"),
    ],
)
def test_a_wrong_value_gets_a_clear_line(env_file: Path, name: str, value: str, problem: str) -> None:
    """It names the setting and the remedy."""
    write(env_file, **{name: value})

    [line] = problems(env_file)

    assert line.startswith(f"{name}: ")
    assert problem in line


@pytest.mark.parametrize("name", ["ADVOWARE_API_KEY", "WEBHOOK_SECRETS", "ESPOCRM_URL", "SYNC_ATTEMPTS"])
def test_a_wrong_value_is_never_shown(env_file: Path, name: str) -> None:
    """It may be a secret, or one that was pasted into the wrong line."""
    write(env_file, **{name: "{geheim: ~geheim~"})

    assert "geheim" not in "\n".join(problems(env_file))


def test_a_slip_of_the_pen_is_no_silent_default(env_file: Path) -> None:
    """A name that no setting has is an error, with the name that was meant; other programs' names are not ours."""
    write(env_file, ADVOWARE_LOKUP="true", PATH_OF_ANOTHER_PROGRAM="x")

    [line] = problems(env_file)

    assert line.startswith("ADVOWARE_LOKUP:")
    assert line.endswith("did you mean ADVOWARE_LOOKUP?")


def test_a_create_must_outlast_all_that_comes_before_its_post(env_file: Path) -> None:
    """Else a POST that was never sent would count as one of unknown outcome."""
    write(env_file, SYNC_CREATE="30s")

    [line] = problems(env_file)

    assert line.startswith("SYNC_CREATE: must be at least 90s")


@pytest.mark.parametrize(
    ("changed", "most"),
    [
        ({"ADVOWARE_CALLS_PER_SECOND": "1", "WORKER_PROCESSES": "4"}, 75),
        ({"ADVOWARE_CALLS_PER_SECOND": "1", "WORKER_PROCESSES": "4", "SWEEP_READS": "2000"}, 75),
        ({"ADVOWARE_CALLS_PER_SECOND": "1.5", "SWEEP_CALL": "1m"}, 90),
        ({"ADVOWARE_CALLS_PER_SECOND": "2", "SWEEP_CALL": "1m", "SWEEP_RECENT": "100"}, 141),
        ({"ADVOWARE_CALLS_PER_SECOND": "0.1"}, 30),
    ],
)
def test_a_sweep_s_reads_must_fit_into_a_worker_s_share(env_file: Path, changed: dict[str, str], most: int) -> None:
    """Else every sweep would fail, hours later."""
    write(env_file, **changed)

    [line] = problems(env_file)

    assert line.startswith(f"SWEEP_READS: must be at most {most}")

    write(env_file, **changed, SWEEP_LISTING="true")
    load_all(*s.ALL, env_file=env_file)  # a listing takes one call
    write(env_file, **{**changed, "SWEEP_READS": str(most)})
    load_all(*s.ALL, env_file=env_file)


@pytest.mark.parametrize(
    "changed",
    [
        {"ADVOWARE_CALLS_PER_SECOND": "2", "WORKER_PROCESSES": "4"},
        {"ADVOWARE_CALLS_PER_SECOND": "2", "WORKER_PROCESSES": "4", "SWEEP_READS": "2000"},
        {"ADVOWARE_CALLS_PER_SECOND": "2", "SWEEP_CALL": "1m"},
        {"ADVOWARE_CALLS_PER_SECOND": "1", "SWEEP_CALL": "1m", "SWEEP_RECENT": "10", "SWEEP_READS": "2000"},
    ],
)
def test_a_rate_that_fits_is_not_refused(env_file: Path, changed: dict[str, str]) -> None:
    """A sweep reads its parties page by page: the longest page must fit, not all that it reads."""
    write(env_file, **changed)

    load_all(*s.ALL, env_file=env_file)


def test_a_file_of_certificates_is_read_at_start(env_file: Path, tmp_path: Path) -> None:
    """Not at the first call; one that is missing and one that holds no certificate are told apart."""
    (tmp_path / "empty.pem").write_text("")
    write(env_file, ESPOCRM_CA_FILE=str(tmp_path / "none.pem"), ADVOWARE_CA_FILE=str(tmp_path / "empty.pem"))

    first, second = problems(env_file)

    assert first.startswith("ESPOCRM_CA_FILE: there is no such file")
    assert second.startswith("ADVOWARE_CA_FILE: is no readable file of certificates")


def test_a_proxy_s_password_is_never_shown(env_file: Path) -> None:
    """Neither in the message nor in the settings' own text."""
    write(env_file, ESPOCRM_PROXY="http://firm:geheim@proxy.example:3128")
    assert "geheim" not in repr(load(s.EspoCrmSettings, env_file=env_file))

    write(env_file, ESPOCRM_PROXY="firm:geheim@proxy.example")
    assert "geheim" not in "\n".join(problems(env_file))


def test_the_environment_wins_over_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere: what is exported for one run has the last word."""
    monkeypatch.setenv("ESPOCRM_URL", "http://127.0.0.1:8080")

    assert load(s.EspoCrmSettings, env_file=env_file).url == "http://127.0.0.1:8080"


def test_a_file_in_another_encoding_is_named(env_file: Path) -> None:
    """An editor that saves as Latin-1 would else end in a stack trace."""
    env_file.write_bytes("ADVOWARE_USER=Müßig\n".encode("latin-1"))

    with pytest.raises(SettingsError, match="UTF-8"):
        load_all(s.AdvowareSettings, env_file=env_file)


def test_lists_are_written_with_commas_or_as_json(env_file: Path) -> None:
    """Both ways people write them."""
    write(env_file, ESPOCRM_RECIPIENTS="a, b,", ADVOWARE_WRITABLE='["name", "titel"]')

    loaded = load_all(*s.ALL, env_file=env_file)

    assert loaded[s.EspoCrmSettings].recipients == ("a", "b")
    assert loaded[s.AdvowareSettings].writable == frozenset({"name", "titel"})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("0", 0),
        ("30s", 30),
        ("1.5 m", 90),
        ("90m", 5400),
        ("15min", 900),
        ("15 min", 900),
        ("30d", 2_592_000),
    ],
)
def test_lengths_of_time_are_written_as_people_do(text: str, seconds: float) -> None:
    """And what the program writes, it reads."""
    span = timedelta(seconds=seconds)

    assert read_span(text) == span
    assert read_span(write_span(span)) == span


SPANS = [(kind, name) for kind in s.ALL for name, field in kind.model_fields.items() if field.annotation is timedelta]


@pytest.mark.parametrize(("kind", "name"), SPANS, ids=lambda part: getattr(part, "__name__", part))
@pytest.mark.parametrize("value", ["15", "15.5", "-15", "1,5", "15:00"])
def test_a_length_of_time_without_its_unit_is_no_seconds(
    env_file: Path, kind: type[s.Settings], name: str, value: str
) -> None:
    """Every one: who writes SWEEP_EVERY=15 means minutes, and would get a sweep every fifteen seconds."""
    setting = names(kind)[name]
    write(env_file, **{setting: value})

    [line] = problems(env_file)

    assert line.startswith(f"{setting}: has no unit")
    assert "15min" in line


@pytest.mark.parametrize("value", ["0s", "0", "500ms"])
def test_sweeps_without_a_pause_between_them_are_refused(env_file: Path, value: str) -> None:
    """Temporal would refuse the schedule, in its own words and without the setting's name."""
    write(env_file, SWEEP_EVERY=value)

    [line] = problems(env_file)

    assert line.startswith("SWEEP_EVERY: ")
    assert "1 second" in line


def test_a_line_that_cannot_be_read_is_said_once(env_file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not once for each kind of settings, in the words of the library that reads the file."""
    env_file.write_text("ADVOWARE_PASSWORD='abc\n", encoding="utf-8")

    lines = problems(env_file)

    assert sum("cannot be read" in line for line in lines) == 1
    assert caplog.records == []


def test_what_is_no_length_of_time_gets_the_remedy_too(env_file: Path) -> None:
    """Not only one without a unit."""
    write(env_file, SWEEP_EVERY="a quarter")

    [line] = problems(env_file)

    assert "15min" in line


@pytest.mark.parametrize("password", ["pa$$word", "pa$HOME", "${HOME}", "a${X:-b}c", "$", "100%$", "a\\nb$"])
@pytest.mark.parametrize("quoted", ["{}", "'{}'", '"{}"'])
def test_a_dollar_in_a_password_stands_for_itself(
    env_file: Path, monkeypatch: pytest.MonkeyPatch, password: str, quoted: str
) -> None:
    """Bare and in quotes, also where the environment has such a name."""
    monkeypatch.setenv("X", "y")
    if quoted == '"{}"':
        password = password.replace("\\", "")  # between these a backslash begins an escape
    write(env_file, ADVOWARE_PASSWORD=quoted.format(password), ESPOCRM_API_KEY=quoted.format(password))

    loaded = load_all(*s.ALL, env_file=env_file)

    assert loaded[s.AdvowareSettings].password.get_secret_value() == password
    assert loaded[s.EspoCrmSettings].api_key.get_secret_value() == password


@pytest.mark.parametrize("line", ["ADVOWARE_PASSWORD='geheim", 'ADVOWARE_PASSWORD="geheim"x', "= geheim"])
def test_a_line_that_says_nothing_is_named_by_its_number(env_file: Path, line: str) -> None:
    """It would else be left out, and a default taken; what stands there may be a secret."""
    write(env_file, ADVOWARE_PASSWORD=None)
    text = env_file.read_text("utf-8")
    env_file.write_text(f"{line}\n{text}", "utf-8")

    found = problems(env_file)

    assert any(problem.startswith(f"{env_file}: line 1 cannot be read") for problem in found)
    assert "geheim" not in "\n".join(found)
