"""A port that cannot be opened: taken, another machine's address, and a name that nobody knows are told apart."""

import socket

import pytest

from runtime.ports import NOBODY_S, free_ports, is_free, trouble


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


def test_what_is_chosen_instead_is_never_lent_to_an_outgoing_connection_meanwhile() -> None:
    """The wanted ones where they are free; all of them differ."""
    with socket.socket() as taking:
        taking.bind(("127.0.0.1", 0))
        taking.listen()
        [free] = free_ports("127.0.0.1", 0)

        kept, *chosen = free_ports("127.0.0.1", free, taking.getsockname()[1], *[0] * 50)

    assert kept == free
    assert set(chosen) <= set(NOBODY_S)
    assert len({kept, *chosen}) == 52
