"""Every setting, its default and its reason; read once at start from the environment or `.env`.

One message names everything that is missing or wrong. Secrets are never shown. What the worker alone or the starter
alone needs stands in a class of its own, so that neither asks for the other's.
"""

from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from beteiligte.fields import BY_NAME, DEFAULT_WRITABLE, Group
from beteiligte.messages import Language
from beteiligte.pace import Pace
from beteiligte.policy import InitialSync, Policy, Rules


class SettingsError(Exception):
    """Settings are missing or wrong; the message lists all of them with the remedy."""


def _config(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )


class TemporalSettings(BaseSettings):
    """Where the engine is."""

    model_config = _config("TEMPORAL_")

    address: str = Field("127.0.0.1:7233", description="Host and port of Temporal's frontend.")
    namespace: str = Field("default", description="Namespace of all runs.")
    task_queue: str = Field("beteiligte-sync", description="One queue: activities then start eagerly.")


class EspoCrmSettings(BaseSettings):
    """How EspoCRM is reached."""

    model_config = _config("ESPOCRM_")

    url: str = Field(description="Address without /api/v1, for instance https://crm.kanzlei.example")
    api_key: SecretStr = Field(description="Key of the API user of the integration.")
    entity_type: str = Field("CBeteiligte", description="Entity type of the parties.")
    call_timeout: timedelta = Field(timedelta(seconds=30), description="One HTTP call.")
    max_concurrent: int = Field(8, ge=1, description="Calls at the same time, per worker process.")
    recipients: tuple[str, ...] = Field((), description="User ids told beside the assigned user, as a JSON list.")


class AdvowareSettings(BaseSettings):
    """How Advoware is reached, and what is known of this installation (docs: table of assumptions)."""

    model_config = _config("ADVOWARE_")

    url: str = Field(description="Base address, before the prefix.")
    security_gateway: str = Field(description="Address of the token service.")
    prefix: str = Field("/api/v1/advonet", description="Path before Beteiligte.")
    app_id: str = Field(description="AppID from the vendor.")
    api_key: SecretStr = Field(description="Base64 key that signs token requests.")
    kanzlei: str = Field(description="Firm id.")
    database: str = Field(description="Database name.")
    user: str = Field(description="Short code of the employee the program works as.")
    password: SecretStr = Field(description="That employee's password.")
    role: int = Field(2, description="Role in the token request.")
    product: int = Field(64, description="64 for third parties.")
    call_timeout: timedelta = Field(timedelta(seconds=30), description="One HTTP call.")
    max_concurrent: int = Field(4, ge=1, description="Calls at the same time, per worker process.")
    lookup: bool = Field(False, description="Whether GET Beteiligte?Search= works; off: an unknown create is told.")
    writable: frozenset[str] = Field(DEFAULT_WRITABLE, description="Fields that a PUT really stores, as a JSON list.")

    @field_validator("writable")
    @classmethod
    def _known(cls, names: frozenset[str]) -> frozenset[str]:
        if unknown := names - BY_NAME.keys():
            raise ValueError(f"unknown field {sorted(unknown)}; known: {sorted(BY_NAME)}")
        return names


class SyncSettings(BaseSettings):
    """Who wins, and how long things wait."""

    model_config = _config("SYNC_")

    policy_stammdaten: Policy = Field(Policy.ESPOCRM, description="EspoCRM is the master for master data.")
    policy_kontaktdaten: Policy = Field(Policy.ADVOWARE, description="Contact data is kept where letters are sent.")
    policy_adresse: Policy = Field(Policy.ESPOCRM, description="Who wins for addresses.")
    initial_sync: InitialSync = Field(InitialSync.ESPOCRM, description="Who wins on a linked party's first sync.")
    fresh_for: timedelta = Field(timedelta(seconds=5), description="A read this young is acted on as it stands.")
    first_wait: timedelta = Field(timedelta(minutes=1), description="Wait after the first failed attempt.")
    wait_factor: float = Field(4.0, ge=1, description="Each further wait is so many times longer.")
    attempts: int = Field(5, ge=1, description="Attempts of every outside call.")
    call: timedelta = Field(timedelta(seconds=100), description="One attempt of a step: three calls and slack.")
    create: timedelta = Field(timedelta(seconds=60), description="One attempt of a create; then it is unknown.")
    write_back_again: timedelta = Field(timedelta(hours=1), description="Between tries to write back what landed.")
    syncing_after: timedelta = Field(timedelta(seconds=3), description="A longer sync shows `syncing`.")
    telling_attempts: int = Field(10, ge=1, description="Attempts to tell a person.")

    def pace(self) -> Pace:
        """The waits as they travel in a workflow's order."""
        return Pace(**self.model_dump(include=set(Pace.model_fields)))

    def rules(self, advoware: AdvowareSettings) -> Rules:
        """The operator's decisions as the domain reads them."""
        policies = {
            Group.STAMMDATEN: self.policy_stammdaten,
            Group.KONTAKTDATEN: self.policy_kontaktdaten,
            Group.ADRESSE: self.policy_adresse,
        }
        return Rules(
            policies=policies,
            initial_sync=self.initial_sync,
            writable=advoware.writable,
            look_up=advoware.lookup,
        )


class NotifySettings(BaseSettings):
    """How the firm's people are told."""

    model_config = _config("NOTIFY_")

    language: Language = Field(Language.GERMAN, description="Of notes and syncErrorMessage: de or en.")


class WorkerSettings(BaseSettings):
    """The worker process."""

    model_config = _config("WORKER_")

    drain: timedelta = Field(timedelta(seconds=30), description="How long running activities may finish at shutdown.")


class WebhookSettings(BaseSettings):
    """The service that EspoCRM's webhooks call."""

    model_config = _config("WEBHOOK_")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    secrets: dict[str, SecretStr] = Field({}, description='Webhook id to secretKey, as JSON: {"id": "secret"}.')
    allow_unsigned: bool = Field(False, description="Accept deliveries without a signature; for trials only.")
    max_body: int = Field(10_000_000, ge=1_000, description="Largest delivery in bytes.")
    max_concurrent: int = Field(16, ge=1, description="Signals to Temporal at the same time.")
    answer_within: timedelta = Field(timedelta(seconds=8), description="EspoCRM gives up after 10 s.")


S = TypeVar("S", bound=BaseSettings)


def load(kind: type[S], *, env_file: Path | None = None) -> S:
    """One class of settings. Raises SettingsError with one line for each that is missing or wrong."""
    try:
        return kind() if env_file is None else kind(_env_file=env_file)
    except ValidationError as error:
        prefix = kind.model_config.get("env_prefix", "")
        lines = [_line(kind, prefix, str(e["loc"][0] if e["loc"] else ""), e["msg"]) for e in error.errors()]
        raise SettingsError("\n".join(lines)) from None


def _line(kind: type[BaseSettings], prefix: str, name: str, problem: str) -> str:
    field = kind.model_fields.get(name)
    description = f" ({field.description})" if field and field.description else ""
    return f"{prefix}{name}".upper() + f": {problem}{description}"
