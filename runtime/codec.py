"""Encrypts whatever Temporal keeps: arguments, results, summaries, failures (design §8, temporal.md §7).

AES-GCM with a key ring: the first key encrypts, all decrypt, so a key is rotated by putting a new one in front. Ids,
types, search attributes and failure codes stay clear, and hold no personal data. What was kept before there was a key
stays readable.
"""

import base64
import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from runtime.loading import SettingsError

ENCODING = b"binary/encrypted"
NONCE = 12
KEY_BYTES = 32


class BadKeys(SettingsError):
    """The key file is unusable; the message names file and reason, never a key."""


class Unreadable(Exception):
    """A payload that none of our keys opens."""


class Key(BaseModel):
    """One key."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=64)
    secret: SecretStr
    """Base64 of 32 bytes."""

    @field_validator("secret")
    @classmethod
    def _is_key(cls, secret: SecretStr) -> SecretStr:
        try:
            length = len(base64.b64decode(secret.get_secret_value(), validate=True))
        except ValueError:
            raise ValueError("is no Base64 text") from None
        if length != KEY_BYTES:
            raise ValueError(f"holds {length} bytes instead of {KEY_BYTES}")
        return secret

    @property
    def cipher(self) -> AESGCM:
        """The cipher of this key."""
        return AESGCM(base64.b64decode(self.secret.get_secret_value()))


class KeyRing(BaseModel):
    """The first key encrypts, all decrypt."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    keys: tuple[Key, ...] = Field(min_length=1)

    @field_validator("keys")
    @classmethod
    def _distinct(cls, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        if len({key.id for key in keys}) != len(keys):
            raise ValueError("two keys have the same id")
        return keys


class EncryptingCodec(PayloadCodec):
    """Encrypts every payload as a whole, with the key's id in clear beside it."""

    def __init__(self, ring: KeyRing) -> None:
        """Make the ciphers once."""
        self._active = ring.keys[0].id.encode()
        self._ciphers = {key.id.encode(): key.cipher for key in ring.keys}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each."""
        return [self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt ours; others pass. Raises Unreadable."""
        return [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE)
        sealed = self._ciphers[self._active].encrypt(nonce, payload.SerializeToString(), self._active)
        return Payload(metadata={"encoding": ENCODING, "key": self._active}, data=nonce + sealed)

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key = payload.metadata.get("key", b"")
        try:
            clear = self._ciphers[key].decrypt(payload.data[:NONCE], payload.data[NONCE:], key)
        except KeyError:
            raise Unreadable(f"no key {key.decode(errors='replace')!r} in the key file (TEMPORAL_KEYS)") from None
        except InvalidTag:
            raise Unreadable("a payload was changed, or its key is another of the same id (TEMPORAL_KEYS)") from None
        return Payload.FromString(clear)


class ClearCodec(PayloadCodec):
    """Without keys: what is clear passes, what is encrypted is said to be."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Leave each as it is."""
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Leave each as it is. Raises Unreadable."""
        if any(payload.metadata.get("encoding") == ENCODING for payload in payloads):
            raise Unreadable("it is encrypted, and there is no key file here (TEMPORAL_KEYS, TEMPORAL_ENCRYPT)")
        return list(payloads)


def converter(ring: KeyRing | None) -> DataConverter:
    """How everything goes into Temporal and out of it; without keys in clear."""
    if ring is None:
        return dataclasses.replace(pydantic_data_converter, payload_codec=ClearCodec())
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptingCodec(ring),
        # Failures hold messages and stack traces of their own, which would stay in clear.
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def load(path: Path) -> KeyRing | None:
    """The key ring; None where there is no file. Raises BadKeys."""
    if not path.exists():
        return None
    try:
        return KeyRing.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadKeys(f"{path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise BadKeys(f"{path}: {'.'.join(map(str, first['loc'])) or 'file'}: {first['msg']}") from None


def add_key(path: Path) -> str:
    """Put a new key in front, in a file that only its owner reads; the key's id. Raises BadKeys, OSError."""
    ring = load(path)
    kept = ring.keys if ring else ()
    taken = {known.id for known in kept}
    number = next(n for n in range(1, len(kept) + 2) if f"key-{n}" not in taken)
    key = Key(id=f"key-{number}", secret=SecretStr(base64.b64encode(os.urandom(KEY_BYTES)).decode()))
    keys = [{"id": k.id, "secret": k.secret.get_secret_value()} for k in (key, *kept)]
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(KeysFile(keys=keys).model_dump_json(indent=2))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return key.id


class KeysFile(BaseModel):
    """The file as it is written, secrets shown."""

    keys: list[dict[str, str]]
