"""The key file: its keys, which of them encrypts, and how a new one comes into use in two steps.

A new key is first only known and later used, since whoever encrypts with it must not be ahead of those who read. The
file is replaced as a whole, and every process that runs follows it by itself (`KeyFile`).
"""

import base64
import hashlib
import hmac
import logging
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from runtime.loading import SettingsError
from runtime.system_errors import why

log = logging.getLogger(__name__)
KEY_BYTES = 32
FINGERPRINT = b"beteiligte-sync key fingerprint"
VOUCHING = b"beteiligte-sync key vouching"
FINGERPRINT_LENGTH = 16
"""Hexadecimal digits: of a random key of 32 bytes they tell nothing."""
NONE_YET = "`beteiligte-sync keys add` makes one"


class BadKeys(SettingsError):
    """The key file is unusable, or has no such key; the message names file and reason, never a key."""


class Key(BaseModel):
    """One key."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=64)
    secret: SecretStr
    """Base64 of 32 bytes."""
    made: datetime | None = None
    """None: before files told."""
    used: datetime | None = None
    """Since when it encrypts, or did; None: never, or before files told."""

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

    @property
    def mark(self) -> str:
        """By which two processes see whether they mean the same key: its id and a one-way fingerprint of the secret."""
        secret = base64.b64decode(self.secret.get_secret_value())
        return f"{self.id}:{hmac.digest(secret, FINGERPRINT, hashlib.sha256).hex()[:FINGERPRINT_LENGTH]}"

    @property
    def voucher(self) -> bytes:
        """By which its holders vouch for what another key closed; it tells nothing of the secret."""
        return hmac.digest(base64.b64decode(self.secret.get_secret_value()), VOUCHING, hashlib.sha256)

    def written(self) -> dict[str, str]:
        """As it stands in the file, with its secret."""
        times = {"made": self.made, "used": self.used}
        shown = {name: at.isoformat(timespec="seconds") for name, at in times.items() if at}
        return {"id": self.id, "secret": self.secret.get_secret_value(), **shown}


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

    @property
    def marks(self) -> tuple[str, ...]:
        """The same, each with its fingerprint."""
        return tuple(key.mark for key in self.keys)


def others(mine: Iterable[str], theirs: Iterable[str]) -> set[str]:
    """Ids under which both have a key, and not the same; of marks that an earlier version does not tell nothing is."""
    known = {mark.rpartition(":")[0]: mark for mark in mine}
    return {key for mark in theirs if known.get(key := mark.rpartition(":")[0], mark) != mark}


def load(path: Path) -> KeyRing | None:
    """The key ring; None where there is no file. Raises BadKeys."""
    if not path.exists():
        return None
    try:
        return KeyRing.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadKeys(f"{path} cannot be read: {why(error)}") from None
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise BadKeys(f"{path}: {'.'.join(map(str, first['loc'])) or 'file'}: {first['msg']}") from None


def encrypts(path: Path) -> bool:
    """Whether what is written is encrypted by this file. Raises BadKeys."""
    ring = load(path)
    return ring is not None and ring.encrypts is not None


class KeyFile:
    """Follows a key file while a process runs: a look costs one question to the file system, and reads what is new.

    So no process must be started again for a new key, and a file that is broken or gone by now changes nothing.
    """

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path
        self._read: tuple[int, ...] = ()
        self._broken: tuple[int, ...] = ()

    def newer(self) -> KeyRing | None:
        """The ring, where the file is another than at the last look; None where it is the same, or cannot be had."""
        try:
            stat = self._path.stat()
            seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            if seen in (self._read, self._broken):
                return None
            ring = load(self._path)
        except OSError:
            return None
        except BadKeys as bad:
            self._broken = seen
            log.warning("the keys that were known before stay in use: %s", bad)
            return None
        self._read = seen
        return ring


def add_key(path: Path) -> str:
    """A new key that encrypts from now on, for a program that does not run yet; its id. Raises BadKeys, OSError."""
    key = learn_key(path)
    use_key(path, key)
    return key


def learn_key(path: Path) -> str:
    """A new key that only decrypts, in a file that only its owner reads; its id. Raises BadKeys, OSError."""
    ring = load(path)
    _refuse_newer(path)
    kept, taken = (ring.keys, ring.ids) if ring else ((), ())
    number = next(n for n in range(1, len(kept) + 2) if f"key-{n}" not in taken)
    secret = SecretStr(base64.b64encode(os.urandom(KEY_BYTES)).decode())
    key = Key(id=f"key-{number}", secret=secret, made=datetime.now(UTC))
    _write(path, (*kept, key), ring.encrypts if ring else None)
    return key.id


def use_key(path: Path, key_id: str) -> None:
    """Let a known key encrypt from now on. Raises BadKeys, OSError."""
    ring = known(path, key_id)
    _refuse_newer(path)
    now = datetime.now(UTC)
    keys = [
        Key(id=key.id, secret=key.secret, made=key.made, used=now) if key.id == key_id else key for key in ring.keys
    ]
    # In front: of a file that says nothing else the first one encrypts.
    _write(path, tuple(sorted(keys, key=lambda key: key.id != key_id)), key_id)


def known(path: Path, key_id: str) -> KeyRing:
    """The key ring that holds this key. Raises BadKeys."""
    ring = load(path)
    if ring is None:
        raise BadKeys(f"there is no key file at {path} (TEMPORAL_KEYS): {NONE_YET}")
    if key_id not in ring.ids:
        raise BadKeys(f"{path} holds no key {key_id!r}; known: {', '.join(ring.ids)}")
    return ring


def _refuse_newer(path: Path) -> None:
    """What this version does not know would be gone from a file that it writes. Raises BadKeys."""
    try:
        if path.exists():
            KeyRing.model_validate_json(path.read_bytes(), extra="forbid")
    except ValidationError as error:
        names = sorted({str(detail["loc"][-1]) for detail in error.errors(include_input=False)})
        raise BadKeys(
            f"{path} holds what this version does not know ({', '.join(names)}), and would lose it: change it with the "
            "version that wrote it"
        ) from None


def _write(path: Path, keys: tuple[Key, ...], encrypts: str | None) -> None:
    """Replace the file as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        written = KeysFile(encrypts=encrypts, keys=[key.written() for key in keys])
        file.write(written.model_dump_json(indent=2))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


class KeysFile(BaseModel):
    """The file as it is written, secrets shown."""

    encrypts: str | None
    keys: list[dict[str, str]]
