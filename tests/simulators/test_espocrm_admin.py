"""What an administrator makes in the EspoCRM stand-in; what was recorded of it: test_recordings.py (setup-*)."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from simulators import EspoCrm, Simulators
from simulators.espocrm_users import ADMIN, PERSON
from tests.simulators.callers import LIST, calling

TYPE = "/api/v1/EntityManager/action/createEntity"
FIELD = "/api/v1/Admin/fieldManager/CBeteiligte"
BODY: dict[str, Any] = {"name": "Beteiligte", "type": "Person", "stream": True, "optimisticConcurrencyControl": True}


@pytest.fixture
def bare() -> EspoCrm:
    return Simulators(bare=True).espocrm


@pytest_asyncio.fixture(loop_scope="session")
async def admin(bare: EspoCrm) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(bare, ADMIN) as opened:
        yield opened


async def test_before_anything_is_made_there_is_no_such_type(bare: EspoCrm, admin: httpx.AsyncClient) -> None:
    """As with any name that EspoCRM does not know (recordings rest-23, wh-08)."""
    assert (await admin.get(LIST)).headers["X-Status-Reason"] == "Controller 'CBeteiligte' does not exist."
    assert (await admin.get("/api/v1/Metadata", params={"key": "scopes.CBeteiligte"})).json() is None
    hook = await admin.post("/api/v1/Webhook", json={"event": "CBeteiligte.create", "url": "http://here.test"})
    assert hook.headers["X-Status-Reason"] == "Entity type is not available for Webhooks."
    assert (await admin.post(FIELD, json={"name": "betnr", "type": "int"})).status_code == 404
    assert sorted(bare.users.all) == sorted([ADMIN, PERSON])


async def test_a_type_is_made_once_and_concurrency_is_switched_on_afterwards(admin: httpx.AsyncClient) -> None:
    """createEntity ignores the switch (facts §2.4)."""
    assert (await admin.post(TYPE, json=BODY)).json() == {"name": "CBeteiligte"}
    assert (await admin.post(TYPE, json=BODY)).status_code == 409

    made = (await admin.post(LIST, json={"lastName": "Müßig"})).json()
    assert "versionNumber" not in made

    update = {"name": "CBeteiligte", "optimisticConcurrencyControl": True}
    assert (await admin.post(TYPE.replace("create", "update"), json=update)).json() is True
    assert (await admin.get(f"{LIST}/{made['id']}")).json()["versionNumber"] == 1


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        ({"type": "varchar", "maxLength": 3}, "abcd", 400),
        ({"type": "varchar", "maxLength": 3}, "abc", "abc"),
        ({"type": "text"}, "x" * 3_000, "x" * 3_000),
        ({"type": "text", "maxLength": 2}, "xyz", 400),
        ({"type": "enum", "options": ["", "a"]}, None, None),
        ({"type": "enum", "options": ["a"]}, None, 400),
        ({"type": "enum", "options": ["a"]}, "b", 400),
        ({"type": "int"}, "7", 7),
        ({"type": "date"}, "1980-02-29", "1980-02-29"),
        ({"type": "datetime"}, "2026-11-24 10:00:00", "2026-11-24 10:00:00"),
        ({"type": "bool"}, 1, True),
    ],
)
async def test_a_field_that_is_made_keeps_its_kind(
    admin: httpx.AsyncClient, field: dict[str, Any], sent: object, stored: object
) -> None:
    """Also in a record that was there before it."""
    await admin.post(TYPE, json=BODY)
    party = (await admin.post(LIST, json={"lastName": "Müßig"})).json()["id"]
    assert (await admin.post(FIELD, json={"name": "neu", "label": "Neu", **field})).json()["type"] == field["type"]

    answer = await admin.put(f"{LIST}/{party}", json={"neu": sent})

    assert (answer.status_code if answer.is_error else answer.json()["neu"]) == stored


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "Betnr", "type": "int"}, 400),
        ({"name": "bet-nr", "type": "int"}, 400),
        ({"name": "", "type": "int"}, 400),
        ({"name": "betnr", "type": "map"}, 400),
        ({"name": "lastName", "type": "varchar"}, 409),
    ],
)
async def test_a_field_that_cannot_be_made_is_refused(
    admin: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    await admin.post(TYPE, json=BODY)

    assert (await admin.post(FIELD, json=body)).status_code == status


async def test_a_field_that_is_removed_is_shown_no_more(admin: httpx.AsyncClient) -> None:
    """Neither in the records nor to whoever asks for it; what came with the type stays."""
    await admin.post(TYPE, json=BODY)
    await admin.post(FIELD, json={"name": "neu", "type": "varchar"})
    party = (await admin.post(LIST, json={"lastName": "Müßig", "neu": "x"})).json()

    removed = [(await admin.delete(f"{FIELD}/{name}")).status_code for name in ("neu", "neu", "lastName")]

    assert (party["neu"], removed) == ("x", [200, 500, 500])
    assert "neu" not in (await admin.get(f"{LIST}/{party['id']}")).json()
    assert (await admin.get(f"{FIELD}/neu")).status_code == 500


async def test_a_user_has_the_rights_of_his_role_as_it_is_now(bare: EspoCrm, admin: httpx.AsyncClient) -> None:
    """A right that is taken away is gone at the next call; his key is shown to administrators only."""
    await admin.post(TYPE, json=BODY)
    data = {"CBeteiligte": {"read": "all", "edit": "all", "stream": "all"}, "Webhook": True, "User": {"read": "all"}}
    role = (await admin.post("/api/v1/Role", json={"name": "R", "data": data, "messagePermission": "all"})).json()["id"]
    user = {"userName": "api", "type": "api", "authMethod": "ApiKey", "isActive": True, "rolesIds": [role]}
    made = (await admin.post("/api/v1/User", json=user)).json()
    assert (await admin.post("/api/v1/User", json=user)).status_code == 409
    assert (await admin.get(f"/api/v1/User/{made['id']}")).json()["apiKey"] == bare.users.all["api"].key

    async with calling(bare, "api") as http:
        assert (await http.get(LIST)).status_code == 200
        assert (await http.post(LIST, json={"lastName": "x"})).status_code == 403
        assert (await http.get(f"/api/v1/User/{made['id']}")).status_code == 403
        await admin.put(f"/api/v1/Role/{role}", json={"data": {"Webhook": False}})
        assert (await http.get(LIST)).status_code == 403
        assert (await http.get("/api/v1/Webhook")).status_code == 403
        await admin.put(f"/api/v1/User/{made['id']}", json={"isActive": False})
        assert (await http.get(LIST)).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (TYPE, BODY),
        (FIELD, {"name": "neu", "type": "int"}),
        ("/api/v1/Role", {"name": "R"}),
        ("/api/v1/User", {"userName": "x", "type": "api", "authMethod": "ApiKey"}),
    ],
)
async def test_nobody_else_makes_anything(bare: EspoCrm, path: str, body: dict[str, Any]) -> None:
    async with calling(bare, PERSON) as http:
        assert (await http.post(path, json=body)).status_code == 403
    assert (bare.store.type.made, sorted(bare.users.all)) == (False, sorted([ADMIN, PERSON]))


@pytest.mark.parametrize(("version", "status"), [("9.3.1", 201), ("9.3.2", 400), ("10.0.0", 400)])
async def test_a_private_receiver_is_refused_unless_it_is_allowed(version: str, status: int) -> None:
    """Facts §1.1: by exact host and port, also when the address of a webhook is changed."""
    crm = Simulators().espocrm
    crm.installation.version = version
    wanted = {"event": "CBeteiligte.create", "url": "http://10.0.0.1:8080/x"}
    async with calling(crm) as http:
        refused = await http.post("/api/v1/Webhook", json=wanted)
        crm.installation.config["webhookAllowedAddressList"] = ["10.0.0.1:8080"]
        allowed = await http.post("/api/v1/Webhook", json=wanted)

    assert (refused.status_code, allowed.status_code) == (status, 201)
    if status == 400:
        assert "notInternal" in refused.headers["X-Status-Reason"]


async def test_before_9_2_a_webhook_shows_no_skip_own() -> None:
    """And the wish is ignored, as any attribute that a record does not have (recording rest-13)."""
    crm = Simulators().espocrm
    crm.installation.version = "9.1.9"
    async with calling(crm) as http:
        made = (
            await http.post("/api/v1/Webhook", json={"event": "CBeteiligte.update", "url": "x", "skipOwn": True})
        ).json()
        listed = (await http.get("/api/v1/Webhook")).json()["list"]

    assert "skipOwn" not in made
    assert "skipOwn" not in listed[0]
