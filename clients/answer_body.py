"""The bytes of an answer, unpacked while they are read and never more than so many.

An answer is packed once at most, by gzip, which is all that we ask for: gzip within gzip makes gigabytes of a few
hundred bytes, and a bound on what was received does not see them.
"""

import zlib

import httpx

MAX_ANSWER = 5_000_000
"""Bytes: a page of two hundred large records; what is longer is no answer to a question of ours."""
ASKED_FOR = "gzip"
_GZIP = frozenset({"gzip", "x-gzip"})


class UnreadableBody(Exception):
    """What is wrong with it, without a word of it."""


async def read(response: httpx.Response) -> bytes:
    """The whole body. Raises UnreadableBody, and what the connection raises."""
    unpacked = _unpacked(response.headers.get("Content-Encoding", ""))
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += unpacked.more(chunk, MAX_ANSWER + 1 - len(content))
        if len(content) > MAX_ANSWER:
            raise UnreadableBody(f"more than {MAX_ANSWER} bytes")
    if content and not unpacked.whole:
        raise UnreadableBody("half of what was packed by gzip")
    return bytes(content)


class _Plain:
    """As it came."""

    whole = True

    def more(self, chunk: bytes, most: int) -> bytes:
        """The chunk, and no more of it than is looked at."""
        return chunk[:most]


class _Gzip:
    """One member of gzip."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def whole(self) -> bool:
        """Its end was seen: a connection that broke off may look like an end."""
        return self._inflate.eof

    def more(self, chunk: bytes, most: int) -> bytes:
        """What the chunk holds; who asks for `most` bytes and gets them has too many."""
        try:
            unpacked = self._inflate.decompress(chunk, most)
        except zlib.error:
            raise UnreadableBody("what is not packed by gzip, and says so") from None
        if self._inflate.unused_data:
            raise UnreadableBody("something behind what was packed by gzip")
        return unpacked


def _unpacked(encodings: str) -> _Plain | _Gzip:
    named = [name for part in encodings.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if not named:
        return _Plain()
    if len(named) == 1 and named[0] in _GZIP:
        return _Gzip()
    raise UnreadableBody("what is packed more than once, or otherwise than by gzip")
