"""A party that is larger than Temporal stores at once: what is too long is left alone and told, nothing hangs."""

import asyncio

import pytest

from beteiligte.record.size import MAX_RAW, MAX_TEXT
from tests.scenarios.sweeping import swept
from tests.world import World

LONG = [MAX_TEXT, 720_000, 1_500_000]
TEXTS = ("zusatz", "briefAnrede", "rechtsform", "titel", "kurzname", "geburtsname", "art", "familienstand")


async def closed(world: World, party: str) -> str:
    """How its run ended; one that hangs turns a test red instead of stopping all."""
    async with asyncio.timeout(60):
        return await world.closed(party)


@pytest.mark.parametrize("size", LONG)
@pytest.mark.parametrize("linked", [True, False])
async def test_a_text_too_long_in_espocrm_is_told_and_the_rest_is_synced(
    world: World, size: int, *, linked: bool
) -> None:
    """Once, on a party that is linked and on one that is created; the long text stays where it is."""
    world.espocrm.make_text("zusatz")
    party = (await world.linked())[0] if linked else world.espocrm.add(lastName="Müßig", firstName="Änne")
    text = "x" * size
    world.espocrm.edit(party, zusatz=text, titel="Dr.")

    await world.sync(party)
    await closed(world, party)
    await world.sync(party)
    assert await closed(world, party) == ""

    assert world.titles(party) == ("Dr.", "Dr.")
    assert world.espocrm.records[party]["zusatz"] == text
    assert world.advoware.records[world.bet_nr(party)]["zusatz"] is None
    assert "zu lang" in " ".join(world.told_on(party))
    assert sum("zu lang" in told for told in world.told_on(party)) == 1
    assert [told for told in world.told() if "xxxxx" in told] == []


@pytest.mark.parametrize("size", LONG)
async def test_a_text_too_long_in_advoware_is_told_and_kept_by_every_put(world: World, size: int) -> None:
    """Neither is it pulled, nor lost by the PUT that replaces the record; where the whole record fits."""
    party, bet_nr = await world.linked()
    await closed(world, party)
    world.advoware.edit(bet_nr, zusatz="x" * size)
    world.espocrm.edit(party, titel="Dr.")

    await world.sync(party)
    code = await closed(world, party)

    fits = size < MAX_RAW
    assert code == ("" if fits else "TooLarge")
    assert world.status(party) == ("clean" if fits else "permanently_failed")
    assert world.advoware.records[bet_nr]["titel"] == ("Dr." if fits else None)
    assert world.advoware.records[bet_nr]["zusatz"] == "x" * size
    assert ("zu lang" if fits else "zu groß") in "\n".join(world.told_on(party))


@pytest.mark.parametrize("entries", [4_000, 50_000])
async def test_thousands_of_phone_numbers_are_carried_or_told(world: World, entries: int) -> None:
    """Fields that are not mapped belong to the record that a PUT replaces: all of them are kept, or nothing is sent."""
    party, bet_nr = await world.linked()
    await closed(world, party)
    phones = [
        {"tlf": f"+49 30 {number:07}", "bemerkung": "Kanzlei, Zentrale", "kommKz": 1} for number in range(entries)
    ]
    world.advoware.edit(bet_nr, kommunikation=phones)
    world.espocrm.edit(party, titel="Dr.")
    mark = world.calls.mark

    outcome = await world.sync(party)
    code = await closed(world, party)

    large = entries == 50_000
    assert (outcome.failure.code if outcome.failure else "") == code == ("TooLarge" if large else "")
    assert world.calls.count("advoware.replace", since=mark) == (0 if large else 1)
    assert world.advoware.records[bet_nr]["kommunikation"] == phones
    assert world.status(party) == ("permanently_failed" if large else "clean")
    assert any("zu groß" in told for told in world.told_on(party)) is large


@pytest.mark.parametrize("letter", ["x", "ß", "🙂"])
async def test_many_long_texts_together_on_both_sides_end_visibly(world: World, letter: str) -> None:
    """Each just short enough; a conflict about all of them, with both values in what is written and told."""
    world.espocrm.make_text(*TEXTS)
    party, bet_nr = await world.linked()
    await closed(world, party)
    left, right = (letter * (MAX_TEXT - 2) + mark for mark in "ab")
    world.espocrm.edit(party, **dict.fromkeys(TEXTS, left))
    world.advoware.edit(bet_nr, **{**dict.fromkeys(TEXTS, right), "bAnrede": right})

    outcome = await world.sync(party)
    await closed(world, party)

    assert outcome.result in ("merge", "conflict", "espocrm_newer", "advoware_newer")
    assert world.told_on(party) != []
    assert world.status(party) in ("clean", "conflict")
    await world.sync(party)
    assert await closed(world, party) == ""


@pytest.mark.parametrize("name", ["advowareSyncBase", "syncErrorMessage"])
@pytest.mark.parametrize("size", [10_000, 1_500_000])
async def test_a_bookkeeping_text_of_any_length_is_put_right(world: World, name: str, size: int) -> None:
    """Whoever wrote it: it is none of ours."""
    world.espocrm.make_text(name)
    party, _ = await world.linked()
    await closed(world, party)
    world.espocrm.edit(party, **{name: "x" * size})

    await world.sync(party)
    await closed(world, party)

    assert len(str(world.espocrm.records[party][name] or "")) < MAX_TEXT
    assert world.status(party) in ("clean", "conflict")


async def test_sweeps_leave_a_text_that_is_too_long_alone(world: World) -> None:
    """Their lists cut it; what is told stands, and no sync is asked for again and again."""
    world.espocrm.make_text("zusatz")
    party, _ = await world.linked()
    world.espocrm.edit(party, zusatz="x" * 50_000)
    await world.sync(party)
    await closed(world, party)

    summary = await swept(world)

    assert summary.due == {}


async def test_a_rowid_of_any_length_is_none(world: World) -> None:
    """It would stand in EspoCRM's 50 characters and in every step."""
    party, bet_nr = await world.linked()
    await closed(world, party)
    world.advoware.records[bet_nr]["rowId"] = "X" * 2_000
    world.espocrm.edit(party, titel="Dr.")

    await world.sync(party)
    await closed(world, party)

    assert world.status(party) == "clean"
    assert world.titles(party) == ("Dr.", "Dr.")
