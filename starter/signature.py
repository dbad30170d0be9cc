"""The signature of a delivery, over the raw bytes (facts/espocrm.md §1.3, recordings whd-*)."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from pydantic import SecretStr


def is_signed(body: bytes, headers: Mapping[str, str], secrets: Mapping[str, SecretStr]) -> bool:
    """Whether a webhook we know signed exactly these bytes, in the present or the legacy form."""
    return any(
        _matches(body, headers.get(name, ""), secrets, raw=raw)
        for name, raw in (("Signature", False), ("X-Signature", True))
    )


def _matches(body: bytes, header: str, secrets: Mapping[str, SecretStr], *, raw: bool) -> bool:
    try:
        webhook, separator, sent = base64.b64decode(header, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return False
    secret = secrets.get(webhook.decode("ascii", "replace"))
    if not separator or secret is None:
        return False
    digest = hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256)
    return hmac.compare_digest(sent, digest.digest() if raw else digest.hexdigest().encode())
