"""The webhook service, driven by signed deliveries of the EspoCRM stand-in over real HTTP."""

import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from temporalio.client import Client

from beteiligte.request_reason import Reason
from runtime.settings import WebhookSettings
from runtime.storage_places import Keeping
from simulators.server import serve
from simulators.webhooks import encode
from starter.requests import Requests
from starter.webhook.app import Webhooks
from starter.webhook.deliveries import UnreadableDelivery, read
from starter.webhook.signature import is_signed
from tests.commandline import quick
from tests.world import World

RECORDINGS = Path(__file__).parents[1] / "recordings" / "espocrm"


@pytest_asyncio.fixture(loop_scope="session")
async def hooked(world: World) -> AsyncIterator[World]:
    """A world whose EspoCRM delivers to the service."""

    async def connect() -> Requests:
        return Requests(world.client, world.queue, world.timing)

    secrets: dict[str, tuple[SecretStr, ...]] = {}
    settings = WebhookSettings(secrets=secrets, max_body=200_000)
    async with serve(Webhooks(settings, connect).app()) as url:
        world.hook = f"{url}/webhook/beteiligte"
        known = world.espocrm.deliveries.subscribe(world.hook)
        secrets.update({webhook: (SecretStr(secret),) for webhook, secret in known.items()})
        settings.secrets.update(secrets)
        yield world


async def post(world: World, body: bytes, *, action: str = "update", **headers: str) -> httpx.Response:
    """POST to the service, signed unless headers say otherwise."""
    webhook = next(hook for hook in world.espocrm.deliveries.webhooks if hook.kind == action)
    sent = {"Content-Type": "application/json", **webhook.signed(body), **headers}
    async with httpx.AsyncClient(timeout=30) as http:
        return await http.post(webhook.url, content=body, headers=sent)


async def test_a_create_in_espocrm_travels_by_webhook_and_its_echo_costs_nothing(hooked: World) -> None:
    """Echo of our bookkeeping: 0 calls (design §5)."""
    party = hooked.espocrm.add(lastName="Müßig")
    assert await hooked.espocrm.deliveries.flush() == [200]
    await hooked.closed(party)
    assert hooked.differing(party) == []
    mark = hooked.calls.mark

    while not hooked.espocrm.deliveries.empty:
        await hooked.espocrm.deliveries.flush()
    await hooked.closed(party)

    assert hooked.spent(mark) == {}


async def test_the_echo_of_data_we_wrote_costs_two_reads_and_no_write(hooked: World) -> None:
    """Without skipOwn the delivery holds data, so both sides are looked at, and nothing is written."""
    party, bet_nr = await hooked.linked()
    await hooked.espocrm.deliveries.flush()
    await hooked.closed(party)
    hooked.advoware.edit(bet_nr, zusatz="c/o")
    await hooked.sync(party)
    await hooked.closed(party)
    mark = hooked.calls.mark

    await hooked.espocrm.deliveries.flush()
    await hooked.closed(party)

    assert hooked.spent(mark) == {"espocrm.read": 1, "advoware.read": 1}


async def test_a_delivery_of_several_hundred_is_stored_whole(hooked: World) -> None:
    """Every id becomes a request; doubled ones are asked for once."""
    elements: list[dict[str, object]] = [{"id": f"{n:017x}", "lastName": "x"} for n in range(300)]

    answer = await post(hooked, encode([*elements, elements[0]]))

    assert answer.status_code == 200
    assert (answer.json()["new_ids_count"], answer.json()["total_ids_in_batch"]) == (300, 301)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"[{", {}, 400),
        (b'[{"lastName":"x"}]', {}, 400),
        (b"[]", {"Signature": "bm9wZTow", "X-Signature": "bm9wZTow"}, 401),
        (b"[]", {"Signature": "no base64!", "X-Signature": ""}, 401),
        (b"[]", {"Content-Type": "text/plain"}, 415),
        (b"[" + b" " * 300_000 + b"]", {}, 413),
    ],
)
async def test_bad_deliveries_get_a_clear_error(
    hooked: World, body: bytes, headers: dict[str, str], status: int
) -> None:
    """Malformed JSON, no id, wrong signature, unknown content type, huge body."""
    answer = await post(hooked, body, **headers)

    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_a_bad_element_costs_the_others_nothing(hooked: World) -> None:
    """It is named by its index; ids with odd characters are no ids."""
    body = encode([{"id": "6b04cf61b158069fb", "lastName": "x"}, {"id": "../Note"}, {"id": 5}, {}])

    answer = (await post(hooked, body)).json()

    assert answer["new_ids_count"] == 1
    assert [item["index"] for item in answer["refused"]] == [1, 2, 3]


@pytest.mark.parametrize("world", [{"uuids": True}], indirect=True)
async def test_records_with_uuids_are_synced_like_all_others(hooked: World) -> None:
    """One definition of an id: a delivery takes it, a person can name it, a plan file keeps it (facts §2.10)."""
    party, other = hooked.espocrm.add(lastName="Müßig"), "mandant_4711-A"
    hooked.espocrm.add_by_import(other, lastName="Straßer")
    assert len(party) == 36
    assert await hooked.espocrm.deliveries.flush() == [200]
    for known in (party, other):
        await hooked.closed(known)
        assert hooked.differing(known) == []

    shown = await quick(hooked, "status", party, "--json")

    assert shown.json["newest"]["run"]["party_id"] == party


@pytest.mark.parametrize("odd", ["", "a b", "x" * 37, "ä", "../Note", "a\n", "'", 5, None, ["a"], {"id": "a"}])
async def test_what_is_no_id_is_refused_alone_and_the_counts_are_true(hooked: World, odd: object) -> None:
    """A 400 would lose the others for good (facts §1.6)."""
    good = ["6b04cf61b158069fb", str(uuid.uuid4()), "a_b-C", "x" * 36]
    elements: list[dict[str, object]] = [{"id": one} for one in (good[0], odd, *good)]

    answer = await post(hooked, encode(elements), action="create")

    said = answer.json()
    assert answer.status_code == 200
    assert (said["new_ids_count"], said["total_ids_in_batch"], said["echoes"]) == (4, 6, 0)
    assert [item["index"] for item in said["refused"]] == [1]
    assert "36" in said["refused"][0]["reason"] or said["refused"][0]["reason"].startswith("no ")


async def test_an_element_of_odd_content_is_looked_at_like_any_other(hooked: World) -> None:
    """Its values are never used, so nothing in them may cost the delivery; a status may be anything."""
    statuses: list[object] = [[], {}, 1, None, "dirty"]
    body = encode([{"id": "6b04cf61b158069fb", "syncStatus": status} for status in statuses])

    answer = await post(hooked, body)

    assert answer.status_code == 200
    assert answer.json()["new_ids_count"] == 1


async def test_a_body_nested_beyond_reason_is_refused_with_a_word(hooked: World) -> None:
    """PHP writes at most 512 levels; what goes beyond is none of EspoCRM's, and no error of ours."""
    answer = await post(hooked, b"[" * 100_000 + b"]" * 100_000)

    assert answer.status_code == 400
    assert "nested" in answer.json()["detail"]


async def test_without_temporal_it_answers_503_so_that_espocrm_repeats() -> None:
    """Never 4xx, 502 or 504 for what a retry would heal (facts §1.6); live, but not ready."""

    async def connect() -> Requests:
        client = await Client.connect("127.0.0.1:1")
        raise AssertionError(client)

    settings = WebhookSettings(allow_unsigned=True, answer_within=timedelta(seconds=2))
    async with serve(Webhooks(settings, connect).app()) as url, httpx.AsyncClient(base_url=url) as http:
        delivered = await http.post("/webhook/beteiligte/update", json=[{"id": "6b04cf61b158069fb", "x": 1}])
        live, ready = await http.get("/health/live"), await http.get("/health/ready")

    assert (delivered.status_code, live.status_code, ready.status_code) == (503, 200, 503)


async def test_readiness_tells_a_place_that_cannot_be_written(world: World, tmp_path: Path) -> None:
    """A full disk above all: Temporal answers as ever, and stores nothing."""

    async def connect() -> Requests:
        return Requests(world.client, world.queue, world.timing)

    settings = WebhookSettings(allow_unsigned=True)
    for keeping, status, said in (
        (Keeping(tmp_path / "temporal.db", 0), 200, ""),
        (Keeping(tmp_path / "temporal.db", 10**18), 503, "MB are free"),
        (Keeping(tmp_path / "gone" / "temporal.db", 0), 503, "no folder"),
    ):
        async with (
            serve(Webhooks(settings, connect, keeping=keeping).app()) as url,
            httpx.AsyncClient(base_url=url) as http,
        ):
            ready, live = await http.get("/health/ready"), await http.get("/health/live")
        assert (ready.status_code, live.status_code) == (status, 200)
        assert said in ready.json().get("detail", "")


async def test_a_delivery_that_was_not_stored_is_told_by_readiness_for_a_while(world: World) -> None:
    """Until one is stored again: a database that is full answers every question."""
    asked = Requests(world.client, world.queue, world.timing)
    away = await Client.connect(address(world), namespace="nowhere", data_converter=world.client.data_converter)

    async def connect() -> Requests:
        return Requests(away, world.queue, world.timing)

    hooks = Webhooks(WebhookSettings(allow_unsigned=True, answer_within=timedelta(seconds=3)), connect)
    async with serve(hooks.app()) as url, httpx.AsyncClient(base_url=url, timeout=20) as http:
        body = [{"id": world.espocrm.add(lastName="x"), "lastName": "x"}]
        refused = await http.post("/webhook/beteiligte/update", json=body)
        hooks._requests = asked
        during = await http.get("/health/ready")
        stored = await http.post("/webhook/beteiligte/update", json=body)
        after = await http.get("/health/ready")

    assert [answer.status_code for answer in (refused, during, stored, after)] == [503, 503, 200, 200]
    assert "did not store the last delivery" in during.json()["detail"]


def address(world: World) -> str:
    return world.client.service_client.config.target_host


@pytest.mark.parametrize(
    "recording",
    [
        path
        for path in sorted(RECORDINGS.glob("whd-*.json"))
        if '"webhook-delivery"' in path.read_text(encoding="utf-8")
    ],
    ids=lambda path: path.stem,
)
def test_recorded_deliveries_verify_and_a_changed_byte_does_not(recording: Path) -> None:
    """Both signature forms of a real EspoCRM, over the raw bytes."""
    kept = json.loads(recording.read_text(encoding="utf-8"))
    body = kept["request"]["rawBody"].encode()
    headers = kept["request"]["headers"]
    secrets = {kept["webhookId"]: (SecretStr(kept["secretKey"]),)}

    for name in ("Signature", "X-Signature"):
        assert is_signed(body, {name: headers[name]}, secrets)
        assert not is_signed(body + b" ", {name: headers[name]}, secrets)


def test_a_recorded_echo_is_dropped_and_a_dirty_record_is_not() -> None:
    """Recording whd-10 is our own bookkeeping; a person's `dirty` in it is a request."""
    raw = json.loads((RECORDINGS / "whd-10-syncfields-update.json").read_text(encoding="utf-8"))["request"]["rawBody"]

    assert read(raw.encode(), Reason.UPDATED).ids == ()
    asked = raw.replace('"clean"', '"dirty"')
    assert read(asked.encode(), Reason.UPDATED).ids == ("6b04cf61b158069fb",)


def test_a_body_that_is_no_json_is_unreadable() -> None:
    """It says so instead of crashing."""
    with pytest.raises(UnreadableDelivery):
        read(b"\xff\xfe", Reason.CREATED)
