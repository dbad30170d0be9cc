"""What is decided at the desk is done once, and said; what cannot be done is said, and nothing else happens."""

import asyncio
import re

import pytest

from simulators.faults import LostAnswer, RefusedBeforeEffect
from tests.commandline import quick
from tests.desk.desks import OpenDesk, plain
from tests.world import World


async def test_both_values_stand_on_the_list_and_a_click_settles_them(world: World, desk: OpenDesk) -> None:
    """By name, the field in the firm's words; afterwards both sides are equal and it has left the list."""
    party, bet_nr = await world.torn()
    async with desk.visitor() as anna:
        listed = plain(await anna.see("/"))
        await anna.see(f"/party/{party}")
        form = anna.form(f"/party/{party}/field", field="titel")
        said = plain(await anna.send(f"/party/{party}/field", **(form | {"take": "advoware"})))
        after = await anna.see("/")

    assert "Müßig, Änne" in listed
    assert "Titel EspoCRM Dr. Advoware Prof." in listed
    assert "Erledigt: Titel ist jetzt auf beiden Seiten gleich" in said
    assert "Anna entschied für Titel: Advoware gilt" in said
    assert party not in after
    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"] == "Prof."


async def test_a_third_value_goes_to_both_sides_and_is_taken_back(world: World, desk: OpenDesk) -> None:
    """Two values were overwritten, so it must be said which; a side's choice can be taken back by a click."""
    party, bet_nr = await world.torn()
    async with desk.visitor() as anna:
        await anna.see(f"/party/{party}")
        form = anna.form(f"/party/{party}/field", field="titel")
        both = await anna.send(f"/party/{party}/field", **(form | {"take": "other", "value": "Dr. h. c."}))
        assert world.advoware.records[bet_nr]["titel"] == "Dr. h. c."
        again = anna.form(f"/party/{party}/field", field="titel")
        await anna.send(f"/party/{party}/field", **(again | {"take": "other", "value": "Dr."}))
        undo = anna.form(f"/party/{party}/undo")
        back = plain(await anna.send(f"/party/{party}/undo", **undo))
        twice = plain(await anna.send(f"/party/{party}/undo", **undo))

    assert "Überschrieben wurden zwei Werte" in plain(both)
    assert "Erledigt: Titel" in back
    assert "nichts zurückzunehmen, oder jemand hat es schon getan" in twice
    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"] == "Dr. h. c."


async def test_the_second_of_two_is_told_what_the_first_did(world: World, desk: OpenDesk) -> None:
    """Both had the page open; his word is not carried out over hers."""
    party, bet_nr = await world.torn()
    async with desk.visitor("Anna") as anna, desk.visitor("Ben") as ben:
        for visitor in (anna, ben):
            await visitor.see(f"/party/{party}")
        form = {"field": "titel"}
        first, second = (v.form(f"/party/{party}/field", **form) for v in (anna, ben))
        await anna.send(f"/party/{party}/field", **(first | {"take": "espocrm"}))
        told = plain(await ben.send(f"/party/{party}/field", **(second | {"take": "advoware"})))

    assert "Das ist schon entschieden: Anna sagte am" in told
    assert "Titel: EspoCRM gilt. Ihre Eingabe wurde nicht ausgeführt" in told
    assert "Ben entschied für Titel: Advoware gilt – nicht ausgeführt" in told
    assert "Anna entschied für Titel: EspoCRM gilt – nicht" not in told
    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"] == "Dr."


async def test_who_decides_at_the_desk_is_told_what_somebody_decided_in_the_record(
    world: World, desk: OpenDesk
) -> None:
    """The story of the party says so, too."""
    party, bet_nr = await world.torn()
    async with desk.visitor() as anna:
        await anna.see(f"/party/{party}")
        form = anna.form(f"/party/{party}/field", field="titel")
        world.espocrm.edit(party, syncDecision="advoware")
        await world.ask(party)
        await world.closed(party)
        told = plain(await anna.send(f"/party/{party}/field", **(form | {"take": "espocrm"})))

    assert "Das ist schon entschieden: Jemand in EspoCRM sagte am" in told
    assert "Jemand in EspoCRM entschied für Titel: Advoware gilt" in told
    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"] == "Prof."


async def test_two_at_the_same_moment_come_to_one_of_both(world: World, desk: OpenDesk) -> None:
    """Whoever is first, both sides are equal, and both people are told something."""
    party, bet_nr = await world.torn()
    async with desk.visitor("Anna") as anna, desk.visitor("Ben") as ben:
        for visitor in (anna, ben):
            await visitor.see(f"/party/{party}")
        forms = [v.form(f"/party/{party}/field", field="titel") for v in (anna, ben)]
        said = await asyncio.gather(
            anna.send(f"/party/{party}/field", **(forms[0] | {"take": "espocrm"})),
            ben.send(f"/party/{party}/field", **(forms[1] | {"take": "advoware"})),
        )
    await world.closed(party)

    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"]
    told = [plain(text) for text in said]
    assert sorted("Erledigt: Titel" in text for text in told) == [False, True]
    assert sorted("entschied gerade eben" in text or "schon entschieden" in text for text in told) == [False, True]


async def test_an_edit_that_came_between_is_kept(world: World, desk: OpenDesk) -> None:
    """He saw other values: nothing of his is written, and he decides anew."""
    party, _ = await world.torn()
    async with desk.visitor() as anna:
        await anna.see(f"/party/{party}")
        form = anna.form(f"/party/{party}/field", field="titel")
        world.espocrm.edit(party, titel="Dr. Dr.")
        told = plain(await anna.send(f"/party/{party}/field", **(form | {"take": "advoware"})))

    assert "Jemand hat das Feld inzwischen geändert" in told
    assert world.espocrm.records[party]["titel"] == "Dr. Dr."


async def test_several_are_decided_at_once_and_each_that_is_not_done_is_named(world: World, desk: OpenDesk) -> None:
    """One of them was settled by somebody else meanwhile, of another one something else is asked by now."""
    mine = [await world.torn() for _ in range(4)]
    async with desk.visitor() as anna:
        source = await anna.see("/")
        boxes = [box for party, _ in mine for box in _boxes(source, party)]
        settled, another = mine[2][0], mine[3][0]
        for moved, title in ((settled, "Prof."), (another, "Dr. med.")):
            world.espocrm.edit(moved, titel=title)
            await world.sync(moved)
            await world.closed(moved)
        said = plain(await anna.send("/decide", party=boxes, take="espocrm"))

    assert "2 Beteiligte sind erledigt" in said
    assert settled in said
    assert f"{another} : Inzwischen steht dort etwas anderes" in said
    titles = [(world.espocrm.records[p]["titel"], world.advoware.records[n]["titel"]) for p, n in mine]
    assert titles == [("Dr.", "Dr."), ("Dr.", "Dr."), ("Prof.", "Prof."), ("Dr. med.", "Prof.")]


async def test_none_and_too_many_are_said(desk: OpenDesk) -> None:
    """Nothing is done."""
    async with desk.visitor() as anna:
        await anna.see("/")
        none = plain(await anna.send("/decide", take="espocrm"))
        many = plain(await anna.send("/decide", party=[f"{n:017x}.x" for n in range(201)], take="espocrm"))

    assert "Es war niemand ausgewählt" in none
    assert "höchstens 200" in many


async def test_a_create_without_an_answer_is_answered_by_a_number_or_a_create(world: World, desk: OpenDesk) -> None:
    """A number that Advoware does not have links nothing."""
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    party = world.espocrm.add(lastName="Anders")
    await world.sync(party)
    await world.closed(party)
    async with desk.visitor() as anna:
        await anna.see(f"/party/{party}")
        form = anna.form(f"/party/{party}/link")
        wrong = plain(await anna.send(f"/party/{party}/link", **(form | {"number": "999"})))
        made = plain(await anna.send(f"/party/{party}/create", **anna.form(f"/party/{party}/create")))

    assert "In Advoware gibt es keine betNr 999" in wrong
    assert "In Advoware angelegt: betNr" in made
    assert world.advoware.count(name="Anders") == 1


async def test_values_of_clients_stand_as_text_alone(world: World, desk: OpenDesk) -> None:
    """Whatever somebody is called: no markup, and no name in a title or an address."""
    party, bet_nr = await world.linked(zusatz='"><img src=x><script>alert(1)</script>')
    world.espocrm.edit(party, titel="<b>Dr.</b>")
    world.advoware.edit(bet_nr, titel="{{ 7 * 7 }}")
    await world.sync(party)
    await world.closed(party)
    async with desk.visitor() as anna:
        pages = [await anna.see("/"), await anna.see(f"/party/{party}")]

    for source in pages:
        assert "<script" not in source
        assert "<img" not in source
        assert "<b>Dr." not in source
        assert "Müßig" not in source.partition("</title>")[0]
    assert "{{ 7 * 7 }}" in plain(pages[1])


@pytest.mark.parametrize("path", ["/party/a.b", "/party/%3Cb%3E", "/party/6b04cd6d623bec762", "/sweep/none", "/party/"])
async def test_whatever_is_typed_as_an_address_is_answered(desk: OpenDesk, path: str) -> None:
    """Without a trace, and with a way back."""
    async with desk.visitor() as anna:
        answer = await anna.http.get(path)

    assert answer.status_code == 404
    assert "Zurück zu „Offen“" in answer.text


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("field", {"field": "titel"}),
        ("field", {"field": "titel", "take": "nobody", "espocrm": "", "advoware": "", "told": ""}),
        ("link", {"number": "x", "told": "y"}),
        ("link", {"number": "-1", "told": "y"}),
    ],
)
async def test_a_form_made_by_hand_is_refused(world: World, desk: OpenDesk, path: str, form: dict[str, str]) -> None:
    """Nothing is stored of it."""
    party, _ = await world.torn()
    async with desk.visitor() as anna:
        csrf = (await anna.see("/")).partition('name="csrf" value="')[2].partition('"')[0]
        answer = await anna.http.post(f"/party/{party}/{path}", data={**form, "csrf": csrf})

    assert answer.status_code == 400
    assert "Es wurde nichts getan" in answer.text


async def test_the_state_is_shown_and_writing_is_paused_and_goes_on(world: World, desk: OpenDesk) -> None:
    """With who paused it, and why; what was decided meanwhile is said not to be done."""
    party, _ = await world.torn()
    async with desk.visitor() as anna:
        state = plain(await anna.see("/state"))
        assert "Ein Zeitplan fehlt" in state
        assert "Dauer eines Abgleichs" in state
        paused = plain(await anna.send("/pause", note="Umzug"))
        twice = plain(await anna.send("/pause", note=""))
        on = plain(await anna.send("/resume"))
        none = plain(await anna.send("/resume"))
    assert party

    assert "Angehalten von Anna am" in paused
    assert "Umzug" in paused
    assert "Es war schon angehalten" in twice
    assert "Es läuft weiter" in on
    assert "Es war nichts angehalten" in none


async def test_a_sweep_that_stopped_shows_what_it_would_write_and_takes_one_answer(
    world: World, desk: OpenDesk
) -> None:
    """Of each party named the old and the new value; who comes second is told; refused, nothing is written."""
    linked = await asyncio.gather(*(world.linked(lastName=f"Anders {n}") for n in range(4)))
    for party, _ in linked:
        await world.closed(party)
        world.espocrm.import_silently(party, lastName="Import")
    ran = await quick(world, "reconcile", "run", SWEEP_GUARD_NUMBER="2", SWEEP_READS="0")
    [name] = re.findall(r"reconcile refuse (\S+)", ran.out)
    async with desk.visitor("Anna") as anna, desk.visitor("Ben") as ben:
        state = await anna.see("/state")
        asked = plain(await anna.see(f"/sweep/{name}"))
        await ben.see(f"/sweep/{name}")
        forms = [visitor.form(f"/sweep/{name}") for visitor in (anna, ben)]
        first = plain(await anna.send(f"/sweep/{name}", **(forms[0] | {"answer": "stop"})))
        await world.client.get_workflow_handle(name).result()
        second = plain(await ben.send(f"/sweep/{name}", **(forms[1] | {"answer": "go_on"})))

    assert f'href="/sweep/{name}"' in state
    assert "vorhandene Angaben geändert oder geleert" in asked
    assert "Name in Advoware : Anders 0 → Import" in asked
    assert "Gesendet: Nicht gewollt: abbrechen" in first
    assert "schon beantwortet" in second
    assert world.advoware.count(name="Import") == 0


def _boxes(source: str, party: str) -> list[str]:
    value = source.partition(f'name="party" value="{party}.')[2].partition('"')[0]
    return [f"{party}.{value}"] if value else []


async def test_of_a_party_without_its_betnr_nothing_is_said_of_advoware(world: World, desk: OpenDesk) -> None:
    """Nobody has read that side: it is neither empty nor equal. Once linked, the sync is not called idle."""
    party, bet_nr = await world.linked(firstName="Ødvin", lastName="Sørensen")
    await world.closed(party)
    world.espocrm.edit(party, betnr=None)
    await world.sync(party)
    await world.closed(party)
    async with desk.visitor() as anna:
        page = plain(await anna.see(f"/party/{party}"))
        form = anna.form(f"/party/{party}/link")
        linked = plain(await anna.send(f"/party/{party}/link", **form, number=str(bet_nr)))

    assert "Dieser Beteiligte ist mit keinem in Advoware verknüpft" in page
    assert "Vorname Ødvin nicht bekannt" in page
    assert "auf beiden Seiten gleich" not in page
    assert "ohne betNr · wartet auf Entscheidung" in page
    assert "Verknüpft abgeglichen" in linked


async def test_a_create_allowed_in_the_record_stands_in_the_story(world: World, desk: OpenDesk) -> None:
    """No request holds it."""
    world.faults.plan("advoware.create", LostAnswer())
    party = world.espocrm.add(firstName="Carlo", lastName="Weißgerber")
    await world.sync(party)
    await world.closed(party)
    world.espocrm.edit(party, syncDecision="create")
    await world.sync(party)
    await world.closed(party)
    async with desk.visitor() as anna:
        page = plain(await anna.see(f"/party/{party}"))

    assert "Jemand in EspoCRM wählte „gibt es dort nicht, anlegen“" in page
