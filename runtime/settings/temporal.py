"""Where the engine is, and how the embedded one runs."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from runtime.settings.base import Settings, TakesEffect, config


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
    address: str = Field(
        default_factory=lambda valid: f"127.0.0.1:{valid.get('port', 7233)}",
        description="Host and port of Temporal's frontend. Set: no embedded server is started.",
    )
    namespace: str = Field("default", description="Namespace of all runs in Temporal.")
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
        return "address" not in self.model_fields_set
