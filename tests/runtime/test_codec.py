"""What Temporal keeps is encrypted: nothing of a client stands in its files, whatever happened to the party (P15)."""

import base64
import json
import os
import re
import stat
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.testing import WorkflowEnvironment

from beteiligte.request_reason import Reason
from contracts import visibility
from contracts.worker_card import WorkerCard
from runtime.codec import ClearCodec, EncryptingCodec, KnownKeys, Unreadable, converter, known_keys
from runtime.engine import server_binary
from runtime.key_file import BadKeys, KeyFile, KeyRing, add_key, encrypts, learn_key, load, others, use_key
from runtime.logs import WithoutValues
from simulators.faults import LostAnswer, Status
from tests.world import World

CANARY = "Zinnoberfink"
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=f'"{CANARY}"'.encode())
UI = "http://127.0.0.1:8233"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A key file with one key."""
    add_key(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def ring(path: Path) -> KeyRing:
    loaded = load(path)
    assert loaded is not None
    return loaded


def content(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def fill(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def all_bytes(directory: Path) -> bytes:
    """The database, and what is not yet merged into it."""
    return b"".join(file.read_bytes() for file in directory.glob("temporal.db*"))


async def test_nothing_of_a_client_stands_in_temporal_s_files(path: Path, tmp_path: Path) -> None:
    """Created, edited on both sides, in conflict, refused, held, unanswered, waiting: values, messages and failures."""
    database = tmp_path / "temporal.db"
    attributes = [part for name in visibility.ALL for part in ("--search-attribute", f"{name}=Keyword")]
    async with (
        await WorkflowEnvironment.start_local(
            dev_server_existing_path=server_binary(),
            dev_server_database_filename=str(database),
            dev_server_log_level="error",
            dev_server_extra_args=attributes,
            data_converter=converter(ring(path)),
        ) as env,
        World.open(env) as world,
    ):
        party, bet_nr = await world.linked(lastName=CANARY, titel=CANARY)
        world.espocrm.edit(party, zusatz=f"{CANARY} 1")
        world.advoware.edit(bet_nr, zusatz=f"{CANARY} 2")
        await world.sync(party)
        world.espocrm.edit(party, lastName=CANARY * 8)
        await world.sync(party)
        world.faults.plan("advoware.create", LostAnswer())
        await world.sync(world.espocrm.add(lastName=f"{CANARY} 3"))
        await world.reconcile(reads=10)
        stranger = world.espocrm.add(lastName=f"{CANARY} 4", betnr=world.advoware.add(name=f"{CANARY} 5"))
        await world.sync(stranger)
        world.faults.plan("advoware.read", Status(503))
        await world.ask(party, Reason.UPDATED)
        await world.calls.until(lambda calls: any(call.status == 503 for call in calls.since()))
        await world.client.get_workflow_handle(visibility.workflow_id(party)).cancel()
        await world.closed(party)

    kept = all_bytes(tmp_path)
    assert party.encode() in kept, "the runs are in these files"
    assert CANARY.encode() not in kept


async def test_a_rotated_key_still_opens_what_the_old_one_closed(path: Path) -> None:
    """The new one stands in front once it is used; a ring without the old one says which is missing."""
    [old] = await EncryptingCodec(ring(path)).encode([CLEAR])
    assert add_key(path) == "key-2"
    codec = EncryptingCodec(ring(path))
    [new] = await codec.encode([CLEAR])

    assert await codec.decode([old, new, CLEAR]) == [CLEAR] * 3
    assert (old.metadata["key"], new.metadata["key"]) == (b"key-1", b"key-2")
    forgetful = EncryptingCodec(KeyRing(keys=ring(path).keys[:1]))
    with pytest.raises(Unreadable, match="key-1"):
        await forgetful.decode([old])


async def test_a_new_key_is_known_before_it_is_used(path: Path) -> None:
    """Whoever has not started again meets nothing that he cannot read, in either direction, at either step."""
    before = EncryptingCodec(ring(path))
    assert learn_key(path) == "key-2"
    known = EncryptingCodec(ring(path))
    use_key(path, "key-2")
    used = EncryptingCodec(ring(path))
    sealed = {codec: (await codec.encode([CLEAR]))[0] for codec in (before, known, used)}

    assert [sealed[codec].metadata["key"] for codec in (before, known, used)] == [b"key-1", b"key-1", b"key-2"]
    for reader, readable in ((before, (before, known)), (known, (before, known, used)), (used, (before, known, used))):
        assert await reader.decode([sealed[codec] for codec in readable]) == [CLEAR] * len(readable)


async def test_the_first_key_is_only_known_too(tmp_path: Path) -> None:
    """Processes that run in clear cannot read what it would encrypt."""
    assert learn_key(tmp_path / "keys.json") == "key-1"
    first = ring(tmp_path / "keys.json")
    assert await EncryptingCodec(first).encode([CLEAR]) == [CLEAR]
    assert not encrypts(tmp_path / "keys.json")

    use_key(tmp_path / "keys.json", "key-1")

    assert encrypts(tmp_path / "keys.json")
    [sealed] = await EncryptingCodec(ring(tmp_path / "keys.json")).encode([CLEAR])
    assert await EncryptingCodec(first).decode([sealed]) == [CLEAR]


async def test_a_running_process_follows_its_key_file(path: Path) -> None:
    """It reads what another one closes with a new key, and closes with it itself; without a new start."""
    running = EncryptingCodec(ring(path), KeyFile(path).newer)
    learn_key(path)
    assert known_keys(running) == KnownKeys(keys=("key-1", "key-2"), encrypts="key-1", marks=ring(path).marks)
    use_key(path, "key-2")
    [theirs] = await EncryptingCodec(ring(path)).encode([CLEAR])

    assert await running.decode([theirs]) == [CLEAR]
    assert (await running.encode([CLEAR]))[0].metadata["key"] == b"key-2"
    assert known_keys(running).encrypts == "key-2"


@pytest.mark.parametrize("broken", ["{", None])
async def test_a_key_file_that_is_broken_or_gone_changes_nothing(path: Path, broken: str | None) -> None:
    """What was known before opens and closes on; mended, the file is followed again."""
    running = EncryptingCodec(ring(path), KeyFile(path).newer)
    [before] = await running.encode([CLEAR])
    learn_key(path)
    use_key(path, "key-2")
    [sealed] = await EncryptingCodec(ring(path)).encode([CLEAR])
    whole = content(path)
    if broken:
        fill(path, broken)
    else:
        os.remove(path)

    assert await running.decode([before]) == [CLEAR]
    with pytest.raises(Unreadable, match="key-2"):
        await running.decode([sealed])
    fill(path, whole)
    assert await running.decode([sealed, before]) == [CLEAR] * 2


async def test_who_began_in_clear_reads_what_comes_and_stays_in_clear(path: Path) -> None:
    """His failures would else stand in clear beside the rest; the first key is the one that takes a start."""
    at_first = path.with_name("later.json")
    codec = converter(load(at_first), without=ClearCodec(newer=KeyFile(at_first).newer)).payload_codec
    assert codec is not None
    fill(at_first, content(path))
    [sealed] = await EncryptingCodec(ring(path)).encode([CLEAR])

    assert await codec.decode([sealed, CLEAR]) == [CLEAR] * 2
    assert await codec.encode([CLEAR]) == [CLEAR]
    assert known_keys(codec) == KnownKeys(keys=("key-1",), marks=ring(path).marks)


async def test_a_key_that_is_only_known_at_the_start_does_not_come_to_encrypt_half(tmp_path: Path) -> None:
    """Neither where it is used later: for the same reason."""
    file = tmp_path / "keys.json"
    learn_key(file)
    running = EncryptingCodec(ring(file), KeyFile(file).newer)
    use_key(file, "key-1")

    assert await running.encode([CLEAR]) == [CLEAR]


def test_a_file_that_says_nothing_else_encrypts_with_its_first_key(path: Path) -> None:
    """As files of earlier releases are meant."""
    learn_key(path)
    keys = json.loads(path.read_text(encoding="utf-8"))["keys"]
    path.write_text(json.dumps({"keys": keys}), encoding="utf-8")

    assert ring(path).encrypts == "key-1"


async def test_a_changed_payload_is_not_opened(path: Path) -> None:
    """Nor one that claims another key."""
    codec = EncryptingCodec(ring(path))
    [sealed] = await codec.encode([CLEAR])
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])

    with pytest.raises(Unreadable, match="changed"):
        await codec.decode([sealed])


def test_a_key_file_is_for_its_owner_alone(path: Path) -> None:
    """Whoever reads it reads everything."""
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "file"),
        ('{"keys": []}', "keys"),
        ('{"keys": [{"id": "a", "secret": "%s"}], "encrypts": "b"}' % ("A" * 43 + "="), "encrypts names no key"),
        ('{"keys": [{"id": "a", "secret": "no base64!"}]}', "keys.0.secret"),
        ('{"keys": [{"id": "a", "secret": "c2hvcnQ="}]}', "5 bytes instead of 32"),
    ],
)
def test_an_unusable_key_file_is_named_without_its_content(tmp_path: Path, content: str, named: str) -> None:
    """It stops the start: writing in clear because a key is broken would be silent."""
    file = tmp_path / "keys.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(BadKeys) as refused:
        load(file)

    assert named in str(refused.value)
    assert "c2hvcnQ" not in str(refused.value)


def test_two_keys_of_one_id_are_refused(path: Path) -> None:
    """Which of them closed a payload could not be told."""
    key = json.loads(path.read_text())["keys"][0]
    path.write_text(json.dumps({"keys": [key, key]}), encoding="utf-8")

    with pytest.raises(BadKeys, match="same id"):
        load(path)


def test_of_two_keys_of_one_id_a_fingerprint_tells_whether_they_are_the_same(tmp_path: Path) -> None:
    """It is one-way, and what an earlier version does not tell is no difference."""
    add_key(tmp_path / "one.json")
    add_key(tmp_path / "other.json")
    one, other = load(tmp_path / "one.json"), load(tmp_path / "other.json")
    assert one is not None
    assert other is not None

    assert others(one.marks, other.marks) == {"key-1"}
    assert others(one.marks, one.marks) == set()
    assert (others((), other.marks), others(one.marks, ())) == (set(), set())
    assert re.fullmatch("key-1:[0-9a-f]{16}", one.marks[0])
    secret = base64.b64decode(one.keys[0].secret.get_secret_value())
    assert secret.hex()[:8] not in one.marks[0]


def test_what_an_earlier_version_says_of_its_keys_is_read() -> None:
    """Cards and answers without fingerprints."""
    assert KnownKeys.model_validate({"keys": ["key-1"], "encrypts": "key-1"}).marks == ()
    said = {"identity": "1@vm", "version": "0.1.0", "said": "2026-11-29T00:00:00Z", "keys": ["key-1"]}
    assert WorkerCard.model_validate(said).marks == ()


def test_a_key_that_is_missing_is_logged_in_a_line_and_without_a_stack() -> None:
    """It comes with every poll until the key is there; also where Temporal's library wraps it."""
    try:
        try:
            raise Unreadable("no key 'key-2' in the key file (TEMPORAL_KEYS)")
        except Unreadable as sealed:
            raise RuntimeError("Failed decoding arguments") from sealed
    except RuntimeError as wrapped:
        said = WithoutValues().formatException((RuntimeError, wrapped, wrapped.__traceback__))

    assert len(said.splitlines()) == 1
    assert "no key 'key-2'" in said
    assert "keys list" in said
