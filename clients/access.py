"""What it takes to reach the two systems: addresses, secrets, waits and limits, each with its default and reason.

The operator's settings are these fields and no others (runtime/settings/systems.py).
"""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr

from beteiligte.frozen import Frozen
from clients.records import Where


class Access(Frozen):
    """What both systems need."""

    call_timeout: timedelta = Field(
        timedelta(seconds=30), description="Longest wait for one HTTP call, from sending to the last byte."
    )
    connect_timeout: timedelta = Field(
        timedelta(seconds=10),
        description="Longest wait for a connection, as part of a call: without one a call was surely not made, so even "
        "a create is repeated.",
    )
    calls_per_second: float = Field(
        0,
        ge=0,
        description="Calls a second, all worker processes together; 0: no limit but the calls at the same time.",
    )
    turn_timeout: timedelta = Field(
        timedelta(seconds=10),
        description="Longest wait of a call for its turn, where calls a second or at the same time are limited; then "
        "it is put off and tried again later.",
    )
    hold_after_401: timedelta = Field(
        timedelta(minutes=1),
        description="No call after refused credentials for so long, then one that tries: more than ten a minute lock "
        "out everybody behind the address. Longer with more than five workers.",
    )
    proxy: SecretStr | None = Field(None, description="Proxy for this system, http://user:password@host:port.")
    ca_file: Path | None = Field(
        None, description="PEM file of certificates that are trusted beside those of the operating system."
    )
    max_concurrent: int = Field(
        8,
        ge=1,
        description="Calls to this system at the same time, per worker process. A sync makes one at a time, so it caps "
        "the parties that are read or written there at once: 8 at 100 ms a call are 80 calls a second. Fewer than ten, "
        "since after ten refused calls EspoCRM locks the address out.",
    )


class EspoCrmAccess(Access):
    """How EspoCRM is reached."""

    url: str = Field(description="Address of EspoCRM without /api/v1, for instance https://crm.kanzlei.example")
    api_key: SecretStr = Field(description="API key of EspoCRM's user for the integration (an API user).")
    secret_key: SecretStr | None = Field(
        None,
        description="Secret key of EspoCRM's API user: set exactly where its method is HMAC; calls are then signed.",
    )
    entity_type: str = Field("CBeteiligte", pattern=r"^\w+$", description="Entity type of the parties in EspoCRM.")
    lockout_wait: timedelta = Field(
        timedelta(seconds=65),
        description="No call for so long after EspoCRM locked our address out, which ends by itself after about 60 s.",
    )
    scope: tuple[Where, ...] = Field(
        (),
        description="Conditions of the records that are synced, as JSON; others are left alone: "
        '[{"type": "equals", "attribute": "mandant", "value": "A"}].',
    )
    opt_out: str = Field(
        "", description="Boolean attribute in EspoCRM by which a person has one record left alone; empty: none."
    )


class AdvowareAccess(Access):
    """How Advoware is reached."""

    url: str | None = Field(
        None, description="Base address of Advoware, before the prefix. Not set: the vendor's discovery tells."
    )
    security_gateway: str | None = Field(
        None, description="Address of Advoware's token service. Not set: the vendor's discovery tells."
    )
    discovery_url: str = Field(
        "https://www2.advo-net.net/AdvonetConfigurator/api/Url",
        description="Address of the vendor's discovery, asked with ?Kanzlei=; only where ADVOWARE_URL or "
        "ADVOWARE_SECURITY_GATEWAY is not set.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="Hosts that the vendor's discovery may name, with commas, as .advo-net.net for all below it; "
        "empty: any. Password and signature go there. Addresses that are set here need not be among them.",
    )
    discovery_timeout: timedelta = Field(
        timedelta(seconds=15), description="Longest wait for one answer of the vendor's discovery."
    )
    discover_again: timedelta = Field(
        timedelta(minutes=1),
        description="Least time between two questions to the vendor's discovery, when Advoware cannot be reached and "
        "may have moved.",
    )
    prefix: str = Field(
        "/api/v1/advonet", pattern=r"^/?[\w./-]*$", description="Path of Advoware's API, before Beteiligte."
    )
    app_id: str = Field(description="AppID of this program, from the vendor of Advoware.")
    api_key: SecretStr = Field(description="Base64 key from the vendor of Advoware, which signs token requests.")
    kanzlei: str = Field(description="Firm id (Kanzlei) in token requests.")
    database: str = Field(description="Name of the firm's Advoware database.")
    user: str = Field(description="Short code of the Advoware employee as whom the program works.")
    password: SecretStr = Field(description="Password of the Advoware employee as whom the program works.")
    role: int = Field(2, description="Role in token requests.")
    product: int = Field(64, description="Product number in token requests; 64 is that of third parties.")
    surely_refused: frozenset[int] = Field(
        frozenset({429, 503}),
        description="Statuses after which a create surely made nothing and is repeated, with commas; 503 only where it "
        "says Retry-After. After any other a person looks first.",
    )
    token_timeout: timedelta = Field(timedelta(seconds=15), description="Longest wait for a token.")
    token_margin: timedelta = Field(
        timedelta(minutes=2), description="Time before its end at which a token is renewed."
    )
    token_life: timedelta = Field(
        timedelta(minutes=55), description="Life of a token whose answer does not say when it ends."
    )
