"""What firms switch on or do, and single parties that are refused: the stand-ins know each by itself."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from simulators import EspoCrm, Simulators
from simulators.advoware import PREFIX
from simulators.espocrm_answers import scripted
from simulators.espocrm_users import PERSON
from simulators.faults import refused
from tests.simulators.callers import LIST, PARTY, calling

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.mark.parametrize("empty", [None, ""])
async def test_a_required_field_is_not_emptied(http: httpx.AsyncClient, crm: EspoCrm, empty: str | None) -> None:
    """By a PUT; one that leaves it out is taken (facts/espocrm.md §2.10)."""
    crm.required.add("lastName")

    emptied = await http.put(f"{LIST}/{PARTY}", json={"lastName": empty, "titel": "Dr."})
    other = await http.put(f"{LIST}/{PARTY}", json={"titel": "Dr."})

    data = emptied.json()["messageTranslation"]["data"]
    assert (emptied.status_code, data) == (400, {"field": "lastName", "type": "required"})
    assert "type: required" in emptied.headers["X-Status-Reason"]
    assert other.status_code == 200


async def test_a_script_refuses_one_record_and_writes_nothing(http: httpx.AsyncClient, crm: EspoCrm) -> None:
    """Also a PUT of the status alone; others and reading go on (recordings sw-02 to sw-04)."""
    other = crm.add(lastName="Anders")
    crm.install(lambda record, _: scripted(403, "Record is archived.") if record.get("id") == PARTY else None)
    before = dict(crm.records[PARTY])

    answers = [await http.put(f"{LIST}/{PARTY}", json=sent) for sent in ({"titel": "Dr."}, {"syncStatus": "failed"})]
    fine = await http.put(f"{LIST}/{other}", json={"titel": "Dr."})
    read = await http.get(f"{LIST}/{PARTY}")

    assert [answer.status_code for answer in answers] == [403, 403]
    assert {answer.json()["message"] for answer in answers} == {"Record is archived."}
    assert crm.records[PARTY] == before
    assert (fine.status_code, read.status_code) == (200, 200)


async def test_a_locked_record_is_read_and_not_changed() -> None:
    """Until it is unlocked; a PUT that changes nothing is taken (recording sw-05)."""
    crm = Simulators().espocrm
    crm.switch(lockable=True)
    party = crm.add(lastName="Müßig", titel="Dr.")
    crm.lock(party)
    async with calling(crm) as http:
        changes = [await http.put(f"{LIST}/{party}", json=sent) for sent in ({"titel": "x"}, {"syncStatus": "failed"})]
        same = await http.put(f"{LIST}/{party}", json={"titel": "Dr."})
        read = await http.get(f"{LIST}/{party}")
        crm.unlock(party)
        after = await http.put(f"{LIST}/{party}", json={"titel": "x"})

    assert [(a.status_code, a.headers["X-Status-Reason"]) for a in changes] == [(409, "cannotModifyLockedRecord")] * 2
    assert (same.status_code, read.json()["isLocked"], after.status_code) == (200, True, 200)


async def test_several_assigned_users_take_the_place_of_one() -> None:
    """The record names all of them; one that does not exist is refused like a single one."""
    crm = Simulators().espocrm
    crm.allow_several_users()
    person = crm.users.all[PERSON].id
    party = crm.add(lastName="Müßig", assignedUsersIds=[person])
    async with calling(crm) as http:
        shown = (await http.get(f"{LIST}/{party}")).json()
        unknown = await http.put(f"{LIST}/{party}", json={"assignedUsersIds": ["nobody"]})

    assert shown["assignedUsersIds"] == [person]
    assert "assignedUserId" not in shown
    assert unknown.status_code == 403


async def test_records_may_have_uuids() -> None:
    """In the record, in lists and in deliveries."""
    crm = Simulators(uuids=True).espocrm
    async with calling(crm) as http:
        created = (await http.post(LIST, json={"lastName": "Müßig"})).json()["id"]
        listed = [row["id"] for row in (await http.get(LIST)).json()["list"]]
        read = await http.get(f"{LIST}/{created}")

    assert UUID.fullmatch(created)
    assert listed == [created]
    assert read.status_code == 200


async def test_a_person_sees_the_note_on_the_record_and_in_the_bell(http: httpx.AsyncClient, crm: EspoCrm) -> None:
    """A note to users rings for them alone; one on the record stands in its stream (facts/espocrm.md §2.9)."""
    person = crm.users.all[PERSON].id
    users = {"type": "Post", "targetType": "users", "usersIds": [person], "post": "an alle"}
    await http.post("/api/v1/Note", json=users)
    await http.post(
        "/api/v1/Note", json={"type": "Post", "parentType": "CBeteiligte", "parentId": PARTY, "post": "hier"}
    )
    async with calling(crm, PERSON) as seen:
        bell = (await seen.get("/api/v1/Notification")).json()["list"]
        stream = (await seen.get(f"{LIST}/{PARTY}/stream")).json()["list"]
    own = (await http.get("/api/v1/Notification")).json()["list"]

    assert [row["noteData"]["post"] for row in bell] == ["an alle"]
    assert [note["post"] for note in stream] == ["hier"]
    assert own == []


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
async def test_every_answer_tells_the_server_s_own_time(off: timedelta) -> None:
    """By which it stamps records, too, however far its clock is off; refusals tell it as well (recording sw-07)."""
    world = Simulators()
    world.espocrm_clock.advance(off)
    party = world.espocrm.add(lastName="Müßig")
    async with calling(world.espocrm) as http:
        written = await http.put(f"{LIST}/{party}", json={"titel": "Dr."})
        refusal = await http.get(f"{LIST}/0123456789abcdef0")

    for answer in (written, refusal):
        told = parsedate_to_datetime(answer.headers["Date"])
        assert abs(told - datetime.now(UTC) - off) < timedelta(minutes=1)
    stamped = datetime.fromisoformat(f"{written.json()['modifiedAt']}+00:00")
    assert abs(stamped - parsedate_to_datetime(written.headers["Date"])) <= timedelta(seconds=1)


@pytest.mark.parametrize("status", [403, 409, 410, 412, 413, 422, 423])
async def test_advoware_refuses_one_party_and_answers_for_the_others(status: int) -> None:
    """For as long as it lasts, and without an effect."""
    world = Simulators()
    one, other = world.advoware.add(name="Müßig"), world.advoware.add(name="Anders")
    world.faults.refuse(one, refused(status, "gesperrt"), "advoware.replace")
    token = {"Authorization": f"Bearer {world.advoware.tokens.hand_out()}"}
    transport = httpx.ASGITransport(world.advoware.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://firm", headers=token) as http:
        path = PREFIX
        twice = [await http.put(f"{path}/{one}", json={"name": "x"}) for _ in range(2)]
        read, fine = await http.get(f"{path}/{one}"), await http.put(f"{path}/{other}", json={"name": "y"})
        kept = world.advoware.records[one]["name"]
        world.faults.allow(one)
        after = await http.put(f"{path}/{one}", json={"name": "x"})

    assert [(answer.status_code, answer.json()["message"]) for answer in twice] == [(status, "gesperrt")] * 2
    assert (read.status_code, fine.status_code, after.status_code, kept) == (200, 200, 200, "Müßig")


@pytest.mark.parametrize(
    ("answers", "names"),
    [("numbers", {"betNr", "rowId"}), ("betNr", {"betNr"}), ("nothing", set())],
)
@pytest.mark.parametrize("as_list", [True, False])
async def test_advoware_may_answer_a_put_with_less(answers: str, names: set[str], *, as_list: bool) -> None:
    """The write has its effect all the same; a betNr may come as text."""
    world = Simulators()
    bet_nr = world.advoware.add(name="Müßig")
    world.advoware.put_answers, world.advoware.put_answers_list = answers, as_list
    world.advoware.numbers_as_text = True
    token = {"Authorization": f"Bearer {world.advoware.tokens.hand_out()}"}
    transport = httpx.ASGITransport(world.advoware.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://firm", headers=token) as http:
        answer = await http.put(f"{PREFIX}/{bet_nr}", json={"name": "x"})

    assert world.advoware.records[bet_nr]["name"] == "x"
    shown = (answer.json()[0] if as_list else answer.json()) if answer.content else {}
    assert shown.keys() == names
    assert shown.get("betNr", str(bet_nr)) == str(bet_nr)
