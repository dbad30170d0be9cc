"""Whether a person's edit, and a delivery's, overtakes a sweep: latencies on a quiet system and during a sweep."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.firm import Party
from benchmarks.rig import Rig
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from simulators.calls import Calls

VALUE = "Dr. importiert"


@dataclass(frozen=True)
class Latencies:
    """Seconds from asking to done, one after the other."""

    person: list[float]
    delivery: list[float]


@dataclass(frozen=True)
class Overtaking:
    """Side by side."""

    quiet: Latencies
    busy: Latencies
    due: int
    waiting: int
    """Parties of the sweep that were not yet synced when the last of the edits was done."""


async def overtaking(stage: Rig, parties: list[Party], due: int, edits: int) -> Overtaking:
    """Edits while `due` parties are being swept; each of theirs stands at the end of the sweep's line."""
    quiet = await _edited(stage, parties[:edits])
    swept = parties[-due:]
    for party in swept:
        stage.world.espocrm.import_silently(party.party_id, zusatz=VALUE)
    await stage.schedule(guard_number=due + 1, guard_share=1)
    mark = stage.world.calls.mark
    run = await stage.start("nightly")
    await stage.world.calls.until(
        lambda calls: calls.count("espocrm.write", since=mark) >= min(50, due // 10), timeout=600
    )
    busy = await _edited(stage, parties[-edits:])
    waiting = due - stage.world.calls.count("advoware.replace", since=mark)
    await run.terminate()
    return Overtaking(quiet, busy, due, waiting)


async def _edited(stage: Rig, parties: Sequence[Party]) -> Latencies:
    person, delivery = [], []
    for number, party in enumerate(parties):
        stage.world.espocrm.edit(party.party_id, zusatz=f"c/o Empfang {time.monotonic_ns()}")
        if number % 2:
            delivery.append(await _delivered(stage, party))
        else:
            person.append(await _asked(stage, party))
    return Latencies(person, delivery)


async def _asked(stage: Rig, party: Party) -> float:
    began = time.perf_counter()
    outcome = await stage.parties.sync(party.party_id, SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC)))
    assert "zusatz" in outcome.to_advoware, outcome
    return time.perf_counter() - began


async def _delivered(stage: Rig, party: Party) -> float:
    """Until it is written on both sides; the bookkeeping in EspoCRM comes last."""
    mark, began = stage.world.calls.mark, time.perf_counter()

    def done(calls: Calls) -> bool:
        return any(call.done for call in calls.since(mark, "espocrm.write", party.party_id))

    await stage.parties.request(party.party_id, SyncRequest(reason=Reason.UPDATED, at=datetime.now(UTC)))
    await stage.world.calls.until(done, timeout=120)
    return time.perf_counter() - began
