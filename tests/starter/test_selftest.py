"""The self-test of a program that starts: refused and not reached are told apart, and it ends when all is well."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from beteiligte.selftest import Kind, Problem
from contracts.selftest import SelfTestOrder
from contracts.visibility import SELFTEST_ID
from runtime.settings import WebhookSettings
from simulators.espocrm_users import INTEGRATION
from simulators.faults import RefusedBeforeEffect, Status, unavailable
from simulators.server import serve
from starter import selftests
from starter.requests import Requests
from starter.webhook.app import Webhooks
from tests.commandline import quick
from tests.world import World

REFUSED, UNREACHABLE = Kind.REFUSED, Kind.UNREACHABLE
HTML = Status(200, body="<html>Willkommen</html>")


@asynccontextmanager
async def begun(world: World, **order: timedelta) -> AsyncIterator[tuple[Problem, ...]]:
    """A test that was begun, and what it found; it is ended afterwards."""
    with world.real_time():
        await selftests.begin(world.client, world.queue, SelfTestOrder(**order))
        handle = world.client.get_workflow_handle(SELFTEST_ID)
        try:
            yield await selftests.found(world.client)
        finally:
            if (await selftests.look(world.client)).problems:
                await handle.terminate()


async def test_where_all_is_well_it_costs_three_calls_and_ends(world: World) -> None:
    """A list, a token, the read of a linked party."""
    await world.linked()
    mark = world.calls.mark

    async with begun(world) as problems:
        await world.client.get_workflow_handle(SELFTEST_ID).result()

    assert problems == ()
    assert world.spent(mark) == {"espocrm.list": 1, "advoware.read": 1}


async def test_an_installation_without_any_linked_party_is_well(world: World) -> None:
    """That a betNr is unknown is an answer, too."""
    async with begun(world) as problems:
        pass

    assert problems == ()
    assert world.calls.count("advoware.create") == world.calls.count("espocrm.write") == 0


@pytest.mark.parametrize(
    ("call", "answer", "kind", "named"),
    [
        ("espocrm.list", Status(401), REFUSED, "ESPOCRM_API_KEY"),
        ("espocrm.list", Status(403, headers={"X-Status-Reason": "No read access."}), REFUSED, "role"),
        ("espocrm.list", Status(404), REFUSED, "ESPOCRM_URL and ESPOCRM_ENTITY_TYPE"),
        ("espocrm.list", Status(301), REFUSED, "ESPOCRM_URL"),
        ("espocrm.list", Status(400, headers={"X-Status-Reason": "Unknown attribute"}), REFUSED, "lacks a field"),
        ("espocrm.list", HTML, REFUSED, "ESPOCRM_URL"),
        ("espocrm.list", Status(403), UNREACHABLE, "patience"),
        ("espocrm.list", Status(502), UNREACHABLE, "ESPOCRM_URL"),
        ("espocrm.list", RefusedBeforeEffect(), UNREACHABLE, "ESPOCRM_URL"),
        ("advoware.token", Status(401), REFUSED, "ADVOWARE_PASSWORD"),
        ("advoware.token", Status(404), REFUSED, "ADVOWARE_SECURITY_GATEWAY"),
        ("advoware.token", HTML, REFUSED, "ADVOWARE_SECURITY_GATEWAY"),
        ("advoware.token", unavailable(), UNREACHABLE, "tried again"),
        ("advoware.read", Status(401), REFUSED, "ADVOWARE_USER"),
        ("advoware.read", Status(403), REFUSED, "ADVOWARE_ROLE"),
        ("advoware.read", Status(404), REFUSED, "ADVOWARE_PREFIX"),
        ("advoware.read", HTML, REFUSED, "ADVOWARE_URL"),
        ("advoware.read", unavailable(), UNREACHABLE, "tried again"),
        ("advoware.read", RefusedBeforeEffect(), UNREACHABLE, "ADVOWARE_URL"),
    ],
)
async def test_what_is_wrong_is_named_with_the_remedy(
    world: World, call: str, answer: Status, kind: Kind, named: str
) -> None:
    """Refused needs a hand, not reached may end by itself; the other system is tested all the same."""
    await world.linked()
    world.advoware.expire_tokens()
    world.faults.outage(call, answer)

    async with begun(world) as problems:
        [found] = problems

    assert (found.system.value, found.kind) == (call.partition(".")[0], kind)
    assert named in found.detail
    world.faults.clear()


async def test_both_systems_are_named(world: World) -> None:
    """In one message."""
    world.faults.outage("espocrm.list", Status(401))
    world.faults.outage("advoware", RefusedBeforeEffect())

    async with begun(world) as problems:
        assert [(found.system.value, found.kind) for found in problems] == [
            ("espocrm", REFUSED),
            ("advoware", UNREACHABLE),
        ]
    world.faults.clear()


async def test_it_ends_by_itself_when_what_was_wrong_is_mended(world: World) -> None:
    """Nobody has to start the program again when an outage is over, and readiness comes back."""
    world.faults.plan("espocrm.list", Status(401), Status(503))
    await selftests.begin(world.client, world.queue, SelfTestOrder())

    seen = await world.client.get_workflow_handle(SELFTEST_ID).result()

    assert seen == {"problems": []}
    assert await selftests.look(world.client) == selftests.SelfTestState()


async def test_a_program_that_starts_again_tests_anew(world: World) -> None:
    """With its new settings, also while the test before goes on."""
    world.faults.plan("espocrm.list", Status(401))
    async with begun(world, again=timedelta(days=1)) as problems:
        assert problems
        async with begun(world) as again:
            assert again == ()


async def test_a_wrong_key_is_tried_seldom(world: World) -> None:
    """More than ten denied logins a minute lock out everybody behind the address (facts §2.1)."""
    world.espocrm.users.all[INTEGRATION].active = False
    async with begun(world) as problems:
        assert [found.kind for found in problems] == [REFUSED]

    assert [call.status for call in world.calls.since() if call.name == "espocrm.list"] == [401]
    assert SelfTestOrder().again >= timedelta(minutes=1)


async def test_readiness_says_what_is_wrong_beside_that_deliveries_are_taken_all_the_same(world: World) -> None:
    """They are stored for the time after: a 503 would have them turned away by whatever stands before the service."""

    async def connect() -> Requests:
        return Requests(world.client, world.queue, world.timing)

    hooks = Webhooks(WebhookSettings(allow_unsigned=True), connect)
    async with serve(hooks.app()) as url, httpx.AsyncClient(base_url=url) as http:
        before = await http.get("/health/ready")
        world.faults.plan("espocrm.list", Status(401))
        async with begun(world):
            during = await http.get("/health/ready")
            live = await http.get("/health/live")
            delivered = await http.post("/webhook/beteiligte/update", json=[{"id": world.espocrm.add(lastName="x")}])
        after = await http.get("/health/ready")

    assert [answer.status_code for answer in (before, during, live, delivered, after)] == [200] * 5
    assert (before.json(), after.json()) == ({"status": "ready"}, {"status": "ready"})
    [found] = during.json()["checks"]
    assert (found["area"], found["verdict"]) == ("espocrm", "wrong")
    assert "ESPOCRM_API_KEY" in found["remedy"]


async def test_status_says_it_too(world: World) -> None:
    """Whoever did not see the start."""
    world.faults.plan("espocrm.list", Status(401))
    async with begun(world):
        shown, document = await quick(world, "status"), await quick(world, "status", "--json")

    assert "Self-test: EspoCRM refused" in shown.out
    assert [problem["kind"] for problem in document.json["self_test"]] == ["refused"]


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
async def test_without_a_worker_nothing_is_known_and_a_start_goes_on(world: World) -> None:
    """A test that nobody takes holds up nothing."""
    with world.real_time():
        await selftests.begin(world.client, world.queue, SelfTestOrder())
        assert (await selftests.look(world.client)).under_way
        assert await selftests.found(world.client, within=timedelta(seconds=0.3)) == ()
        await world.client.get_workflow_handle(SELFTEST_ID).terminate()
