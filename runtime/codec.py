"""Encrypts whatever Temporal keeps: arguments, results, summaries, failures (design §8, temporal.md §7).

AES-GCM with a key ring: one key encrypts, all decrypt; how a new one comes into use: key_file.py. Ids, types, search
attributes and failure codes stay clear, and hold no personal data. What was kept before there was a key stays readable.
"""

import dataclasses
import os
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from beteiligte.frozen import Frozen
from runtime.key_file import KeyRing
from runtime.payloads import BOUNDED

ENCODING = b"binary/encrypted"
NONCE = 12
Newer = Callable[[], KeyRing | None]
"""Gives the ring where it is another by now than at the last look, else nothing (`KeyFile`)."""


class Unreadable(Exception):
    """A payload that none of our keys opens."""


def key_of(payload: Payload) -> str | None:
    """The id of the key that closed it; None: it is clear."""
    if payload.metadata.get("encoding") != ENCODING:
        return None
    return payload.metadata.get("key", b"").decode(errors="replace")


class EncryptingCodec(PayloadCodec):
    """Encrypts every payload as a whole, with the key's id in clear beside it."""

    def __init__(self, ring: KeyRing, newer: Newer = lambda: None) -> None:
        """Make the ciphers once. `newer` is asked before each use, so that a running process follows the file."""
        self._known, self._ciphers = ring, _ciphers(ring)
        self._active = ring.encrypts
        self._newer = newer

    @property
    def ring(self) -> KeyRing:
        """The keys by now."""
        self._look()
        return self._known

    @property
    def encrypts(self) -> str | None:
        """The id of the key that closes what is written; None: it is clear."""
        self._look()
        return self._active

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each, where a key does."""
        self._look()
        return [self._sealed(payload, self._active) if self._active else payload for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt ours; others pass. Raises Unreadable."""
        self._look()
        return [self.opened(payload) for payload in payloads]

    def _look(self) -> None:
        """Learn what the file has by now; a key that is taken out of it stays known as long as this process runs.

        Whoever began in clear stays so: his failures would else be kept in clear while the rest is not.
        """
        ring = self._newer()
        if ring is None:
            return
        self._known, self._ciphers = ring, _ciphers(ring) | self._ciphers
        self._active = self._active and (ring.encrypts or self._active)

    def _sealed(self, payload: Payload, key: str) -> Payload:
        nonce, name = os.urandom(NONCE), key.encode()
        sealed = self._ciphers[key].encrypt(nonce, payload.SerializeToString(), name)
        return Payload(metadata={"encoding": ENCODING, "key": name}, data=nonce + sealed)

    def opened(self, payload: Payload) -> Payload:
        """One of them, as it was. Raises Unreadable."""
        key = key_of(payload)
        if key is None:
            return payload
        try:
            clear = self._ciphers[key].decrypt(payload.data[:NONCE], payload.data[NONCE:], key.encode())
        except KeyError:
            raise Unreadable(f"no key {key!r} in the key file (TEMPORAL_KEYS)") from None
        except InvalidTag:
            raise Unreadable("a payload was changed, or its key is another of the same id (TEMPORAL_KEYS)") from None
        return Payload.FromString(clear)


def _ciphers(ring: KeyRing) -> dict[str, AESGCM]:
    return {key.id: key.cipher for key in ring.keys}


class ClearCodec(PayloadCodec):
    """Without keys: what is clear passes, what is encrypted is said to be, with the reason why it cannot be read."""

    def __init__(
        self, missing: str = "there is no key file here (TEMPORAL_KEYS, TEMPORAL_ENCRYPT)", newer: Newer = lambda: None
    ) -> None:
        """A key file that comes later opens what is encrypted; it encrypts once this process is started again."""
        self._missing, self._newer = missing, newer
        self._opening: EncryptingCodec | None = None

    @property
    def ring(self) -> KeyRing | None:
        """The keys that came since; None: none."""
        if self._opening is None and (ring := self._newer()):
            self._opening = EncryptingCodec(ring, self._newer)
        return self._opening.ring if self._opening else None

    @property
    def encrypts(self) -> str | None:
        """None: what is written is clear."""
        return None

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Leave each as it is."""
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Leave each that is clear as it is. Raises Unreadable."""
        if all(key_of(payload) is None for payload in payloads):
            return list(payloads)
        if self.ring is None or self._opening is None:
            raise Unreadable(f"it is encrypted, and {self._missing}")
        return await self._opening.decode(payloads)


class KnownKeys(Frozen):
    """What a running process opens, and closes what it writes with: ids and fingerprints alone."""

    keys: tuple[str, ...] = ()
    encrypts: str | None = None
    """None: it writes in clear."""
    marks: tuple[str, ...] = ()
    """Each id with a fingerprint of its secret; empty: of an earlier version."""


def known_keys(codec: PayloadCodec | None) -> KnownKeys:
    """Those of a connection's codec, by now."""
    if not isinstance(codec, EncryptingCodec | ClearCodec):
        return KnownKeys()
    ring = codec.ring
    return KnownKeys(keys=ring.ids if ring else (), encrypts=codec.encrypts, marks=ring.marks if ring else ())


def converter(ring: KeyRing | None, newer: Newer = lambda: None, without: PayloadCodec | None = None) -> DataConverter:
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
