"""A firm of any size, in agreement on both sides, without a sync for each party; what changes in it unnoticed.

A few parties are synced by the program. All others are copies of these in both stand-ins, each with ids and a name of
its own, so bases and bookkeeping are what the program itself wrote.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.rig import Rig
from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.request_reason import Reason
from beteiligte.settle.bookkeeping import espo_datetime
from contracts.inbox import SyncRequest
from contracts.party import WORKFLOW
from simulators import Simulators

EXAMPLES: tuple[dict[str, str], ...] = (
    {"lastName": "Müßig#", "firstName": "Änne", "salutationName": "Ms.", "titel": "Dr.", "dateOfBirth": "1974-02-28"},
    {"lastName": "Öztürk#", "firstName": "Zoë", "briefAnrede": "Sehr geehrte Frau Öztürk", "zusatz": "c/o Kanzlei"},
    {"firmenname": "Straßer# Bau", "lastName": "Straßer#", "rechtsform": "GmbH"},
)
MARK = "#"
"""Stands in an example's name where a copy holds its number."""
YEARS = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Party:
    """One party on both sides."""

    party_id: str
    bet_nr: int


async def found(stage: Rig, size: int) -> list[Party]:
    """So many linked parties, modified over the last three years. Raises AssertionError where one differs."""
    world = stage.world
    synced = [await _synced(stage, attributes) for attributes in EXAMPLES]
    parties = [*synced, *_copies(world, synced, size - len(synced))]
    step = YEARS / size
    for number, party in enumerate(parties):
        record = world.espocrm.records[party.party_id]
        record["modifiedAt"] = espo_datetime(datetime.now(UTC) - YEARS + number * step)
    world.espocrm.store.index.forget()
    assert all(equal(world, party) for party in parties)
    return parties


async def _synced(stage: Rig, attributes: dict[str, str]) -> Party:
    party_id = stage.world.espocrm.add(**attributes)
    outcome = await stage.parties.sync(party_id, SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC)))
    assert outcome.bet_nr is not None, outcome
    return Party(party_id, outcome.bet_nr)


def _copies(world: Simulators, examples: Sequence[Party], number: int) -> list[Party]:
    """As a sync of each would have left them."""
    left = [json.dumps(world.espocrm.records[party.party_id], ensure_ascii=False) for party in examples]
    right = [json.dumps(world.advoware.records[party.bet_nr], ensure_ascii=False) for party in examples]
    parties = []
    for n in range(number):
        k = n % len(examples)
        made = Party(world.espocrm.add(), world.advoware.add())
        row_id = str(world.advoware.records[examples[k].bet_nr]["rowId"])
        swaps = {
            row_id: str(world.advoware.records[made.bet_nr]["rowId"]),
            examples[k].party_id: made.party_id,
            str(examples[k].bet_nr): str(made.bet_nr),
            MARK: f" {n}",
        }
        world.espocrm.records[made.party_id].update(swapped(left[k], swaps))
        world.advoware.records[made.bet_nr].update(swapped(right[k], swaps))
        parties.append(made)
    return parties


def swapped(text: str, swaps: Mapping[str, str]) -> dict[str, object]:
    """All at once: an id put in may hold the digits of a betNr by chance."""
    record: dict[str, object] = json.loads(re.sub("|".join(map(re.escape, swaps)), lambda old: swaps[old[0]], text))
    return record


def scattered(parties: Sequence[Party], number: int, *, offset: int = 0) -> list[Party]:
    """So many of them, evenly spread."""
    step = len(parties) / number
    return [parties[int(n * step + offset) % len(parties)] for n in range(number)]


def change_unseen(world: Simulators, parties: Sequence[Party], value: str) -> None:
    """Half of them by a silent import into EspoCRM, half by a person in Advoware: nothing announces either."""
    for number, party in enumerate(parties):
        if number % 2:
            world.advoware.edit(party.bet_nr, zusatz=value)
        else:
            world.espocrm.import_silently(party.party_id, zusatz=value)


def equal(world: Simulators, party: Party) -> bool:
    """Whether both sides hold the same in every writable field."""
    left = from_espocrm(world.espocrm.records[party.party_id], PARTY_TABLE).values  # type: ignore[arg-type]
    right = from_advoware(world.advoware.records[party.bet_nr], PARTY_TABLE).values  # type: ignore[arg-type]
    return all(left.get(name) == right.get(name) for name in PARTY_TABLE.writable)


async def all_ended(stage: Rig) -> None:
    """Wait until no party's run is open."""
    running = f"ExecutionStatus = 'Running' AND WorkflowType = '{WORKFLOW}'"
    while (await stage.client.count_workflows(running)).count:  # noqa: ASYNC110  (other processes' work)
        await asyncio.sleep(0.1)
