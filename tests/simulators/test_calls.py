"""The log of calls: what the budgets of a sync are counted from."""

import asyncio

import httpx
import pytest

from simulators import Simulators
from simulators.faults import Hang, LostAnswer


async def test_a_call_counts_from_its_arrival_on_and_says_how_it_ended() -> None:
    """Also while it hangs; without an answer it has no status, and the fault it met stands there."""
    hang = Hang()
    async with Simulators().served() as world, httpx.AsyncClient(verify=False) as http:
        party = world.espocrm.add(lastName="Müßig")
        url = f"{world.espocrm_server.url}/api/v1/CBeteiligte/{party}"
        world.faults.plan("espocrm.read", hang, party=party)
        world.faults.plan("espocrm.write", LostAnswer())
        headers = {"X-Api-Key": world.espocrm.keys["integration"]}

        waiting = asyncio.create_task(http.get(url, headers=headers))
        await hang.entered.wait()
        [call] = world.calls.since(name="espocrm.*", party=party)
        assert (call.done, call.status, call.fault) == (False, None, "hang")
        hang.release()
        assert (await waiting).status_code == 200
        assert (call.done, call.status, call.user) == (True, 200, "integration")

        mark = world.calls.mark
        with pytest.raises(httpx.TransportError):
            await http.put(url, headers=headers, json={})
        assert [(call.name, call.status, call.fault) for call in world.calls.writes(mark)] == [
            ("espocrm.write", None, "lost_answer")
        ]


async def test_an_outage_lasts_until_it_is_lifted_and_a_plan_goes_first() -> None:
    """And what no call has met is told, so that a test that proved nothing turns red."""
    async with Simulators().served() as world, httpx.AsyncClient(verify=False) as http:
        url = f"{world.advoware_server.url}/api/v1/advonet/Beteiligte/1"
        world.faults.outage("advoware", LostAnswer())
        for _ in range(2):
            with pytest.raises(httpx.TransportError):
                await http.get(url)
        world.faults.lift("advoware")
        assert (await http.get(url)).status_code == 401

        world.faults.plan("advoware.read", Hang(), party=7)
        await http.get(url)
        assert world.faults.unused == ["advoware.read: hang, 1"]
        assert world.calls.count("advoware.read", 1) == 4
