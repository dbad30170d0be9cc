"""Every setting, its default and its reason; read once at start from the environment or `.env`.

What the worker alone or the starter alone needs stands in a class of its own, so that neither asks for the other's.
Reading, and the one message for all that is missing or wrong: loading.py. `.env.example` and docs/settings.md are
written from these classes by `python -m pages`. How values are written: values.py.
"""

import base64
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from beteiligte.decide.matching import DEFAULT_MINIMUM
from beteiligte.decide.policy import InitialSync, Policy, Rules
from beteiligte.messages import Language
from beteiligte.record.fields import PARTY_TABLE
from beteiligte.record.table import FieldTable, Group
from contracts.timing import OutageTiming, SweepTiming, Timing
from runtime import field_file
from runtime.env_file import EnvFile
from runtime.values import CaFile, Conditions, EspoCrmUrl, Names, NameSet, ProxyUrl, Secrets, Statuses, Url, read_span


def _config(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )


class Settings(BaseSettings):
    """Base of all: lengths of time are written `30s`, `4m`, `1h`, `30d` and never negative."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`.env` is read by our own rules (env_file.py)."""
        assert isinstance(dotenv_settings, DotEnvSettingsSource)
        return init_settings, env_settings, EnvFile(settings_cls, dotenv_settings.env_file), file_secret_settings

    @field_validator("*", mode="before")
    @classmethod
    def _span(cls, value: object, info: ValidationInfo) -> object:
        is_span = cls.model_fields[info.field_name or ""].annotation is timedelta
        return read_span(value) if is_span else value

    @field_validator("*")
    @classmethod
    def _no_negative_span(cls, value: object) -> object:
        if isinstance(value, timedelta) and value < timedelta(0):
            raise ValueError("must not be negative")
        return value


class TemporalSettings(Settings):
    """Where the engine is; without an address `up` runs the embedded server."""

    model_config = _config("TEMPORAL_")

    port: int = Field(7233, ge=1, le=65535, description="Port of the embedded server, on 127.0.0.1.")
    ui_port: int = Field(8233, ge=1, le=65535, description="Port of the embedded server's Web UI, on 127.0.0.1.")
    encrypt: bool = Field(True, description="Encrypt what Temporal keeps, as soon as there is a key file.")
    keys: Path = Field(
        Path("state/keys.json"), description="The key file; `up` makes one, `beteiligte-sync keys` rotates its keys."
    )
    codec_port: int = Field(
        8234, ge=1, le=65535, description="Port, on 127.0.0.1, at which the Web UI has payloads decrypted."
    )
    state: Path = Field(Path("state/temporal.db"), description="File that holds the embedded server's whole state.")
    spare: int = Field(
        100,
        ge=0,
        description="With less free space than so many MB where that file is, /health/ready answers 503.",
    )
    retention: timedelta = Field(
        timedelta(days=30), ge=timedelta(days=1), description="How long the embedded server keeps closed runs."
    )
    address: str = Field(
        default_factory=lambda valid: f"127.0.0.1:{valid.get('port', 7233)}",
        description="Host and port of Temporal's frontend. Set: no embedded server is started.",
    )
    namespace: str = Field("default", description="Namespace of all runs.")
    ui: str = Field(
        default_factory=lambda valid: f"http://127.0.0.1:{valid.get('ui_port', 8233)}",
        description="Address of Temporal's Web UI, for the links that `status` shows.",
    )
    task_queue: str = Field("beteiligte-sync", description="One queue: activities then start eagerly.")

    @property
    def embedded(self) -> bool:
        """Whether `up` runs the server."""
        return "address" not in self.model_fields_set


class SystemSettings(Settings):
    """What the two systems have in common."""

    call_timeout: timedelta = Field(timedelta(seconds=30), description="One HTTP call, from sending to the last byte.")
    connect_timeout: timedelta = Field(
        timedelta(seconds=10),
        description="Of it, for the connection: without one a call was surely not made, so even a create is repeated.",
    )
    calls_per_second: float = Field(
        0,
        ge=0,
        description="Calls a second, all worker processes together; 0: no limit but the calls at the same time.",
    )
    turn_timeout: timedelta = Field(
        timedelta(seconds=10), description="A call that does not get its turn by then is put off and tried again later."
    )
    hold_after_401: timedelta = Field(
        timedelta(minutes=1),
        description="No call after refused credentials, then one that tries: more than ten a minute lock out everybody "
        "behind the address. Longer with more than five workers.",
    )
    proxy: ProxyUrl | None = Field(None, description="Proxy for this system, http://user:password@host:port.")
    ca_file: CaFile | None = Field(
        None, description="PEM file of certificates that are trusted beside those of the operating system."
    )


class EspoCrmSettings(SystemSettings):
    """How EspoCRM is reached."""

    model_config = _config("ESPOCRM_")

    url: EspoCrmUrl = Field(description="Address without /api/v1, for instance https://crm.kanzlei.example")
    api_key: SecretStr = Field(description="Key of the API user of the integration.")
    secret_key: SecretStr | None = Field(
        None, description="Secret key beside it: set exactly where the API user's method is HMAC."
    )
    entity_type: str = Field("CBeteiligte", pattern=r"^\w+$", description="Entity type of the parties.")
    max_concurrent: int = Field(8, ge=1, description="Calls at the same time, per worker process.")
    lockout_wait: timedelta = Field(
        timedelta(seconds=65), description="No call after a lock-out by address, which ends by itself after about 60 s."
    )
    scope: Conditions = Field(
        (), description='Only these records, as JSON: [{"type": "equals", "attribute": "mandant", "value": "A"}].'
    )
    opt_out: str = Field("", description="Boolean attribute by which a person has one record left alone; empty: none.")
    recipients: Names = Field((), description="Ids of users who are told beside the assigned users, with commas.")


class AdvowareSettings(SystemSettings):
    """How Advoware is reached, and what is known of this installation (docs/assumptions.md)."""

    model_config = _config("ADVOWARE_")

    url: Url | None = Field(None, description="Base address before the prefix. Not set: the vendor's discovery tells.")
    security_gateway: Url | None = Field(
        None, description="Address of the token service. Not set: the vendor's discovery tells."
    )
    discovery_url: Url = Field(
        "https://www2.advo-net.net/AdvonetConfigurator/api/Url",
        description="The vendor's discovery, asked with ?Kanzlei=; only where an address above is not set.",
    )
    discovery_timeout: timedelta = Field(timedelta(seconds=15), description="One question to it.")
    discover_again: timedelta = Field(
        timedelta(minutes=1), description="Least time between two, when Advoware cannot be reached and may have moved."
    )
    prefix: str = Field("/api/v1/advonet", pattern=r"^/?[\w./-]*$", description="Path before Beteiligte.")
    app_id: str = Field(description="AppID from the vendor.")
    api_key: SecretStr = Field(description="Base64 key that signs token requests.")
    kanzlei: str = Field(description="Firm id.")
    database: str = Field(description="Database name.")
    user: str = Field(description="Short code of the employee the program works as.")
    password: SecretStr = Field(description="That employee's password.")
    role: int = Field(2, description="Role in the token request.")
    product: int = Field(64, description="64 for third parties.")
    surely_refused: Statuses = Field(
        frozenset({429, 503}),
        description="Statuses after which a create surely made nothing and is repeated, with commas; 503 only where it "
        "says Retry-After. After any other a person looks first.",
    )
    token_timeout: timedelta = Field(timedelta(seconds=15), description="One request for a token.")
    token_margin: timedelta = Field(timedelta(minutes=2), description="A token is renewed so long before it expires.")
    token_life: timedelta = Field(timedelta(minutes=55), description="Of a token whose answer does not say.")
    max_concurrent: int = Field(4, ge=1, description="Calls at the same time, per worker process.")
    lookup: bool = Field(False, description="Whether GET Beteiligte?Search= works; off: an unknown create is told.")
    writable: NameSet | None = Field(
        None,
        description="Fields that a PUT really stores, with commas. Not set: as the field table says (docs/fields.md).",
    )

    @field_validator("writable")
    @classmethod
    def _known(cls, names: frozenset[str] | None) -> frozenset[str] | None:
        if unknown := (names or frozenset()) - PARTY_TABLE.by_name.keys():
            raise ValueError(
                f"unknown field {', '.join(sorted(unknown))}; known: {', '.join(sorted(PARTY_TABLE.by_name))}"
            )
        return names

    @field_validator("api_key")
    @classmethod
    def _base64(cls, key: SecretStr) -> SecretStr:
        try:
            base64.b64decode(key.get_secret_value(), validate=True)
        except ValueError:
            raise ValueError("is no Base64 text") from None
        return key


class SyncSettings(Settings, Timing):
    """Who wins, and how long things wait."""

    model_config = _config("SYNC_")

    policy_stammdaten: Policy = Field(
        Policy.ESPOCRM,
        description="Who wins a conflict about master data: espocrm, advoware, newest, or manual (a person decides).",
    )
    policy_kontaktdaten: Policy = Field(
        Policy.ADVOWARE, description="The same for contact data, which is kept where letters are sent."
    )
    policy_adresse: Policy = Field(
        Policy.NEWEST, description="The same for addresses; EspoCRM where it cannot be known which side is newer."
    )
    initial_sync: InitialSync = Field(
        InitialSync.ESPOCRM,
        description="Who wins on a linked party's first sync; a group that is manual is asked about all the same.",
    )
    fields_file: Path | None = Field(
        None, description="TOML file that changes names, group, writability and owners of fields (docs/assumptions.md)."
    )
    match: Names = Field(
        PARTY_TABLE.match,
        description="Fields in which an unlinked party and one in Advoware are compared; one that differs makes two.",
    )
    match_minimum: int = Field(
        DEFAULT_MINIMUM,
        ge=1,
        description="So many fields of SYNC_MATCH must be filled and equal on both sides, or all that such a party "
        "has, to link without a question; 1: the name alone will do.",
    )
    fresh_for: timedelta = Field(timedelta(seconds=5), description="A read this young is acted on as it stands.")

    @field_validator("fields_file")
    @classmethod
    def _usable(cls, path: Path | None) -> Path | None:
        if path is not None:
            field_file.read(path)
        return path

    def table(self) -> FieldTable:
        """The field table in force. Raises FieldFileError where the file changed after the start."""
        table = PARTY_TABLE if self.fields_file is None else field_file.read(self.fields_file)
        return replace(table, match=self.match)

    @field_validator("match")
    @classmethod
    def _fields(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(names) - PARTY_TABLE.by_name.keys():
            raise ValueError(f"unknown field {sorted(unknown)}; known: {sorted(PARTY_TABLE.by_name)}")
        if "name" not in names:
            raise ValueError("must hold name, by which Advoware is searched")
        return names

    def timing(self) -> Timing:
        """The waits as they travel in a workflow's order."""
        return Timing(**self.model_dump(include=set(Timing.model_fields)))

    def rules(self, advoware: AdvowareSettings) -> Rules:
        """The operator's decisions as the domain reads them."""
        policies = {
            Group.STAMMDATEN: self.policy_stammdaten,
            Group.KONTAKTDATEN: self.policy_kontaktdaten,
            Group.ADRESSE: self.policy_adresse,
        }
        table = self.table()
        return Rules(
            table=table if advoware.writable is None else table.storing(advoware.writable),
            policies=policies,
            initial_sync=self.initial_sync,
            look_up=advoware.lookup,
        )


class NotifySettings(Settings):
    """How the firm's people are told."""

    model_config = _config("NOTIFY_")

    language: Language = Field(Language.GERMAN, description="Of notes and syncErrorMessage: de or en.")


class TelemetrySettings(Settings):
    """Figures and traces (docs/figures.md)."""

    model_config = _config("TELEMETRY_")

    worker_metrics: str = Field("", description="IP and port of the worker's /metrics, as 127.0.0.1:9464; empty: none.")
    webhook_metrics: str = Field("", description="The same for the webhook service, as 127.0.0.1:9465.")
    console: bool = Field(False, description="Print spans beside the log, where no collector is set; for trials.")

    @field_validator("worker_metrics", "webhook_metrics")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not re.fullmatch(r"(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):\d{1,5}", value):
            raise ValueError("write an IP address and a port, as 127.0.0.1:9464")
        return value


class OtelSettings(Settings):
    """OpenTelemetry's own names."""

    model_config = _config("OTEL_")

    exporter_otlp_endpoint: str = Field(
        "", description="Collector that takes traces over HTTP, as http://127.0.0.1:4318; empty: none."
    )


class OutageSettings(Settings, OutageTiming):
    """How a system that is down is watched."""

    model_config = _config("OUTAGE_")

    def timing(self) -> OutageTiming:
        """The waits as they travel in the workflow's order."""
        return OutageTiming(**self.model_dump())


class SweepSettings(Settings, SweepTiming):
    """How what webhooks miss is found."""

    model_config = _config("SWEEP_")

    every: timedelta = Field(timedelta(minutes=15), ge=timedelta(seconds=1), description="Between two sweeps.")
    # Not between two and three: that hour is missing on a night in March.
    nightly: str = Field("30 3 * * *", description="When everything is compared: cron, German time.")
    jitter: timedelta = Field(timedelta(seconds=30), description="Starts are spread over so long.")

    def timing(self) -> SweepTiming:
        """What travels in the workflow's order."""
        return SweepTiming(**self.model_dump(include=set(SweepTiming.model_fields)))


class WorkerSettings(Settings):
    """The worker process."""

    model_config = _config("WORKER_")

    drain: timedelta = Field(timedelta(seconds=30), description="How long running activities may finish at shutdown.")
    sticky: timedelta = Field(
        timedelta(seconds=10),
        description="How long a party waits for the worker that last served it; after a crash another takes over then.",
    )
    test_again: timedelta = Field(
        timedelta(minutes=2),
        gt=timedelta(0),
        description="Between two self-tests, while one fails: a wrong key or address, or an outage at the start.",
    )
    processes: int = Field(
        1,
        ge=1,
        description="Worker processes that may run at the same time, on all machines: each takes its share of the calls"
        " a second (docs/operate.md, Several workers).",
    )


class WebhookSettings(Settings):
    """The service that EspoCRM's webhooks call."""

    model_config = _config("WEBHOOK_")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    secrets: Secrets = Field({}, description='Webhook id to secretKey, as JSON: {"id": "secret"}.')
    allow_unsigned: bool = Field(False, description="Accept deliveries without a signature; for trials only.")
    max_body: int = Field(10_000_000, ge=1_000, description="Largest delivery in bytes.")
    max_concurrent: int = Field(16, ge=1, description="Signals to Temporal at the same time.")
    answer_within: timedelta = Field(timedelta(seconds=8), description="EspoCRM gives up after 10 s.")


ALL: tuple[type[Settings], ...] = (
    EspoCrmSettings,
    AdvowareSettings,
    SyncSettings,
    NotifySettings,
    OutageSettings,
    SweepSettings,
    TemporalSettings,
    WorkerSettings,
    WebhookSettings,
    TelemetrySettings,
    OtelSettings,
)
"""Every class, in the order of `.env.example`."""
