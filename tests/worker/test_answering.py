"""Each worker has a card of its own, and a question about it reaches that process alone."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from contracts.worker_card import WorkerCard
from runtime.codec import ClearCodec, converter
from runtime.key_file import KeyFile, add_key, learn_key, load, use_key
from starter.views import crew
from starter.views.crew import AskedWorker, Standing
from tests.runtime.test_workers import working
from worker.answering import CardOfThisWorker, card_of


@asynccontextmanager
async def carded(
    env: WorkflowEnvironment, queue: str, keys: Path, identity: str = "1@elsewhere"
) -> AsyncIterator[None]:
    """A worker on another machine, so to speak, with a key file of its own."""
    newer = KeyFile(keys).newer
    encrypted = converter(load(keys), newer, ClearCodec(newer=newer))
    async with working(env, queue, identity, encrypted) as client:
        card = card_of(client, observe=False, processes=1)
        shown = CardOfThisWorker(client, queue, card, every=timedelta(milliseconds=20)).shown()
        async with shown:
            yield


async def until_known(client: Client, queue: str, *keys: str) -> AskedWorker:
    """The worker, once its card says that it knows these keys."""
    async with asyncio.timeout(10):
        while True:
            found = await crew.look(client, queue)
            if found and found[0].card and found[0].card.keys == keys and found[0].standing is Standing.ANSWERS:
                return found[0]
            await asyncio.sleep(0.05)


async def test_a_card_says_version_and_keys_and_is_answered_for(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    """Also to who has no key: it is in clear."""
    queue = f"test-{uuid.uuid4()}"
    add_key(tmp_path / "keys.json")
    async with carded(skipping, queue, tmp_path / "keys.json"):
        seen = await until_known(skipping.client, queue, "key-1")

    assert seen.card is not None
    assert seen.card.encrypts == "key-1"
    assert seen.card.version
    assert not seen.card.ended


async def test_a_key_that_was_copied_to_its_machine_is_known_without_a_restart(
    skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """The file is looked at again and again; what encrypts by it then is what it encrypts with."""
    queue, keys = f"test-{uuid.uuid4()}", tmp_path / "keys.json"
    add_key(keys)
    async with carded(skipping, queue, keys):
        await until_known(skipping.client, queue, "key-1")
        use_key(keys, learn_key(keys))
        seen = await until_known(skipping.client, queue, "key-1", "key-2")

    assert seen.card is not None
    assert seen.card.encrypts == "key-2"


async def test_who_ended_decently_is_no_worker_that_hangs(skipping: WorkflowEnvironment, tmp_path: Path) -> None:
    """Temporal lists it for minutes."""
    queue = f"test-{uuid.uuid4()}"
    async with carded(skipping, queue, tmp_path / "none.json"):
        await until_known(skipping.client, queue)

    assert await crew.look(skipping.client, queue) == ()


async def test_an_older_version_has_no_card(skipping: WorkflowEnvironment) -> None:
    """It is not taken for one that hangs."""
    queue = f"test-{uuid.uuid4()}"
    async with working(skipping, queue, "3@elsewhere"):
        [seen] = await crew.look(skipping.client, queue)

    assert (seen.standing, seen.card) == (Standing.UNKNOWN, None)


def test_a_card_holds_ids_and_numbers_alone() -> None:
    """It is kept in clear; of a key's secret only what tells two apart."""
    assert set(WorkerCard.model_fields) == {
        *("identity", "version", "said", "keys", "marks", "encrypts", "observe", "processes", "ended")
    }
