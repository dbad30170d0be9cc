"""What happens in each chapter. A chapter is a function of the stage; its docstring's first line is its title.

A new one is a function (or a file, if it is long) and a place in story.py. People act in the stand-ins directly; all
that the program does goes over HTTP. Budgets: design §5, retries and messages aside.
"""

from demo.play import Play
from demo.watching import Expected
from simulators.faults import Hang, LostAnswer

CREATED = Expected(decision="create", budget=3)
PUSHED = Expected(decision="espocrm_newer", budget=4)
PUSHED_LATE = Expected(decision="espocrm_newer", budget=6)
"""EspoCRM is read again behind a first attempt that failed, and once more before it is written, for that read is old by
then."""
PULLED = Expected(decision="advoware_newer", budget=3)
TOO_LONG = "Gesellschaft für die Verwaltung besonders umständlich benannter Beteiligungen an Gesellschaften"
"""Longer than the 80 characters that Advoware takes."""


async def created(play: Play) -> None:
    """A new party in EspoCRM appears in Advoware"""
    play.happens("Somebody enters Änne Müßig in EspoCRM. Its webhook tells us: look at this id.")
    party = play.enter(firstName="Änne", lastName="Müßig", dateOfBirth="1980-02-29", salutationName="Ms.")
    await play.synced(party, "entered in EspoCRM", CREATED)
    record = play.in_advoware(party)
    play.sees(
        f"Advoware has betNr {record['betNr']}: {record['anrede']} {record['vorname']} {record['name']}, "
        f"born {record['geburtsdatum']}."
    )


async def edited_in_espocrm(play: Play) -> None:
    """An edit in EspoCRM reaches Advoware; the echo of our own write costs nothing"""
    party = await play.party("Jürgen", "Öztürk")
    play.happens("In EspoCRM, Jürgen Öztürk gets the title Dr.")
    play.edit(party, titel="Dr.")
    await play.synced(party, "edited in EspoCRM", PUSHED)
    play.sees(f"Advoware: {play.in_advoware(party)['titel']} {play.in_advoware(party)['name']}.")


async def edited_in_advoware(play: Play) -> None:
    """An edit in Advoware is found by looking"""
    party = await play.party("Zoë", "Çelik")
    play.happens("In Advoware, Zoë Çelik gets the addition „c/o Kanzlei“. Advoware tells nobody, so somebody looks:")
    play.edit_in_advoware(party, zusatz="c/o Kanzlei")
    await play.command("sync", party)
    await play.synced(party, "edited in Advoware", PULLED)
    play.sees(f"EspoCRM: {play.in_espocrm(party)['zusatz']}.")


async def merged(play: Play) -> None:
    """Different fields edited on both sides: both edits survive"""
    party = await play.party("François", "Nuñez")
    play.happens("In Advoware the letter's salutation changes, at the same time in EspoCRM the title.")
    play.edit_in_advoware(party, bAnrede="Sehr geehrter Herr Professor Nuñez")
    play.edit(party, titel="Prof. Dr.")
    await play.synced(party, "two fields, two sides", Expected(decision="merge", budget=4))
    both = play.in_espocrm(party)
    play.sees(f"Both sides: {both['titel']}, „{both['briefAnrede']}“.")


async def conflict(play: Play) -> None:
    """The same field edited on both sides: EspoCRM wins, and people are told both values"""
    party = await play.party("Renée", "Groß")
    play.happens("In Advoware Renée Groß becomes Prof., at the same time in EspoCRM Dr.")
    play.edit_in_advoware(party, titel="Prof.")
    play.edit(party, titel="Dr.")
    await play.synced(party, "one field, two sides", Expected(decision="conflict", budget=4))
    play.told(party)


async def lost_answer(play: Play) -> None:
    """The answer to a create is lost: there is no second party"""
    play.happens("Somebody enters Ağnes Weiß. Advoware creates the party, but its answer is lost on the way.")
    play.stage.world.faults.plan("advoware.create", LostAnswer())
    party = play.enter(firstName="Ağnes", lastName="Weiß")
    unknown = Expected(decision="conflict", status="conflict", budget=4)
    await play.synced(party, "create without answer", unknown)
    play.told(party)
    [bet_nr] = [number for number, record in play.stage.world.advoware.records.items() if record["name"] == "Weiß"]
    play.happens(f"Somebody looks into Advoware, finds one Weiß, and enters betNr {bet_nr} in EspoCRM.")
    play.edit(party, betnr=bet_nr)
    linked = Expected(decision="no_change", budget=4)  # 3 to put bookkeeping right, 1 for who else holds the betNr
    await play.synced(party, "betNr entered by hand", linked)


async def advoware_down(play: Play) -> None:
    """Advoware is down for a moment: the sync waits and goes on by itself"""
    party = await play.party("Łukasz", "Straßner")
    play.happens("Advoware goes down. In EspoCRM, Łukasz Straßner gets the title Dr.")
    await play.stage.world.advoware_server.stop()
    play.edit(party, titel="Dr.")
    await play.shows_retries(party, upto=4)
    play.happens("Advoware is back.")
    await play.stage.world.advoware_server.start()
    await play.synced(party, "edited during outage", PUSHED_LATE)
    play.sees(f"Advoware: {play.in_advoware(party)['titel']} {play.in_advoware(party)['name']}.")


async def refused(play: Play) -> None:
    """Advoware refuses a value: permanently_failed, and people are told"""
    play.happens(f"Somebody enters a company with a name of {len(TOO_LONG)} characters; Advoware takes 80.")
    party = play.enter(firmenname=TOO_LONG, rechtsform="GmbH")
    failed = Expected(decision="failed", status="permanently_failed", budget=4)
    await play.synced(party, "name too long", failed)
    play.told(party)
    play.happens("Somebody shortens the name: the next request starts afresh.")
    play.edit(party, firmenname="Umständliche Beteiligungen GmbH")
    await play.synced(party, "name shortened", CREATED)


async def burst(play: Play) -> None:
    """A hundred deliveries for one party cost at most two syncs"""
    party = await play.party("Björn", "Þórsson")
    play.happens("While EspoCRM takes its time to answer the first sync, Björn Þórsson is edited a hundred times.")
    world, slow = play.stage.world, Hang()
    world.faults.plan("espocrm.read", slow, party=party)
    mark = world.calls.mark
    await play.edit_and_deliver_each(party, [{"zusatz": f"Zimmer {number + 1}"} for number in range(100)])
    await play.until(slow.entered.is_set, "the first sync to begin")
    slow.release()
    await play.synced(party, "100 deliveries", Expected(decision="no_change", budget=6))
    posts, syncs = world.calls.count("delivery.update", since=mark), world.calls.count("espocrm.read", since=mark)
    play.sees(f"{posts} deliveries were answered by {syncs} syncs.")
    play.check(posts >= 100 and syncs <= 2, f"{posts} deliveries cost {syncs} syncs, not at most 2")
