"""With the operator's names in both systems everything travels as with the built-in ones, in each kind of step."""

import pytest

from beteiligte.record.field_table import Group
from runtime.field_file import parse
from tests.rules import party_rules
from tests.world import World

TABLE = parse(
    """
    [titel]
    espocrm = "zusatz"
    advoware = "bAnrede"
    [zusatz]
    espocrm = "briefAnrede"
    advoware = "titel"
    [briefanrede]
    espocrm = "titel"
    advoware = "zusatz"
    group = "kontaktdaten"
    [kurzname]
    mapped = false
    """
)
RULES = party_rules(table=TABLE)

pytestmark = pytest.mark.parametrize("world", [{"rules": RULES}], indirect=True)


async def test_create_push_and_pull_go_to_the_operator_s_places(world: World) -> None:
    """Each value stands where the file says, on both sides."""
    party, bet_nr = await world.linked(zusatz="Dr.")
    assert (world.advoware.records[bet_nr]["bAnrede"], world.advoware.records[bet_nr]["zusatz"]) == ("Dr.", None)

    world.espocrm.edit(party, zusatz="Prof.")
    await world.sync(party)
    assert world.advoware.records[bet_nr]["bAnrede"] == "Prof."

    world.advoware.edit(bet_nr, titel="c/o Kanzlei")
    await world.sync(party)
    assert (world.espocrm.records[party]["briefAnrede"], world.espocrm.records[party]["titel"]) == ("c/o Kanzlei", None)
    assert world.told() == []
    assert await world.unsettled(party) == []


async def test_the_group_of_the_file_decides_a_conflict(world: World) -> None:
    """The letter salutation counts as contact data here, so Advoware wins, and the conflict is counted there."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Sehr geehrte Frau Müßig")
    world.advoware.edit(bet_nr, zusatz="Liebe Frau Müßig")

    outcome = await world.sync(party)

    assert [finding.group for finding in outcome.findings] == [Group.KONTAKTDATEN]
    assert world.espocrm.records[party]["titel"] == "Liebe Frau Müßig"
    assert await world.unsettled(party) == []


async def test_a_write_that_did_not_take_is_seen_at_the_operator_s_place(world: World) -> None:
    """EspoCRM ignores it, then Advoware does: told once by the field's own name, and nothing is reverted."""
    party, bet_nr = await world.linked()
    world.espocrm.readonly.add("briefAnrede")
    world.advoware.edit(bet_nr, titel="c/o Kanzlei")
    world.advoware.ignores.add("bAnrede")
    world.espocrm.edit(party, zusatz="Dr.")

    await world.sync(party)
    await world.sync(party)
    await world.closed(party)

    assert world.advoware.records[bet_nr]["titel"] == "c/o Kanzlei"
    assert world.espocrm.records[party]["zusatz"] == "Dr."
    assert sum("Zusatz" in text for text in world.told_on(party)) == 1
    assert sum("Titel" in text for text in world.told_on(party)) == 1


async def test_a_refused_value_is_known_by_the_operator_s_place(world: World) -> None:
    """EspoCRM names its attribute; the field is left out and told, the rest is written."""
    party, bet_nr = await world.linked()
    world.advoware.edit(bet_nr, bAnrede="x" * 500, titel="c/o Kanzlei")

    await world.sync(party)
    await world.closed(party)

    assert world.espocrm.records[party]["zusatz"] is None
    assert world.espocrm.records[party]["briefAnrede"] == "c/o Kanzlei"
    assert sum("Titel" in text for text in world.told_on(party)) == 1


async def test_a_field_that_is_not_mapped_is_left_alone(world: World) -> None:
    """It may differ for ever, and nobody is told."""
    party, bet_nr = await world.linked(kurzname="M")
    world.advoware.edit(bet_nr, kurzname="Müß")

    await world.sync(party)

    assert world.espocrm.records[party]["kurzname"] == "M"
    assert world.told() == []
    assert await world.unsettled(party) == []
