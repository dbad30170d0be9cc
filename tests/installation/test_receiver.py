"""Where EspoCRM is told to deliver to: an address is understood or refused, and what a version makes of it is known."""

import pytest

from installation.espocrm import receiver
from runtime.loading import SettingsError

OURS = "https://sync.kanzlei.example/webhook/beteiligte"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://sync.kanzlei.example", OURS),
        ("https://sync.kanzlei.example/", OURS),
        (f"{OURS}/", OURS),
        ("http://sync:8080", "http://sync:8080/webhook/beteiligte"),
        ("https://kanzlei.example/hooks", "https://kanzlei.example/hooks"),
        ("http://[::1]:8080", "http://[::1]:8080/webhook/beteiligte"),
    ],
)
def test_a_host_alone_gets_the_service_s_own_path(typed: str, meant: str) -> None:
    assert receiver.address(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "sync.kanzlei.example",
        "ftp://sync",
        "https://",
        "https://a:b@sync",
        "https://sync?x=1",
        "https://sync#x",
        "https://sync:99999",
        "http://[::1",
        f"{OURS}/create",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(SettingsError, match="--receiver"):
        receiver.address(typed)


@pytest.mark.parametrize(
    ("address", "version", "refused", "stalls"),
    [
        (OURS, (10, 0, 0), False, False),
        ("http://10.0.0.1", (9, 2, 7), False, False),
        ("http://10.0.0.1", (9, 3, 2), True, False),
        ("http://10.0.0.1", (10, 0, 0), True, True),
        ("http://localhost", (9, 4, 0), True, False),
        ("http://8.8.8.8", (9, 4, 0), False, False),
        ("http://8.8.8.8", (10, 1, 0), False, True),
        ("http://10.0.0.1", None, False, False),
    ],
)
def test_what_a_version_makes_of_an_address(
    address: str, version: tuple[int, ...] | None, refused: bool, stalls: bool
) -> None:
    """Private ones are refused from 9.3.2 on, and an IP address may stop the queue from 10.0 on (facts §1.1, §1.6)."""
    assert (receiver.refused(address, version), receiver.stalls(address, version)) == (refused, stalls)
