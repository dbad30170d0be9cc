"""A 404 is an answer only where it is the record's; whatever else is odd is a fault and never read as empty."""

from beteiligte.settle import bookkeeping
from contracts.reading import FetchParty, FetchRecord, FindHolders, LeftOrder
from contracts.writing import LinkOrder
from simulators.espocrm import PERSON
from simulators.faults import LostAnswer, Status, lock_out
from tests.activities.bench import Bench, report

NOBODY = 104_999


async def test_a_record_that_espocrm_has_no_more_is_an_answer(bench: Bench) -> None:
    party, _ = bench.pair()
    bench.espocrm.delete(party)

    assert (await bench.read(party)).gone


async def test_a_lock_out_is_waited_for(bench: Bench) -> None:
    """A 403 without a reason; the client holds all calls of that key back."""
    party, _ = bench.pair()
    bench.faults.plan("espocrm.read", lock_out())
    failure = await bench.failing(bench.in_espocrm.fetch, FetchParty(party_id=party))

    assert (failure.type, failure.non_retryable) == ("Throttled", False)


async def test_a_missing_attribute_of_ours_is_a_configuration_fault_that_names_it(bench: Bench) -> None:
    """Above all it is no unlinked party."""
    party, _ = bench.pair()
    bench.espocrm.unreadable.add(bookkeeping.BETNR)
    failure = await bench.failing(bench.in_espocrm.fetch, FetchParty(party_id=party))

    told = report(failure)
    assert (failure.type, failure.non_retryable) == ("MissingAttribute", True)
    assert bookkeeping.BETNR in told.message


async def test_a_maintenance_page_is_no_record(bench: Bench) -> None:
    party, bet_nr = bench.pair()
    bench.faults.plan("advoware.read", Status(200, body="<html>Wartung</html>"))
    failure = await bench.failing(bench.in_advoware.fetch, FetchRecord(party_id=party, bet_nr=bet_nr))

    assert (failure.type, failure.non_retryable) == ("OddAnswer", False)


async def test_advoware_s_404_is_believed_while_another_party_answers(bench: Bench) -> None:
    bench.pair()
    party, bet_nr = bench.pair()
    bench.advoware.remove(bet_nr)

    assert (await bench.read_there(party, bet_nr)).gone


async def test_it_is_the_set_up_s_fault_where_the_others_are_unknown_as_well(bench: Bench) -> None:
    """A wrong prefix or database also answers 404."""
    _, other = bench.pair()
    party, bet_nr = bench.pair()
    bench.advoware.remove(bet_nr)
    bench.advoware.remove(other)
    failure = await bench.failing(bench.in_advoware.fetch, FetchRecord(party_id=party, bet_nr=bet_nr))

    assert (failure.type, failure.non_retryable) == ("ConfigurationFault", True)


async def test_alone_it_is_believed_only_of_a_number_that_was_never_agreed(bench: Bench) -> None:
    """It is rather mistyped than the set-up wrong."""
    party = bench.espocrm.add(user=PERSON, lastName="Müßig", betnr=NOBODY)
    order = FetchRecord(party_id=party, bet_nr=NOBODY)
    failure = await bench.failing(bench.in_advoware.fetch, order)
    typed = await bench.attempt(bench.in_advoware.fetch, order.model_copy(update={"never_linked": True}))

    assert (failure.type, typed.gone) == ("ConfigurationFault", True)


async def test_the_holders_of_a_betnr_are_the_other_records(bench: Bench) -> None:
    party, bet_nr = bench.pair()
    other = bench.espocrm.add(user=PERSON, lastName="Müßig", betnr=bet_nr)
    holders = await bench.attempt(bench.in_espocrm.holders, FindHolders(party_id=party, bet_nr=bet_nr))

    assert (holders.others, holders.held) == ((other,), ())


async def test_a_number_is_left_behind_only_where_advoware_has_it_and_no_record_does(bench: Bench) -> None:
    held_by, held = bench.pair()
    alone = bench.advoware.add(name="Müßig")
    party = bench.espocrm.add(user=PERSON, lastName="Müßig")
    behind = {
        number: (await bench.attempt(bench.in_advoware.left, LeftOrder(party_id=party, bet_nr=number))).behind
        for number in (held, alone, NOBODY)
    }

    assert behind == {held: False, alone: True, NOBODY: False}
    assert held_by != party


async def test_a_link_is_entered_once_and_never_over_another(bench: Bench) -> None:
    """The attempt after a lost answer reads that it stands there."""
    party = bench.espocrm.add(user=PERSON, lastName="Müßig")
    order = LinkOrder(party_id=party, bet_nr=NOBODY)
    bench.faults.plan("espocrm.write", LostAnswer())
    await bench.failing(bench.in_espocrm.link, order)
    mark = bench.calls.mark
    again = await bench.attempt(bench.in_espocrm.link, order, number=2)
    other = await bench.attempt(bench.in_espocrm.link, order.model_copy(update={"bet_nr": NOBODY + 1}))

    assert (again.bet_nr, other.bet_nr, bench.bet_nr(party)) == (NOBODY, NOBODY, NOBODY)
    assert bench.spent(mark) == {"espocrm.read": 2}
