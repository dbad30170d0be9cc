"""What a lost workflow task does again: local activities leave no word of themselves then, and nothing may bend by it.

The server refuses a run's end that has not heard of a request, and a workflow task may fail: all of it is done anew.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.responses import Response

from beteiligte.request_reason import Reason
from simulators.faults import Hang
from simulators.visits import Fault, Visit
from tests.world import World
from workflows.party.sync import Sync


class Meanwhile(Fault):
    """The call takes effect, then a person does something and asks, and only then it is answered."""

    name = "meanwhile"

    def __init__(self, world: World, party: str, does: Callable[[], object] = lambda: None) -> None:
        """Who does what."""
        self._world, self._party, self._does = world, party, does

    async def act(self, visit: Visit) -> Response:
        """In this order."""
        answer = visit.effect()
        self._does()
        await self._world.ask(self._party)
        return answer


both_ways = pytest.mark.parametrize(
    "world", [{}, {"optimistic_concurrency": True}], indirect=True, ids=["without versions", "with versions"]
)


@both_ways
async def test_a_hand_on_betnr_behind_the_write_back_stays(world: World) -> None:
    """The write-back that is done again reads first: the betNr that a person entered is not taken back."""
    right = world.advoware.add(name="Müßig", vorname="Änne")
    party = world.espocrm.add(lastName="Müßig", firstName="Änne")
    enters = Meanwhile(world, party, lambda: world.espocrm.edit(party, betnr=right))
    world.faults.plan("espocrm.write", enters, party=party)

    await world.ask(party, Reason.CREATED)
    await world.closed(party)

    assert world.espocrm.records[party]["betnr"] == right


@both_ways
async def test_a_request_in_the_record_behind_the_write_back_is_no_formula(world: World) -> None:
    """A person who sets pending_sync just then is not told that EspoCRM changes the status by itself."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    asks = Meanwhile(world, party, lambda: world.espocrm.edit(party, syncStatus="pending_sync"))
    world.faults.plan("espocrm.write", asks, party=party)

    await world.ask(party)
    await world.closed(party)

    assert (world.status(party), world.told()) == ("clean", [])


async def test_a_write_back_that_a_request_does_again_writes_once(world: World) -> None:
    """It reads, finds what it wrote, and leaves it."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("espocrm.write", Meanwhile(world, party), party=party)
    mark = world.calls.mark

    await world.ask(party)
    await world.closed(party)

    assert world.spent(mark)["espocrm.write"] == 1


async def test_a_write_back_in_a_task_that_fails_writes_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole task is done again, by the same worker at once."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    goes_on, lost = Sync._ask_rivals, list[str]()

    async def fails_once(self: Sync, *seen: object) -> None:
        if not lost:
            lost.append(party)
            raise RuntimeError("this workflow task is lost")
        await goes_on(self, *seen)  # type: ignore[arg-type]

    monkeypatch.setattr(Sync, "_ask_rivals", fails_once)
    mark = world.calls.mark

    await world.ask(party)
    await world.closed(party)

    assert lost == [party]
    assert world.spent(mark)["espocrm.write"] == 1


async def test_a_record_deleted_under_its_pull_is_told_where_no_run_is_known(world: World) -> None:
    """Temporal knows no run of the party; this one read its betNr before the record was gone."""
    like, _ = await world.linked()
    await world.closed(like)
    bet_nr = world.advoware.add(name="Müßig", vorname="Änne")
    row = world.advoware.records[bet_nr]["rowId"]
    agreed = dict(world.espocrm.records[like])
    party = world.espocrm.add(
        lastName="Müßig",
        firstName="Änne",
        betnr=bet_nr,
        advowareRowId=row,
        syncStatus="clean",
        advowareLastSync=agreed["advowareLastSync"],
    )
    base = {**json.loads(str(agreed["advowareSyncBase"])), "id": party, "betNr": bet_nr, "rowId": row}
    world.espocrm.records[party]["advowareSyncBase"] = json.dumps(base)
    world.advoware.edit(bet_nr, titel="Dr.")
    hang = Hang()
    await world.held(party, "espocrm.write", hang)

    world.espocrm.delete(party)
    await world.ask(party, Reason.DELETED)
    hang.release()
    await world.closed(party)

    assert [text for text in world.told() if str(bet_nr) in text]


@pytest.mark.parametrize("world", [{"call_timeout": 30.0}], indirect=True)
async def test_what_was_read_of_espocrm_is_kept_where_advoware_is_late(world: World) -> None:
    """Advoware alone is read again, as a step that people see."""
    party, _ = await world.linked()
    await world.closed(party)
    late = Hang()
    world.faults.plan("advoware.read", late)
    mark = world.calls.mark

    with world.real_time():
        handle = await world.ask(party, timing=world.timing.but(first_try=timedelta(seconds=1)))
        await asyncio.wait_for(late.entered.wait(), 10)
        await handle.result()

    assert (world.spent(mark)["espocrm.read"], world.spent(mark)["advoware.read"]) == (1, 2)
