"""What waits for a person after the story, for whoever stays: different questions, each with an answer on the desk."""

from demo.play import Play
from demo.watching import Expected
from simulators.faults import LostAnswer

UNDECIDED = Expected(decision="conflict", status="conflict", budget=4)
REFUSED = Expected(decision="failed", status="permanently_failed", budget=5)
NO_LINK = Expected(decision="conflict", status="conflict", budget=3)
TOO_LONG = "Verwaltungsgesellschaft für ungewöhnlich ausführlich bezeichnete Grundstücke und Beteiligungen"
"""Longer than the 80 characters that Advoware takes."""


async def for_people(play: Play) -> None:
    """Some things are left to people: they wait on the desk"""
    await _edited_on_both_sides(play)
    await _without_number(play)
    await _too_long(play)
    await _unanswered(play)  # the last: while Advoware is in doubt, each create costs a read more


async def _edited_on_both_sides(play: Play) -> None:
    """The addition and the letter's salutation are left to people in this demo; other fields settle by themselves."""
    for first, last, ours, theirs in (
        ("Jörg", "Straßner", "c/o Kanzlei Meier, Hinterhaus", "c/o Kanzlei Mayer, Hinterhaus"),
        ("Ingeborg", "Żukowska", "2. Obergeschoss links", "2. Obergeschoss rechts"),
    ):
        party = await play.party(first, last)
        play.edit_in_advoware(party, zusatz=theirs, bAnrede=f"Sehr geehrte Familie {last}")
        play.edit(party, zusatz=ours)
        await play.synced(party, "addition, two sides", UNDECIDED)


async def _unanswered(play: Play) -> None:
    play.stage.world.faults.plan("advoware.create", LostAnswer())
    party = play.enter(firstName="Carlo", lastName="Weißgerber")
    await play.synced(party, "create without answer", UNDECIDED)


async def _without_number(play: Play) -> None:
    party = await play.party("Ødvin", "Sørensen")
    play.edit(party, betnr=None)
    await play.synced(party, "betNr emptied", NO_LINK)


async def _too_long(play: Play) -> None:
    party = play.enter(firmenname=TOO_LONG, rechtsform="GmbH")
    await play.synced(party, "name too long", REFUSED)
