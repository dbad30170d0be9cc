"""Refused deliveries leave a trace: in the log, in the figures and in `status`, with the reason and nothing sent."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from runtime.settings import WebhookSettings
from simulators.server import serve
from starter.cli import delivery_lines
from starter.requests import Requests
from starter.webhook import received
from starter.webhook.app import Webhooks
from starter.webhook.received import OTHER, REMEDIES, DeliveryTrail, RefusalReason
from tests.commandline import quick
from tests.world import World

SECRET = "5dc2e0f1a9b84c63"
CANARY = "Müßig-Kanarienvogel"


class Clock:
    """Moved by hand."""

    now = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def service(
    world: World, file: Path, *, stores: bool = True
) -> AsyncIterator[tuple[httpx.AsyncClient, DeliveryTrail]]:
    """The webhook service, and who sends to it."""

    async def connect() -> Requests:
        if not stores:
            raise RuntimeError("Temporal is away")
        return Requests(world.client, world.queue, world.timing)

    trail = DeliveryTrail(file)
    webhooks = Webhooks(WebhookSettings(max_body=10_000), connect, trail)
    async with serve(webhooks.app()) as url, httpx.AsyncClient(base_url=f"{url}/webhook/beteiligte/") as sender:
        known = world.espocrm.deliveries.subscribe(f"{url}/webhook/beteiligte")
        webhooks.settings.secrets.update({webhook: (SecretStr(secret),) for webhook, secret in known.items()})
        yield sender, trail
    trail.write()


def signed(world: World, body: bytes, kind: str = "update", **headers: str) -> dict[str, str]:
    """What EspoCRM sends with it."""
    webhook = next(hook for hook in world.espocrm.deliveries.webhooks if hook.kind == kind)
    return {"Content-Type": "application/json", **webhook.signed(body), **headers}


GOOD = b'[{"id": "6b04cf61b158069fb"}]'
BAD: dict[RefusalReason, tuple[bytes, dict[str, str]]] = {
    RefusalReason.UNSIGNED: (GOOD, {"Signature": "", "X-Signature": ""}),
    RefusalReason.UNKNOWN_WEBHOOK: (GOOD, {"Signature": "YWJjOjAw", "X-Signature": ""}),
    RefusalReason.CONTENT_TYPE: (GOOD, {"Content-Type": "text/plain"}),
    RefusalReason.TOO_LARGE: (b"[" + b" " * 20_000 + b"]", {}),
    RefusalReason.BODY: (CANARY.encode(), {}),
    RefusalReason.NO_PARTY: (json.dumps([{"lastName": CANARY}]).encode(), {}),
}


@pytest.mark.parametrize("why", BAD)
async def test_a_refused_delivery_is_seen(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, why: RefusalReason
) -> None:
    """By reason, without what was sent; `status` says it in another process, and what to do."""
    body, headers = BAD[why]
    with caplog.at_level(logging.WARNING, "starter"):
        async with service(world, received.path(tmp_path, 8080)) as (sender, _):
            for _ in range(3):
                answer = await sender.post("update", content=body, headers=signed(world, body, **headers))
                assert answer.status_code >= 400

    shown = await quick(world, "status", "--json", TEMPORAL_STATE=str(tmp_path / "temporal.db"))
    page = await quick(world, "status", TEMPORAL_STATE=str(tmp_path / "temporal.db"), COLUMNS="300")

    refused = shown.json["deliveries"]["kinds"]["update"]["refused"]
    assert {reason: one["number"] for reason, one in refused.items()} == {why: 3}
    assert f"3 update deliveries ({why}, last " in page.out
    assert REMEDIES[why] in " ".join(page.out.split())
    [line] = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert f"update: a delivery was refused ({why})" in line
    assert CANARY not in caplog.text + page.out + shown.out


async def test_a_wrong_secret_is_told_from_an_unknown_webhook(world: World, tmp_path: Path) -> None:
    """The remedy is another one."""
    async with service(world, received.path(tmp_path, 8080)) as (sender, trail):
        headers = signed(world, b"another body")
        assert (await sender.post("update", content=GOOD, headers=headers)).status_code == 401

    assert set(trail.received.of("update").refused) == {RefusalReason.SIGNATURE}


async def test_an_address_that_is_none_is_counted_under_one_name(world: World, tmp_path: Path) -> None:
    """Whatever somebody asks for: figures stay bounded."""
    async with service(world, received.path(tmp_path, 8080)) as (sender, trail):
        for name in ("updated", "delete2", CANARY):
            assert (await sender.post(name, content=GOOD, headers=signed(world, GOOD))).status_code == 404

    assert trail.received.of(OTHER).refused[RefusalReason.ADDRESS].number == 3
    assert list(trail.received.kinds) == [OTHER]


async def test_what_temporal_did_not_store_is_counted_too(world: World, tmp_path: Path) -> None:
    """EspoCRM sends it again, and the count ends with the next good one."""
    async with service(world, received.path(tmp_path, 8080), stores=False) as (sender, trail):
        assert (await sender.post("update", content=GOOD, headers=signed(world, GOOD))).status_code == 503

    assert set(trail.received.of("update").refused) == {RefusalReason.NOT_STORED}


async def test_status_says_when_the_last_good_delivery_came(world: World, tmp_path: Path) -> None:
    """By kind; what was refused before it stands apart from single elements of it."""
    party = world.espocrm.add(lastName="Müßig")
    body = json.dumps([{"id": party}, {"id": "../odd"}, {}]).encode()
    async with service(world, received.path(tmp_path, 8080)) as (sender, _):
        assert (await sender.post("create", content=b"[", headers=signed(world, b"[", "create"))).status_code == 400
        assert (await sender.post("update", content=b"[", headers=signed(world, b"["))).status_code == 400
        assert (await sender.post("create", content=body, headers=signed(world, body, "create"))).status_code == 200
    await world.closed(party)

    kinds = (await quick(world, "status", "--json", TEMPORAL_STATE=str(tmp_path / "x.db"))).json["deliveries"]["kinds"]
    page = await quick(world, "status", TEMPORAL_STATE=str(tmp_path / "x.db"), COLUMNS="300")

    assert kinds["create"]["last_good"] is not None
    assert {why: one["number"] for why, one in kinds["create"]["refused"].items()} == {"element": 2}
    assert kinds["update"]["last_good"] is None
    assert set(kinds["create"]["before"]) == {"body"}
    assert "Refused before that: 1 create delivery (body" in page.out
    assert "Last good deliveries: create 20" in page.out
    assert "Refused so far: 1 update delivery (body" in page.out


async def test_without_a_service_status_says_so(world: World, tmp_path: Path) -> None:
    """None is known, which is not the same as none came."""
    page = await quick(world, "status", TEMPORAL_STATE=str(tmp_path / "x.db"))

    assert delivery_lines.NONE in " ".join(page.out.split())


async def test_it_survives_a_restart_and_several_services_are_shown_together(tmp_path: Path) -> None:
    """Each has a file of its own; an unreadable one costs nothing."""
    clock = Clock()
    for port, number in ((8080, 2), (8081, 1), (8080, 1)):
        trail = DeliveryTrail(received.path(tmp_path, port), clock=clock)
        for _ in range(number):
            trail.refused("update", RefusalReason.SIGNATURE)
        trail.taken("create")
        clock.now += timedelta(hours=1)
        trail.write()
    (tmp_path / "deliveries-9.json").write_text("{")

    together = received.known(tmp_path)

    assert together is not None
    assert together.since == Clock.now
    assert together.of("update").refused[RefusalReason.SIGNATURE].number == 4
    assert together.of("create").good == 3
    assert together.of("create").last_good == Clock.now + timedelta(hours=2)


def test_a_good_delivery_does_not_hide_what_was_refused_before_it() -> None:
    """One of two webhooks has a wrong secret: what the other delivers says nothing of it. A day later it is no news."""
    clock = Clock()
    trail = DeliveryTrail(clock=clock)
    for _ in range(3):
        trail.refused("update", RefusalReason.SIGNATURE)
        trail.taken("update")
    soon = trail.received.of("update")
    clock.now += timedelta(days=1)
    trail.taken("update")

    assert (soon.refused, soon.before[RefusalReason.SIGNATURE].number) == ({}, 3)
    assert trail.received.of("update").before == {}


async def test_a_flood_costs_a_line_a_minute_and_a_file_a_second(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever sends rubbish must not fill a disk."""
    clock, file = Clock(), received.path(tmp_path, 8080)
    trail = DeliveryTrail(file, clock=clock)
    with caplog.at_level(logging.WARNING, "starter"):
        for second in range(121):
            clock.now = Clock.now + timedelta(seconds=second)
            for _ in range(10):
                trail.refused("update", RefusalReason.UNSIGNED)
    assert not file.exists()
    trail.write()

    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 3
    assert "and 599 since the last such line" in lines[1]
    assert trail.received.of("update").refused[RefusalReason.UNSIGNED].number == 1210
    assert file.stat().st_size < 1_000


async def test_a_folder_that_cannot_be_written_costs_no_delivery(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Said once, with the path."""
    (tmp_path / "file").write_text("")
    trail = DeliveryTrail(received.path(tmp_path / "file", 8080))
    with caplog.at_level(logging.WARNING, "starter"):
        for _ in range(3):
            trail.taken("update")
            trail.write()

    [line] = [record.getMessage() for record in caplog.records]
    assert str(tmp_path / "file" / "deliveries-8080.json") in line


def test_every_reason_has_a_remedy() -> None:
    """A new one is told as well."""
    assert set(REMEDIES) == set(RefusalReason)
