"""The signature of a delivery, over the raw bytes (facts/espocrm.md §1.3, recordings whd-*)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import SecretStr

from runtime.values import KnownSecrets


class SignatureVerdict(StrEnum):
    """What a signature is worth."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNKNOWN = "unknown"
    """By a webhook that is not known, or not readable."""
    WRONG = "wrong"
    """By a known webhook, and of other bytes or with another secret."""


BEST_FIRST = (SignatureVerdict.SIGNED, SignatureVerdict.WRONG, SignatureVerdict.UNKNOWN, SignatureVerdict.UNSIGNED)
HEADERS = (("Signature", False), ("X-Signature", True))
"""Names, and whether the digest is raw bytes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one header says: which webhook it was, and its digest of the body."""

    secrets: tuple[SecretStr, ...] = field(repr=False)
    """All that are good, while one is changed."""
    sent: bytes
    raw: bool

    def holds(self, body: bytes | bytearray) -> bool:
        """Whether these are the bytes that were signed."""
        return any([self._by(secret, body) for secret in self.secrets])  # each: the time tells of none

    def _by(self, secret: SecretStr, body: bytes | bytearray) -> bool:
        digest = hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256)
        return hmac.compare_digest(self.sent, digest.digest() if self.raw else digest.hexdigest().encode())


def judge_sender(headers: Mapping[str, str], secrets: KnownSecrets) -> SignatureVerdict | None:
    """Why nobody we know sent it, whatever the body is; None: the body decides."""
    claimed = [_claim(headers.get(name, ""), secrets, raw=raw) for name, raw in HEADERS]
    refused = [claim for claim in claimed if isinstance(claim, SignatureVerdict)]
    return _best(refused) if len(refused) == len(claimed) else None


def judge(body: bytes | bytearray, headers: Mapping[str, str], secrets: KnownSecrets) -> SignatureVerdict:
    """Whether a webhook we know signed exactly these bytes, in the present or the legacy form, and if not, why."""
    return _best(_judged(body, _claim(headers.get(name, ""), secrets, raw=raw)) for name, raw in HEADERS)


def is_signed(body: bytes, headers: Mapping[str, str], secrets: KnownSecrets) -> bool:
    """Whether it is to be believed."""
    return judge(body, headers, secrets) is SignatureVerdict.SIGNED


def _best(found: Iterable[SignatureVerdict]) -> SignatureVerdict:
    return min(found, key=BEST_FIRST.index)


def _judged(body: bytes | bytearray, claim: Claim | SignatureVerdict) -> SignatureVerdict:
    if isinstance(claim, SignatureVerdict):
        return claim
    return SignatureVerdict.SIGNED if claim.holds(body) else SignatureVerdict.WRONG


def _claim(header: str, secrets: KnownSecrets, *, raw: bool) -> Claim | SignatureVerdict:
    if not header:
        return SignatureVerdict.UNSIGNED
    try:
        webhook, separator, sent = base64.b64decode(header, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return SignatureVerdict.UNKNOWN
    known = secrets.get(webhook.decode("ascii", "replace"))
    if not separator or known is None:
        return SignatureVerdict.UNKNOWN
    return Claim(known, sent, raw)
