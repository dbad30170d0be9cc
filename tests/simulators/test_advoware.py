"""The Advoware stand-in: token, discovery, full replace, and the options for what is only guessed."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from simulators import Simulators
from simulators.advoware import PREFIX


@pytest.fixture
def world() -> Simulators:
    """Both stand-ins, not served."""
    return Simulators()


@pytest_asyncio.fixture(loop_scope="session")
async def http(world: Simulators) -> AsyncIterator[httpx.AsyncClient]:
    """A caller with a good token."""
    async with caller(world, world.advoware.tokens.hand_out()) as opened:
        yield opened


def caller(world: Simulators, token: str = "") -> httpx.AsyncClient:
    """A caller with a token."""
    shown = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(world.advoware.app), base_url="http://firm", headers=shown)


def signed(world: Simulators, **changes: object) -> dict[str, Any]:
    """A request for a token as facts/advoware.md §1 describes it, with changes made after it was signed."""
    access = world.advoware.settings
    body: dict[str, Any] = {
        "AppID": access["app_id"],
        "Kanzlei": access["kanzlei"],
        "Database": access["database"],
        "User": access["user"],
        "Role": 2,
        "Product": 64,
        "Password": access["password"],
        "Nonce": "nonce",
        "RequestTimeStamp": "2026-08-30T00:00:00.000Z",
    }
    text = f"64:{body['AppID']}:nonce:{body['RequestTimeStamp']}"
    digest = hmac.new(base64.b64decode(access["api_key"]), text.encode(), hashlib.sha512).digest()
    return {**body, "HMAC512Signature": base64.b64encode(digest).decode(), **changes}


async def token(world: Simulators, **changes: object) -> httpx.Response:
    """Ask for a token."""
    async with caller(world) as http:
        return await http.post("/security/api/v1/Token", json=signed(world, **changes))


async def test_a_token_ends_by_the_clock(world: Simulators) -> None:
    """After 55 minutes every call with it is answered 401."""
    bet_nr = world.advoware.add(name="Müßig")
    answer = (await token(world)).json()
    async with caller(world, answer["access_token"]) as http:
        world.clock.advance(timedelta(minutes=54))
        assert (await http.get(f"{PREFIX}/{bet_nr}")).status_code == 200
        world.clock.advance(timedelta(minutes=1))
        assert (await http.get(f"{PREFIX}/{bet_nr}")).status_code == 401


@pytest.mark.parametrize("name", ["AppID", "Kanzlei", "User", "Password", "HMAC512Signature", "Nonce"])
async def test_a_wrong_request_gets_no_token(world: Simulators, name: str) -> None:
    """Each part is checked; a nonce that was not the signed one spoils the signature."""
    assert (await token(world)).status_code == 200
    assert (await token(world, **{name: "other"})).status_code == 401


async def test_a_token_answer_may_tell_seconds(world: Simulators) -> None:
    """An option: `expires_in` instead of `expiration_utc`."""
    world.advoware.tokens.answers_expires_in = True

    answer = (await token(world)).json()

    assert answer.keys() == {"access_token", "expires_in"}
    assert answer["expires_in"] == 3300


async def test_another_database_or_prefix_knows_nobody(world: Simulators) -> None:
    """404 is not always a deleted party (design §5)."""
    bet_nr = world.advoware.add(name="Müßig")
    other = (await token(world, Database="alt")).json()["access_token"]
    async with caller(world, other) as http:
        assert (await http.get(f"{PREFIX}/{bet_nr}")).status_code == 404
    async with caller(world, world.advoware.tokens.hand_out()) as http:
        assert (await http.get(f"/api/v1/Beteiligte/{bet_nr}")).status_code == 404
        assert (await http.get(f"{PREFIX}/{bet_nr}")).status_code == 200


@pytest.mark.parametrize("connector", [False, True])
async def test_discovery_tells_where_the_firm_is(world: Simulators, connector: bool) -> None:
    """Relay, connector where there is one, security gateway; an unknown firm is told nothing."""
    world.advoware.has_connector = connector
    bet_nr = world.advoware.add(name="Müßig")
    async with caller(world, world.advoware.tokens.hand_out()) as http:
        path = "/AdvonetConfigurator/api/Url"
        found = (await http.get(path, params={"Kanzlei": world.advoware.settings["kanzlei"]})).json()
        base = found["connectorUrl"] or found["relayUrl"]
        assert base == ("http://firm/connector/" if connector else "http://firm/relay/")
        assert (await http.get(f"{base.rstrip('/')}{PREFIX}/{bet_nr}")).json()["betNr"] == bet_nr
        assert (await http.post(f"{found['securityGateway']}api/v1/Token", json=signed(world))).status_code == 200
        assert (await http.get(path, params={"Kanzlei": "other"})).status_code == 404


async def test_a_put_replaces_the_whole_record(world: Simulators, http: httpx.AsyncClient) -> None:
    """A field that is left out is lost, an ignored one keeps its value, the rowId is new; the answer is a list."""
    bet_nr = world.advoware.add(name="Müßig", titel="Dr.", art="Mandant")
    before = (await http.get(f"{PREFIX}/{bet_nr}")).json()

    [after] = (await http.put(f"{PREFIX}/{bet_nr}", json={"name": "Fleißig", "art": "Gegner"})).json()

    assert (after["name"], after["titel"], after["art"], after["kommunikation"]) == ("Fleißig", None, "Mandant", [])
    assert after["rowId"] != before["rowId"]


@pytest.mark.parametrize("changes", [True, False])
async def test_a_put_that_changes_nothing_may_keep_the_row_id(
    world: Simulators, http: httpx.AsyncClient, changes: bool
) -> None:
    """An option, as it is not known of the real one."""
    world.advoware.no_op_changes_row_id = changes
    bet_nr = world.advoware.add(name="Müßig")
    record = (await http.get(f"{PREFIX}/{bet_nr}")).json()

    [after] = (await http.put(f"{PREFIX}/{bet_nr}", json=record)).json()
    assert (after["rowId"] != record["rowId"]) is changes
    [other] = (await http.put(f"{PREFIX}/{bet_nr}", json={**record, "titel": "Dr."})).json()
    assert other["rowId"] != after["rowId"]


@pytest.mark.parametrize("row_id", [True, False])
@pytest.mark.parametrize("as_list", [True, False])
async def test_a_post_answers_in_either_shape(
    world: Simulators, http: httpx.AsyncClient, row_id: bool, as_list: bool
) -> None:
    """Object or list of one, with rowId or without."""
    world.advoware.post_answers_row_id, world.advoware.post_answers_list = row_id, as_list

    answer = (await http.post(PREFIX, json={"name": "Müßig"})).json()

    made = answer[0] if isinstance(answer, list) else answer
    assert isinstance(answer, list) is as_list
    assert ("rowId" in made) is row_id
    assert world.advoware.records[made["betNr"]]["name"] == "Müßig"


async def test_a_read_may_answer_a_list_of_one(world: Simulators, http: httpx.AsyncClient) -> None:
    """An option."""
    world.advoware.read_answers_list = True
    bet_nr = world.advoware.add(name="Müßig")

    assert (await http.get(f"{PREFIX}/{bet_nr}")).json() == [world.advoware.records[bet_nr]]


async def test_listing_and_search_are_off_until_switched_on(world: Simulators, http: httpx.AsyncClient) -> None:
    """The listing tells betNr and rowId only; the calls have names of their own."""
    bet_nr = world.advoware.add(name="Müßig")
    assert (await http.get(PREFIX)).status_code == 405
    assert (await http.get(PREFIX, params={"Search": "Müß"})).status_code == 405

    world.advoware.has_listing = world.advoware.has_search = True

    row_id = world.advoware.records[bet_nr]["rowId"]
    assert (await http.get(PREFIX)).json() == [{"betNr": bet_nr, "rowId": row_id}]
    assert [row["betNr"] for row in (await http.get(PREFIX, params={"Search": "Müß"})).json()] == [bet_nr]
    assert (world.calls.count("advoware.list"), world.calls.count("advoware.search")) == (2, 2)


async def test_a_delete_is_forbidden_until_allowed(world: Simulators, http: httpx.AsyncClient) -> None:
    """403 is what every sub-resource answers (facts §2)."""
    bet_nr = world.advoware.add(name="Müßig")
    assert (await http.delete(f"{PREFIX}/{bet_nr}")).status_code == 403

    world.advoware.allows_delete = True

    assert (await http.delete(f"{PREFIX}/{bet_nr}")).status_code == 204
    assert world.advoware.count() == 0


async def test_a_backup_gives_numbers_a_second_time(world: Simulators) -> None:
    """Who was created since the backup is gone, and the next party gets its number."""
    kept = world.advoware.add(name="Müßig")
    backup = world.advoware.backup()
    world.advoware.edit(kept, name="Fleißig")
    lost = world.advoware.add(name="Neu")

    world.advoware.restore_backup(backup)

    assert world.advoware.records == backup.records
    assert world.advoware.records[kept]["name"] == "Müßig"
    assert world.advoware.add(name="Anders") == lost
