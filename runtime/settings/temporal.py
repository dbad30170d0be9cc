"""Where the engine is, and how the embedded one runs."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import Field, SecretStr, model_validator
from temporalio.envconfig import ClientConfigProfile

from runtime.settings.base import Settings, TakesEffect, config
from runtime.temporal_profile import BadProfile, in_file

GUARDS = ("api_key", "tls", "tls_server_ca_cert_path", "tls_client_cert_path", "tls_server_name")
"""Settings that make the connection another than a bare one."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class TemporalSettings(Settings):
    """Where the engine is; without an address `up` runs the embedded server."""

    model_config = config("TEMPORAL_")
    usually: ClassVar = TakesEffect.ALL

    port: Annotated[int, TakesEffect.UP] = Field(
        7233, ge=1, le=65535, description="Port of the embedded server, on 127.0.0.1."
    )
    ui_port: Annotated[int, TakesEffect.UP] = Field(
        8233, ge=1, le=65535, description="Port of the embedded server's Web UI, on 127.0.0.1."
    )
    encrypt: bool = Field(True, description="Encrypt what Temporal keeps, as soon as there is a key file.")
    accept_clear: bool = Field(
        False,
        description="Believe what is not encrypted, though a key encrypts: for runs from before the first key, until "
        "they are over (`doctor` says when). Meanwhile whoever reaches Temporal's port can speak in clear.",
    )
    keys: Path = Field(
        Path("state/keys.json"), description="The key file; `up` makes one, `beteiligte-sync keys` rotates its keys."
    )
    codec_port: Annotated[int, TakesEffect.UP] = Field(
        8234, ge=1, le=65535, description="Port, on 127.0.0.1, at which the Web UI has payloads decrypted."
    )
    codec_host: Annotated[str, TakesEffect.UP] = Field(
        "127.0.0.1",
        description="Address at which the codec listens. Another than the loopback only in a container whose port is"
        " published on the loopback of its machine: whoever reaches it may have payloads decrypted.",
    )
    state: Annotated[Path, TakesEffect.UP] = Field(
        Path("state/temporal.db"), description="File that holds the embedded server's whole state."
    )
    spare: Annotated[int, TakesEffect.WEBHOOK] = Field(
        100,
        ge=0,
        description="Least free space, in MB, on the disk of TEMPORAL_STATE; with less /health/ready answers 503.",
    )
    retention: Annotated[timedelta, TakesEffect.UP] = Field(
        timedelta(days=30), ge=timedelta(days=1), description="How long the embedded server keeps closed runs."
    )
    profile: str | None = Field(
        None,
        description="Profile of Temporal's own configuration file, as its command line takes it (docs/operate.md).",
    )
    config_file: Path | None = Field(
        None,
        description="Temporal's own configuration file (TOML). Not set: where its command line has it, if "
        "TEMPORAL_PROFILE is set.",
    )
    address: str = Field(
        default_factory=lambda valid: _from_file(valid).address or f"127.0.0.1:{valid.get('port', 7233)}",
        description="Host and port of Temporal's frontend. Set: no embedded server is started.",
    )
    namespace: str = Field(
        default_factory=lambda valid: _from_file(valid).namespace or "default",
        description="Namespace of all runs in Temporal.",
    )
    api_key: SecretStr | None = Field(
        None, description="API key of Temporal Cloud, or of a proxy before Temporal; the connection then is TLS."
    )
    tls: bool | None = Field(
        None, description="Reach Temporal by TLS. Not set: where an API key, a certificate or a name for it is set."
    )
    tls_server_ca_cert_path: Path | None = Field(
        None, description="Authority that signed Temporal's certificate (PEM); not set: those that this machine knows."
    )
    tls_client_cert_path: Path | None = Field(
        None, description="Certificate by which Temporal knows this program (mTLS, PEM)."
    )
    tls_client_key_path: Path | None = Field(
        None, description="The private key of TEMPORAL_TLS_CLIENT_CERT_PATH (PEM)."
    )
    tls_server_name: str | None = Field(
        None, description="Name in Temporal's certificate, where it is another than that in the address."
    )
    ui: Annotated[str, TakesEffect.UP] = Field(
        default_factory=lambda valid: f"http://127.0.0.1:{valid.get('ui_port', 8233)}",
        description="Address of Temporal's Web UI, for the links that `status` shows and for decrypting there.",
    )
    task_queue: str = Field(
        "beteiligte-sync", description="Task queue of all workers: only one, so that activities start eagerly."
    )

    @property
    def embedded(self) -> bool:
        """Whether `up` runs the server."""
        return "address" not in self.model_fields_set and in_file(self.profile, self.config_file).address is None

    @property
    def on_this_machine(self) -> bool:
        """Whether nothing of the connection passes a network."""
        return self.address.rpartition(":")[0].strip("[]") in LOOPBACK

    @property
    def guarded(self) -> bool:
        """Whether it is encrypted."""
        set_here = any(getattr(self, name) for name in GUARDS)
        file = in_file(self.profile, self.config_file)
        return self.tls is not False and (set_here or file.api_key is not None or file.tls is not None)

    @model_validator(mode="after")
    def _together(self) -> Self:
        """Temporal's file can be used, and what guards the connection has one to guard."""
        in_file(self.profile, self.config_file)
        if bool(self.tls_client_cert_path) != bool(self.tls_client_key_path):
            raise ValueError("TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH belong together: set both")
        if self.tls is False and self.api_key:
            raise ValueError("TEMPORAL_TLS is false, and TEMPORAL_API_KEY would be sent for everybody to read")
        if self.embedded and self.guarded:
            raise ValueError(
                "TEMPORAL_API_KEY or TEMPORAL_TLS_* is set and no TEMPORAL_ADDRESS: the embedded server, which listens "
                "on this machine alone, has neither"
            )
        return self


def _from_file(valid: Mapping[str, object]) -> ClientConfigProfile:
    """What Temporal's file says of the address; one that cannot be used is told by the validator above."""
    name, path = valid.get("profile"), valid.get("config_file")
    try:
        return in_file(str(name) if name else None, path if isinstance(path, Path) else None)
    except BadProfile:
        return ClientConfigProfile()
