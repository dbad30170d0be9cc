"""Proxies and own certificates: a firm's network is rarely the open internet."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from beteiligte.faults import ConfigurationFault, Transient
from clients.access import EspoCrmAccess
from clients.espocrm import EspoCrmClient
from tests.clients.servers import ForwardProxy, certified, listening, one_record, silence

PARTY = "5f3e1c0a9b8d7e6f5"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """The firm's own certificate authority."""
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    """Its certificate, as an administrator hands it over."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def client(url: str, *, ca_file: Path | None = None, proxy: str | None = None) -> EspoCrmClient:
    return EspoCrmClient(
        EspoCrmAccess(
            url=url,
            api_key=SecretStr("key"),
            call_timeout=timedelta(seconds=5),
            connect_timeout=timedelta(seconds=0.3),
            ca_file=ca_file,
            proxy=SecretStr(proxy) if proxy else None,
        )
    )


async def test_a_certificate_of_the_firm_s_own_authority_is_trusted(authority: trustme.CA, ca_file: Path) -> None:
    """With the file it works."""
    async with (
        listening(one_record, tls=certified(authority)) as port,
        client(f"https://127.0.0.1:{port}", ca_file=ca_file) as crm,
    ):
        record = await crm.read(PARTY)

    assert record.attributes["lastName"] == "Müßig"


async def test_an_unknown_certificate_is_refused_with_the_remedy(authority: trustme.CA) -> None:
    """Nothing was sent, the message names the setting, and waiting does not mend it."""
    async with listening(one_record, tls=certified(authority)) as port, client(f"https://127.0.0.1:{port}") as crm:
        with pytest.raises(ConfigurationFault, match="ESPOCRM_CA_FILE") as caught:
            await crm.read(PARTY)

    assert caught.value.surely_refused


async def test_a_certificate_of_another_host_is_refused(authority: trustme.CA, ca_file: Path) -> None:
    """A trusted authority is no reason to believe any name."""
    async with (
        listening(one_record, tls=certified(authority, "crm.anders.example")) as port,
        client(f"https://127.0.0.1:{port}", ca_file=ca_file) as crm,
    ):
        with pytest.raises(ConfigurationFault, match="not trusted"):
            await crm.read(PARTY)


async def test_a_server_that_never_greets_surely_got_nothing() -> None:
    """The connection has a time-out of its own, so that a create behind a dead firewall is not of unknown outcome."""
    async with listening(silence) as port, client(f"https://127.0.0.1:{port}") as crm:
        with pytest.raises(Transient) as caught:
            await crm.read(PARTY)

    assert caught.value.surely_refused


async def test_calls_go_through_the_proxy_with_its_password() -> None:
    """Plain HTTP: the proxy is asked for the whole address."""
    proxy = ForwardProxy()
    async with listening(one_record) as port, listening(proxy.handle) as proxy_port:
        address = f"http://127.0.0.1:{port}"
        async with client(address, proxy=f"http://firm:s3cret@127.0.0.1:{proxy_port}") as crm:
            await crm.read(PARTY)

    assert proxy.asked == [f"GET {address}/api/v1/CBeteiligte/{PARTY} HTTP/1.1"]
    assert proxy.user == "Basic " + base64.b64encode(b"firm:s3cret").decode()


async def test_tls_is_tunnelled_and_the_system_s_certificate_still_counts(authority: trustme.CA, ca_file: Path) -> None:
    """The proxy sees the host and nothing else."""
    proxy = ForwardProxy()
    async with listening(one_record, tls=certified(authority)) as port, listening(proxy.handle) as proxy_port:
        tunnel = f"http://127.0.0.1:{proxy_port}"
        async with client(f"https://127.0.0.1:{port}", ca_file=ca_file, proxy=tunnel) as crm:
            await crm.read(PARTY)
        async with client(f"https://127.0.0.1:{port}", proxy=tunnel) as crm:
            with pytest.raises(ConfigurationFault, match="not trusted"):
                await crm.read(PARTY)

    assert proxy.asked == [f"CONNECT 127.0.0.1:{port} HTTP/1.1"] * 2


async def test_a_proxy_that_refuses_the_tunnel_surely_let_nothing_through(authority: trustme.CA, ca_file: Path) -> None:
    """And its password stands in no message."""
    proxy = ForwardProxy(refuses=True)
    async with listening(one_record, tls=certified(authority)) as port, listening(proxy.handle) as proxy_port:
        address = f"http://firm:s3cret@127.0.0.1:{proxy_port}"
        async with client(f"https://127.0.0.1:{port}", ca_file=ca_file, proxy=address) as crm:
            with pytest.raises(Transient) as caught:
                await crm.read(PARTY)

    assert caught.value.surely_refused
    assert "s3cret" not in repr(caught.value)


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the setting counts: which proxy leads to which system is the operator's word."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with listening(one_record) as port, client(f"http://127.0.0.1:{port}") as crm:
        await crm.read(PARTY)
