"""Encrypts whatever Temporal keeps: arguments, results, summaries, failures (design §8, temporal.md §7).

AES-GCM with a key ring: one key encrypts, all decrypt; how a new one comes into use: key_file.py. What is sealed is
bound to its run and purpose (sealing.py). Ids, types, search attributes and failure codes stay clear, and hold no
personal data. Once a key encrypts, a run believes nothing that is clear, unless `TEMPORAL_ACCEPT_CLEAR` says so.
"""

import dataclasses
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
)

from beteiligte.frozen import Frozen
from contracts.said import Disbelief
from runtime.key_file import KeyRing
from runtime.payloads import BOUNDED, SIBLING, WORDS, BoundedPayloadConverter, Unreadable, not_believed
from runtime.sealing import BOUND, VOUCHED, Binding, binding, tag, vouches

__all__ = ["Unreadable"]

T = TypeVar("T")
ENCODING = b"binary/encrypted"
NONCE = 12
Newer = Callable[[], KeyRing | None]
"""Gives the ring where it is another by now than at the last look, else nothing (`KeyFile`)."""


def key_of(payload: Payload) -> str | None:
    """The id of the key that closed it; None: it is clear."""
    if payload.metadata.get("encoding") != ENCODING:
        return None
    return payload.metadata.get("key", b"").decode(errors="replace")


class MissingKey(Unreadable):
    """The key that closed it is not here."""


class ChangedPayload(Unreadable):
    """It was changed, or closed with another key of the same id."""


def _twin(one: T) -> T:
    """A copy that shares all its parts; made for each payload, and `copy.copy` takes four times as long."""
    twin = object.__new__(type(one))
    twin.__dict__.update(one.__dict__)
    return twin


@dataclass
class KeysInUse:
    """The keys of a process that runs; every codec of one connection shares them."""

    known: KeyRing
    newer: Newer
    active: str | None = field(init=False)
    ciphers: dict[str, AESGCM] = field(init=False)

    def __post_init__(self) -> None:
        """Make the ciphers once."""
        self.active, self.ciphers = self.known.encrypts, _ciphers(self.known)

    def look(self) -> None:
        """Learn what the file has by now; a key that is taken out of it stays known as long as this process runs.

        Whoever began in clear stays so: his failures would else be kept in clear while the rest is not.
        """
        ring = self.newer()
        if ring is None:
            return
        self.known, self.ciphers = ring, _ciphers(ring) | self.ciphers
        self.active = self.active and (ring.encrypts or self.active)

    def vouched(self, sealed: bytes) -> bytes:
        """Tags by the other keys: who has one of them, and not yet the one that closed it, waits for that."""
        return b"".join(tag(key.voucher, sealed) for key in self.known.keys if key.id != self.active)

    def vouch(self, sealed: bytes, tags: bytes) -> bool:
        """Whether somebody closed it who has one of our keys."""
        return bool(tags) and any(vouches(key.voucher, sealed, tags) for key in self.known.keys)


class EncryptingCodec(PayloadCodec, WithSerializationContext):
    """Encrypts every payload as a whole; the key's id, and what it is bound to, stand in clear beside it.

    With a context, as Temporal's library gives one for each run and activity, only what is bound to that is opened, and
    whatever else is handed on as not believed; without, for whoever reads what is kept, all that our keys open.
    """

    def __init__(
        self, ring: KeyRing, newer: Newer = lambda: None, *, accept_clear: bool = False, reads_clear: bool = False
    ) -> None:
        """`newer` is asked before each use, so that a running process follows the file. See `connect`."""
        self._keys = KeysInUse(ring, newer)
        self._accept_clear, self._as_worker = accept_clear or reads_clear, accept_clear
        self._bound: Binding | None = None

    def with_context(self, context: SerializationContext) -> Self:
        """The same keys, for this run or activity alone."""
        bound = _twin(self)
        bound._bound = binding(context)
        return bound

    def believing(self, *, only_sealed: bool) -> Self:
        """The same, that believes what a worker does, or only what is sealed."""
        other = _twin(self)
        other._accept_clear = self._as_worker and not only_sealed
        return other

    @property
    def ring(self) -> KeyRing:
        """The keys by now."""
        self._keys.look()
        return self._keys.known

    @property
    def encrypts(self) -> str | None:
        """The id of the key that closes what is written; None: it is clear."""
        self._keys.look()
        return self._keys.active

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each, where a key does."""
        active = self.encrypts
        return [self._sealed(payload, active) if active else payload for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt ours. Raises Unreadable: without a context for whatever no key opens, with one for a missing key."""
        self._keys.look()
        if self._bound is None:
            return [self.opened(payload) for payload in payloads]
        return [self._believed(payload, self._bound) for payload in payloads]

    def _sealed(self, payload: Payload, key: str) -> Payload:
        nonce, name = os.urandom(NONCE), key.encode()
        bound = self._bound.written if self._bound else b""
        data = nonce + self._keys.ciphers[key].encrypt(nonce, payload.SerializeToString(), _beside(name, bound))
        metadata = {"encoding": ENCODING, "key": name, **({BOUND: bound} if bound else {})}
        if tags := self._keys.vouched(_beside(name, bound) + data):
            metadata[VOUCHED] = tags
        return Payload(metadata=metadata, data=data)

    def opened(self, payload: Payload) -> Payload:
        """One of them, as it was, whatever it is bound to. Raises Unreadable."""
        key = key_of(payload)
        if key is None:
            return payload
        beside = _beside(key.encode(), payload.metadata.get(BOUND, b""))
        try:
            clear = self._keys.ciphers[key].decrypt(payload.data[:NONCE], payload.data[NONCE:], beside)
        except KeyError:
            raise MissingKey(f"no key {key!r} in the key file (TEMPORAL_KEYS)") from None
        except (InvalidTag, ValueError):
            raise ChangedPayload(WORDS[Disbelief.CHANGED]) from None
        return Payload.FromString(clear)

    def _believed(self, payload: Payload, mine: Binding) -> Payload:
        """As it was, if it was sealed for this place, or what says why it is not believed. Raises MissingKey.

        One whose key is only not here yet is waited for: another worker may have it, and nobody's word be lost.
        """
        key, written = key_of(payload), payload.metadata.get(BOUND, b"")
        if key is None:
            return payload if self._accept_clear or not self._keys.active else not_believed(Disbelief.CLEAR)
        sibling = written != mine.written and mine.is_sibling(written)
        if written != mine.written and not sibling:
            return not_believed(Disbelief.ELSEWHERE)
        try:
            opened = self.opened(payload)
        except ChangedPayload:
            return not_believed(Disbelief.CHANGED)
        except MissingKey:
            beside = _beside(key.encode(), written)
            if self._keys.vouch(beside + payload.data, payload.metadata.get(VOUCHED, b"")):
                raise
            return not_believed(Disbelief.FOREIGN)
        if sibling:
            opened.metadata[SIBLING] = b"1"
        return opened


def _beside(key: bytes, bound: bytes) -> bytes:
    """What is authenticated with what is sealed."""
    return key + b"\0" + bound


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


@dataclass(frozen=True)
class SealingConverter(DataConverter):
    """Knows what is sealed for whom. Only the codec does: to copy the rest for each payload costs more than sealing."""

    def with_context(self, context: SerializationContext) -> Self:
        """The same for this run or activity."""
        if not isinstance(self.payload_codec, EncryptingCodec):
            return self
        bound = _twin(self)
        object.__setattr__(bound, "payload_codec", self.payload_codec.with_context(context))
        return bound


def strict(lenient: DataConverter, *, only_sealed: bool = True) -> DataConverter:
    """The same, that believes only what is sealed where a key encrypts: for what a person's word is made of.

    only_sealed: false: what a worker believes, so that a replay takes the way that it took.
    """
    codec = lenient.payload_codec
    if not isinstance(codec, EncryptingCodec):
        return lenient
    return dataclasses.replace(lenient, payload_codec=codec.believing(only_sealed=only_sealed))


def converter(
    ring: KeyRing | None,
    newer: Newer = lambda: None,
    without: PayloadCodec | None = None,
    *,
    accept_clear: bool = False,
    reads_clear: bool = False,
) -> DataConverter:
    """How everything goes into Temporal and out of it. `newer`: see EncryptingCodec; `without` keys: in clear."""
    if ring is None:
        return dataclasses.replace(BOUNDED, payload_codec=without or ClearCodec())
    codec = EncryptingCodec(ring, newer, accept_clear=accept_clear, reads_clear=reads_clear)
    if ring.encrypts is None:
        return SealingConverter(payload_converter_class=BoundedPayloadConverter, payload_codec=codec)
    return SealingConverter(
        payload_converter_class=BoundedPayloadConverter,
        payload_codec=codec,
        # Failures hold messages and stack traces of their own, which would stay in clear.
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
