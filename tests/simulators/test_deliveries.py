"""The webhook queue of the EspoCRM stand-in: what is delivered, in which order, and what the answers do."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from simulators import EspoCrm
from simulators.delivery_faults import Late, LostDelivery, Reordered, Twice
from simulators.faults import LostAnswer, RefusedBeforeEffect, StaleRead, Status
from simulators.server import serve
from simulators.visits import Fault
from simulators.webhooks import Webhook, encode
from tests.simulators.receiver import Receiver
from tests.simulators.recorded import RECORDINGS, seed, stand_in

SABINE, INTEGRATION = "sabine", "integration"
WILMA = "6b04cf61b158069fb"
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def crm() -> EspoCrm:
    """An EspoCRM with one record; nobody has subscribed."""
    made = stand_in("2026-11-23 23:42:25")
    created = RECORDINGS["whd-01-create-create"]["request"]["body"][0]
    seed(made, {**created, "modifiedById": None, "modifiedByName": None})
    return made


@pytest.fixture
def receiver() -> Receiver:
    """What EspoCRM delivers to."""
    return Receiver()


@pytest_asyncio.fixture(loop_scope="session")
async def hooked(crm: EspoCrm, receiver: Receiver) -> AsyncIterator[EspoCrm]:
    """The same EspoCRM, delivering to the receiver."""
    async with serve(receiver.app) as url:
        crm.deliveries.subscribe(url)
        yield crm
        assert crm.deliveries._faults.unused == []


# ---------------------------------------------------------------------- what is delivered


def _as_recorded(crm: EspoCrm, name: str, url: str) -> None:
    """Subscribe with the id and the secret of a recorded delivery."""
    recorded = RECORDINGS[name]
    kind = recorded["request"]["path"].strip("/")
    event = "CBeteiligte.fieldUpdate.syncStatus" if kind == "field" else f"CBeteiligte.{kind}"
    owner = crm.users.all[INTEGRATION]
    ids = {"id": recorded["webhookId"], "secret": recorded["secretKey"]}
    crm.deliveries.webhooks = [Webhook(event=event, url=f"{url}/{kind}", owner=owner, **ids)]


EDITS: dict[str, tuple[dict[str, object], str, str | None]] = {
    "whd-02-update-one-field-update": ({"titel": "Dr."}, SABINE, None),
    "whd-03-update-same-user-update": ({"titel": "Prof."}, SABINE, SABINE),
    "whd-04-update-other-user-update": ({"titel": "Prof. Dr."}, INTEGRATION, SABINE),
    "whd-05-nochange-other-user-update": ({}, SABINE, INTEGRATION),
    "whd-06-name-update": ({"firstName": "Wilhelmine"}, SABINE, SABINE),
    "whd-07-email-update": ({"emailAddress": "w2@example.test"}, SABINE, SABINE),
    "whd-09-syncstatus-update": ({"syncStatus": "dirty"}, SABINE, SABINE),
    "whd-10-syncfields-update": (
        {
            "betnr": 77,
            "advowareRowId": "R1",
            "advowareLastSync": "2026-11-23 10:00:00",
            "syncStatus": "clean",
        },
        INTEGRATION,
        SABINE,
    ),
    "whd-11-address-update": ({"addressStreet": "Neue Str. 5", "addressCity": "Köln"}, SABINE, INTEGRATION),
    "whd-12-unicode-update": ({"firmenname": 'Müller & Söhne 😀 / "x" \\ y'}, SABINE, SABINE),
    "whd-14-null-update": ({"dateOfBirth": None}, SABINE, SABINE),
}
"""By recording: the edit, who makes it, who edited before."""


@pytest.mark.parametrize("name", EDITS)
async def test_an_update_is_delivered_byte_for_byte_as_recorded(crm: EspoCrm, receiver: Receiver, name: str) -> None:
    """Only what changed, and the id; both signatures are those of the recording."""
    edit, by, before = EDITS[name]
    crm.records[WILMA]["syncStatus"] = "pending_sync"
    crm.records[WILMA]["modifiedById"] = crm.users.all[before].id if before else None
    async with serve(receiver.app) as url:
        _as_recorded(crm, name, url)
        crm.edit(WILMA, user=by, **edit)
        assert await crm.deliveries.flush() == [200]

    [got] = receiver.got
    wanted = RECORDINGS[name]["request"]
    assert got.body == wanted["rawBody"].encode()
    assert got.headers["signature"] == wanted["headers"]["Signature"]
    assert got.headers["x-signature"] == wanted["headers"]["X-Signature"]


async def test_a_watched_field_is_delivered_of_its_own(crm: EspoCrm, receiver: Receiver) -> None:
    """Recording whd-09: `id` and the field, beside the update."""
    async with serve(receiver.app) as url:
        _as_recorded(crm, "whd-09-syncstatus-field", url)
        crm.edit(WILMA, user=SABINE, syncStatus="dirty", titel="Dr.")
        crm.edit(WILMA, user=SABINE, titel="Prof.")
        await crm.deliveries.flush()

    assert [got.events for got in receiver.got] == [RECORDINGS["whd-09-syncstatus-field"]["request"]["body"]]


async def test_a_create_holds_what_was_set(hooked: EspoCrm, receiver: Receiver) -> None:
    """Recording whd-16: unset attributes are missing, and the name, which is computed from two parts, too."""
    party = hooked.add(user=SABINE, lastName="Kurzlebig")
    hooked.edit(party, user=SABINE, titel="X")
    hooked.delete(party, user=SABINE)

    await hooked.deliveries.flush()

    created, updated, deleted = (got.events[0] for got in receiver.got)
    moment = {"createdAt": created["createdAt"], "modifiedAt": created["modifiedAt"]}
    recorded = {name: RECORDINGS[f"whd-16-cud-{name}"]["request"]["body"][0] for name in ("create", "update", "delete")}
    assert created == {**recorded["create"], **moment, "id": party, "streamUpdatedAt": created["createdAt"]}
    assert updated == {**recorded["update"], "id": party}
    assert deleted == {"id": party}


async def test_nothing_is_merged(hooked: EspoCrm, receiver: Receiver) -> None:
    """Recording whd-15: two updates of one record are two elements, in order."""
    hooked.edit(WILMA, user=SABINE, titel="A")
    hooked.edit(WILMA, user=SABINE, titel="B")

    await hooked.deliveries.flush()

    assert receiver.values("titel") == [["A", "B"]]


async def test_skip_own_suppresses_what_the_owner_wrote(hooked: EspoCrm, receiver: Receiver) -> None:
    """Writes of others, also of other API users, still come (facts §1.7)."""
    for webhook in hooked.deliveries.webhooks:
        webhook.skip_own = True
    hooked.edit(WILMA, user=INTEGRATION, titel="ours")
    hooked.edit(WILMA, user="feld-api", titel="theirs")

    await hooked.deliveries.flush()

    assert receiver.values("titel") == [["theirs"]]


async def test_what_the_owner_may_not_read_is_left_out(hooked: EspoCrm, receiver: Receiver) -> None:
    """If nothing else changed, the id alone is sent (facts §1.2)."""
    hooked.unreadable.add("titel")
    hooked.edit(WILMA, user=SABINE, titel="geheim")
    hooked.edit(WILMA, user=SABINE, titel="geheimer")

    await hooked.deliveries.flush()

    assert receiver.got[0].events[1] == {"id": WILMA}


async def test_an_import_in_silent_mode_and_a_restore_tell_nobody(hooked: EspoCrm) -> None:
    """Recording imp-01: neither event nor modifiedAt; facts §1.7: a restored record is simply back."""
    hooked.delete(WILMA, user=SABINE)
    await hooked.deliveries.flush()
    before = dict(hooked.deleted[WILMA])

    hooked.restore(WILMA)
    hooked.import_silently(WILMA, titel="neu")

    assert hooked.deliveries.empty
    assert hooked.records[WILMA] == {**before, "deleted": False, "titel": "neu"}


# ---------------------------------------------------------------------- when and in which order


async def test_a_run_takes_twenty_events_over_all_webhooks(hooked: EspoCrm, receiver: Receiver) -> None:
    """130 updates need seven runs (facts §1.4)."""
    hooked.mass_update(*[WILMA] * 130, user=SABINE, titel="x")
    for number in range(129):
        hooked.edit(WILMA, user=SABINE, titel=str(number))

    runs = 0
    while not hooked.deliveries.empty:
        assert await hooked.deliveries.job() == [200]
        runs += 1

    assert runs == 7
    assert [len(got.events) for got in receiver.got] == [20] * 6 + [10]


async def test_a_larger_portion_still_makes_batches_of_fifty(hooked: EspoCrm, receiver: Receiver) -> None:
    """Portion 500: the sizes were 50, 50, 20 (facts §1.4); one POST a webhook and run."""
    hooked.deliveries.portion = 500
    for number in range(120):
        hooked.edit(WILMA, user=SABINE, titel=str(number))

    for _ in range(3):
        await hooked.deliveries.job()

    assert [len(got.events) for got in receiver.got] == [50, 50, 20]


async def test_there_is_no_order_across_webhooks(hooked: EspoCrm, receiver: Receiver) -> None:
    """Recording whd-20: X updated, Y created, Y updated: the update of Y arrives before its create."""
    hooked.edit(WILMA, user=SABINE, titel="1")
    other = hooked.add(user=SABINE, lastName="Neu")
    hooked.edit(other, user=SABINE, titel="2")

    await hooked.deliveries.job()

    recorded = [delivery["path"] for delivery in RECORDINGS["whd-20-order-across-webhooks"]["deliveries"]]
    assert [got.path for got in receiver.got] == recorded == ["/update", "/create"]
    assert receiver.values("titel") == [["1", "2"], [None]]


async def test_after_a_failure_newer_events_overtake(hooked: EspoCrm, receiver: Receiver) -> None:
    """Recording whd-32: the old one comes again in the same POST as a still newer one."""
    receiver.answers = [503]
    recorded = RECORDINGS["whd-32-order-after-failure"]["deliveries"]
    for number, title in enumerate(("eins", "zwei", "drei")):
        hooked.store.clock.advance(TEN_MINUTES if number == 2 else timedelta(seconds=1))
        hooked.edit(WILMA, user=SABINE, titel=title)
        await hooked.deliveries.job()

    assert receiver.values("titel") == [[event["titel"] for event in delivery["body"]] for delivery in recorded]


async def test_four_attempts_ten_minutes_apart_and_then_it_is_lost(hooked: EspoCrm, receiver: Receiver) -> None:
    """Recording whd-31: body and signature are the same each time, and nobody is told."""
    receiver.answers = [503] * 9
    hooked.edit(WILMA, user=SABINE, titel="retry")
    seen = []
    for _ in range(6):
        await hooked.deliveries.job()
        await hooked.deliveries.job()  # too early: nothing is sent
        [item] = hooked.deliveries.items
        seen.append((item.status, item.attempts))
        hooked.store.clock.advance(TEN_MINUTES)

    recorded = [row.split("\t")[:2] for row in RECORDINGS["whd-31-retry-sequence"]["rows"]]
    assert seen == [(status, int(attempts)) for status, attempts in recorded]
    assert len(receiver.got) == 4
    assert len({(got.body, got.headers["signature"]) for got in receiver.got}) == 1
    assert hooked.deliveries.empty


# ---------------------------------------------------------------------- what the receiver's answer does

ANSWERS = {
    int(row["case"].removeprefix("HTTP ")): row["queueItem"]["status"]
    for row in RECORDINGS["whd-30-response-handling"]["rows"]
    if isinstance(row["queueItem"], dict) and row["case"].startswith("HTTP ")
}


@pytest.mark.parametrize("status", ANSWERS)
async def test_an_answer_settles_the_item_as_recorded(hooked: EspoCrm, receiver: Receiver, status: int) -> None:
    """Recording whd-30: done, tried again, or failed for good."""
    receiver.answers = [status]
    hooked.edit(WILMA, user=SABINE, titel="x")

    await hooked.deliveries.job()

    [item] = hooked.deliveries.items
    assert (item.status, item.attempts) == (ANSWERS[status], 1)


async def test_410_deletes_the_webhook_with_its_queue(hooked: EspoCrm, receiver: Receiver) -> None:
    """Facts §1.6; the other webhooks go on."""
    receiver.answers = [410]
    hooked.edit(WILMA, user=SABINE, titel="x")

    await hooked.deliveries.job()

    assert [webhook.kind for webhook in hooked.deliveries.webhooks] == ["create", "delete"]
    assert hooked.deliveries.empty


async def test_a_receiver_that_is_too_slow_gets_it_twice(hooked: EspoCrm, receiver: Receiver) -> None:
    """A time-out is tried again although the receiver took it (facts §1.6)."""
    hooked.deliveries.timeout = 0.2
    receiver.slow = True
    hooked.edit(WILMA, user=SABINE, titel="x")
    assert await hooked.deliveries.job() == [0]

    receiver.slow = False
    hooked.store.clock.advance(TEN_MINUTES)

    assert await hooked.deliveries.job() == [200]
    assert receiver.values("titel") == [["x"], ["x"]]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "file:///etc/passwd"])
async def test_an_address_that_answers_nothing_is_tried_again(crm: EspoCrm, url: str) -> None:
    """Recording whd-30: connection refused, no URL, another scheme."""
    crm.deliveries.subscribe(url)
    crm.edit(WILMA, user=SABINE, titel="x")

    assert await crm.deliveries.job() == [0]
    assert len(crm.deliveries.pending) == 1


# ---------------------------------------------------------------------- the fast path


async def test_flush_delivers_all_at_once(hooked: EspoCrm, receiver: Receiver) -> None:
    """No portion: 120 updates are three POSTs."""
    for number in range(120):
        hooked.edit(WILMA, user=SABINE, titel=str(number))

    assert await hooked.deliveries.flush() == [200, 200, 200]
    assert hooked.deliveries.empty


async def test_flush_waits_for_nothing_and_gives_up_nothing(hooked: EspoCrm, receiver: Receiver) -> None:
    """What is tried again stays for the next flush, however often; what is failed for good is lost here, too."""
    receiver.answers = [503] * 9 + [502]
    hooked.edit(WILMA, user=SABINE, titel="x")
    assert [await hooked.deliveries.flush() for _ in range(9)] == [[503]] * 9
    assert not hooked.deliveries.empty

    assert await hooked.deliveries.flush() == [502]
    assert hooked.deliveries.empty


# ---------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("fault", "titles"),
    [
        (LostDelivery(), [["3"]]),
        (Twice(), [["1", "2"], ["1", "2"], ["3"]]),
        (Late(), [["3", "1", "2"]]),
        (Reordered(), [["2", "1"], ["3"]]),
        (LostAnswer(), [["1", "2"], ["1", "2", "3"]]),
        (RefusedBeforeEffect(), [["1", "2", "3"]]),
        (Status(502), [["3"]]),
        (Status(503, after_effect=True), [["1", "2"], ["1", "2", "3"]]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
async def test_a_delivery_meets_what_is_planned(
    hooked: EspoCrm, receiver: Receiver, fault: Fault, titles: list[list[str]]
) -> None:
    """Lost, twice, late and overtaken, out of order, or answered by something before the receiver."""
    hooked.deliveries._faults.plan("delivery.update", fault, party=WILMA)
    hooked.edit(WILMA, user=SABINE, titel="1")
    hooked.edit(WILMA, user=SABINE, titel="2")
    await hooked.deliveries.flush()
    hooked.edit(WILMA, user=SABINE, titel="3")
    await hooked.deliveries.flush()

    assert receiver.values("titel") == titles


async def test_a_fault_that_no_delivery_can_meet_says_so(hooked: EspoCrm) -> None:
    """A plan that proves nothing must not pass in silence."""
    hooked.deliveries._faults.plan("delivery.update", StaleRead())
    hooked.edit(WILMA, user=SABINE, titel="1")

    with pytest.raises(TypeError, match="stale_read"):
        await hooked.deliveries.flush()


async def test_a_delivery_stands_in_the_log_of_calls(hooked: EspoCrm, receiver: Receiver) -> None:
    """By kind, with the first record in it and the receiver's status."""
    receiver.answers = [503]
    hooked.edit(WILMA, user=SABINE, titel="1")
    await hooked.deliveries.flush()

    [call] = hooked.deliveries._calls.since(0, "delivery.*")
    assert (call.name, call.party, call.status) == ("delivery.update", WILMA, 503)


def test_php_writes_json_in_its_own_way() -> None:
    """Recording whd-12: ASCII only, no spaces, escaped slashes."""
    assert encode([{"a": "ü/", "b": None}]) == b'[{"a":"\\u00fc\\/","b":null}]'
