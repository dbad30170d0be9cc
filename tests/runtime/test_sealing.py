"""What is sealed for one run, or one kind of its steps, is believed nowhere else; who only reads opens all of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    SerializationContext,
    WorkflowSerializationContext,
)

from contracts.reconciliation import SCHEDULED, AlarmAnswer, ReconciliationOrder, RunKind
from contracts.said import Disbelief, NotBelieved
from contracts.visibility import workflow_id
from runtime.codec import EncryptingCodec, Unreadable, converter
from runtime.key_file import KeyRing, add_key, learn_key, load, use_key
from runtime.payloads import why_not
from starter import schedules

CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'"Zinnoberfink"')
A, B = workflow_id("a"), workflow_id("b")


def key_ring(path: Path) -> KeyRing:
    loaded = load(path)
    assert loaded is not None
    return loaded


@pytest.fixture
def file(tmp_path: Path) -> Path:
    add_key(tmp_path / "keys.json")
    return tmp_path / "keys.json"


@pytest.fixture
def codec(file: Path) -> EncryptingCodec:
    return EncryptingCodec(key_ring(file))


def run(workflow: str, namespace: str = "default") -> WorkflowSerializationContext:
    return WorkflowSerializationContext(namespace=namespace, workflow_id=workflow)


def step(workflow: str, activity: str, *, number: str | None = None) -> ActivitySerializationContext:
    return ActivitySerializationContext("default", number, activity, "queue", workflow, "Beteiligter", False)


PLACES: list[SerializationContext] = [
    run(A),
    run(B),
    run(A, "other"),
    step(A, "advoware.push"),
    step(A, "advoware.create"),
    step(B, "advoware.push"),
]


@pytest.mark.parametrize("place", PLACES, ids=str)
async def test_what_is_sealed_opens_for_its_run_and_purpose_alone(
    codec: EncryptingCodec, place: SerializationContext
) -> None:
    """And for whoever reads what is kept, without a place of its own."""
    [sealed] = await codec.with_context(place).encode([CLEAR])

    for other in PLACES:
        [opened] = await codec.with_context(other).decode([sealed])
        assert (opened == CLEAR) is (other == place)
        assert why_not(opened) == (None if other == place else Disbelief.ELSEWHERE)
    assert await codec.decode([sealed]) == [CLEAR]


async def test_a_step_s_worker_knows_more_of_it_than_its_run(codec: EncryptingCodec) -> None:
    """Its number and its attempt: bound to them, nothing would open on the other side."""
    [sealed] = await codec.with_context(step(A, "advoware.push")).encode([CLEAR])

    assert await codec.with_context(step(A, "advoware.push", number="7")).decode([sealed]) == [CLEAR]


async def test_what_it_is_bound_to_cannot_be_changed(codec: EncryptingCodec) -> None:
    """It is authenticated with what is sealed: also who reads only is not misled."""
    [sealed] = await codec.with_context(run(A)).encode([CLEAR])
    [other] = await codec.with_context(run(B)).encode([CLEAR])
    sealed.metadata["bound"] = other.metadata["bound"]

    [opened] = await codec.with_context(run(B)).decode([sealed])
    assert why_not(opened) is Disbelief.CHANGED
    with pytest.raises(Unreadable):
        await codec.decode([sealed])


async def test_what_is_sealed_without_a_place_is_believed_in_none(codec: EncryptingCodec) -> None:
    [sealed] = await codec.encode([CLEAR])

    [opened] = await codec.with_context(run(A)).decode([sealed])

    assert why_not(opened) is Disbelief.ELSEWHERE


async def test_a_key_that_is_on_its_way_is_waited_for(file: Path, tmp_path: Path) -> None:
    """Whoever has one of our keys vouches for the one that closed it; a stranger's key nobody vouches for."""
    before = EncryptingCodec(key_ring(file)).with_context(run(A))
    learn_key(file)
    use_key(file, "key-2")
    add_key(tmp_path / "theirs.json")
    add_key(tmp_path / "theirs.json")
    [ours] = await EncryptingCodec(key_ring(file)).with_context(run(A)).encode([CLEAR])
    [theirs] = await EncryptingCodec(key_ring(tmp_path / "theirs.json")).with_context(run(A)).encode([CLEAR])

    with pytest.raises(Unreadable, match="key-2"):
        await before.decode([ours])
    [opened] = await before.decode([theirs])
    assert why_not(opened) is Disbelief.FOREIGN


@pytest.mark.parametrize("tags", [b"", b"x", bytes(16), bytes(1_000)])
async def test_a_made_up_voucher_is_none(codec: EncryptingCodec, tags: bytes) -> None:
    bound = codec.with_context(run(A))
    [sealed] = await bound.encode([CLEAR])
    sealed.metadata["key"], sealed.metadata["vouched"] = b"key-9", tags

    [opened] = await bound.decode([sealed])

    assert why_not(opened) is Disbelief.FOREIGN


async def test_clear_is_believed_until_a_key_encrypts_and_where_the_switch_says_so(file: Path, tmp_path: Path) -> None:
    learn_key(tmp_path / "known.json")
    only_known, used = key_ring(tmp_path / "known.json"), key_ring(file)
    believing = (EncryptingCodec(only_known), EncryptingCodec(used, accept_clear=True))

    for codec in believing:
        assert await codec.with_context(run(A)).decode([CLEAR]) == [CLEAR]
    [opened] = await EncryptingCodec(used).with_context(run(A)).decode([CLEAR])
    assert why_not(opened) is Disbelief.CLEAR


async def test_a_run_of_a_schedule_takes_its_order_and_is_told_nothing_that_another_was(file: Path) -> None:
    """A schedule seals its order before there is a run, and a run gets the result of the one before."""
    sealing = converter(key_ring(file))
    one, two = run("sweep-2026-11-24T03:07:24Z"), run("sweep-2026-11-24T03:22:24Z")
    order = ReconciliationOrder(kind=RunKind.SWEEP)
    answer = AlarmAnswer(go_on=True, by="MM", at=datetime.now(UTC))
    ordered = await sealing.with_context(run("sweep")).encode([order])
    said = await sealing.with_context(one).encode([answer])

    assert await sealing.with_context(one).decode(ordered, [ReconciliationOrder]) == [order]
    assert await sealing.with_context(one).decode(said, [AlarmAnswer]) == [answer]
    assert await sealing.with_context(two).decode(said, [AlarmAnswer]) == [
        NotBelieved(Disbelief.ELSEWHERE, AlarmAnswer)
    ]
    with pytest.raises(Unreadable):
        await sealing.with_context(run("sweep-by-hand")).decode(ordered, [ReconciliationOrder])


def test_the_schedules_are_those_that_runs_may_share_an_order_of() -> None:
    assert {row.id for row in schedules.TABLE} == {*SCHEDULED}


async def test_a_converter_is_the_same_for_every_run_but_for_its_codec(file: Path) -> None:
    """To make one anew for each payload would cost more than to seal it."""
    sealing = converter(key_ring(file))
    bound = sealing.with_context(run(A))

    assert isinstance(bound, DataConverter)
    assert bound.payload_converter is sealing.payload_converter
    assert bound.failure_converter is sealing.failure_converter
    assert bound.payload_codec is not sealing.payload_codec


async def test_the_details_of_a_failure_that_are_not_believed_say_nothing(file: Path) -> None:
    """The server has clear ones of its own, for a step that was cancelled before it began."""
    bound = converter(key_ring(file)).with_context(run(A))

    assert await bound.decode([CLEAR]) == [NotBelieved(Disbelief.CLEAR)]
