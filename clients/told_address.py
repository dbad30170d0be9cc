"""Which address that a discovery tells may get the password: the firm's credentials go wherever the answer says.

Whoever can change that answer could else have them sent in clear text, to a machine of his own, or to a service of the
machine's own cloud. What is refused is never shown: it was written by others.
"""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

LONGEST = 500
"""Characters: what is longer is no address of a service."""
_PLAIN = re.compile(r"[!-~]+", re.ASCII)
_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?", re.ASCII)
_LIKE_A_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)
"""A last label by which resolvers take a name for an IPv4 address, also as one number or in hexadecimal."""
METADATA_NAMES = frozenset({"metadata.google.internal", "metadata.goog", "instance-data"})
METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")))
"""Services of a cloud's own machines that are not link-local: Alibaba, Azure, Oracle, Amazon over IPv6."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def refusal(text: str, *, plain_http: bool, hosts: Collection[str]) -> str:
    """Why this address must not be used, in words that show nothing of it; empty: it may be.

    Args:
        text: As it was told.
        plain_http: Whether http will do; only where an operator has set so himself.
        hosts: Those that may be told; one with a dot in front stands for all below it. None: any.
    """
    if len(text) > LONGEST or not _PLAIN.fullmatch(text) or "\\" in text:
        return "it holds characters that no address has"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return "it cannot be read"
    if parts.scheme not in ("https", "http") or (parts.scheme == "http" and not plain_http):
        return "it does not begin with https://"
    if port == 0 or "@" in parts.netloc or "?" in text or "#" in text:
        return "it holds more than a host, a port and a path"
    return _of_the_host(parts, hosts)


def _of_the_host(parts: SplitResult, hosts: Collection[str]) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        address = _address(host, bracketed="[" in parts.netloc)
    except ValueError:
        return "its host is no name and no address"
    if host in METADATA_NAMES or (address and any(_is_off_limits(meant) for meant in _meant(address))):
        return "its host is none that serves others (link-local, a cloud's metadata, multicast)"
    if hosts and not any(_covers(allowed, host) for allowed in hosts):
        return "its host is not among those of ADVOWARE_ALLOWED_HOSTS"
    return ""


def _address(host: str, *, bracketed: bool) -> Address | None:
    """None: it is a name. Raises ValueError where it is neither, or an address written in an odd way."""
    if bracketed and "%" not in host:
        return ipaddress.IPv6Address(host)
    if _LIKE_A_NUMBER.fullmatch(host.rpartition(".")[2]):
        return ipaddress.IPv4Address(host)
    if not _NAME.fullmatch(host):
        raise ValueError("no name")
    return None


def _meant(address: Address) -> list[Address]:
    """With the IPv4 address within: mapped, 6to4, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    inner = [address.ipv4_mapped, address.sixtofour, ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)]
    if address not in ipaddress.IPv6Network("64:ff9b::/96"):
        inner.pop()
    return [address, *(within for within in inner if within is not None)]


def _is_off_limits(address: Address) -> bool:
    return address.is_link_local or address.is_multicast or address.is_unspecified or address in METADATA


def _covers(allowed: str, host: str) -> bool:
    wanted = allowed.lower().rstrip(".")
    return host.endswith(wanted) if wanted.startswith(".") else host == wanted
