"""Temporal behind TLS, with a client certificate or an API key, by Temporal's own environment and by a profile.

The embedded server has none of these: a proxy of the test ends TLS in front of it, as one in a network does.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from pydantic import ValidationError
from temporalio.testing import WorkflowEnvironment

from runtime import temporal_profile
from runtime.connection import connect
from runtime.loading import SettingsError, load
from runtime.settings import TemporalSettings

SOON = timedelta(seconds=5)
API_KEY = "aaaaaaaaaa"
CODES = {"B": "1011101", "e": "00101", "a": "00011", "r": "101100", " ": "010100"}
"""How HTTP/2 writes these letters in a header (RFC 7541, appendix B)."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(authority: trustme.CA, tmp_path: Path) -> Path:
    """A folder with the authority's certificate, and one of a client with its key."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    client = authority.issue_cert("worker@firm.example")
    client.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    client.private_key_pem.write_to_path(tmp_path / "client.key")
    return tmp_path


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Files are read once in a process; each test has others."""
    yield
    temporal_profile.in_file.cache_clear()


class Guarded:
    """What passed the proxy, TLS taken off."""

    def __init__(self) -> None:
        self.address = ""
        self.seen = b""


@asynccontextmanager
async def guarded(
    env: WorkflowEnvironment, authority: trustme.CA, *, name: str = "127.0.0.1", mutual: bool = False
) -> AsyncIterator[Guarded]:
    """Temporal behind a certificate for this name; `mutual`: it asks for the client's."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    context.set_alpn_protocols(["h2"])
    if mutual:
        context.verify_mode = ssl.CERT_REQUIRED
        authority.configure_trust(context)
    behind, proxy = env.client.service_client.config.target_host.split(":"), Guarded()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, out = await asyncio.open_connection(behind[0], int(behind[1]))
        await asyncio.gather(_pump(reader, out, proxy), _pump(onward, writer, None))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    proxy.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, proxy: Guarded | None) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            if proxy is not None:
                proxy.seen += data
            writer.write(data)
            await writer.drain()
    writer.close()


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str | Path) -> TemporalSettings:
    """As a process reads them."""
    for name, value in environment.items():
        monkeypatch.setenv(f"TEMPORAL_{name}", str(value))
    return load(TemporalSettings)


async def reached(wanted: TemporalSettings) -> str:
    """Ask it something; the namespace that answered."""
    client = await connect(wanted, within=SOON)
    await client.count_workflows("WorkflowId = 'nobody'")
    return client.namespace


async def test_temporal_is_reached_by_tls(
    skipping: WorkflowEnvironment, authority: trustme.CA, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is checked: signed by whom, and for which name."""
    async with guarded(skipping, authority) as proxy:
        wanted = settings(monkeypatch, ADDRESS=proxy.address, TLS_SERVER_CA_CERT_PATH=files / "ca.pem")
        assert await reached(wanted) == "default"

        monkeypatch.delenv("TEMPORAL_TLS_SERVER_CA_CERT_PATH")
        with pytest.raises((RuntimeError, TimeoutError)):
            await reached(settings(monkeypatch, TLS="true"))


async def test_the_name_in_the_certificate_may_be_another(
    skipping: WorkflowEnvironment, authority: trustme.CA, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with guarded(skipping, authority, name="temporal.firm.example") as proxy:
        wanted = settings(monkeypatch, ADDRESS=proxy.address, TLS_SERVER_CA_CERT_PATH=files / "ca.pem")
        with pytest.raises((RuntimeError, TimeoutError)):
            await reached(wanted)
        assert await reached(settings(monkeypatch, TLS_SERVER_NAME="temporal.firm.example")) == "default"


async def test_temporal_knows_the_client_by_its_certificate(
    skipping: WorkflowEnvironment, authority: trustme.CA, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with guarded(skipping, authority, mutual=True) as proxy:
        wanted = settings(monkeypatch, ADDRESS=proxy.address, TLS_SERVER_CA_CERT_PATH=files / "ca.pem")
        with pytest.raises((RuntimeError, TimeoutError)):
            await reached(wanted)
        certificate = {"TLS_CLIENT_CERT_PATH": files / "client.pem", "TLS_CLIENT_KEY_PATH": files / "client.key"}
        assert await reached(settings(monkeypatch, **certificate)) == "default"


async def test_an_api_key_from_a_file_is_shown_to_temporal(
    skipping: WorkflowEnvironment, authority: trustme.CA, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By TLS, without another word."""
    (files / "key").write_text(f"{API_KEY}\n", encoding="utf-8")
    async with guarded(skipping, authority) as proxy:
        await reached(
            settings(
                monkeypatch,
                ADDRESS=proxy.address,
                TLS_SERVER_CA_CERT_PATH=files / "ca.pem",
                API_KEY_FILE=files / "key",
            )
        )

    bits = "".join(CODES[letter] for letter in f"Bearer {API_KEY}")
    whole = bits[: len(bits) // 8 * 8]
    assert int(whole, 2).to_bytes(len(whole) // 8, "big") in proxy.seen


async def test_a_profile_of_temporal_s_own_file_says_where_and_how(
    skipping: WorkflowEnvironment, authority: trustme.CA, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its command line takes it; what our settings say as well counts."""
    async with guarded(skipping, authority) as proxy:
        (files / "temporal.toml").write_text(
            f'[profile.firm]\naddress = "{proxy.address}"\nnamespace = "theirs"\n'
            f'[profile.firm.tls]\nserver_ca_cert_path = "{files / "ca.pem"}"\n',
            encoding="utf-8",
        )
        wanted = settings(monkeypatch, PROFILE="firm", CONFIG_FILE=files / "temporal.toml", NAMESPACE="default")

        assert (wanted.address, wanted.embedded) == (proxy.address, False)
        assert await reached(wanted) == "default"
        monkeypatch.delenv("TEMPORAL_NAMESPACE")
        assert load(TemporalSettings).namespace == "theirs"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"API_KEY": "k"}, "no TEMPORAL_ADDRESS"),
        ({"TLS": "true"}, "no TEMPORAL_ADDRESS"),
        ({"ADDRESS": "a:1", "API_KEY": "secret-k", "TLS": "false"}, "for everybody to read"),
        ({"ADDRESS": "a:1", "TLS_CLIENT_CERT_PATH": "x.pem"}, "belong together"),
        ({"CONFIG_FILE": "nowhere.toml"}, "there is no file nowhere.toml"),
        ({"ADDRESS": "a:1", "TLS": "perhaps"}, "TEMPORAL_TLS"),
    ],
)
def test_what_would_guard_nothing_is_refused(
    environment: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        settings(monkeypatch, **environment)
    assert "secret-k" not in str(refused.value)


def test_a_profile_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.one]\naddress = "a:1"\n', encoding="utf-8")

    with pytest.raises(ValidationError, match="two"):
        TemporalSettings(profile="two", config_file=file)


async def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"none\.pem"):
        await connect(settings(monkeypatch, ADDRESS="127.0.0.1:1", TLS_SERVER_CA_CERT_PATH=tmp_path / "none.pem"))


def test_a_file_that_nobody_named_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One in somebody's home folder would lead the firm's runs elsewhere, or show its key there."""
    home = tmp_path / "temporalio"
    home.mkdir()
    (home / "temporal.toml").write_text(
        '[profile.default]\naddress = "elsewhere:7233"\napi_key = "theirs"\n', encoding="utf-8"
    )
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    wanted = load(TemporalSettings)

    assert (wanted.embedded, wanted.address) == (True, "127.0.0.1:7233")
    assert temporal_profile.connecting(wanted) == {"target_host": "127.0.0.1:7233", "namespace": "default"}
