"""Where EspoCRM shall deliver webhooks to, and what its version makes of the address (facts/espocrm.md §1.1, §1.6)."""

import ipaddress
from urllib.parse import urlsplit

from installation.espocrm import wanted
from runtime.loading import SettingsError

PATH = "/webhook/beteiligte"
"""Under which the webhook service takes deliveries, before the kind."""


def address(text: str) -> str:
    """The address before the kind; of one that is a host alone, with the service's own path. Raises SettingsError."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingsError("--receiver: is no address of the form https://sync.kanzlei.example")
    path = parts.path.rstrip("/")
    if path.rpartition("/")[2] in wanted.KINDS:
        raise SettingsError(f"--receiver: leave out {path.rpartition('/')[2]}; a webhook for each kind gets its own")
    return f"{parts.scheme}://{parts.netloc}{path or PATH}"


def stalls(receiver: str, version: tuple[int, ...] | None) -> bool:
    """Whether this version, with an IP address in a webhook's URL, may stop all webhooks of the firm."""
    return bool(version and version >= wanted.ADDRESS_STALLS_SINCE and _ip(receiver))


def refused(receiver: str, version: tuple[int, ...] | None) -> bool:
    """Whether this version delivers there only where EspoCRM's own `data/config.php` allows it."""
    host, ip = urlsplit(receiver).hostname, _ip(receiver)
    private = host == "localhost" or (ip is not None and not ip.is_global)
    return bool(version and version >= wanted.PRIVATE_REFUSED_SINCE and private)


def host_and_port(receiver: str) -> str:
    """As EspoCRM's list of allowed addresses has it."""
    parts = urlsplit(receiver)
    return f"{parts.hostname}:{parts.port or {'http': 80, 'https': 443}[parts.scheme]}"


def _ip(receiver: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(urlsplit(receiver).hostname or "")
    except ValueError:
        return None
