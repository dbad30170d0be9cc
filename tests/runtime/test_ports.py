"""A port that cannot be opened: taken, another machine's address, and a name that nobody knows are told apart."""

import socket

import pytest

from runtime.ports import is_free, trouble


def test_a_taken_port_is_one() -> None:
    """Somebody listens there."""
    with socket.socket() as taking:
        taking.bind(("127.0.0.1", 0))
        taking.listen()
        assert "taken" in trouble("127.0.0.1", taking.getsockname()[1])
        assert not is_free("127.0.0.1", taking.getsockname()[1])


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no.such.invalid"])
def test_another_machine_s_address_is_none_of_ours(host: str) -> None:
    """And the remedy is another address, not another port."""
    why = trouble(host, 0)

    assert "taken" not in why
    assert "0.0.0.0" in why


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_an_address_of_this_machine_is_free(host: str) -> None:
    """0: the machine chooses a port."""
    assert trouble(host, 0) == ""
