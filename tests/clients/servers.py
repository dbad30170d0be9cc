"""Tiny real servers: one that speaks TLS, one that is a forward proxy, one that takes connections and says nothing."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trustme

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

RECORD = b'{"id": "5f3e1c0a9b8d7e6f5", "lastName": "M\\u00fc\\u00dfig"}'


@asynccontextmanager
async def listening(handler: Handler, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve a handler on a free port of the loopback; gives the port. Connections are cut at the end."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def head(reader: asyncio.StreamReader) -> list[str]:
    """The request line and the headers."""
    return (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")


def answer(content: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """One whole HTTP answer that ends its connection."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(content)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + content


async def one_record(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answers every request with the record."""
    await head(reader)
    writer.write(answer(RECORD))
    await writer.drain()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Takes the connection and never answers, not even a TLS greeting."""
    await reader.read(-1)


def certified(authority: trustme.CA, host: str = "127.0.0.1") -> ssl.SSLContext:
    """What a server of this name shows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(host).configure_cert(context)
    return context


@dataclass
class ForwardProxy:
    """A proxy that forwards plain requests and tunnels CONNECT; remembers what it was asked."""

    asked: list[str] = field(default_factory=list)
    refuses: bool = False
    user: str | None = None
    """The value of Proxy-Authorization that it got last."""

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        lines = await head(reader)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.asked.append(lines[0])
        self.user = headers.get("proxy-authorization")
        if self.refuses:
            writer.write(answer(b"", "407 Proxy Authentication Required"))
            await writer.drain()
            return
        method, target, _ = lines[0].split(" ")
        host, _, port = target.removeprefix("http://").partition("/")[0].partition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far_writer.write("\r\n".join([*lines, "", ""]).encode())
        try:
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        finally:
            far_writer.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(65_536):
        target.write(chunk)
        await target.drain()
    target.close()
