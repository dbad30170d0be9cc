"""The signature of a delivery, over the raw bytes (facts/espocrm.md §1.3, recordings whd-*)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum

from pydantic import SecretStr


class SignatureVerdict(StrEnum):
    """What a signature is worth."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    UNKNOWN = "unknown"
    """By a webhook that is not known, or not readable."""
    WRONG = "wrong"
    """By a known webhook, and of other bytes or with another secret."""


BEST_FIRST = (SignatureVerdict.SIGNED, SignatureVerdict.WRONG, SignatureVerdict.UNKNOWN, SignatureVerdict.UNSIGNED)


def judge(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, SecretStr]) -> SignatureVerdict:
    """Whether a webhook we know signed exactly these bytes, in the present or the legacy form, and if not, why."""
    found = {
        _judged(body, headers.get(name, ""), secrets, raw=raw)
        for name, raw in (("Signature", False), ("X-Signature", True))
    }
    return next(judged for judged in BEST_FIRST if judged in found)


def is_signed(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, SecretStr]) -> bool:
    """Whether it is to be believed."""
    return judge(body, headers, secrets) is SignatureVerdict.SIGNED


def _judged(body: bytes, header: str, secrets: Mapping[str, SecretStr], *, raw: bool) -> SignatureVerdict:
    if not header:
        return SignatureVerdict.UNSIGNED
    try:
        webhook, separator, sent = base64.b64decode(header, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return SignatureVerdict.UNKNOWN
    secret = secrets.get(webhook.decode("ascii", "replace"))
    if not separator or secret is None:
        return SignatureVerdict.UNKNOWN
    digest = hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256)
    right = hmac.compare_digest(sent, digest.digest() if raw else digest.hexdigest().encode())
    return SignatureVerdict.SIGNED if right else SignatureVerdict.WRONG
