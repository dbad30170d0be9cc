"""EspoCRM as people see it in a trial: what stands there, what they choose, and nothing that a party holds acts."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio

from simulators import Simulators, page
from simulators.espocrm import INTEGRATION, PERSON

HOME = "http://127.0.0.1"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def crm() -> Simulators:
    world = Simulators()
    world.espocrm.let_people_decide()
    return world


@pytest_asyncio.fixture
async def screen(crm: Simulators) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(page.app(crm.espocrm))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield client


def place(party: str) -> str:
    return f"/CBeteiligte/view/{party}"


async def post(screen: httpx.AsyncClient, path: str, *pairs: tuple[str, str], **headers: str) -> httpx.Response:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": HOME, **headers}
    return await screen.post(path, content=urlencode(pairs), headers=form)


def note(crm: Simulators, party: str, text: str) -> None:
    by = crm.espocrm.users.all[INTEGRATION].name
    crm.espocrm.notes.append({"parentId": party, "post": text, "createdAt": "2026-11-29 02:00:00", "createdByName": by})


async def test_a_choice_is_saved_as_the_person_who_was_named(crm: Simulators, screen: httpx.AsyncClient) -> None:
    """Only what was changed is sent, so that nothing else looks edited."""
    party = crm.espocrm.add(lastName="Müßig", firstName="Änne", syncStatus="conflict")
    before = dict(crm.espocrm.records[party])
    said = ("syncDecision", "advoware"), ("lastName", "Müßig"), ("betnr", ""), ("user", PERSON)
    answer = await post(screen, place(party), *said)

    record = crm.espocrm.records[party]
    assert answer.status_code == 303
    assert (record["syncDecision"], record["modifiedByName"]) == ("advoware", PERSON)
    assert {name for name in before if record[name] != before[name]} - {"modifiedAt"} == {
        "syncDecision",
        "modifiedById",
        "modifiedByName",
    }


async def test_options_stand_in_the_words_of_the_screen(crm: Simulators, screen: httpx.AsyncClient) -> None:
    party = crm.espocrm.add(lastName="Müßig", syncStatus="conflict", syncErrorMessage="Titel: …")
    shown = (await screen.get(place(party))).text

    for words in ("Entscheidung", "EspoCRM gilt", "gibt es dort nicht, anlegen", "zu entscheiden", "Titel: …"):
        assert words in shown


async def test_many_are_changed_at_once(crm: Simulators, screen: httpx.AsyncClient) -> None:
    parties = [crm.espocrm.add(lastName=f"Müßig {number}") for number in range(50)]
    chosen = (("id", party) for party in parties)
    await post(screen, "/mehrere", *chosen, ("syncDecision", "espocrm"), ("id", "gibt-es-nicht"))

    assert {record["syncDecision"] for record in crm.espocrm.records.values()} == {"espocrm"}


async def test_a_refused_value_is_said_where_it_was_entered(crm: Simulators, screen: httpx.AsyncClient) -> None:
    party = crm.espocrm.add(lastName="Müßig")
    answer = await post(screen, place(party), ("syncDecision", "morgen"))

    assert "nimmt den Wert des Feldes syncDecision nicht an" in answer.text
    assert crm.espocrm.records[party]["syncDecision"] is None


async def test_nothing_that_a_party_holds_acts_on_the_page(crm: Simulators, screen: httpx.AsyncClient) -> None:
    """Neither a name nor a note; a note's links lead to records, and to nothing else."""
    party = crm.espocrm.add(lastName="Müßig", zusatz=EVIL, firmenname=EVIL)
    note(crm, party, f"{EVIL} [x](javascript:alert) [Änne](#CBeteiligte/view/{party}) \\*x\\* a&#64;b")
    for path in ("/", place(party), "/glocke"):
        assert EVIL not in (await screen.get(path)).text
    shown = (await screen.get(place(party))).text

    assert f'<a href="{place(party)}">Änne</a> *x* a@b' in shown
    assert 'href="javascript' not in shown


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}])
async def test_it_answers_nobody_who_comes_by_another_name_or_from_another_page(
    crm: Simulators, screen: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """It asks for no login, so a page in the same browser must not reach it."""
    party = crm.espocrm.add(lastName="Müßig")

    assert (await post(screen, place(party), ("lastName", "Fremd"), **headers)).status_code == 403
    assert crm.espocrm.records[party]["lastName"] == "Müßig"


async def test_a_record_that_is_gone_is_said_to_be(screen: httpx.AsyncClient) -> None:
    assert (await screen.get(place("1234567890abcdef0"))).status_code == 404
