"""P4: one party, one partner, whatever way the link came (design §4 first link, §5 create exactly once)."""

import asyncio
import re
from collections.abc import Callable

import pytest

from beteiligte.request_reason import Reason
from simulators.faults import Hang, Status
from tests.rules import party_rules
from tests.scenarios.meanwhile import Overtaken
from tests.world import HERE, THERE, World

LOOK_UP = {"rules": party_rules(look_up=True)}


def holders(world: World, bet_nr: int) -> list[str]:
    """EspoCRM records that hold the betNr."""
    return [party for party, record in world.espocrm.records.items() if record["betnr"] == bet_nr]


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_party_that_advoware_has_already_is_adopted_not_doubled(world: World) -> None:
    """With a look-up: one match by name, first name and birthday is linked, checked, and compared like a first link."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", vorname="Änne", geburtsdatum="1980-02-29T00:00:00", titel="Dr.")
    party = world.espocrm.add(lastName="Müßig", firstName="Änne", dateOfBirth="1980-02-29")

    await world.sync(party, Reason.CREATED)

    assert world.bet_nr(party) == bet_nr
    assert world.espocrm.records[party]["titel"] == "Dr."
    assert world.calls.count("advoware.create") == 0
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_create_without_a_match_costs_one_search_more(world: World) -> None:
    """Design §5; also where the name is another party's, and another record waits under the same name."""
    world.advoware.has_search = True
    world.advoware.add(name="Müßig", vorname="Bernd")
    world.espocrm.add(lastName="Müßig", firstName="Änne")
    party = world.espocrm.add(lastName="Müßig", firstName="Änne")
    mark = world.calls.mark

    await world.sync(party, Reason.CREATED)

    await world.closed(party)
    spent = {"espocrm.read": 1, "advoware.search": 1, "advoware.create": 1, "espocrm.write": 1}
    assert world.spent(mark) == spent


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "one after the other"])
@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_two_records_that_match_the_same_partner_are_both_a_person_s_choice(world: World, at_once: bool) -> None:
    """Neither may take it, whoever comes first: held, told once each with the other's id, and nothing is written."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    parties = [world.espocrm.add(lastName="Müßig", **HERE, titel="Dr.") for _ in range(2)]
    hang = Hang()
    if at_once:
        world.faults.plan("advoware.search", hang, times=2)

    syncs = [asyncio.create_task(world.sync(party, Reason.CREATED)) for party in parties[: 1 + at_once]]
    if at_once:
        await world.calls.until(lambda calls: calls.count("advoware.search") == 2)
        hang.release()
    await asyncio.gather(*syncs)
    for party in parties[1:] * 2 + parties[:1]:
        await world.sync(party)
        await world.closed(party)

    assert holders(world, bet_nr) == []
    assert [world.status(party) for party in parties] == ["conflict", "conflict"]
    for party, other in (parties, parties[::-1]):
        (told,) = world.told_on(party)
        assert re.search(rf"betNr {bet_nr}; EspoCRM \[[^\]]+\]\(#CBeteiligte/view/{other}\)", told)
    assert world.calls.count("advoware.create") + world.calls.count("advoware.replace") == 0


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_person_settles_whose_partner_it_is(world: World) -> None:
    """The betNr in one record, `--create` for the other: both are served, and the question is over."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    mine, other = (world.espocrm.add(lastName="Müßig", **HERE) for _ in range(2))
    for party in (mine, other):
        await world.sync(party, Reason.CREATED)

    world.espocrm.edit(mine, betnr=bet_nr)
    await world.sync(mine)
    still_held = await world.sync(other)
    await world.sync(other, create_anyway=True)

    assert (still_held.status, world.bet_nr(mine)) == ("conflict", bet_nr)
    assert world.bet_nr(other) != bet_nr
    assert await world.unsettled(mine) == []
    assert await world.unsettled(other) == []


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_two_matches_are_a_person_s_choice(world: World) -> None:
    """An ambiguous match is held and told, never guessed, and nothing is created."""
    world.advoware.has_search = True
    for _ in range(2):
        world.advoware.add(name="Müßig", **THERE)
    party = world.espocrm.add(lastName="Müßig", **HERE)

    await world.sync(party, Reason.CREATED)
    await world.closed(party)

    assert world.status(party) == "conflict"
    assert world.calls.count("advoware.create") == 0
    (told,) = world.told_on(party)
    assert "passen mehrfach (betNr " in told


async def test_two_records_given_the_same_bet_nr_by_hand_are_both_held(world: World) -> None:
    """Syncing at the same moment changes nothing about it: each sees the other."""
    bet_nr = world.advoware.add(name="Müßig")
    parties = [world.espocrm.add(lastName="Müßig", titel=titel, betnr=bet_nr) for titel in ("Dr.", "Prof.")]

    await asyncio.gather(*(world.sync(party) for party in parties))

    assert [world.status(party) for party in parties] == ["conflict", "conflict"]
    assert world.advoware.records[bet_nr]["titel"] is None


async def test_a_restored_record_does_not_share_its_partner_with_the_one_that_took_its_place(world: World) -> None:
    """A restore raises no event and its base names the betNr, so only the other party's run tells of it."""
    old, bet_nr = await world.linked()
    await world.closed(old)
    world.espocrm.delete(old)
    new = world.espocrm.add(lastName="Müßig", firstName="Änne", betnr=bet_nr)
    await world.sync(new)
    await world.closed(new)
    assert world.status(new) == "clean"

    world.espocrm.restore(old)
    world.espocrm.edit(old, titel="Dr.")
    await world.sync(old)

    assert world.status(old) == "conflict"
    assert world.advoware.records[bet_nr]["titel"] is None


async def test_an_edit_under_our_put_is_told_where_it_shows(world: World) -> None:
    """The PUT replaces the whole record; what it ignores gives away that somebody edited between read and write."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang()

    await world.held(party, "advoware.replace", hang)
    world.advoware.edit(bet_nr, geburtsname="Sommer", zusatz="c/o")
    hang.release()
    await world.closed(party)

    assert "Eine gleichzeitige Eingabe" in "\n".join(world.told())
    assert world.espocrm.records[party]["geburtsname"] == "Sommer"
    assert world.advoware.records[bet_nr]["titel"] == "Dr."


def edit_everywhere(world: World) -> None:
    """Every record gets another version."""
    for party in world.espocrm.records:
        world.espocrm.edit(party, zusatz="c/o")


@pytest.mark.parametrize("world", [{"optimistic_concurrency": True}], indirect=True)
@pytest.mark.parametrize(
    ("event", "down"),
    [
        pytest.param(lambda world: None, False, id="written back at once"),
        pytest.param(edit_everywhere, False, id="the write-back is stale"),
        pytest.param(lambda world: world.faults.plan("espocrm.write", *[Status(503)] * 6), True, id="it takes hours"),
    ],
)
async def test_an_edit_under_our_put_is_told_once_whatever_the_write_back_meets(
    world: World, event: Callable[[World], object], down: bool
) -> None:
    """Only the PUT's answer shows it, so it is kept until people can be told."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Overtaken(bet_nr, event, world))

    await world.ask(party)
    await world.closed(party)

    told = "\n".join(world.told_on(party))
    assert told.count("Eine gleichzeitige Eingabe") == 1
    if down:
        await world.recovered("espocrm")  # else its calls would be counted among the party's
    assert await world.unsettled(party) == []
