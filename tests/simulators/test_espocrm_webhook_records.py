"""Webhooks as records of the EspoCRM stand-in; what they deliver: test_deliveries.py."""

import httpx
import pytest

from simulators import EspoCrm, Simulators
from simulators.espocrm_users import PERSON
from tests.simulators.callers import LIST, calling


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
