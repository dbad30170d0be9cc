"""What people cannot see makes no difference, and a birthday is the day that was meant (value_kinds.py)."""

import pytest

from tests.world import World


@pytest.mark.parametrize("spelt", ["Mü\u00adßig", "\u200eMüßig\u200f", "Müß\u200big", "Mu\u0308ßig\u3164"])
async def test_a_value_spelt_with_what_nobody_sees_is_no_edit(world: World, spelt: str) -> None:
    """On either side: nothing is written for it, and another field's edit leaves the spelling where it stands."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, lastName=spelt)
    await world.sync(party)
    world.advoware.edit(bet_nr, name=f"{spelt}\u200b", titel="Dr.")
    mark = world.calls.mark

    await world.sync(party)

    assert world.spent(mark) == {"espocrm.read": 1, "advoware.read": 1, "espocrm.write": 1}
    assert world.espocrm.records[party]["lastName"] == spelt
    world.espocrm.edit(party, zusatz="c/o")
    await world.sync(party)
    assert (world.advoware.records[bet_nr]["name"], world.advoware.records[bet_nr]["zusatz"]) == (
        f"{spelt}\u200b",
        "c/o",
    )
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("unseen", ["\u200e", "\u00ad\u2060", "\u3164", "\u2800", "\ufe0f"])
async def test_a_company_name_that_nobody_sees_takes_no_person_s_name_away(world: World, unseen: str) -> None:
    """It is no company's name, so the person stays one: nothing is written."""
    party, bet_nr = await world.linked(dateOfBirth="1980-02-29", salutationName="Ms.")
    await world.closed(party)
    before = dict(world.advoware.records[bet_nr])
    world.espocrm.edit(party, firmenname=unseen)

    outcome = await world.sync(party)

    assert outcome.result == "no_change"
    assert world.advoware.records[bet_nr] == before
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("unseen", ["\u200e", "\u3164"])
async def test_a_name_that_nobody_sees_is_an_emptied_one(world: World, unseen: str) -> None:
    """Held and told, on whichever side it stands."""
    for side in ("espocrm", "advoware"):
        party, bet_nr = await world.linked()
        if side == "espocrm":
            world.espocrm.edit(party, lastName=unseen)
        else:
            world.advoware.edit(bet_nr, name=unseen)

        await world.sync(party)
        await world.closed(party)

        assert world.status(party) == "conflict"
        assert "den Namen" in world.told_on(party)[0]


@pytest.mark.parametrize(
    ("shifted", "day"),
    [("1980-02-28T23:00:00Z", "1980-02-29"), ("1980-06-30T22:00:00Z", "1980-07-01"), ("1899-12-30T00:00:00", None)],
)
async def test_a_birthday_arrives_as_the_day_that_was_meant(world: World, shifted: str, day: str | None) -> None:
    """A shifted midnight is the German day, a date that nobody set is none; Advoware's spelling stays."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.advoware.edit(bet_nr, geburtsdatum=shifted)

    await world.sync(party)
    world.espocrm.edit(party, titel="Dr.")
    await world.sync(party)

    assert world.espocrm.records[party]["dateOfBirth"] == day
    assert world.advoware.records[bet_nr]["geburtsdatum"] == shifted
    assert await world.unsettled(party) == []
