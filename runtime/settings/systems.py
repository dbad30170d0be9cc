"""How the two systems are reached. What their clients need, with defaults and reasons, stands in clients/access.py."""

import base64
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from beteiligte.record.party_fields import PARTY_TABLE
from clients.access import Access, AdvowareAccess, EspoCrmAccess
from runtime.settings.base import Settings, TakesEffect, as_in, config
from runtime.values import CaFile, Conditions, EspoCrmUrl, Hosts, Names, NameSet, ProxyUrl, Statuses, Url


class SystemSettings(Settings):
    """What an operator writes in one way for both systems."""

    usually: ClassVar = TakesEffect.WORKER

    proxy: ProxyUrl | None = as_in(Access, "proxy")
    ca_file: CaFile | None = as_in(Access, "ca_file")


class EspoCrmSettings(SystemSettings, EspoCrmAccess):
    """How EspoCRM is reached."""

    model_config = config("ESPOCRM_")

    url: EspoCrmUrl = as_in(EspoCrmAccess, "url")
    scope: Conditions = as_in(EspoCrmAccess, "scope")
    recipients: Names = Field(
        (), description="Ids of EspoCRM's users who are told beside the assigned users, with commas."
    )


def _fields(names: frozenset[str] | None) -> frozenset[str] | None:
    if unknown := (names or frozenset()) - PARTY_TABLE.by_name.keys():
        raise ValueError(
            f"unknown field {', '.join(sorted(unknown))}; known: {', '.join(sorted(PARTY_TABLE.by_name))}"
        )
    return names


class AdvowareSettings(SystemSettings, AdvowareAccess):
    """How Advoware is reached, and what is known of this installation (docs/assumptions.md)."""

    model_config = config("ADVOWARE_")

    url: Url | None = as_in(AdvowareAccess, "url")
    security_gateway: Url | None = as_in(AdvowareAccess, "security_gateway")
    discovery_url: Url = as_in(AdvowareAccess, "discovery_url")
    allowed_hosts: Hosts = as_in(AdvowareAccess, "allowed_hosts")
    surely_refused: Statuses = as_in(AdvowareAccess, "surely_refused")
    lookup: bool = Field(
        False,
        description="Whether Advoware can be searched (GET Beteiligte?Search=); off: a create without an answer is "
        "left to a person.",
    )
    write_probe: bool = Field(
        True,
        description="Whether, after Advoware refused a write, an empty PUT to a betNr that nobody has tells if any "
        "party may be written at all. Off: the first two parties are told singly before it counts as Advoware's "
        "failure.",
    )
    writable: NameSet | None = Field(
        None,
        description="Fields that a PUT really stores, with commas. Not set: as the field table says (docs/fields.md).",
    )

    @field_validator("writable")
    @classmethod
    def _known(cls, names: frozenset[str] | None) -> frozenset[str] | None:
        return _fields(names)

    @field_validator("api_key")
    @classmethod
    def _base64(cls, key: SecretStr) -> SecretStr:
        try:
            base64.b64decode(key.get_secret_value(), validate=True)
        except ValueError:
            raise ValueError("is no Base64 text") from None
        return key


class AdvowareFieldSettings(Settings):
    """Of the same, what decides about fields and is no secret: for a process that never calls Advoware."""

    model_config = config("ADVOWARE_")

    lookup: bool = as_in(AdvowareSettings, "lookup")
    writable: NameSet | None = as_in(AdvowareSettings, "writable")

    @field_validator("writable")
    @classmethod
    def _known(cls, names: frozenset[str] | None) -> frozenset[str] | None:
        return _fields(names)
