"""What is packed: one layer, and never more bytes than are looked at."""

import gzip
import tracemalloc
import zlib

import pytest

from beteiligte.faults import CredentialsRefused, OddAnswer, Rejected
from clients.answer_body import MAX_ANSWER
from tests.clients.servers import RECORD, listening
from tests.clients.test_transport_faults import PARTY, answers, client, fault_of


@pytest.mark.parametrize("header", ["gzip", "GZIP", "x-gzip", "identity, gzip"])
async def test_one_layer_of_gzip_is_unpacked(header: str) -> None:
    """EspoCRM behind a web server packs what is long."""
    handler = answers(gzip.compress(RECORD), "200 OK", f"Content-Encoding: {header}")
    async with listening(handler) as port, client(port) as crm:
        assert (await crm.read(PARTY)).attributes["lastName"] == "Müßig"


ODD = {
    "gzip in gzip": (gzip.compress(gzip.compress(RECORD)), "gzip, gzip"),
    "gzip in gzip, called one": (gzip.compress(gzip.compress(RECORD)), "gzip"),
    "deflate": (zlib.compress(RECORD), "deflate"),
    "brotli": (RECORD, "br"),
    "not packed": (RECORD, "gzip"),
    "half of it": (gzip.compress(RECORD)[:-9], "gzip"),
    "something behind it": (gzip.compress(RECORD) + gzip.compress(b" "), "gzip"),
    "packed and not called so": (gzip.compress(RECORD), "identity"),
}


@pytest.mark.parametrize(("content", "header"), ODD.values(), ids=ODD.keys())
async def test_anything_else_is_odd(content: bytes, header: str) -> None:
    """And may have had an effect: it was an answer."""
    fault = await fault_of(answers(content, "200 OK", f"Content-Encoding: {header}"))

    assert isinstance(fault, OddAnswer)
    assert not fault.surely_refused


async def test_a_bomb_costs_no_more_memory_than_the_largest_answer() -> None:
    """200 MB of nothing, 200 kB on the wire."""
    packing = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    bomb = b"".join(packing.compress(bytes(10_000_000)) for _ in range(20)) + packing.flush()
    tracemalloc.start()
    try:
        fault = await fault_of(answers(bomb, "200 OK", "Content-Encoding: gzip"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(fault, OddAnswer)
    assert most < 5 * MAX_ANSWER


@pytest.mark.parametrize(("status", "kind"), [("401 Unauthorized", CredentialsRefused), ("400 Bad Request", Rejected)])
async def test_an_error_counts_by_its_status_though_its_body_cannot_be_read(status: str, kind: type[Exception]) -> None:
    """A key that is refused must not be tried again at once, for want of a readable body."""
    assert isinstance(await fault_of(answers(b"nothing", status, "Content-Encoding: gzip")), kind)
