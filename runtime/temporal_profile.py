"""How the connection to Temporal is guarded: TLS, a client certificate, an API key, as Temporal's own tools take them.

Temporal's standard environment (`TEMPORAL_TLS_…`, `TEMPORAL_API_KEY`, a profile in a TOML file) is read by Temporal's
library, which knows what each means. Ours adds `.env` and `…_FILE`, and that no file is read that nobody named: one in
somebody's home folder must not lead a law firm's runs to another server.
"""

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from pydantic import SecretStr
from temporalio.envconfig import ClientConfigProfile, ClientConnectConfig

STANDARD = "TEMPORAL_"


class BadProfile(ValueError):
    """Temporal's configuration file is unusable, or has no such profile."""


class ProfileSettings(Protocol):
    """What settings say of the connection."""

    profile: str | None
    config_file: Path | None
    address: str
    namespace: str
    api_key: SecretStr | None
    tls: bool | None
    tls_server_ca_cert_path: Path | None
    tls_client_cert_path: Path | None
    tls_client_key_path: Path | None
    tls_server_name: str | None


@functools.cache
def in_file(profile: str | None, file: Path | None) -> ClientConfigProfile:
    """What Temporal's file says, where one is named. Raises BadProfile."""
    if profile is None and file is None:
        return ClientConfigProfile()
    if file is not None and not file.is_file():
        raise BadProfile(f"TEMPORAL_CONFIG_FILE: there is no file {file}")
    try:
        return ClientConfigProfile.load(profile, config_source=file, disable_env=True)
    except Exception as error:  # the library has no type for it
        raise BadProfile(f"TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE: {error}") from None


def connecting(settings: ProfileSettings) -> ClientConnectConfig:
    """Arguments for a connection. Raises BadProfile for a file of a certificate that cannot be read."""
    named = settings.profile is not None or settings.config_file is not None
    environment = {**_environment(), **dict(_written(settings))}
    try:
        profile = ClientConfigProfile.load(
            settings.profile,
            config_source=settings.config_file,
            disable_file=not named,
            override_env_vars=environment,
        )
        return profile.to_client_connect_config()
    except OSError as error:
        raise BadProfile(f"TEMPORAL_TLS_*: {error.filename} cannot be read ({error.strerror})") from None


def _environment() -> dict[str, str]:
    """What our settings have no field for: PEM texts in variables, headers of a proxy."""
    return {name: value for name, value in os.environ.items() if name.startswith(STANDARD)}


def _written(settings: ProfileSettings) -> Iterator[tuple[str, str]]:
    yield "TEMPORAL_ADDRESS", settings.address
    yield "TEMPORAL_NAMESPACE", settings.namespace
    if settings.api_key is not None:
        yield "TEMPORAL_API_KEY", settings.api_key.get_secret_value()
    if settings.tls is not None:
        yield "TEMPORAL_TLS", str(settings.tls).lower()
    for name in ("tls_server_ca_cert_path", "tls_client_cert_path", "tls_client_key_path", "tls_server_name"):
        if value := getattr(settings, name):
            yield f"{STANDARD}{name.upper()}", str(value)
