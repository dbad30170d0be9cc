"""The page on which people decide."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from beteiligte.messages.language import Language
from runtime.settings.base import Settings, TakesEffect, config
from runtime.values import Names, NameSet, Url


class DeskSettings(Settings):
    """The desk: the page on which people see what waits for them, and decide."""

    model_config = config("DESK_")
    usually: ClassVar = TakesEffect.DESK

    host: str = Field("127.0.0.1", description="Address at which the desk listens.")
    port: int = Field(8090, ge=0, le=65535, description="Port at which the desk listens; 0: `up` starts none.")
    url: Url = Field(
        default_factory=lambda valid: f"http://127.0.0.1:{valid.get('port', 8090)}",
        description="Address of the desk as browsers have it, for instance https://abgleich.kanzlei.example behind a "
        "proxy; pages of other addresses cannot send it anything.",
    )
    records: str = Field(
        "",
        pattern=r"^(https?://\S+\{id\}\S*)?$",
        description="Address at which people open a record in EspoCRM, where that is not below ESPOCRM_URL: "
        "https://crm.kanzlei.example/#CBeteiligte/view/{id}",
    )
    language: Language = Field(Language.GERMAN, description="Language of the desk: de or en.")
    key: Path = Field(
        Path("state/desk.key"),
        description="File of the key that seals links to log in; the desk, or `desk login`, makes it.",
    )
    link_life: timedelta = Field(
        timedelta(minutes=15), gt=timedelta(0), description="How long a link to log in can be used, once."
    )
    idle: timedelta = Field(
        timedelta(hours=1), gt=timedelta(0), description="A person who did nothing for so long has to log in again."
    )
    session: timedelta = Field(
        timedelta(hours=10), gt=timedelta(0), description="Longest time from a log-in to the next, whatever was done."
    )
    most_decided: int = Field(200, ge=1, description="Most parties that are decided with one click.")
    proxies: Names = Field(
        (),
        description="Addresses or networks of the proxy before the desk, with commas: only theirs is believed in "
        "X-Forwarded-For, by which log-ins are counted for each person's machine. Empty: nobody's.",
    )

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for one in proxies:
            try:
                ip_network(one)
            except ValueError:
                raise ValueError("write addresses or networks as 10.0.0.5, 10.1.0.0/16") from None
        return proxies


class OidcSettings(Settings):
    """Logging in at the desk by OpenID Connect, where the firm has it; nothing set: by links alone."""

    model_config = config("DESK_OIDC_")
    usually: ClassVar = TakesEffect.DESK

    issuer: Url | None = Field(
        None,
        description="Address of the provider, as https://login.kanzlei.example/realms/kanzlei; below it stands "
        "/.well-known/openid-configuration.",
    )
    client_id: str = Field("", description="Id under which the provider knows the desk.")
    client_secret: SecretStr | None = Field(None, description="Secret that the provider gave the desk.")
    scopes: Names = Field(("email", "openid", "profile"), description="What the provider is asked for.")
    name_claim: str = Field("name", description="Claim with the name that stands behind what a person decides.")
    role_claim: str = Field(
        "groups",
        description="Claim that says who may come in: groups, roles, realm_access.roles, or email.",
    )
    see: NameSet = Field(frozenset(), description="Values of that claim, with commas: whoever has one may look.")
    decide: NameSet = Field(frozenset(), description="Values of that claim: whoever has one may look and decide.")
    alone: bool = Field(False, description="true: nobody logs in by a link of `desk login` any more.")

    @field_validator("issuer")
    @classmethod
    def _sealed(cls, issuer: str | None) -> str | None:
        """What it says lets people in: nobody on the way may say it instead."""
        if issuer and not issuer.startswith("https://") and urlsplit(issuer).hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("must begin with https://")
        return issuer

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Half of it lets nobody in, or asks with an empty secret."""
        if self.issuer is None:
            if self.alone:
                raise ValueError("DESK_OIDC_ALONE needs DESK_OIDC_ISSUER; else nobody could log in")
            return self
        if not self.client_id or not (self.client_secret and self.client_secret.get_secret_value()):
            raise ValueError("DESK_OIDC_ISSUER needs DESK_OIDC_CLIENT_ID and DESK_OIDC_CLIENT_SECRET (or its _FILE)")
        if not self.see and not self.decide:
            raise ValueError("DESK_OIDC_ISSUER needs DESK_OIDC_SEE or DESK_OIDC_DECIDE; else nobody gets in")
        if "openid" not in self.scopes:
            raise ValueError("DESK_OIDC_SCOPES needs openid")
        return self
