"""What goes wrong between the calls: lost answers, refusals, missing rights, strangers, emptied names."""

import pytest

from beteiligte.request_reason import Reason
from simulators.faults import LostAnswer, RefusedBeforeEffect, Status, unavailable
from tests.scenarios.meanwhile import Meanwhile
from tests.world import World

FIVE = 5


async def test_a_lost_answer_to_a_create_never_makes_a_second_party(world: World) -> None:
    """Rule 2: without a look-up the question stays open, is told once, and no later request creates."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", LostAnswer())

    outcome = await world.sync(party)
    for _ in range(FIVE):
        await world.sync(party, Reason.UPDATED)
    await world.closed(party)

    assert outcome.result == "conflict"
    assert world.status(party) == "conflict"
    assert world.advoware.count(name="Müßig") == 1
    assert world.calls.count("advoware.create") == 1
    assert len(world.told_on(party)) == 1


async def test_a_person_who_enters_the_bet_nr_answers_the_open_question(world: World) -> None:
    """The open create is closed by a link; both sides are equal afterwards."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", LostAnswer())
    await world.sync(party)
    [bet_nr] = world.advoware.records

    world.espocrm.edit(party, betnr=bet_nr)
    await world.sync(party)

    assert await world.unsettled(party) == []
    assert world.advoware.count(name="Müßig") == 1


async def test_a_person_who_looked_lets_it_be_created(world: World) -> None:
    """The POST had no effect: only a person can know, and says so."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(party)
    assert world.advoware.count() == 0

    outcome = await world.sync(party, create_anyway=True)

    assert outcome.result == "create"
    assert await world.unsettled(party) == []


async def test_a_surely_refused_create_is_repeated(world: World) -> None:
    """503 with Retry-After had no effect for certain, so the POST may be tried again within the five attempts."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", unavailable(), unavailable())

    await world.sync(party)

    assert world.calls.count("advoware.create") == 3
    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_espocrm_away_before_a_repeated_create_asks_nobody(world: World) -> None:
    """The repeated attempt reads EspoCRM before it sends its POST; that this fails is no unanswered create."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", Meanwhile(lambda: world.faults.plan("espocrm.read", Status(503))))

    await world.sync(party)

    assert world.told() == []
    assert world.calls.count("advoware.create") == 2
    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_a_lost_answer_to_a_push_is_found_to_have_landed(world: World) -> None:
    """The repeated attempt reads first: already as wanted, so nothing is written twice."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", LostAnswer())

    await world.sync(party)

    assert world.calls.count("advoware.replace") == 1
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert await world.unsettled(party) == []


async def test_a_lost_answer_to_the_write_back_changes_nothing(world: World) -> None:
    """The write-back is safe to repeat: it reads, and finds itself."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("espocrm.write", LostAnswer())

    await world.sync(party)

    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_what_landed_is_written_back_hours_after_the_fifth_attempt(world: World) -> None:
    """Landed, not written: the run stays open, a person is told once, and no second party is made."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("espocrm.write", *[Status(400)] * 3)
    mark = world.calls.mark

    handle = await world.ask(party, Reason.CREATED)
    outcome = await handle.result()

    assert outcome.bet_nr == world.bet_nr(party)
    assert world.spent(mark)["advoware.create"] == 1
    assert len([text for text in world.told_on(party) if "stündlich" in text]) == 1
    assert await world.unsettled(party) == []


async def test_a_field_the_role_may_no_longer_read_is_not_cleared(world: World) -> None:
    """Missing is not empty: the field is skipped and a person is told, once."""
    party, bet_nr = await world.linked(titel="Dr.")
    world.espocrm.unreadable.add("titel")
    world.espocrm.edit(party, zusatz="c/o")

    await world.sync(party)
    await world.sync(party)
    await world.closed(party)

    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert world.advoware.records[bet_nr]["zusatz"] == "c/o"
    assert len([text for text in world.told_on(party) if "Titel" in text]) == 1


@pytest.mark.parametrize("attribute", ["betnr", "advowareSyncBase", "advowareRowId", "syncStatus"])
async def test_without_its_bookkeeping_nothing_is_written(world: World, attribute: str) -> None:
    """A bookkeeping attribute that is absent is a fault of the set-up, never "not yet linked"."""
    world.espocrm.missing.add(attribute)
    party = world.espocrm.add(lastName="Müßig")

    outcome = await world.sync(party)
    code = await world.closed(party)

    assert (outcome.result, code) == ("failed", "MissingAttribute")
    assert world.calls.writes() == []
    await world.told_of("fehlt ein Feld der Schnittstelle")


async def test_a_stranger_s_bet_nr_is_never_overwritten(world: World) -> None:
    """First link: the names must agree, else nothing is written on either side and a person is told."""
    stranger = world.advoware.add(name="Schmidt", vorname="Karl")
    before = dict(world.advoware.records[stranger])
    party = world.espocrm.add(lastName="Müßig", betnr=stranger)

    await world.sync(party)
    await world.sync(party)
    await world.closed(party)

    assert world.advoware.records[stranger] == before
    assert world.espocrm.records[party]["lastName"] == "Müßig"
    assert world.status(party) == "conflict"
    assert len(world.told_on(party)) == 1


async def test_a_bet_nr_that_another_record_holds_is_no_link(world: World) -> None:
    """P4: one party, one partner, even where the names agree."""
    _, bet_nr = await world.linked()
    double = world.espocrm.add(lastName="Müßig", firstName="Änne", betnr=bet_nr, titel="Dr.")

    await world.sync(double)

    assert world.status(double) == "conflict"
    assert world.advoware.records[bet_nr]["titel"] is None


async def test_an_emptied_name_is_held(world: World) -> None:
    """The guard: neither side loses its name, and a person is told once."""
    party, bet_nr = await world.linked(titel="Dr.", zusatz="c/o", briefAnrede="Sehr geehrte")
    world.espocrm.edit(party, lastName=None)

    await world.sync(party)
    await world.sync(party)
    await world.closed(party)

    assert world.advoware.records[bet_nr]["name"] == "Müßig"
    assert world.status(party) == "conflict"
    assert len(world.told_on(party)) == 1


async def test_an_emptied_bet_nr_creates_nothing(world: World) -> None:
    """A link that was lost is no new party."""
    party, _ = await world.linked()
    world.espocrm.edit(party, betnr=None)

    await world.sync(party)

    assert world.advoware.count() == 1
    assert world.status(party) == "conflict"


async def test_a_value_that_espocrm_refuses_is_left_out_and_told(world: World) -> None:
    """The rest is written; the refused value is neither tried nor told again."""
    party, bet_nr = await world.linked()
    world.advoware.edit(bet_nr, vorname="<Änne>", zusatz="c/o")

    await world.sync(party)
    mark = world.calls.mark
    await world.sync(party)
    await world.closed(party)

    assert world.espocrm.records[party]["zusatz"] == "c/o"
    assert world.espocrm.records[party]["firstName"] == "Änne"
    assert world.calls.writes(mark) == []
    assert len(world.told_on(party)) == 1


@pytest.mark.parametrize(
    ("attribute", "code", "status"),
    [("aktenzeichen", "Rejected", "permanently_failed"), ("syncStatus", "ConfigurationFault", "failed")],
)
async def test_a_refusal_of_what_is_no_value_of_ours_is_not_repeated(
    world: World, attribute: str, code: str, status: str
) -> None:
    """A required field of the firm's own is the party's content; an option that `syncStatus` lacks is the set-up."""
    party, bet_nr = await world.linked()
    world.advoware.edit(bet_nr, zusatz="c/o")
    reason = "Field validation failure; entityType: CBeteiligte, field: {}, type: required."
    named = ("zusatz", attribute)  # the first is a value of ours and left out; then the other is named
    world.faults.plan("espocrm.write", *(Status(400, {"X-Status-Reason": reason.format(name)}) for name in named))
    mark = world.calls.mark

    outcome = await world.sync(party)

    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.field) == (code, attribute)
    assert await world.closed(party) == code
    assert world.status(party) == status
    assert world.calls.count("espocrm.write", since=mark) == 3


async def test_a_value_that_espocrm_ignores_does_not_revert_the_edit(world: World) -> None:
    """A 200 does not prove a write: Advoware's edit must not be overwritten by the old value."""
    party, bet_nr = await world.linked()
    world.espocrm.readonly.add("zusatz")
    world.advoware.edit(bet_nr, zusatz="c/o")

    await world.sync(party)
    await world.sync(party)
    await world.closed(party)

    assert world.advoware.records[bet_nr]["zusatz"] == "c/o"
    assert len(world.told_on(party)) == 1


async def test_a_field_that_advoware_ignores_is_told_once(world: World) -> None:
    """PUT answered 200 and the value is not there: remembered, tried again when it changes."""
    party, _ = await world.linked()
    world.advoware.ignores.add("zusatz")
    world.espocrm.edit(party, zusatz="c/o")

    await world.sync(party)
    mark = world.calls.mark
    await world.sync(party)
    await world.closed(party)
    assert world.calls.writes(mark) == []
    assert len(world.told_on(party)) == 1

    world.advoware.ignores.clear()
    world.espocrm.edit(party, zusatz="c/o Kanzlei")
    await world.sync(party)
    assert await world.unsettled(party) == []


async def test_an_unknown_enumeration_value_is_skipped_and_told(world: World) -> None:
    """A salutation without counterpart is neither guessed nor cleared; the other fields go on."""
    party, bet_nr = await world.linked(salutationName="Mr.")
    world.advoware.edit(bet_nr, anrede="Gräfin", titel="Dr.")

    await world.sync(party)
    await world.closed(party)

    assert world.espocrm.records[party]["salutationName"] == "Mr."
    assert world.espocrm.records[party]["titel"] == "Dr."
    assert len([text for text in world.told_on(party) if "Anrede" in text]) == 1


async def test_an_impossible_date_in_advoware_is_no_birthday(world: World) -> None:
    """Neither EspoCRM's date is lost nor the odd one sent."""
    party, bet_nr = await world.linked(dateOfBirth="1980-02-29")
    world.advoware.edit(bet_nr, geburtsdatum="1981-02-29T00:00:00")

    await world.sync(party)

    assert world.espocrm.records[party]["dateOfBirth"] == "1980-02-29"
    assert world.advoware.records[bet_nr]["geburtsdatum"] == "1981-02-29T00:00:00"


async def test_a_record_without_a_name_is_not_created(world: World) -> None:
    """EspoCRM stores an empty record for a body it cannot read (recording err-21)."""
    party = world.espocrm.add()

    await world.sync(party)

    assert world.advoware.count() == 0
    assert world.status(party) == "conflict"
