"""After a refusal one call tries, and the others wait for its answer: a wrong key must lock nobody out.

More than ten denied logins within a minute lock out everything behind an address (facts/espocrm.md §2.1, recordings
auth-16 to auth-18); the stand-in counts them by its own clock, here a second slow.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from beteiligte.faults import CredentialsRefused, SyncFault, Transient
from clients.access import AdvowareAccess, EspoCrmAccess
from clients.advoware import AdvowareClient
from clients.circuit_breaker import QUIET
from clients.espocrm import EspoCrmClient
from simulators import Simulators
from simulators.espocrm_users import INTEGRATION
from simulators.faults import Hang, RefusedBeforeEffect, expired_token, lock_out

CROWD = 8


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Office:
    """Stand-ins, and a client of each whose holds go by the clock of the test."""

    def __init__(self, world: Simulators, crm: EspoCrmClient, firm: AdvowareClient, clock: Clock) -> None:
        self.world, self.crm, self.firm, self.clock = world, crm, firm, clock
        self.party, self.bet_nr = world.espocrm.add(lastName="Müßig"), world.advoware.add(name="Müßig")

    def wait(self, seconds: float) -> None:
        """For the client; EspoCRM's clock is a second slow."""
        self.clock.now += seconds
        self.world.clock.advance(timedelta(seconds=seconds - 1))

    async def crowd(self, system: str) -> list[Any]:
        """So many reads at once; what they came to."""
        calls = [
            self.crm.read(self.party) if system == "espocrm" else self.firm.read(self.bet_nr) for _ in range(CROWD)
        ]
        return list(await asyncio.gather(*calls, return_exceptions=True))

    async def calls(self, name: str) -> tuple[int, list[Any]]:
        """How many calls of that name a crowd made, and what they came to."""
        mark = self.world.calls.mark
        answers = await self.crowd(name.partition(".")[0])
        return self.world.calls.count(name, since=mark), answers

    def wrong_key(self) -> None:
        """An administrator made a new key."""
        self.world.espocrm.users.all[INTEGRATION].key = "another"

    def right_key(self) -> None:
        """And took it back."""
        self.world.espocrm.users.all[INTEGRATION].key = self.crm._access.api_key.get_secret_value()


@asynccontextmanager
async def office(**more: object) -> AsyncIterator[Office]:
    """Served, with one client of each system."""
    clock = Clock()
    async with Simulators().served() as world:
        env = world.environment()
        crm = EspoCrmClient(
            EspoCrmAccess.model_validate(
                {"url": env["ESPOCRM_URL"], "api_key": SecretStr(env["ESPOCRM_API_KEY"]), **more}
            )
        )
        firm = AdvowareClient(
            AdvowareAccess.model_validate(
                {"url": env["ADVOWARE_URL"], "security_gateway": env["ADVOWARE_SECURITY_GATEWAY"], **more}
                | world.advoware.settings
            ),
            clock=world.clock.now,
        )
        crm._transport._clock = firm._transport._clock = clock
        async with crm, firm:
            yield Office(world, crm, firm, clock)


def kinds(answers: list[Any]) -> set[str]:
    return {answer.code if isinstance(answer, SyncFault) else type(answer).__name__ for answer in answers}


async def test_a_process_begins_with_one_call() -> None:
    """Whether its key is right is not known yet; with a wrong one it costs one denied login, not eight."""
    async with office() as at:
        at.wrong_key()
        made, answers = await at.calls("espocrm.read")

    assert (made, kinds(answers)) == (1, {"CredentialsRefused"})


async def test_one_call_tries_after_a_hold_and_locks_nobody_out() -> None:
    """Minute after minute, until the key is right again; then all go on by its answer."""
    async with office() as at:
        at.wrong_key()
        await at.crowd("espocrm")
        for _ in range(30):
            at.wait(60)
            made, answers = await at.calls("espocrm.read")
            assert (made, kinds(answers)) == (1, {"CredentialsRefused"})
            assert [
                answer for answer in answers if not (answer.wait == timedelta(minutes=1) and answer.surely_refused)
            ] == []
        at.right_key()
        at.wait(60)
        made, answers = await at.calls("espocrm.read")

    assert (made, kinds(answers)) == (CROWD, {"EspoRecord"})


async def test_a_key_that_is_revoked_in_the_midst_of_work_locks_nobody_out() -> None:
    """All calls on their way are refused, at most eight; from then on one a minute."""
    async with office() as at:
        await at.crowd("espocrm")
        at.wrong_key()
        made, _ = await at.calls("espocrm.read")
        assert made <= CROWD
        for _ in range(3):
            at.wait(60)
            _, answers = await at.calls("espocrm.read")
            assert kinds(answers) == {"CredentialsRefused"}


async def test_a_quiet_minute_makes_the_next_call_a_trial() -> None:
    """The key may have been revoked meanwhile."""
    async with office() as at:
        await at.crowd("espocrm")
        at.wrong_key()
        at.wait(QUIET)
        made, answers = await at.calls("espocrm.read")

    assert (made, kinds(answers)) == (1, {"CredentialsRefused"})


async def test_one_call_tries_after_a_lock_out() -> None:
    """A request of a locked-out address is no login, but what follows is a crowd all the same."""
    async with office() as at:
        await at.crowd("espocrm")
        at.world.faults.outage("espocrm", lock_out())
        await at.crowd("espocrm")
        at.wait(65)
        made, answers = await at.calls("espocrm.read")
        assert (made, kinds(answers)) == (1, {"Throttled"})
        at.world.faults.lift("espocrm")
        at.wait(65)
        made, answers = await at.calls("espocrm.read")

    assert (made, kinds(answers)) == (CROWD, {"EspoRecord"})


async def test_one_call_asks_for_a_token_after_a_hold() -> None:
    """Advoware's password is wrong: one request for a token, and no call without one."""
    async with office() as at:
        password, at.world.advoware.settings["password"] = at.world.advoware.settings["password"], "another"
        await at.crowd("advoware")
        at.wait(60)
        made, answers = await at.calls("advoware.token")
        assert (made, kinds(answers)) == (1, {"CredentialsRefused"})
        at.world.advoware.settings["password"] = password
        at.wait(60)
        made, answers = await at.calls("advoware.read")

    assert (made, kinds(answers)) == (CROWD, {"AdvowareRecord"})


async def test_one_call_tries_where_fresh_tokens_are_refused() -> None:
    """A user that may log in and may not read: a token, the call, one more of each; the crowd waits."""
    async with office() as at:
        at.world.faults.outage("advoware.read", expired_token())
        await at.crowd("advoware")
        at.wait(60)
        made, answers = await at.calls("advoware.read")

    assert made <= 2
    assert kinds(answers) == {"CredentialsRefused"}


@pytest.mark.parametrize("answered", [True, False])
async def test_a_trial_without_an_answer_says_nothing_and_costs_one_wait(*, answered: bool) -> None:
    """Who waits fails like it, as surely not sent, instead of trying one after the other."""
    async with office(turn_timeout=timedelta(seconds=0.3)) as at:
        at.wrong_key()
        await at.crowd("espocrm")
        at.right_key()
        at.wait(60)
        hang = Hang()
        at.world.faults.plan("espocrm.read", hang if answered else RefusedBeforeEffect())
        releasing = asyncio.get_running_loop().call_later(0.6, hang.release)
        made, answers = await at.calls("espocrm.read")
        releasing.cancel()
        again, others = await at.calls("espocrm.read")

    faults = [answer for answer in answers if isinstance(answer, Transient)]
    assert (made, len(faults)) == (1, CROWD - 1 if answered else CROWD)
    assert sum(fault.surely_refused for fault in faults) == CROWD - 1
    assert (again, kinds(others)) == (CROWD, {"EspoRecord"})


async def test_a_caller_that_leaves_hands_the_trial_on() -> None:
    """Cancelled while it tries: the next one does."""
    async with office() as at:
        at.wrong_key()
        await at.crowd("espocrm")
        at.right_key()
        at.wait(60)
        at.world.faults.plan("espocrm.read", hang := Hang())
        trying = asyncio.create_task(at.crm.read(at.party))
        await hang.entered.wait()
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        made, answers = await at.calls("espocrm.read")

    assert (made, kinds(answers)) == (CROWD, {"EspoRecord"})


async def test_a_slow_first_call_stops_nobody_who_was_never_refused() -> None:
    """The others wait a second for the first word, then they go."""
    async with office() as at:
        at.world.faults.plan("espocrm.read", hang := Hang())
        slow = asyncio.create_task(at.crm.read(at.party))
        await hang.entered.wait()
        _, answers = await at.calls("espocrm.read")
        hang.release()
        await slow

    assert kinds(answers) == {"EspoRecord"}


@pytest.mark.parametrize("workers", [1, 5, 6, 20])
async def test_many_workers_try_less_often(workers: int) -> None:
    """They do not see each other's refusals; together they try five times a minute."""
    async with office() as at, AsyncExitStack() as stack:
        access = at.crm._access
        crms = [
            await stack.enter_async_context(EspoCrmClient(access, workers=lambda: workers))
            for _ in range(min(workers, 3))
        ]
        at.wrong_key()
        for crm in crms:
            with pytest.raises(CredentialsRefused) as caught:
                await crm.read(at.party)
            assert caught.value.wait == timedelta(minutes=-(-workers // 5))
