"""What Advoware refuses for one party: a fault that says what was tried, what was answered, and what was said of it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from beteiligte.faults import Blame
from simulators import Simulators
from simulators.faults import Status, refused
from tests.clients.test_advoware_contract import fault_of


@pytest_asyncio.fixture(loop_scope="session")
async def world() -> AsyncIterator[Simulators]:
    """The stand-in, served; planned faults must have happened."""
    async with Simulators().served() as opened:
        yield opened
        assert opened.faults.unused == []


@pytest.mark.parametrize(
    ("status", "code", "blame"),
    [
        (400, "Rejected", Blame.UNCLEAR),
        (403, "NoRight", Blame.UNCLEAR),
        (405, "ConfigurationFault", Blame.SYSTEM),
        (408, "Transient", Blame.SYSTEM),
        (409, "Rejected", Blame.UNCLEAR),
        (410, "RecordRefused", Blame.UNCLEAR),
        (412, "RecordRefused", Blame.UNCLEAR),
        (413, "RecordRefused", Blame.UNCLEAR),
        (418, "RecordRefused", Blame.UNCLEAR),
        (422, "Rejected", Blame.UNCLEAR),
        (423, "Locked", Blame.PARTY),
        (451, "RecordRefused", Blame.UNCLEAR),
    ],
)
@pytest.mark.parametrize("call", ["advoware.read", "advoware.replace", "advoware.create"])
async def test_a_refusal_of_one_party_is_no_fault_of_the_address(
    world: Simulators, call: str, status: int, code: str, blame: Blame
) -> None:
    """Whose it is, is found out by asking about others; a list or a search speaks of no party."""
    found = await fault_of(world, call, refused(status, "gesperrt\u2028von  Änne\x07"))

    assert (found.code, found.status, found.retry) == (code, status, status == 408)
    assert found.blame is (Blame.PARTY if call == "advoware.read" and code == "Rejected" else blame)
    assert found.said == ("" if status in (408, 423) else "gesperrt von Änne")
    assert (await fault_of(world, "advoware.search", refused(status))).blame in (Blame.SYSTEM, Blame.PARTY)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Status(413), "413 Request Entity Too Large"),
        (Status(412, json={"Message": "x" * 999}), "x" * 298 + " …"),
        (Status(412, json={"title": "Conflict", "detail": "in Bearbeitung"}), "in Bearbeitung"),
        (Status(412, {"Content-Type": "text/plain"}, body="in Arbeit"), "in Arbeit"),
        (Status(412, {"Content-Type": "text/html"}, body="<h1>x</h1>"), "412 Precondition Failed"),
        (Status(499, json=["x"]), "499"),
    ],
    ids=lambda value: getattr(value, "body", "") or str(value)[:20],
)
async def test_what_advoware_says_of_a_refusal_is_bounded(world: Simulators, answer: Status, said: str) -> None:
    """One line of words, or the status."""
    assert (await fault_of(world, "advoware.replace", answer)).said == said
