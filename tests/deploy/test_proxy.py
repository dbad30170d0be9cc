"""The proxy before the webhook service: EspoCRM loses a delivery by a 502 or 504, so it gets a 503.

From facts/espocrm.md §1.6.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from runtime.engine import listens
from runtime.ports import free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
CONFIG = Path(__file__).parents[2] / "deploy" / "proxy" / "nginx.conf"
HOST = "127.0.0.1"
DELIVERY = b'[{"id":"5f4dcc3b5aa765d61","lastName":"M\\u00fc\\u00dfig"}]'
TRY_AGAIN = 503

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed: apt-get install nginx-light")

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def proxied(folder: Path, service: str) -> AsyncIterator[httpx.AsyncClient]:
    """The real nginx with the real configuration; only places, the service behind and the longest wait are others."""
    port = free_port(HOST)
    (folder / "tmp").mkdir()
    text = CONFIG.read_text("utf-8")
    for old, new in {
        "/tmp/": f"{folder}/tmp/",
        "listen 8080;": f"listen {HOST}:{port};",
        "http://webhook:8080": service,
        "proxy_read_timeout 9s": "proxy_read_timeout 1s",
        "resolver 127.0.0.11 ": f"resolver {HOST}:9 ",
        "resolver_timeout 2s": "resolver_timeout 1s",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "nginx.conf").write_text(text)
    command = (NGINX or "", "-e", "stderr", "-c", str(folder / "nginx.conf"), "-g", "daemon off;")
    running = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(10), httpx.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=8) as http:
            while not await listens(HOST, port):
                assert running.returncode is None, "nginx ended"
                await asyncio.sleep(0.02)
            yield http
    finally:
        running.terminate()
        await running.wait()


@asynccontextmanager
async def serving(behaves: Behaviour) -> AsyncIterator[str]:
    """A service behind the proxy that does as it is told; its address."""
    server = await asyncio.start_server(behaves, HOST, 0)
    async with server:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As a service that is killed."""
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As a service that hangs."""
    await reader.read(-1)
    writer.close()


def answers(status: str) -> Behaviour:
    """As a service that decides."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(len(DELIVERY)) if head.startswith(b"POST") else b""
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        writer.close()

    return answer


@pytest.mark.parametrize("behaves", [hangs_up, says_nothing])
async def test_a_service_that_fails_is_told_as_later(tmp_path: Path, behaves: Behaviour) -> None:
    """Killed in the middle, or hanging: nginx's own answers would be 502 and 504."""
    async with serving(behaves) as service, proxied(tmp_path, service) as http:
        answer = await http.post("/webhook/beteiligte/update", content=DELIVERY)

    assert (answer.status_code, answer.headers["retry-after"]) == (TRY_AGAIN, "30")


async def test_a_service_that_is_not_there_is_told_as_later(tmp_path: Path) -> None:
    """As while it is started anew; the health check from outside is told the same."""
    nobody = free_port(HOST)
    async with proxied(tmp_path, f"http://{HOST}:{nobody}") as http:
        delivered = await http.post("/webhook/beteiligte/update", content=DELIVERY)
        asked = await http.get("/health/ready")

    assert (delivered.status_code, asked.status_code) == (TRY_AGAIN, TRY_AGAIN)


async def test_a_name_that_nobody_knows_is_told_as_later(tmp_path: Path) -> None:
    """As while the service's container does not exist; the proxy itself starts and stays."""
    async with proxied(tmp_path, "http://webhook:8080") as http:
        answer = await http.post("/webhook/beteiligte/update", content=DELIVERY)
        alive = await http.get("/proxy")

    assert (answer.status_code, alive.status_code) == (TRY_AGAIN, 200)


@pytest.mark.parametrize("status", ["200 OK", "403 Forbidden", "413 Content Too Large", "503 Service Unavailable"])
async def test_what_the_service_answers_is_passed_on(tmp_path: Path, status: str) -> None:
    """And the body reaches it byte for byte, since the signature is over these bytes."""
    async with serving(answers(status)) as service, proxied(tmp_path, service) as http:
        answer = await http.post("/webhook/beteiligte/update", content=DELIVERY)

    assert (answer.status_code, answer.content) == (int(status[:3]), DELIVERY)


async def test_nothing_else_of_the_service_is_shown(tmp_path: Path) -> None:
    """What it knows of keys is for its own machine."""
    async with serving(answers("200 OK")) as service, proxied(tmp_path, service) as http:
        paths = ("/health/keys", "/", "/webhook", "/metrics")

        assert [(await http.get(path)).status_code for path in paths] == [404] * len(paths)
