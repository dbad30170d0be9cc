"""Each part of the program finds in its environment what it reads, and no other part's secrets."""

import pytest

from runtime import settings as s
from runtime.environments import narrowed
from runtime.loading import names
from runtime.secret_files import secret_names
from starter.program.program import CODEC, DESK, WEBHOOK, WORKER

SECRETS = {name: "s-e-c-r-e-t" for kind in s.ALL for name in secret_names(kind).values()}
GIVEN = {
    **SECRETS,
    **{f"{name}_FILE": "/run/secrets/x" for name in SECRETS},
    "ESPOCRM_ADMIN_PASSWORD": "s-e-c-r-e-t",
    "OTEL_EXPORTER_OTLP_HEADERS": "authorization=s-e-c-r-e-t",
    "TEMPORAL_ADDRESS": "127.0.0.1:7233",
    "BETEILIGTE_SYNC_ENV_FILE": "/srv/.env",
    "PATH": "/usr/bin",
    "espocrm_api_key": "s-e-c-r-e-t",
}
COMMON = {"BETEILIGTE_SYNC_ENV_FILE", "PATH"}


def of(*kinds: type[s.Settings]) -> set[str]:
    return {name for kind in kinds for name in secret_names(kind).values()}


def secret(environment: dict[str, str]) -> set[str]:
    """The names of ours in it that are secret."""
    return {name for name in environment if name in SECRETS}


def test_the_server_gets_no_setting_at_all() -> None:
    """It reads none; what is nobody's setting it keeps."""
    assert narrowed(GIVEN).keys() == COMMON


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [(kinds, of(*kinds)) for kinds in (CODEC, WEBHOOK, DESK, WORKER)],
    ids=["codec", "webhook", "desk", "worker"],
)
def test_a_part_gets_its_own_secrets_alone(kinds: tuple[type[s.Settings], ...], wanted: set[str]) -> None:
    """Also those that stand in files."""
    kept = narrowed(GIVEN, *kinds)

    assert secret(kept) == wanted
    assert {name for name in kept if name.endswith("_FILE")} == {
        *(f"{name}_FILE" for name in wanted),
        "BETEILIGTE_SYNC_ENV_FILE",
    }
    assert "ESPOCRM_ADMIN_PASSWORD" not in kept


def test_what_each_part_may_know() -> None:
    """Nobody but the worker reaches Advoware, nobody but it and the desk EspoCRM, and nobody but the webhook service
    judges signatures.
    """
    assert {name for name in of(*DESK) if name.startswith("ADVOWARE")} == set()
    assert {name for name in of(*CODEC) | of(*WEBHOOK) if name.startswith(("ESPOCRM", "ADVOWARE"))} == set()
    assert "WEBHOOK_SECRETS" not in of(*CODEC) | of(*WORKER) | of(*DESK)
    assert of(s.EspoCrmSettings, s.AdvowareSettings) <= of(*WORKER)


def test_names_count_whatever_their_case() -> None:
    """As settings are read."""
    assert "espocrm_api_key" in narrowed(GIVEN, *WORKER)
    assert "espocrm_api_key" not in narrowed(GIVEN, *WEBHOOK)


def test_names_that_are_a_standard_go_along() -> None:
    """OpenTelemetry's and Temporal's own, of which we name a few as settings."""
    assert "OTEL_EXPORTER_OTLP_HEADERS" in narrowed(GIVEN, *WORKER)
    assert "OTEL_EXPORTER_OTLP_HEADERS" not in narrowed(GIVEN, *CODEC)


@pytest.mark.parametrize("kinds", [CODEC, WEBHOOK, DESK, WORKER], ids=["codec", "webhook", "desk", "worker"])
def test_every_setting_of_a_part_reaches_it(kinds: tuple[type[s.Settings], ...]) -> None:
    """Whatever a class has."""
    all_of_them = {name: "x" for kind in kinds for name in names(kind).values()}
    assert narrowed(all_of_them, *kinds) == all_of_them
