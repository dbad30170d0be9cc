"""What people edit while a step waits for its next attempt survives, on whichever side they edit (P2, P3)."""

import pytest

from beteiligte.faults import System
from beteiligte.request_reason import Reason
from tests.scenarios.meanwhile import Meanwhile
from tests.world import World

LANDS_AT = {"push": "advoware.replace", "write-back": "espocrm.write"}
"""The call that fails, by step."""


def edit(world: World, side: System, party: str, bet_nr: int, value: str, field: str) -> None:
    """A person's edit; both sides call these fields alike."""
    if side is System.ESPOCRM:
        world.espocrm.edit(party, **{field: value})
    else:
        world.advoware.edit(bet_nr, **{field: value})


@pytest.mark.parametrize("side", System)
@pytest.mark.parametrize("step", LANDS_AT)
async def test_an_edit_of_another_field_survives_beside_the_one_that_waits(
    world: World, step: str, side: System
) -> None:
    """Neither the old overlay of a push nor the old values of a write-back undo it."""
    party, bet_nr = await world.linked()
    edit(world, System.ESPOCRM if step == "push" else System.ADVOWARE, party, bet_nr, "Dr.", "titel")
    event = Meanwhile(lambda: edit(world, side, party, bet_nr, "c/o Kanzlei", "zusatz"))
    world.faults.plan(LANDS_AT[step], event)

    await world.sync(party, Reason.SWEEP)
    await world.sync(party, Reason.SWEEP)  # what the edit's own request would be

    for record in (world.espocrm.records[party], world.advoware.records[bet_nr]):
        assert (record["titel"], record["zusatz"]) == ("Dr.", "c/o Kanzlei")
    assert world.told() == []
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("step", LANDS_AT)
async def test_a_second_thought_of_the_same_person_wins(world: World, step: str) -> None:
    """The field that waits is edited again where it was edited first: the later value is the one both sides get."""
    side = System.ESPOCRM if step == "push" else System.ADVOWARE
    party, bet_nr = await world.linked()
    edit(world, side, party, bet_nr, "Dr.", "titel")
    world.faults.plan(LANDS_AT[step], Meanwhile(lambda: edit(world, side, party, bet_nr, "Prof.", "titel")))

    await world.sync(party, Reason.SWEEP)
    await world.sync(party, Reason.SWEEP)

    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"] == "Prof."
    assert world.told() == []
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("step", LANDS_AT)
async def test_a_rival_edit_is_a_told_conflict(world: World, step: str) -> None:
    """The field that waits is edited on the other side: one value wins, and people are told the one that lost."""
    first, other = System.ESPOCRM, System.ADVOWARE
    if step == "write-back":
        first, other = other, first
    party, bet_nr = await world.linked()
    edit(world, first, party, bet_nr, "Dr.", "titel")
    world.faults.plan(LANDS_AT[step], Meanwhile(lambda: edit(world, other, party, bet_nr, "Prof.", "titel")))

    await world.sync(party, Reason.SWEEP)
    await world.sync(party, Reason.SWEEP)
    await world.closed(party)

    in_espocrm = "Dr." if first is System.ESPOCRM else "Prof."
    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"] == in_espocrm
    [told] = world.told_on(party)
    assert "Dr." in told
    assert "Prof." in told
    assert await world.unsettled(party) == []


async def test_an_edit_while_a_create_waits_is_created_with_it(world: World) -> None:
    """The POST is repeated with what the record holds by then, and once."""
    party = world.espocrm.add(lastName="Müßig", titel="Dr.")
    world.faults.plan("advoware.create", Meanwhile(lambda: world.espocrm.edit(party, titel="Prof.", zusatz="c/o")))

    await world.sync(party, Reason.CREATED)
    await world.sync(party, Reason.SWEEP)

    [record] = world.advoware.records.values()
    assert (record["titel"], record["zusatz"]) == ("Prof.", "c/o")
    assert world.calls.count("advoware.replace") == 0
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("side", System)
async def test_an_edit_while_a_create_waits_to_be_written_back_survives(world: World, side: System) -> None:
    """Advoware has the party already; EspoCRM does not know its betNr yet."""
    party = world.espocrm.add(lastName="Müßig", titel="Dr.")

    def edited() -> None:
        [bet_nr] = world.advoware.records
        edit(world, side, party, bet_nr, "Prof.", "titel")

    world.faults.plan("espocrm.write", Meanwhile(edited))

    await world.sync(party, Reason.CREATED)
    await world.sync(party, Reason.SWEEP)

    [record] = world.advoware.records.values()
    assert record["titel"] == world.espocrm.records[party]["titel"] == "Prof."
    assert world.calls.count("advoware.create") == 1
    assert world.told() == []
    assert await world.unsettled(party) == []
