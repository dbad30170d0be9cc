"""A look-up links only where enough agrees and nobody else may be meant; everything else is a person's choice."""

from beteiligte.decide.found import Candidates
from beteiligte.record.value_kinds import Value
from contracts.look_up import LookUpOrder
from simulators.espocrm import PERSON
from tests.activities.bench import Bench

BIRTHDAY = "1980-02-29"
WIRE = f"{BIRTHDAY}T00:00:00"


async def found(bench: Bench, party: str = "", *, sent: bool = False, **values: Value) -> Candidates:
    bench.advoware.has_search = True
    party = party or bench.espocrm.add(user=PERSON, lastName="Müßig", firstName="Änne", dateOfBirth=BIRTHDAY)
    looked_for = {"name": "Müßig", "vorname": "Änne", "geburtsdatum": BIRTHDAY, **values}
    order = LookUpOrder(party_id=party, values=looked_for, sent=sent)
    return await bench.attempt(bench.in_advoware.look_up, order)


async def test_one_that_agrees_in_name_first_name_and_birthday_is_certain(bench: Bench) -> None:
    bet_nr = bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum=WIRE)

    assert (await found(bench)).certain == bet_nr


async def test_a_namesake_of_whom_less_is_known_is_possible_and_not_certain(bench: Bench) -> None:
    """A blank agrees with nothing."""
    bet_nr = bench.advoware.add(name="Müßig", vorname="Änne")
    candidates = await found(bench)

    assert (candidates.bet_nrs, candidates.sure, candidates.certain) == ((bet_nr,), False, None)


async def test_the_same_namesake_is_certain_where_a_create_of_these_blanks_is_unanswered(bench: Bench) -> None:
    """There was none before it."""
    bet_nr = bench.advoware.add(name="Müßig", vorname="Änne")

    assert (await found(bench, sent=True, geburtsdatum=None)).certain == bet_nr


async def test_a_field_that_contradicts_makes_another_party(bench: Bench) -> None:
    bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum="1981-03-01T00:00:00")

    assert (await found(bench)).bet_nrs == ()


async def test_two_that_agree_are_a_person_s_choice(bench: Bench) -> None:
    both = tuple(bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum=WIRE) for _ in range(2))
    candidates = await found(bench)

    assert (candidates.bet_nrs, candidates.certain) == (both, None)


async def test_the_surer_one_leaves_the_possible_one_out(bench: Bench) -> None:
    bench.advoware.add(name="Müßig", vorname="Änne")
    bet_nr = bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum=WIRE)

    assert (await found(bench)).certain == bet_nr


async def test_one_that_another_record_holds_is_not_offered(bench: Bench) -> None:
    bet_nr = bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum=WIRE)
    bench.espocrm.add(user=PERSON, lastName="Müßig", betnr=bet_nr)

    assert (await found(bench)).bet_nrs == ()


async def test_an_unlinked_record_that_it_suits_as_well_is_a_rival_with_its_name(bench: Bench) -> None:
    """Two that look at the same time would both find it before either has linked."""
    bet_nr = bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum=WIRE)
    rival = bench.espocrm.add(user=PERSON, lastName="Müßig", firstName="Änne", dateOfBirth=BIRTHDAY)
    candidates = await found(bench)

    assert (candidates.bet_nrs, candidates.certain) == ((bet_nr,), None)
    assert candidates.names == ((rival, "Müßig, Änne"),)


async def test_an_unlinked_record_of_another_birthday_is_no_rival(bench: Bench) -> None:
    bet_nr = bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum=WIRE)
    bench.espocrm.add(user=PERSON, lastName="Müßig", firstName="Änne", dateOfBirth="1981-03-01")

    assert (await found(bench)).certain == bet_nr


async def test_a_search_is_three_lists_at_most(bench: Bench) -> None:
    """Who holds what it finds, and who else may want the only one."""
    party = bench.espocrm.add(user=PERSON, lastName="Müßig", firstName="Änne", dateOfBirth=BIRTHDAY)
    bench.advoware.add(name="Müßig", vorname="Änne", geburtsdatum=WIRE)
    mark = bench.calls.mark
    await found(bench, party)

    assert bench.spent(mark) == {"advoware.search": 1, "espocrm.list": 3}
