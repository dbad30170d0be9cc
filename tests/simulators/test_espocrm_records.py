"""What the EspoCRM stand-in stores and shows of a record: values, versions, deletes, backups."""

from contextlib import AsyncExitStack

import httpx
import pytest

from simulators import EspoCrm, Simulators
from simulators.espocrm_types import parties
from simulators.espocrm_users import ADMIN, INTEGRATION
from simulators.faults import StaleRead
from tests.simulators.callers import LIST, PARTY, calling
from tests.simulators.recorded import FILES, RECORDINGS, seed, stand_in

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
