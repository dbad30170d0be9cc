"""What a note shows: parties and records by name, values as they are, and nothing that a value could do."""

from simulators.faults import Latency, Status
from tests.world import World

HELD = "steht auch bei einem anderen Datensatz"


async def held_twice(world: World) -> tuple[str, str]:
    """A linked party, and a copy of it that people are told of."""
    party, bet_nr = await world.linked()
    copy = world.espocrm.add(lastName="Müßig", firstName="Änne", betnr=bet_nr)
    await world.sync(copy)
    await world.closed(copy)
    return party, copy


async def test_another_record_is_named_and_linked(world: World) -> None:
    """And so is the one that the note is about, for those who do not stand before it."""
    party, copy = await held_twice(world)

    to_users, on_record = (str(note["post"]) for note in world.espocrm.notes)
    assert f"{HELD}: [Müßig, Änne](#CBeteiligte/view/{party})." in on_record
    assert to_users.splitlines()[1] == f"[Müßig, Änne](#CBeteiligte/view/{copy})"
    assert copy not in on_record


async def test_a_name_that_cannot_be_read_keeps_no_message_back(world: World) -> None:
    """Told by id then; the message matters more."""
    party, bet_nr = await world.linked()
    copy = world.espocrm.add(lastName="Müßig", firstName="Änne", betnr=bet_nr)
    world.faults.plan("espocrm.list", Latency(0), Status(503))

    await world.sync(copy)
    await world.closed(copy)

    assert f"{HELD}: [{party}](#CBeteiligte/view/{party})." in world.told_on(copy)[0]


async def test_a_message_about_one_record_costs_its_notes_alone(world: World) -> None:
    """Its name was read by the sync."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    mark = world.calls.mark

    await world.sync(party)
    await world.closed(party)

    assert world.spent(mark).keys() == {
        "espocrm.read",
        "espocrm.write",
        "espocrm.note",
        "advoware.read",
        "advoware.replace",
    }
    assert "[Müßig, Änne](#" in world.told()[0]


async def test_a_value_calls_nobody_and_leads_nowhere(world: World) -> None:
    """What a client is called is no Markdown."""
    party, bet_nr = await world.linked(lastName="@boss", firstName="[x](https://evil.example)")
    world.espocrm.edit(party, titel="`*@boss*`")
    world.advoware.edit(bet_nr, titel="Prof.")

    await world.sync(party)
    await world.closed(party)

    for told in world.told():
        assert "@" not in told
        assert r"„\`\*&#64;boss\*\`“" in told
    assert rf"[&#64;boss, \[x\](https\://evil.example)](#CBeteiligte/view/{party})" in world.told()[0]
