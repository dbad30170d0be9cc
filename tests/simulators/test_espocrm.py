"""What the EspoCRM stand-in does over time: lock-out, versions, rights, conditions, backups, webhook records."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from simulators import EspoCrm, Simulators
from simulators.espocrm_types import parties
from simulators.espocrm_users import ADMIN, INTEGRATION, PERSON, Role, User
from simulators.faults import StaleRead
from tests.simulators.recorded import FILES, RECORDINGS, seed, stand_in

PARTY = "6b04cd6d623bec762"
LIST = "/api/v1/CBeteiligte"


@asynccontextmanager
async def calling(crm: EspoCrm, login: str = INTEGRATION) -> AsyncIterator[httpx.AsyncClient]:
    """A caller that shows what a user of the stand-in has."""
    user = crm.users.all[login]
    shown: dict[str, object] = (
        {"headers": {"X-Api-Key": user.key}} if user.method == "key" else {"auth": (user.login, user.secret)}
    )
    transport = httpx.ASGITransport(crm.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm", **shown) as http:  # type: ignore[arg-type]
        yield http


@pytest.fixture
def crm() -> EspoCrm:
    """The recorded EspoCRM with the recorded record."""
    made = stand_in()
    seed(made, RECORDINGS["rest-02-read"]["response"]["body"])
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def http(crm: EspoCrm) -> AsyncIterator[httpx.AsyncClient]:
    """The integration calls."""
    async with calling(crm) as opened:
        yield opened


# ---------------------------------------------------------------------- what is stored and shown

VALUES = [row for row in RECORDINGS["norm-01-values"]["rows"] if "…" not in str(row["written"])]


@pytest.mark.parametrize("row", VALUES, ids=lambda row: f"{row['field']}-{str(row['written'])[:20]!r}")
async def test_a_value_is_echoed_and_stored_as_recorded(
    crm: EspoCrm, http: httpx.AsyncClient, row: dict[str, object]
) -> None:
    """Recording norm-01, row by row, each on the state that the rows before it left."""
    field = str(row["field"])
    for earlier in VALUES[: VALUES.index(row)]:
        if earlier["field"] == field:
            await http.put(f"{LIST}/{PARTY}", json={field: earlier["written"]})

    answer = await http.put(f"{LIST}/{PARTY}", json={field: row["written"]})

    assert answer.status_code == row["status"]
    assert (answer.json().get(field) if answer.status_code == 200 else None) == row["echoed"]
    assert crm.records[PARTY][field] == row["readBack"]


async def test_an_e_mail_address_in_another_case_is_an_event_but_no_change(crm: EspoCrm) -> None:
    """Recording mod-01."""
    crm.deliveries.subscribe("http://unused.test")
    crm.edit(PARTY, user="sabine", emailAddress="MAX@example.test")

    assert crm.records[PARTY]["emailAddress"] == "max@example.test"
    assert crm.deliveries.events[0].data["emailAddress"] == "MAX@example.test"


@pytest.mark.parametrize(
    ("body", "kind"),
    [("{}", "application/json"), ('{"titel":"x"}', "text/plain"), ('{"gibtEsNicht":1}', "application/json")],
)
async def test_a_write_without_content_moves_modified_at(
    crm: EspoCrm, http: httpx.AsyncClient, body: str, kind: str
) -> None:
    """Recording mod-02: with a stream every PUT does; a read does not."""
    crm.records[PARTY] |= {"modifiedById": crm.users.all[INTEGRATION].id}
    before = crm.records[PARTY]["modifiedAt"]
    await http.get(f"{LIST}/{PARTY}")
    assert crm.records[PARTY]["modifiedAt"] == before

    assert (await http.put(f"{LIST}/{PARTY}", content=body, headers={"Content-Type": kind})).status_code == 200

    assert crm.records[PARTY]["modifiedAt"] == "2026-11-24 00:00:00"


async def test_without_stream_a_write_that_changes_nothing_leaves_modified_at() -> None:
    """Facts §2.3, §2.4: the version counts all the same."""
    crm = stand_in(kind=FILES)
    seed(crm, RECORDINGS["occ-07-put-no-version-header"]["response"]["body"])
    record = next(iter(crm.records.values()))

    crm.edit(str(record["id"]), user=INTEGRATION, stand="zu")

    assert (record["modifiedAt"], record["versionNumber"]) == ("2026-11-23 23:37:10", 6)


async def test_a_duplicate_is_created_only_when_asked_for(http: httpx.AsyncClient) -> None:
    """Recordings rest-14, rest-15."""
    same = {"firstName": "Max", "lastName": "Mustermann"}

    assert (await http.post(LIST, json=same)).status_code == 409
    assert (await http.post(LIST, json=same, headers={"X-Skip-Duplicate-Check": "true"})).status_code == 200


async def test_a_deleted_record_is_gone_for_all_but_the_administrator(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Recordings rest-18, rest-19; restored it is simply back."""
    assert (await http.delete(f"{LIST}/{PARTY}")).json() is True
    assert (await http.get(f"{LIST}/{PARTY}")).headers["X-Status-Reason"] == f"Record {PARTY} does not exist."
    assert (await http.get(LIST)).json() == {"total": 0, "list": []}
    async with calling(crm, ADMIN) as admin:
        assert (await admin.get(f"{LIST}/{PARTY}")).json()["deleted"] is True

    crm.restore(PARTY)

    assert (await http.get(f"{LIST}/{PARTY}")).json()["deleted"] is False


# ---------------------------------------------------------------------- logins


async def test_the_lock_out_by_address_ends_by_itself(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """More than ten denials within a minute: everybody gets 403 without a reason, also with a valid key."""
    wrong = {"X-Api-Key": "wrong"}
    for number in range(12):
        answer = await http.get(LIST, headers=wrong)
        assert answer.status_code == (401 if number < 11 else 403)

    answer = await http.get(LIST)
    assert (answer.status_code, answer.content, "X-Status-Reason" in answer.headers) == (403, b"", False)

    crm.store.clock.advance(timedelta(seconds=59))
    assert (await http.get(LIST)).status_code == 403
    crm.store.clock.advance(timedelta(seconds=1))
    assert (await http.get(LIST)).status_code == 200


async def test_ten_denials_lock_nobody_out(http: httpx.AsyncClient) -> None:
    """Nor do old ones count, nor requests that show nothing."""
    for _ in range(10):
        await http.get(LIST, headers={"X-Api-Key": "wrong"})

    assert (await http.get(LIST)).status_code == 200


async def test_a_user_that_is_set_inactive_is_denied(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Facts §2.1: as with a wrong key."""
    crm.users.all[INTEGRATION].active = False

    assert (await http.get(LIST)).status_code == 401


# ---------------------------------------------------------------------- rights


async def test_a_right_on_a_field_holds_in_every_operation(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Unreadable: absent, not null, in one and in lists; ignored on write; 400 in conditions (err-13 to err-15)."""
    crm.unreadable.add("titel")
    crm.records[PARTY]["titel"] = "Dr."

    assert "titel" not in (await http.get(f"{LIST}/{PARTY}")).json()
    assert "titel" not in (await http.get(LIST)).json()["list"][0]
    assert "titel" not in (await http.put(f"{LIST}/{PARTY}", json={"titel": "x"})).json()
    assert crm.records[PARTY]["titel"] == "Dr."
    assert (await http.get(LIST, params={"where[0][type]": "isNull", "where[0][attribute]": "titel"})).is_client_error


async def test_a_field_that_is_read_only_keeps_its_value(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """A 200 does not prove a write."""
    crm.readonly.add("titel")

    answer = await http.put(f"{LIST}/{PARTY}", json={"titel": "x", "firmenname": "y"})

    assert (answer.status_code, answer.json()["titel"], answer.json()["firmenname"]) == (200, None, "y")


async def test_app_user_tells_who_one_is_and_what_one_may(crm: EspoCrm) -> None:
    """For a health check: rights on the type, on webhooks and on fields (recording auth-12)."""
    crm.users.add(User(login="eng", role=Role(delete=False, webhooks=False, unreadable={"a"}, readonly={"b"})))
    async with calling(crm, "eng") as http:
        found = (await http.get("/api/v1/App/user")).json()

    assert (found["user"]["userName"], found["user"]["type"]) == ("eng", "api")
    assert found["acl"]["table"]["CBeteiligte"]["delete"] == "no"
    assert found["acl"]["table"]["Webhook"] is False
    assert found["acl"]["fieldTable"]["CBeteiligte"] == {
        "a": {"read": "no", "edit": "no"},
        "b": {"read": "yes", "edit": "no"},
    }


# ---------------------------------------------------------------------- lists

ROWS: dict[str, dict[str, object]] = {
    "a": {"syncStatus": "dirty", "betnr": 1, "modifiedAt": "2026-11-23 10:00:00", "istAktiv": True},
    "b": {"syncStatus": "failed", "betnr": None, "modifiedAt": "2026-11-23 11:00:00"},
    "c": {"syncStatus": "clean", "betnr": 20, "modifiedAt": "2026-11-23 12:00:00"},
}
MODIFIED = "modifiedAt"
CONDITIONS: list[tuple[dict[str, object], str]] = [
    ({"type": "in", "attribute": "syncStatus", "value": ["dirty", "failed"]}, "ab"),
    ({"type": "notIn", "attribute": "syncStatus", "value": ["dirty", "failed"]}, "c"),
    ({"type": "in", "attribute": "betnr", "value": [1, 20]}, "ac"),
    ({"type": "equals", "attribute": "betnr", "value": 20}, "c"),
    ({"type": "notEquals", "attribute": "syncStatus", "value": "clean"}, "ab"),
    ({"type": "isNull", "attribute": "betnr"}, "b"),
    ({"type": "isNotNull", "attribute": "betnr"}, "ac"),
    ({"type": "isTrue", "attribute": "istAktiv"}, "a"),
    ({"type": "greaterThan", "attribute": "betnr", "value": 5}, "c"),
    ({"type": "lessThanOrEquals", "attribute": "betnr", "value": 1}, "a"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23 11:00:00"}, "c"),
    ({"type": "greaterThanOrEquals", "attribute": MODIFIED, "value": "2026-11-23 11:00:00"}, "bc"),
    ({"type": "before", "attribute": MODIFIED, "value": "2026-11-23 11:00:00"}, "a"),
    ({"type": "between", "attribute": MODIFIED, "value": ["2026-11-23 10:30:00", "2026-11-23 12:00:00"]}, "bc"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23T11:00:00Z"}, "c"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23T11:00:00+01:00"}, "c"),
    ({"type": "after", "attribute": MODIFIED, "value": "quatsch"}, "abc"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23 11:30:00", "dateTime": True}, "c"),
    (
        {"type": "after", "attribute": MODIFIED, "value": "2026-11-23 11:30:00", "dateTime": True}
        | {"timeZone": "Europe/Berlin"},
        "bc",
    ),
    (
        {
            "type": "or",
            "value": [
                {"type": "isNull", "attribute": "betnr"},
                {
                    "type": "and",
                    "value": [
                        {"type": "equals", "attribute": "syncStatus", "value": "dirty"},
                        {"type": "equals", "attribute": "betnr", "value": 1},
                    ],
                },
            ],
        },
        "ab",
    ),
]


@pytest.mark.parametrize(("condition", "found"), CONDITIONS)
@pytest.mark.parametrize("written", ["searchParams", "array"])
async def test_a_condition_finds(condition: dict[str, object], found: str, written: str) -> None:
    """Both ways to write it find the same; an offset is dropped, garbage is no error and matches all (date-*)."""
    crm = stand_in()
    for name, row in ROWS.items():
        seed(crm, {"id": name * 17, "createdAt": "2026-11-23 00:00:00", **row})
    params = (
        {"searchParams": json.dumps({"where": [condition]})}
        if written == "searchParams"
        else _flat("where[0]", condition)
    )
    async with calling(crm) as http:
        rows = (await http.get(LIST, params=params)).json()["list"]

    assert sorted(row["id"][0] for row in rows) == list(found)


def _flat(name: str, value: object) -> dict[str, str]:
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in _flat(f"{name}[{key}]", part).items()}
    if isinstance(value, list):
        return {k: v for number, part in enumerate(value) for k, v in _flat(f"{name}[{number}]", part).items()}
    return {name: str(value)}


async def test_pages_follow_each_other_without_gap_or_double(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Equal values are ordered by id; without a total -1 says more follow, -2 the end."""
    for number in range(5):
        seed(crm, {"id": f"{number:017x}", "modifiedAt": "2026-11-23 12:00:00"})
    order = {"orderBy": "modifiedAt", "order": "asc", "select": "modifiedAt", "maxSize": "2"}
    pages = [
        (await http.get(LIST, params={**order, "offset": str(offset)}, headers={"X-No-Total": "true"})).json()
        for offset in (0, 2, 4)
    ]

    ids = [row["id"] for page in pages for row in page["list"]]
    assert len(set(ids)) == len(ids) == 6
    assert [page["total"] for page in pages] == [-1, -1, -2]


async def test_a_list_cuts_texts_at_ten_thousand_characters(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Facts §2.5: read alone the text is whole."""
    crm.edit(PARTY, syncErrorMessage="x" * 10_001)

    assert len((await http.get(LIST)).json()["list"][0]["syncErrorMessage"]) == 10_000
    assert len((await http.get(f"{LIST}/{PARTY}")).json()["syncErrorMessage"]) == 10_001


# ---------------------------------------------------------------------- versions


async def test_a_stale_version_is_refused_only_where_a_value_differs() -> None:
    """Recordings occ-*; the version stands in lists, too, and counts also what changes nothing."""
    crm = stand_in(kind=parties(versions=True))
    party = crm.add(user=INTEGRATION, titel="Dr.")
    async with calling(crm) as http:
        row = (await http.get(LIST, params={"select": "titel,versionNumber"})).json()["list"][0]
        assert (row["versionNumber"], row["titel"]) == (1, "Dr.")
        crm.edit(party, zusatz="c/o")
        old = {"X-Version-Number": "1"}

        assert (await http.put(f"{LIST}/{party}", json={"titel": "Dr."}, headers=old)).status_code == 200
        conflict = await http.put(f"{LIST}/{party}", json={"titel": "Prof."}, headers=old)

    assert (conflict.status_code, conflict.headers["X-Status-Reason"]) == (409, "modified")
    assert conflict.json() == {"values": {"titel": "Dr."}, "versionNumber": 3}


# ---------------------------------------------------------------------- backups and stale reads


async def test_a_backup_puts_the_records_back(crm: EspoCrm) -> None:
    """What was created since is gone, what was deleted is back, what was edited is old, and no event tells of it."""
    kept = dict(crm.records[PARTY])
    backup = crm.backup()
    crm.deliveries.subscribe("http://unused.test")
    crm.edit(PARTY, titel="Prof.")
    crm.delete(PARTY)
    crm.add(lastName="Neu")
    events = len(crm.deliveries.events)

    crm.restore_backup(backup)

    assert crm.records == {PARTY: kept}
    assert crm.deleted == {}
    assert len(crm.deliveries.events) == events
    crm.edit(PARTY, titel="Dr.")
    assert backup.live[PARTY]["titel"] is None


@pytest.mark.parametrize("system", ["espocrm", "advoware"])
async def test_a_stale_read_answers_the_state_before_the_last_change(system: str) -> None:
    """And the next one the true state again."""
    async with Simulators().served() as world, AsyncExitStack() as stack:
        world.faults.plan(f"{system}.read", StaleRead())
        if system == "espocrm":
            party, name = world.espocrm.add(titel="alt"), "titel"
            world.espocrm.edit(party, titel="neu")
            http = await stack.enter_async_context(calling(world.espocrm))
            path = f"{LIST}/{party}"
        else:
            bet_nr, name = world.advoware.add(titel="alt"), "titel"
            world.advoware.edit(bet_nr, titel="neu")
            token = world.advoware.tokens.hand_out()
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=world.advoware_server.url, headers={"Authorization": f"Bearer {token}"})
            )
            path = f"/api/v1/advonet/Beteiligte/{bet_nr}"

        assert [(await http.get(path)).json()[name] for _ in range(2)] == ["alt", "neu"]
        assert world.faults.unused == []


# ---------------------------------------------------------------------- webhook records


async def test_webhooks_are_made_listed_changed_and_deleted(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """201; the secret is the server's; the same may be subscribed twice; only the address can be changed (wh-*)."""
    wanted = {"event": "CBeteiligte.update", "url": "http://here.test", "secretKey": "mine", "skipOwn": True}
    first, second = [(await http.post("/api/v1/Webhook", json=wanted)) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 201)
    made = first.json()
    assert made["secretKey"] != "mine"
    assert made["skipOwn"] is True

    changed = {"event": "CBeteiligte.create", "url": "http://there.test"}
    shown = (await http.put(f"/api/v1/Webhook/{made['id']}", json=changed)).json()
    assert (shown["event"], shown["url"]) == ("CBeteiligte.update", "http://there.test")
    assert (await http.get(f"/api/v1/Webhook/{made['id']}")).json()["secretKey"] == made["secretKey"]
    assert (await http.get("/api/v1/Webhook")).json()["total"] == 2

    assert (await http.delete(f"/api/v1/Webhook/{made['id']}")).json() is True
    assert [row["id"] for row in (await http.get("/api/v1/Webhook")).json()["list"]] == [second.json()["id"]]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("CBeteiligte.read", "Not supported event."),
        ("Quatsch", "Not supported event."),
        ("CGibtsNicht.create", "Entity type is not available for Webhooks."),
    ],
)
async def test_an_event_that_is_none_is_refused(http: httpx.AsyncClient, event: str, reason: str) -> None:
    """Recordings wh-07, wh-08."""
    answer = await http.post("/api/v1/Webhook", json={"event": event, "url": "http://here.test"})

    assert (answer.status_code, answer.headers["X-Status-Reason"]) == (403, reason)


async def test_an_api_user_sees_only_its_own_webhooks(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Recording wh-04; others are unknown to it."""
    async with calling(crm, "feld-api") as other:
        theirs = (await other.post("/api/v1/Webhook", json={"event": "CBeteiligte.create", "url": "x"})).json()["id"]

    assert (await http.get("/api/v1/Webhook")).json()["list"] == []
    assert (await http.get(f"/api/v1/Webhook/{theirs}")).status_code == 404


async def test_a_person_of_the_firm_may_not_subscribe() -> None:
    """Recording wh-10; over HTTP a person logs in with a password."""
    crm = Simulators().espocrm
    async with calling(crm, PERSON) as http:
        answer = await http.post("/api/v1/Webhook", json={"event": "CBeteiligte.create", "url": "x"})
        created = await http.post(LIST, json={"lastName": "Müßig"})

    assert (answer.status_code, created.status_code) == (403, 200)
