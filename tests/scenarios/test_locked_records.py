"""Where EspoCRM takes no status either, people are told once, and again only when there is something new to tell."""

import pytest

from beteiligte.request_reason import Reason
from contracts.timing import Timing
from simulators.faults import Status
from tests.scenarios.refusing import First, archive, down, edited_in_advoware
from tests.world import World

SWEEPS = 5
LOCKED = "gesperrt"


async def swept(world: World, party: str, times: int = SWEEPS) -> None:
    """Sweeps that ask for the party, until its runs have ended."""
    for _ in range(times):
        await world.reconcile()
        await world.closed(party)


# ---------------------------------------------------------------------- a lock


async def test_a_locked_record_is_told_once_and_healed_when_it_is_unlocked(world: World) -> None:
    """Nobody is asked to correct a value; a sweep costs two reads, and finds it by itself."""
    [party] = await edited_in_advoware(world, 1)
    world.espocrm.lock(party)

    await swept(world, party)
    [text] = world.told_on(party)
    assert LOCKED in text
    assert "entsperren" in text
    assert "berichtigen" not in text
    mark = world.calls.mark
    await world.ask(party)
    assert await world.closed(party) == "Locked"
    assert world.spent(mark) == {"espocrm.read": 1, "advoware.read": 1}

    world.espocrm.unlock(party)
    await swept(world, party, times=1)
    assert await world.unsettled(party) == []
    assert len(world.told_on(party)) == 1


async def test_it_is_told_anew_when_it_is_locked_again(world: World) -> None:
    """It was healed in between, so people do not know it."""
    [party] = await edited_in_advoware(world, 1)
    for titel in ("Dr.", "Prof."):
        world.espocrm.lock(party)
        world.advoware.edit(world.bet_nr(party), titel=titel)
        await swept(world, party, times=2)
        world.espocrm.unlock(party)
        await swept(world, party, times=1)

    assert len(world.told_on(party)) == 2
    assert await world.unsettled(party) == []


async def test_a_locked_record_reaches_neither_side(world: World) -> None:
    """A create could not enter its betNr, and a push not what was agreed: both wait for the key."""
    new = world.espocrm.add(lastName="Neu")
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.espocrm.lock(new, party)
    mark = world.calls.mark

    for locked in (new, party):
        await world.ask(locked)
        assert await world.closed(locked) == "Locked"
    assert world.calls.writes(mark) == []

    world.espocrm.unlock(new, party)
    for unlocked in (new, party):
        await world.sync(unlocked)
        assert await world.unsettled(unlocked) == []
    assert world.advoware.records[bet_nr]["titel"] == "Dr."


async def test_a_locked_record_without_anything_to_write_is_at_rest(world: World) -> None:
    """Locking is no trouble by itself."""
    party, _ = await world.linked()
    world.espocrm.lock(party)

    assert (await world.sync(party)).result == "no_change"
    assert await world.closed(party) == ""
    assert world.told() == []


@pytest.mark.parametrize("label", ["Titel", "syncStatus", "betnr", "advowareSyncBase"])
async def test_the_label_in_the_answer_is_no_field(world: World, label: str) -> None:
    """Locked after it was read: the answer names a label, and one like a bookkeeping name opens no outage."""
    [party] = await edited_in_advoware(world, 1)
    world.espocrm.labels["titel"] = label
    world.faults.plan("espocrm.write", First(lambda: world.espocrm.lock(party)))

    await world.ask(party)
    assert await world.closed(party) == "Locked"
    await swept(world, party, times=2)

    [text] = world.told_on(party)
    assert LOCKED in text
    assert not await down(world, "espocrm")


async def test_what_landed_waits_for_a_locked_record_and_says_why_once(world: World) -> None:
    """Hour after hour; it is written as soon as the record is unlocked, and no second party is made."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("espocrm.write", First(lambda: world.espocrm.lock(party)))
    mark = world.calls.mark
    handle = await world.ask(party, Reason.CREATED)
    await world.calls.until(lambda calls: calls.count("espocrm.read", since=mark) >= 4)
    await world.told_of("stündlich")
    world.espocrm.unlock(party)
    await handle.result()

    [text] = world.told_on(party)
    assert LOCKED in text
    assert world.advoware.count() == 1
    assert await world.unsettled(party) == []


async def test_after_a_night_without_espocrm_the_lock_is_told_all_the_same(world: World) -> None:
    """What landed waits for two reasons in turn: the first is the outage's to tell, the second the party's."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("espocrm.write", *[Status(503)] * 5, First(lambda: world.espocrm.lock(party)))
    world.faults.plan("espocrm.note", Status(503))

    handle = await world.ask(party, Reason.CREATED)
    await world.told_of(LOCKED)
    world.espocrm.unlock(party)
    await handle.result()

    assert len([text for text in world.told_on(party) if LOCKED in text]) == 1
    assert await world.unsettled(party) == []


# ---------------------------------------------------------------------- whatever else refuses the status


@pytest.mark.parametrize(("status", "code"), [(403, "RecordRefused"), (409, "RecordRefused"), (400, "Rejected")])
async def test_what_also_refuses_the_status_is_told_once(world: World, status: int, code: str) -> None:
    """By what Temporal keeps of the party's runs; a later sweep does not even try to write the status."""
    party, _ = await edited_in_advoware(world, 2)
    world.espocrm.install(archive(party, status=status, text="Akte abgelegt."))

    await swept(world, party)
    [text] = world.told_on(party)
    assert "Akte abgelegt." in text
    mark = world.calls.mark
    await world.ask(party)
    assert await world.closed(party) == code
    assert world.calls.count("espocrm.write", party, since=mark) == 1

    world.espocrm.install(None)
    await swept(world, party, times=1)
    assert await world.unsettled(party) == []
    assert len(world.told_on(party)) == 1


async def test_another_reason_is_told_anew(world: World) -> None:
    """What people know is what they were told."""
    [party] = await edited_in_advoware(world, 1)
    for text in ("Akte abgelegt.", "Akte beim Archivar.", "Akte beim Archivar."):
        world.espocrm.install(archive(party, text=text))
        await swept(world, party, times=2)

    assert [("abgelegt" in text, "Archivar" in text) for text in world.told_on(party)] == [(True, False), (False, True)]


async def test_a_system_that_is_down_meanwhile_makes_nobody_forget(world: World) -> None:
    """The outage is told by itself; afterwards the party is refused as before, and people know."""
    [party] = await edited_in_advoware(world, 1)
    world.espocrm.install(archive(party))
    await swept(world, party, times=1)
    world.faults.outage("advoware")
    await world.ask(party)
    assert await world.closed(party) == "Transient"

    world.faults.lift("advoware")
    await world.recovered("advoware")
    await world.closed(party)

    assert len(world.told_on(party)) == 1


@pytest.mark.parametrize("world", [{"timing": Timing(attempts=2)}], indirect=True)
async def test_a_failure_beside_which_syncing_was_shown_is_known(world: World) -> None:
    """A slow sync shows `syncing` before it fails again by what stands in the record."""
    _, party = await edited_in_advoware(world, 2)
    world.espocrm.edit(party, zusatz="c/o")
    world.faults.refuse(world.bet_nr(party), Status(500), "advoware.replace")

    for _ in range(2):
        await world.ask(party)
        assert await world.closed(party) == "Transient"
        assert world.status(party) == "permanently_failed"

    assert len(world.told_on(party)) == 1


# ---------------------------------------------------------------------- a required field


async def test_a_required_field_is_not_emptied_and_the_rest_is_written(world: World) -> None:
    """400 `required` names the field: left out, told once, neither tried nor told again."""
    party, bet_nr = await world.linked(titel="Dr.")
    world.espocrm.required.add("titel")
    world.advoware.edit(bet_nr, titel=None, zusatz="c/o")

    await world.sync(party)
    mark = world.calls.mark
    await world.sync(party)
    await world.closed(party)

    record = world.espocrm.records[party]
    assert (record["titel"], record["zusatz"]) == ("Dr.", "c/o")
    assert world.calls.writes(mark) == []
    [text] = world.told_on(party)
    assert "Titel" in text
