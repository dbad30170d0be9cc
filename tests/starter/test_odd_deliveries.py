"""Deliveries of odd content and odd size: bounded work, bounded answers, and every id that can be used is used."""

import json
import uuid
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.examples  # noqa: F401
from beteiligte.ids import is_record_id
from beteiligte.request_reason import Reason
from simulators.webhooks import encode
from starter import requests
from starter.webhook import deliveries
from starter.webhook.deliveries import MOST_ELEMENTS, NAMED, Delivery, TooManyElements, UnreadableDelivery, read
from tests.clients.hostile import bodies
from tests.starter.test_webhook import hooked, post
from tests.world import World
from workflows import client as clients

__all__ = ["hooked"]

GOOD = "6b04cf61b158069fb"
DELIVERIES: list[Any] = [
    [{"id": GOOD, "lastName": "x", "syncStatus": "dirty", "emailAddressData": [{"emailAddress": "x"}]}, {"id": "a"}],
    [{"id": GOOD, "advowareLastSync": "2026-11-24 10:30:00", "syncStatus": "clean", "versionNumber": 7}],
    {"id": GOOD},
]


@given(body=bodies(DELIVERIES), reason=st.sampled_from([Reason.CREATED, Reason.UPDATED, Reason.DELETED]))
def test_every_body_is_a_delivery_or_refused(body: bytes, reason: Reason) -> None:
    """Nothing else is raised, and what it asks for are ids."""
    try:
        delivery = read(body, reason)
    except (UnreadableDelivery, TooManyElements):
        return

    assert all(map(is_record_id, delivery.ids))
    assert len(delivery.ids) + delivery.echoes + delivery.odd <= delivery.total
    assert len(delivery.refused) == min(delivery.odd, NAMED)


@pytest.mark.parametrize("element", ["[]", "{}", "0", '{"a":[]}'])
def test_millions_of_elements_are_no_work(element: str) -> None:
    """Refused before they are read, or as soon as they are counted."""
    with pytest.raises(TooManyElements, match="webhookBatchSize"):
        read(("[" + f"{element}," * (3_000_000 // len(element)) + "0]").encode(), Reason.UPDATED)


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 400, "1e400", "NaN"])
def test_a_number_beyond_reason_costs_nothing(number: str) -> None:
    """Values are never used, so none may cost the others their delivery."""
    body = f'[{{"id": "{GOOD}", "x": {number}}}, {{"id": "b", "syncStatus": {number}}}]'

    assert read(body.encode(), Reason.CREATED).ids == (GOOD, "b")


def test_as_many_as_may_be_are_read() -> None:
    """One more is too many."""
    elements = [{"id": f"{number:x}"} for number in range(MOST_ELEMENTS)]

    assert len(read(json.dumps(elements).encode(), Reason.UPDATED).ids) == MOST_ELEMENTS
    with pytest.raises(TooManyElements):
        read(json.dumps([*elements, {"id": GOOD}]).encode(), Reason.UPDATED)


async def test_thousands_of_odd_elements_are_counted_and_few_named(hooked: World) -> None:
    """The answer stays small, whatever was sent, and the one good id among them is asked for."""
    answer = await post(hooked, json.dumps([{"id": GOOD}, *[{"id": 5}] * 5_000]).encode(), action="create")

    said = answer.json()
    assert (answer.status_code, said["new_ids_count"], said["refused_count"]) == (200, 1, 5_000)
    assert [item["index"] for item in said["refused"]] == list(range(1, NAMED + 1))
    assert len(answer.content) < 10_000


async def test_a_delivery_of_odd_elements_only_is_answered_briefly(hooked: World) -> None:
    """It names some, with the reason."""
    answer = await post(hooked, b"[" + b"[]," * 30_000 + b"0]")

    assert answer.status_code == 400
    assert len(answer.json()["refused"]) == NAMED
    assert len(answer.content) < 10_000


async def test_too_many_elements_are_refused_with_what_to_do(hooked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting of EspoCRM's."""
    monkeypatch.setattr(deliveries, "MOST_ELEMENTS", 10)
    answer = await post(hooked, encode([{"id": one} for one in ids(11)]))

    assert answer.status_code == 413
    assert "webhookBatchSize" in answer.json()["detail"]


async def runs_of(world: World, kind: str) -> set[str]:
    query = f"WorkflowType = '{kind}' AND TaskQueue = '{world.queue}'"
    return {run.id async for run in world.client.list_workflows(query)}


async def stored(world: World, kind: str, number: int) -> set[str]:
    """Until so many are on record; visibility lags a moment behind."""
    while len(found := await runs_of(world, kind)) < number:
        pass
    return found


def ids(number: int) -> list[str]:
    """Ids that no other test has."""
    return [uuid.uuid4().hex[:17] for _ in range(number)]


async def sent_twice(world: World, action: str, number: int) -> list[httpx.Response]:
    body = encode([{"id": one} for one in ids(number)])
    return [await post(world, body, action=action) for _ in range(2)]


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
async def test_thousands_of_deletes_are_several_runs_and_join_them_when_sent_again(
    hooked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each id in one of them, the last one too; what was stored is not stored twice."""
    monkeypatch.setattr(requests, "MOST_TOGETHER", 20)

    answers = await sent_twice(hooked, "delete", 50)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await stored(hooked, "Deletes", 3)) == 3


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
async def test_thousands_of_updates_are_several_runs_and_join_them_when_sent_again(
    hooked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tail is reached with the first delivery, and nothing is doubled by the second."""
    monkeypatch.setattr(clients, "MOST", 40)

    answers = await sent_twice(hooked, "update", 100)

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(await stored(hooked, "Delivery", 3)) == 3


@pytest.mark.parametrize("action", ["create", "update", "delete"])
async def test_ids_that_nobody_ever_knew_are_told_to_nobody(hooked: World, action: str) -> None:
    """Singly or together: a read each at most, no write, no word to people."""
    one, many = ids(1), ids(3)
    mark = hooked.calls.mark

    for some in (one, many):
        answer = await post(hooked, encode([{"id": party, "lastName": "x"} for party in some]), action=action)
        assert answer.status_code == 200
    if action == "delete":
        for run in await stored(hooked, "Deletes", 1):
            await hooked.client.get_workflow_handle(run).result()
    for party in one if action == "delete" else [*one, *many]:
        await hooked.closed(party)

    assert hooked.told() == []
    assert set(hooked.spent(mark)) <= {"espocrm.read"}


def test_what_is_refused_is_counted_by_the_delivery() -> None:
    """Beside what can be used."""
    delivery = read(json.dumps([{"id": GOOD}, {}, 5, {"id": GOOD}]).encode(), Reason.CREATED)

    assert delivery == Delivery(ids=(GOOD,), total=4, echoes=0, odd=2, refused=delivery.refused)
