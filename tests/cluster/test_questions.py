"""Every question to visibility, asked of SQLite here as `make cluster` asks it of PostgreSQL: none is forgotten."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cluster import asking, questions
from cluster.questions import Asker
from runtime import key_file
from runtime.settings import TemporalSettings
from tests.engines import skipping_engine
from tests.world import World

SOON = {f"history.{queue}ProcessorUpdateAckInterval": "300ms" for queue in ("transfer", "visibility", "timer")}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Two keys, the second one in use: only of an older one it is asked what still needs it."""
    file = tmp_path / "keys.json"
    key_file.add_key(file)
    written, before = json.loads(file.read_text()), datetime.now(UTC) - timedelta(hours=1)
    written["keys"][0] |= dict.fromkeys(("made", "used"), before.isoformat())
    file.write_text(json.dumps(written))
    key_file.use_key(file, key_file.learn_key(file))
    return file


async def test_every_place_that_asks_is_asked_and_every_query_finds_what_is_so(keys: Path) -> None:
    """Parties in agreement, one that waits for a person; a sweep; and runs of them deleted."""
    async with skipping_engine(SOON) as env, World.open(env) as world:
        party, bet_nr = await world.linked()
        another, _ = await world.torn()
        await world.closed(party)
        await world.reconcile()
        temporal = TemporalSettings(task_queue=world.queue, keys=keys, state=keys.with_name("temporal.db"))
        with asking.written_down() as heard:
            await Asker(world.client, temporal, party, bet_nr, another).all()
        answers = await questions.answered(world.client, heard)

    assert asking.silent(heard) == [], "cluster/questions.py does not ask there"
    assert [answer for answer in answers if answer.problem] == []
    assert sum(answer.found > 0 for answer in answers) > len(answers) / 3
