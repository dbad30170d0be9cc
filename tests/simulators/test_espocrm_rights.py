"""Whom the EspoCRM stand-in lets in, and what a right on a field does."""

from datetime import timedelta

import httpx

from simulators import EspoCrm
from simulators.espocrm_users import INTEGRATION
from tests.simulators.callers import LIST, PARTY

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
