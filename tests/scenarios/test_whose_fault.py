"""A refused record is its own matter, and a system that refuses all is down (beteiligte/blame.py)."""

import asyncio
from datetime import timedelta

import pytest

from beteiligte.blame import MANY
from clients.advoware_session import NO_BET_NR
from contracts.timing import Timing
from simulators.faults import Status, refused
from tests.scenarios.refusing import ARCHIVED, archive, down, edited_in_advoware, edited_in_espocrm, waited
from tests.world import World

REASON = {"X-Status-Reason": ARCHIVED}
NO_EDIT = Status(403, {"X-Status-Reason": "No edit access."})


async def own_matter(world: World, party: str, system: str, *said: str) -> str:
    """Sync it, hold that it is told once as its own matter, and nobody of an outage; the fault's code."""
    await world.ask(party)
    code = await world.closed(party)
    again = await world.ask(party)
    await world.closed(party)
    assert again is not None
    assert not await down(world, system)
    [text] = world.told_on(party)
    assert "Rolle" not in text
    assert [words for words in said if words not in text] == [], text
    assert not [told for told in world.told() if "nicht zur Verfügung" in told]
    return code


# ---------------------------------------------------------------------- one record


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [(403, ARCHIVED, "RecordRefused"), (409, "Nicht jetzt.", "RecordRefused"), (400, "Unvollständig.", "Rejected")],
)
async def test_a_record_that_a_script_of_espocrm_protects(world: World, status: int, text: str, code: str) -> None:
    """Nothing is written, the status neither, and people read what the script says."""
    party, *_ = await edited_in_advoware(world, 3)
    world.espocrm.install(archive(party, status=status, text=text))

    assert await own_matter(world, party, "espocrm", text) == code
    assert world.status(party) == "clean"

    world.espocrm.install(None)
    await world.sync(party)
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("reason", [ARCHIVED, "No edit access."])
async def test_a_record_that_espocrm_refuses_with_a_reason_only(world: World, reason: str) -> None:
    """The right to edit is the role's, and yet this record is denied: others are let through."""
    party, *_ = await edited_in_advoware(world, 2)
    world.faults.refuse(party, Status(403, {"X-Status-Reason": reason}), "espocrm.write")

    assert await own_matter(world, party, "espocrm", reason) == "NoRight"


async def test_the_only_record_of_a_quiet_installation(world: World) -> None:
    """No other party, nobody to compare with, and whatever is written is refused with a reason."""
    [party] = await edited_in_advoware(world, 1)
    world.faults.outage("espocrm.write", Status(403, REASON, {"message": ARCHIVED}))

    assert await own_matter(world, party, "espocrm", ARCHIVED) == "RecordRefused"


@pytest.mark.parametrize("status", [400, 403, 409, 410, 412, 413, 418, 422, 423])
async def test_a_party_that_advoware_does_not_let_be_written(world: World, status: int) -> None:
    """The status says so, and the next edit tries again."""
    party, *_ = await edited_in_espocrm(world, 2)
    world.faults.refuse(world.bet_nr(party), refused(status, "in Bearbeitung"), "advoware.replace")

    await own_matter(world, party, "advoware", *([] if status == 423 else ["in Bearbeitung"]))
    assert world.status(party) == "permanently_failed"

    world.faults.allow(world.bet_nr(party))
    await world.sync(party)
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("status", [400, 403, 409, 410, 412, 422, 423])
@pytest.mark.parametrize("others", [True, False], ids=["among others", "alone"])
async def test_a_party_that_advoware_does_not_show(world: World, status: int, others: bool) -> None:
    """Also 410: only 404 is known to say that it was deleted."""
    party, *_ = await edited_in_espocrm(world, 2 if others else 1)
    world.faults.refuse(world.bet_nr(party), refused(status), "advoware.read")

    await own_matter(world, party, "advoware")
    assert world.status(party) == "permanently_failed"


@pytest.mark.parametrize("status", [400, 403, 409, 412, 413, 422, 423])
async def test_a_party_that_advoware_does_not_let_be_created(world: World, status: int) -> None:
    """Refused for certain: no open question, and a later edit creates it."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", refused(status, "Name gesperrt"), times=2)

    await own_matter(world, party, "advoware")
    assert world.status(party) == "permanently_failed"

    await world.sync(party)
    assert await world.unsettled(party) == []
    assert world.advoware.count() == 1


async def test_a_witness_that_is_refused_itself_accuses_nobody(world: World) -> None:
    """A party is gone in Advoware; of the others that are asked some are locked."""
    parties = [await world.linked(lastName=f"Anders {n}") for n in range(3)]
    (party, gone), (_, locked), _ = parties
    world.faults.refuse(locked, refused(423), "advoware.read")
    world.advoware.remove(gone)

    await world.sync(party)

    assert world.status(party) == "deleted_in_advoware"
    assert not await down(world, "advoware")


# ---------------------------------------------------------------------- several


async def test_eight_archived_records_are_no_outage(world: World) -> None:
    """Each is told once, however often it is tried, and nobody was written meanwhile."""
    parties = await edited_in_advoware(world, 9)
    world.espocrm.install(archive(*parties[:8]))

    for _ in range(2):
        for party in parties[:8]:
            await world.ask(party)
            assert await world.closed(party) == "RecordRefused"

    assert not await down(world, "espocrm")
    assert [len(world.told_on(party)) for party in parties] == [1] * 8 + [0]


@pytest.mark.parametrize("world", [{"timing": Timing(attempts=1)}], indirect=True)
@pytest.mark.parametrize("call", ["espocrm.read", "advoware.read", "advoware.replace"])
async def test_comparison_them_a_party_that_met_one_503_waits_its_normal_time(world: World, call: str) -> None:
    """Its outage is tried by it alone: two minutes, by the pace of outages, and not a hundred times that."""
    *refused_ones, other = await edited_in_advoware(world, 9)
    world.espocrm.edit(other, zusatz="c/o")
    world.espocrm.install(archive(*refused_ones))
    numbers = [world.bet_nr(party) for party in refused_ones[:4]]
    for number in numbers:
        world.faults.refuse(number, refused(423), "advoware.replace", "advoware.read")
    about = other if call.startswith("espocrm") else world.bet_nr(other)
    for party in refused_ones:
        await world.ask(party)
        await world.closed(party)
    world.faults.plan(call, Status(503), party=about)

    system = call.partition(".")[0]
    await world.ask(other)
    assert await world.closed(other) == "Transient"
    for party in refused_ones:
        await world.ask(party)
    await world.recovered(system)
    assert await world.closed(other) == ""

    assert await waited(world, system, other) < timedelta(minutes=5)
    assert world.differing(other) == []


@pytest.mark.parametrize("world", [{"timing": Timing(attempts=1)}], indirect=True)
@pytest.mark.parametrize("status", [403, 413])
@pytest.mark.parametrize("late", [True, False], ids=["late", "soon"])
async def test_nor_does_it_wait_behind_parties_that_are_refused_alike(world: World, status: int, *, late: bool) -> None:
    """Eight that may not be created are taken for an outage, which tries a party of another kind all the same."""
    [other] = await edited_in_espocrm(world, 1)
    parties = [world.espocrm.add(lastName=f"Neu {n}") for n in range(8)]
    world.faults.outage("advoware.create", refused(status, "gesperrt"))
    for party in parties:
        await world.ask(party)
        await world.closed(party)
    recovered = asyncio.create_task(world.recovered("advoware"))
    if late:
        await world.told_of("nicht zur Verfügung")
    world.faults.plan("advoware.replace", Status(503), party=world.bet_nr(other))

    await world.ask(other)
    assert await world.closed(other) == "Transient"
    await recovered
    assert await world.closed(other) == ""

    assert await waited(world, "advoware", other) < timedelta(minutes=5)
    assert world.differing(other) == []


# ---------------------------------------------------------------------- all


@pytest.mark.parametrize("status", [403, 500])
async def test_when_advoware_lets_nobody_be_written_it_is_told_once(world: World, status: int) -> None:
    """Reading works all the time."""
    parties = await edited_in_espocrm(world, 4)
    world.faults.outage("advoware.replace", Status(status))
    await all_wait(world, parties, "advoware")

    world.faults.lift("advoware.replace")
    await all_are_synced(world, parties, "advoware")


async def test_when_advoware_shows_nobody_it_is_told_once(world: World) -> None:
    """No other party is read either."""
    parties = await edited_in_espocrm(world, 4)
    world.faults.outage("advoware.read", Status(403))
    await all_wait(world, parties, "advoware")

    world.faults.lift("advoware.read")
    await all_are_synced(world, parties, "advoware")


async def test_the_outage_says_which_right_is_lacking(world: World) -> None:
    """In the system's own words: an administrator looks for them."""
    parties = await edited_in_advoware(world, 3)
    world.faults.outage("espocrm.write", NO_EDIT)
    await all_wait(world, parties, "espocrm")
    assert "No edit access." in world.told()[0]

    world.faults.lift("espocrm.write")
    await all_are_synced(world, parties, "espocrm")


async def test_a_party_s_own_matter_says_nothing_about_the_others_that_wait(world: World) -> None:
    """It waits no longer and is told; the outage goes on until another party is written."""
    own, *others = await edited_in_espocrm(world, 3)
    world.faults.outage("advoware.replace", Status(403))
    await all_wait(world, [own, *others], "advoware")

    world.faults.refuse(world.bet_nr(own), refused(423), "advoware.read")
    await world.told_of("gesperrt")
    mark = world.calls.mark
    await world.calls.until(
        lambda calls: len([c for c in calls.since(mark, "advoware.replace") if c.party != str(NO_BET_NR)]) > 3
    )
    world.faults.lift("advoware.replace")
    await world.recovered("advoware")
    await asyncio.gather(*(world.closed(party) for party in others))

    assert world.differing(*others) == []
    assert len(world.told_on(own)) == 1
    assert sum("wieder zur Verfügung" in text for text in world.told()) == 1


@pytest.mark.parametrize("world", [{"write_probe": False}], indirect=True)
async def test_with_the_probe_switched_off_nothing_is_sent_to_nobody_s_number(world: World) -> None:
    """`ADVOWARE_WRITE_PROBE=false`: two are told singly, from the third on it is Advoware's matter."""
    parties = await edited_in_espocrm(world, 4)
    world.faults.outage("advoware.replace", refused(403))
    for party in parties:
        await world.ask(party)
        await world.closed(party)

    assert [bool(world.told_on(party)) for party in parties] == [True, True, False, False]
    assert await down(world, "advoware")
    assert world.calls.since(party=str(NO_BET_NR)) == []

    world.faults.lift("advoware.replace")
    await world.recovered("advoware")


async def test_when_nobody_can_be_created_few_are_told_singly(world: World) -> None:
    """Of the first two nobody can know; from the third on it is Advoware's, and all are created afterwards."""
    parties = [world.espocrm.add(lastName=f"Neu {n}") for n in range(6)]
    world.faults.outage("advoware.create", refused(403, "nicht erlaubt"))
    for party in parties:
        await world.ask(party)
        await world.closed(party)
    await world.told_of("nicht zur Verfügung")
    assert [bool(world.told_on(party)) for party in parties] == [True, True, False, False, False, False]

    world.faults.lift("advoware.create")
    await world.recovered("advoware")
    await asyncio.gather(*(world.closed(party) for party in parties))
    assert world.differing(*parties[2:]) == []


async def test_a_script_that_refuses_every_record_becomes_one_outage(world: World) -> None:
    """The door is open, since no script is asked about a record that nobody has: so many alike are believed."""
    parties = await edited_in_advoware(world, MANY + 2)
    world.espocrm.install(archive(*parties))
    for party in parties:
        await world.ask(party)
        await world.closed(party)
    await world.told_of("nicht zur Verfügung")
    assert sum(bool(world.told_on(party)) for party in parties) == MANY - 1

    world.espocrm.install(None)
    await world.recovered("espocrm")
    await asyncio.gather(*(world.closed(party) for party in parties))
    assert world.differing(*parties[MANY - 1 :]) == []


async def all_wait(world: World, parties: list[str], system: str) -> None:
    """Each fails by the system's fault, and one message says so."""
    for party in parties:
        await world.ask(party)
        assert await world.closed(party) != ""
    await world.told_of("nicht zur Verfügung")
    assert await down(world, system)
    assert len(world.told()) == 1


async def all_are_synced(world: World, parties: list[str], system: str) -> None:
    """And a second message says so."""
    await world.recovered(system)
    await asyncio.gather(*(world.closed(party) for party in parties))
    assert world.differing(*parties) == []
    assert len(world.told()) == 2
