"""Encrypts whatever Temporal keeps: arguments, results, summaries, failures (design §8, temporal.md §7).

AES-GCM with a key ring: one key encrypts, all decrypt. A new key is first only known and later used, since whoever
encrypts with it must not be ahead of those who read. Ids, types, search attributes and failure codes stay clear, and
hold no personal data. What was kept before there was a key stays readable.
"""

import base64
import dataclasses
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from runtime.loading import SettingsError
from runtime.payloads import BOUNDED

ENCODING = b"binary/encrypted"
NONCE = 12
KEY_BYTES = 32


class BadKeys(SettingsError):
    """The key file is unusable, or has no such key; the message names file and reason, never a key."""


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
    """One key encrypts, all decrypt."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    keys: tuple[Key, ...] = Field(min_length=1)
    encrypts: str | None = Field(default_factory=lambda known: known["keys"][0].id if "keys" in known else None)
    """The id of the key that encrypts; not said: the first. None: all are only known, and what is written is clear."""

    @field_validator("keys")
    @classmethod
    def _distinct(cls, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        if len({key.id for key in keys}) != len(keys):
            raise ValueError("two keys have the same id")
        return keys

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.encrypts is not None and self.encrypts not in self.ids:
            raise ValueError("encrypts names no key")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """Of all keys."""
        return tuple(key.id for key in self.keys)


class EncryptingCodec(PayloadCodec):
    """Encrypts every payload as a whole, with the key's id in clear beside it."""

    def __init__(self, ring: KeyRing, newer: Callable[[], KeyRing | None] = lambda: None) -> None:
        """Make the ciphers once. `newer` gives the ring as it is by now, asked where a key is not known."""
        self._active = ring.encrypts.encode() if ring.encrypts else None
        self._ciphers = _ciphers(ring)
        self._newer = newer

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each, where a key does."""
        return [self._sealed(payload, self._active) if self._active else payload for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt ours; others pass. Raises Unreadable."""
        return [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: Payload, key: bytes) -> Payload:
        nonce = os.urandom(NONCE)
        sealed = self._ciphers[key].encrypt(nonce, payload.SerializeToString(), key)
        return Payload(metadata={"encoding": ENCODING, "key": key}, data=nonce + sealed)

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key = payload.metadata.get("key", b"")
        if key not in self._ciphers and (ring := self._newer()):
            self._ciphers = _ciphers(ring) | self._ciphers
        try:
            clear = self._ciphers[key].decrypt(payload.data[:NONCE], payload.data[NONCE:], key)
        except KeyError:
            raise Unreadable(f"no key {key.decode(errors='replace')!r} in the key file (TEMPORAL_KEYS)") from None
        except InvalidTag:
            raise Unreadable("a payload was changed, or its key is another of the same id (TEMPORAL_KEYS)") from None
        return Payload.FromString(clear)


def _ciphers(ring: KeyRing) -> dict[bytes, AESGCM]:
    return {key.id.encode(): key.cipher for key in ring.keys}


class ClearCodec(PayloadCodec):
    """Without keys: what is clear passes, what is encrypted is said to be, with the reason why it cannot be read."""

    def __init__(self, missing: str = "there is no key file here (TEMPORAL_KEYS, TEMPORAL_ENCRYPT)") -> None:
        """Nothing to prepare."""
        self._missing = missing

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Leave each as it is."""
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Leave each as it is. Raises Unreadable."""
        if any(payload.metadata.get("encoding") == ENCODING for payload in payloads):
            raise Unreadable(f"it is encrypted, and {self._missing}")
        return list(payloads)


def converter(
    ring: KeyRing | None,
    newer: Callable[[], KeyRing | None] = lambda: None,
    without: PayloadCodec | None = None,
) -> DataConverter:
    """How everything goes into Temporal and out of it. `newer`: see EncryptingCodec; `without` keys: in clear."""
    if ring is None:
        return dataclasses.replace(BOUNDED, payload_codec=without or ClearCodec())
    codec = EncryptingCodec(ring, newer)
    if ring.encrypts is None:
        return dataclasses.replace(BOUNDED, payload_codec=codec)
    return dataclasses.replace(
        BOUNDED,
        payload_codec=codec,
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


def encrypts(path: Path) -> bool:
    """Whether what is written is encrypted by this file. Raises BadKeys."""
    ring = load(path)
    return ring is not None and ring.encrypts is not None


def reread(path: Path) -> KeyRing | None:
    """The key ring as the file has it by now; None where it cannot be had."""
    try:
        return load(path)
    except BadKeys:
        return None


def add_key(path: Path) -> str:
    """A new key that encrypts from now on, for a program that does not run yet; its id. Raises BadKeys, OSError."""
    key = learn_key(path)
    use_key(path, key)
    return key


def learn_key(path: Path) -> str:
    """A new key that only decrypts, in a file that only its owner reads; its id. Raises BadKeys, OSError."""
    ring = load(path)
    kept, taken = (ring.keys, ring.ids) if ring else ((), ())
    number = next(n for n in range(1, len(kept) + 2) if f"key-{n}" not in taken)
    key = Key(id=f"key-{number}", secret=SecretStr(base64.b64encode(os.urandom(KEY_BYTES)).decode()))
    _write(path, (*kept, key), ring.encrypts if ring else None)
    return key.id


def use_key(path: Path, key_id: str) -> None:
    """Let a known key encrypt from now on. Raises BadKeys, OSError."""
    ring = load(path)
    if ring is None:
        raise BadKeys(f"there is no key file at {path} (TEMPORAL_KEYS): `beteiligte-sync keys add` makes one")
    if key_id not in ring.ids:
        raise BadKeys(f"{path} holds no key {key_id!r}; known: {', '.join(ring.ids)}")
    # In front: of a file that says nothing else the first one encrypts.
    _write(path, tuple(sorted(ring.keys, key=lambda key: key.id != key_id)), key_id)


def _write(path: Path, keys: tuple[Key, ...], encrypts: str | None) -> None:
    """Replace the file as a whole."""
    shown = [{"id": key.id, "secret": key.secret.get_secret_value()} for key in keys]
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(KeysFile(encrypts=encrypts, keys=shown).model_dump_json(indent=2))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


class KeysFile(BaseModel):
    """The file as it is written, secrets shown."""

    encrypts: str | None
    keys: list[dict[str, str]]
