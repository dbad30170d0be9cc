"""Rule 1: a write that settles a conflict and is given up may have landed; the value that lost is told all the same."""

import pytest

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from beteiligte.request_reason import Reason
from simulators.faults import Status
from simulators.visits import Fault
from tests.rules import party_rules
from tests.scenarios.meanwhile import GivenUp
from tests.world import World

PUSH = pytest.param({}, "advoware.replace", "Dr.", id="push")
PULL = pytest.param(
    {"rules": party_rules(policies={Group.STAMMDATEN: Policy.ADVOWARE})}, "espocrm.write", "Prof.", id="pull"
)
WRITES = pytest.mark.parametrize(("world", "call", "winner"), [PUSH, PULL], indirect=["world"])


@WRITES
@pytest.mark.parametrize("lands", [True, False])
async def test_a_person_s_request_during_the_wait_hides_no_loser(
    world: World, call: str, winner: str, lands: bool
) -> None:
    """The sync starts over and finds both sides equal, or the conflict again: told once, in both cases."""
    party, _ = await world.disputed()
    world.faults.plan(call, GivenUp(lambda: world.ask(party, Reason.PERSON), lands))

    await world.ask(party)
    await world.closed(party)

    assert world.titles(party) == (winner, winner)
    assert len(world.told_both(party)) == 1
    assert await world.unsettled(party) == []


@WRITES
async def test_a_write_that_landed_and_then_failed_for_good_is_told(world: World, call: str, winner: str) -> None:
    """The run ends and the next one finds both sides equal, so it is told with the failure."""
    party, _ = await world.disputed()
    world.faults.plan(call, Status(500, after_effect=True))
    read = call.partition(".")[0] + ".read"
    world.faults.plan(read, Fault(), Status(400))  # the repeated attempt reads first

    await world.ask(party)
    assert await world.closed(party) == "Rejected"
    await world.sync(party)
    await world.closed(party)

    assert world.titles(party) == (winner, winner)
    assert len(world.told_both(party)) == 1
    assert await world.unsettled(party) == []


@WRITES
async def test_a_cancel_during_the_wait_hides_no_loser(world: World, call: str, winner: str) -> None:
    """Nobody compares again in that run, so it is told at its end."""
    party, _ = await world.disputed()

    async def cancel() -> None:
        await handle.cancel()

    world.faults.plan(call, GivenUp(cancel, lands=True))
    handle = await world.ask(party)

    assert await world.closed(party) == "CancelledError"
    assert world.titles(party) == (winner, winner)
    assert len(world.told_both(party)) == 1


async def test_a_value_that_still_stands_is_not_told_as_lost(world: World) -> None:
    """The write had no effect, and who would have won takes his edit back meanwhile: nothing was overwritten."""
    party, _ = await world.disputed()

    async def take_back() -> None:
        world.espocrm.edit(party, titel=None)
        await world.ask(party, Reason.PERSON)

    world.faults.plan("advoware.replace", GivenUp(take_back, lands=False))
    await world.ask(party)
    await world.closed(party)

    assert world.titles(party) == ("Prof.", "Prof.")
    assert world.told() == []
    assert await world.unsettled(party) == []
