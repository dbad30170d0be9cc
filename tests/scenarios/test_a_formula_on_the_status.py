"""A formula of the firm that sets `syncStatus` by itself, also when we write: failures are told once all the same."""

import json

import pytest
from starlette.responses import JSONResponse, Response

from simulators.faults import Status
from simulators.visits import Fault, Visit
from tests.activities.bench import Bench
from tests.world import World


class Formula(Fault):
    """Every write leaves the record dirty, and the answer shows it."""

    name = "formula"

    def __init__(self, firm: World | Bench) -> None:
        self.records = firm.espocrm.records

    async def act(self, visit: Visit) -> Response:
        answer = visit.effect()
        if answer.status_code != 200:
            return answer
        self.records[visit.request.path_params["id"]]["syncStatus"] = "dirty"
        return JSONResponse({**json.loads(bytes(answer.body)), "syncStatus": "dirty"})


@pytest.mark.parametrize("synced", [True, False], ids=["synced before", "never synced"])
async def test_a_failure_is_written_and_told_once(world: World, synced: bool) -> None:
    """The status never stands as it was written, so the cause alone says whether people know this failure."""
    world.faults.outage("espocrm.write", Formula(world))
    party = (await world.linked())[0] if synced else world.espocrm.add(lastName="Müßig")
    call = "advoware.replace" if synced else "advoware.create"
    world.faults.plan(call, Status(400, json={"field": "titel"}), times=3)
    world.espocrm.edit(party, titel="Dr.")

    await world.sync(party)
    await world.closed(party)
    mark = world.calls.mark
    for _ in range(2):
        await world.sync(party)
        assert await world.closed(party) == "Rejected"

    assert [c for c in world.calls.writes(mark) if c.name == "espocrm.write"] == []
    assert len([text for text in world.told_on(party) if "Kennung für den Betreuer: Rejected" in text]) == 1
    assert len([text for text in world.told_on(party) if "ändert den Sync-Status selbst" in text]) == 1

    await world.sync(party)
    await world.closed(party)
    assert world.differing(party) == []


async def test_another_failure_is_told_anew(world: World) -> None:
    """What people know is the cause, not merely that something failed."""
    world.faults.outage("espocrm.write", Formula(world))
    party = (await world.linked())[0]
    refusals = [Status(400, json={"field": field}) for field in ("titel", "zusatz")]
    world.faults.plan("advoware.replace", *refusals)
    world.espocrm.edit(party, titel="Dr.")

    for _ in refusals:
        await world.sync(party)
        await world.closed(party)

    assert len([text for text in world.told_on(party) if "Kennung für den Betreuer: Rejected" in text]) == 2
