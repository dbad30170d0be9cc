"""docker-compose.yml says what the program does: settings, commands, files, ports, times; and shuts each container in.

Docker's own parser is asked where it is installed; what containers really do only their running tells (docs/deploy.md).
"""

import json
import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from deploy import alive
from installation.espocrm import admin
from runtime import settings as s
from runtime.env_file import NAMED_BY
from runtime.key_file import add_key
from runtime.loading import known_names, load_all, nobody_believed
from runtime.secret_files import END
from runtime.values import read_span
from starter import waits
from starter.commands import app
from tests.deploy.composed import COMPOSE, PROGRAM, ROOT, SERVICES, ends, environment, mounts
from worker.__main__ import NEEDED

BESIDE = {NAMED_BY, admin.LOGIN, admin.PASSWORD, "OTEL_EXPORTER_OTLP_ENDPOINT"}
"""Names of the program that are no settings of its own."""
OPEN = {
    "temporal-ui": "writes its configuration beside itself when it starts",
    "espocrm": "starts as root and writes where it lies",
    "espocrm-daemon": "as espocrm",
}
"""Images that need more than a closed room, for a trial or by their maker's choice."""
UNASKED = {"collector": "nothing in its image could ask; Prometheus does", "espocrm-daemon": "EspoCRM's own jobs"}
IN_CLEAR = re.compile(r"(?<!RANDOM_ROOT)_(PASSWORD|API_KEY|SECRETS?|TOKEN)$")
MADE_LATER = ("./settings/",)
"""By deploy/prepare.sh."""


def setting(service: str, name: str) -> str:
    """What a service sets."""
    return environment(SERVICES[service])[name]


@pytest.mark.parametrize("name", PROGRAM)
def test_each_part_runs_a_command_that_exists(name: str) -> None:
    """`entrypoint` of the image is the program."""
    service = PROGRAM[name]
    if "entrypoint" not in service:
        assert service["command"][0] in get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PROGRAM)
def test_each_name_that_a_part_is_given_is_one_of_the_program_s(name: str) -> None:
    """A slip would be no setting, and nobody would say so: the environment holds many names."""
    given = PROGRAM[name].get("environment", {})

    assert set(given) - known_names() - BESIDE == set()


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in OPEN])
def test_each_container_is_shut_in(name: str) -> None:
    """It writes where it must, holds no capability, gains no right, and is nobody's root in its own room."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "cap_add" not in service
    assert "privileged" not in service


@pytest.mark.parametrize("name", OPEN)
def test_the_others_gain_no_right_either(name: str) -> None:
    """Each has its reason beside it."""
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_none_takes_the_machine_for_itself(name: str) -> None:
    """Memory, processors, processes and the log are bounded; it comes back after a reboot, or is done once."""
    service = SERVICES[name]

    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["logging"]["options"]["max-size"]
    assert ends(service) or service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if not ends(service)])
def test_each_that_runs_is_asked_whether_it_lives(name: str) -> None:
    """Parts of the program by the check of their image."""
    if name in PROGRAM:
        assert "healthcheck" not in SERVICES[name]
    elif name not in UNASKED:
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_and_nothing_is_open_to_the_network(name: str) -> None:
    """A version in full for what is not built here; a published port on the loopback, or as a person says."""
    service = SERVICES[name]

    assert re.fullmatch(r"[\w./-]+:(v?\d+(\.\d+)+(-[a-z]+)?|\$\{BETEILIGTE_SYNC_TAG:-local\})", service["image"])
    for port in service.get("ports", []):
        assert port.startswith(("127.0.0.1:", "${PROXY_PUBLISHED:-127.0.0.1:"))


def test_every_file_that_is_mounted_is_there() -> None:
    """Else Docker makes an empty folder of that name, and says nothing."""
    named = {source for service in SERVICES.values() for source, *_ in mounts(service) if source.startswith("./")}

    assert [name for name in sorted(named) if not name.startswith(MADE_LATER) and not (ROOT / name).exists()] == []


def test_only_a_person_writes_settings_and_keys() -> None:
    """Through `cli`; what runs only reads them."""
    written = {
        (name, to) for name in SERVICES for at, to, ro in mounts(SERVICES[name]) if at.startswith("./") and not ro
    }

    assert {name for name, _ in written} == {"cli"}


def test_secrets_are_files_and_none_stands_in_the_environment() -> None:
    """Each secret that a service names by its file it also gets, and each file is one of those below."""
    for name, service in SERVICES.items():
        if name == "cli":
            continue
        asked = {Path(value).name for value in environment(service).values() if value.startswith("/run/secrets/")}
        got = {one["source"] if isinstance(one, dict) else one for one in service.get("secrets", [])}
        assert asked <= got <= set(COMPOSE["secrets"]), name
        assert [key for key in environment(service) if IN_CLEAR.search(key)] == [], name


def test_the_share_of_each_worker_follows_their_number() -> None:
    """Else two workers make twice the calls a second that the firm allows."""
    assert setting("worker", "WORKER_PROCESSES") == str(SERVICES["worker"]["deploy"]["replicas"])


def test_a_stop_outlasts_what_a_worker_drains() -> None:
    """Else Docker kills steps that would have ended."""
    drains = s.WorkerSettings.model_fields["drain"].default + waits.PART_STOPS

    assert read_span(SERVICES["worker"]["stop_grace_period"]) > drains


def test_the_proxy_waits_as_long_as_the_service_may_take_and_less_than_espocrm_does() -> None:
    """EspoCRM gives up after 10 s, and would deliver again what was stored."""
    config = (ROOT / "deploy/proxy/nginx.conf").read_text("utf-8")
    [reads] = re.findall(r"proxy_read_timeout (\d+)s", config)
    [connects] = re.findall(r"proxy_connect_timeout (\d+)s", config)

    assert (
        s.WebhookSettings.model_fields["answer_within"].default < timedelta(seconds=int(reads)) < timedelta(seconds=10)
    )
    assert int(connects) < 10
    assert f"webhook:{setting('webhook', 'WEBHOOK_PORT')};" in config


def test_the_image_s_check_asks_where_the_parts_answer() -> None:
    """Worker, webhook service, codec and desk, by their ports here."""
    ports = [setting("worker", "WORKER_HEALTH").rpartition(":")[2], setting("webhook", "WEBHOOK_PORT")]
    ports += [setting("codec", "TEMPORAL_CODEC_PORT"), setting("desk", "DESK_PORT")]

    assert [re.findall(r":(\d+)/", address) for address in alive.PARTS] == [[port] for port in ports]


def test_who_can_have_payloads_decrypted_is_alone_on_his_network() -> None:
    """Any container that reached it could claim to be the Web UI."""
    assert [name for name, service in SERVICES.items() if "codec" in service.get("networks", [])] == ["codec"]
    assert SERVICES["codec"]["ports"] == ["127.0.0.1:8234:8234"]


def test_alertmanager_and_grafana_find_what_they_are_told() -> None:
    """The mail's password, and Prometheus."""
    told = (ROOT / "deploy/alertmanager/alertmanager.yml").read_text("utf-8")
    source = (ROOT / "deploy/grafana/provisioning/datasources/prometheus.yml").read_text("utf-8")

    [secret] = SERVICES["alertmanager"]["secrets"]
    assert f"smtp_auth_password_file: {secret['target']}" in told
    assert "$PROMETHEUS_URL" in source
    assert setting("grafana", "PROMETHEUS_URL") == "http://prometheus:9090"


def test_the_server_is_told_what_the_embedded_one_is_told() -> None:
    """By a file that is there; its databases are made by scripts that are."""
    at = setting("temporal", "DYNAMIC_CONFIG_FILE_PATH")
    scripts = [SERVICES[name]["entrypoint"][1] for name in ("temporal-schema", "temporal-namespace")]

    assert [path for path in (at, *scripts) if not (ROOT / "deploy" / path.removeprefix("/")).is_file()] == []


def test_prometheus_asks_where_the_parts_show_their_figures() -> None:
    """Each worker by its container's name."""
    listed = (ROOT / "deploy/prometheus/targets/compose/beteiligte-sync.yml").read_text("utf-8")
    port = setting("worker", "TELEMETRY_WORKER_METRICS").rpartition(":")[2]
    number = SERVICES["worker"]["deploy"]["replicas"]

    assert re.findall(r"worker-\d+:\d+", listed) == [f"worker-{n}:{port}" for n in range(1, number + 1)]
    assert f"webhook:{setting('webhook', 'TELEMETRY_WEBHOOK_METRICS').rpartition(':')[2]}" in listed


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """The folder that deploy/prepare.sh makes, filled in as its last lines and docs/deploy.md say."""
    if shutil.which("sh") is None:
        pytest.skip("there is no sh")
    made = tmp_path / "settings"
    run = ["sh", "deploy/prepare.sh"]
    for _ in range(2):  # repeated, it changes nothing
        said = subprocess.run(
            run,
            cwd=ROOT,
            env={**os.environ, "SETTINGS_FOLDER": str(made), "PROGRAM_USER": str(os.getuid())},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    fill = {"secrets/espocrm_api_key": "key", "secrets/advoware_api_key": "a2V5"}
    fill |= {"secrets/advoware_password": "$geheim", "webhook/secrets.json": json.dumps({"id": "secret"})}
    for name, value in fill.items():
        assert f"{made}/{name}" in said
        (made / name).write_text(value)
    lines = (made / "program" / "beteiligte-sync.env").read_text()
    for name, value in {
        "ESPOCRM_URL": "http://espocrm",
        "ADVOWARE_APP_ID": "app",
        "ADVOWARE_KANZLEI": "1",
        "ADVOWARE_DATABASE": "db",
        "ADVOWARE_USER": "user",
    }.items():
        lines = re.sub(rf"^{name}=$", f"{name}={value}", lines, flags=re.MULTILINE)
    (made / "program" / "beteiligte-sync.env").write_text(lines)
    add_key(made / "keys" / "keys.json")
    return made


def here(value: str, prepared: Path) -> str:
    """A path of a container, on this machine."""
    for inside, outside in {
        "/run/secrets": "secrets",
        "/run/webhook": "webhook",
        "/etc/beteiligte-sync": "program",
        "/var/lib/beteiligte-sync/keys": "keys",
        "/var/lib/beteiligte-sync/state": "state",
    }.items():
        if value.startswith(f"{inside}/"):
            return value.replace(inside, str(prepared / outside))
    return value


@pytest.mark.parametrize("name", ["worker", "webhook", "codec", "desk", "schedules", "cli"])
def test_what_a_part_is_given_is_all_it_needs(name: str, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the file that prepare.sh made, the secrets that it gets, and its environment: nothing is missing."""
    needs: dict[str, tuple[type[s.Settings], ...]] = {
        "worker": NEEDED,
        "webhook": (s.WebhookSettings, s.TemporalSettings, s.TelemetrySettings, s.OtelSettings),
        "codec": (s.TemporalSettings,),
        "desk": (s.TemporalSettings, s.SyncSettings, s.DeskSettings, s.OidcSettings, s.EspoCrmSettings),
        "schedules": (s.TemporalSettings, s.SyncSettings, s.SweepSettings, s.OutageSettings),
        "cli": s.ALL,
    }
    for setting_name, value in environment(PROGRAM[name]).items():
        monkeypatch.setenv(setting_name, here(value, prepared))

    loaded = load_all(*needs[name])

    assert loaded[s.TemporalSettings].keys == prepared / "keys" / "keys.json"
    assert not loaded[s.TemporalSettings].embedded
    if name in ("webhook", "cli"):
        assert nobody_believed(loaded[s.WebhookSettings]) is None


@pytest.mark.parametrize("name", ["worker", "webhook"])
def test_no_part_gets_a_secret_that_it_does_not_need(name: str) -> None:
    """The webhook service knows no password of Advoware, the worker no secret of a webhook."""
    others = {"worker": ("WEBHOOK",), "webhook": ("ESPOCRM", "ADVOWARE")}[name]

    assert [key for key in environment(PROGRAM[name]) if key.startswith(others) and key.endswith(END)] == []


def _compose(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["docker", "compose", *arguments], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )


def _has_compose() -> bool:
    return shutil.which("docker") is not None and _compose("version").returncode == 0


@pytest.mark.skipif(not _has_compose(), reason="docker compose is not installed: Docker's plugin docker-compose-plugin")
@pytest.mark.parametrize("profiles", [(), ("--profile", "espocrm", "--profile", "cli")])
def test_docker_understands_it(profiles: tuple[str, ...]) -> None:
    """By its own parser: every name, type and reference."""
    understood = _compose(*profiles, "config", "--format", "json")
    services: dict[str, Any] = json.loads(understood.stdout)["services"] if understood.returncode == 0 else {}

    assert (understood.returncode, understood.stderr) == (0, "")
    assert set(services) == {name for name, one in SERVICES.items() if profiles or "profiles" not in one}
