"""What answers at the addresses of the webhooks, asked from here: EspoCRM's own way there may be another one.

A GET of the address itself: our service takes POST alone there and says 405, which no delivery is and nothing counts.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

import httpx

from installation.checks.espocrm.seen import Answering, ReceiverSeen
from installation.espocrm import receiver

WITHIN = 2.0
"""Seconds for one address."""
OF_A_PROXY = frozenset({502, 503, 504})


async def look(urls: Iterable[str], *, until: float) -> tuple[ReceiverSeen, ...]:
    """Each address once."""
    async with httpx.AsyncClient(timeout=WITHIN, trust_env=False) as http:
        return tuple(await asyncio.gather(*(_receiver(url, http, until) for url in dict.fromkeys(urls))))


async def _receiver(url: str, http: httpx.AsyncClient, until: float) -> ReceiverSeen:
    answering, private = await asyncio.gather(_answering(url, http, until), _private(url, until))
    return ReceiverSeen(url=url, answering=answering, private=private)


async def _answering(url: str, http: httpx.AsyncClient, until: float) -> Answering:
    """Whatever goes wrong on the way, a certificate that is not trusted here as well, is nobody."""
    try:
        async with asyncio.timeout_at(until):
            answer = await http.get(url)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
        return Answering.NOBODY
    if answer.status_code in OF_A_PROXY:
        return Answering.PROXY
    return Answering.OURS if answer.status_code == 405 and _takes_post(answer) else Answering.ANOTHER


def _takes_post(answer: httpx.Response) -> bool:
    return {method.strip() for method in answer.headers.get("Allow", "").split(",")} == {"POST"}


def host(url: str) -> str:
    """The host in an address; empty where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def address(url: str) -> str:
    """Host and port; of what is no address of the web the text itself, since EspoCRM takes any (recording wh-12)."""
    try:
        return receiver.host_and_port(url)
    except (ValueError, KeyError):
        return url


async def _private(url: str, until: float) -> bool | None:
    """Whether the host's address is none of the internet; None: nobody here knows the name."""
    try:
        async with asyncio.timeout_at(until), asyncio.timeout(WITHIN):
            found = await asyncio.get_running_loop().getaddrinfo(host(url), None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return None
    return any(not ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found)
