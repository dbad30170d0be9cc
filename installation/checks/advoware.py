"""Advoware: addresses, token, one read, search and listing as set, the clock, what is only assumed. Nothing is written.

One after the other, each with what the one before it gave; what is refused is not asked again: Advoware may count.
Facts: facts/advoware.md §1, §2.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from beteiligte.faults import CredentialsRefused, OddAnswer, SyncFault
from beteiligte.record.mapping import from_advoware
from clients import wire_errors
from clients.access import AdvowareAccess
from clients.advoware import AdvowareClient, record_in
from clients.advoware_session import NO_BET_NR, utc_now
from clients.http_call import HttpAnswer, HttpCall
from clients.records import AdvowareRecord
from installation.check import Area, Check, Verdict
from installation.checks.assumed import PROBE, assumed, tried_party
from runtime.loading import Loaded
from runtime.settings import AdvowareSettings, SweepSettings, SyncSettings

WITHIN = timedelta(seconds=7)
"""All of it: an operator waits for it."""
ONE_CALL = timedelta(seconds=3)
ESPOCRM = timedelta(seconds=2)
"""For the question which parties are linked."""
APART = timedelta(seconds=30)
"""Further apart are no two clocks that somebody sets."""
ADDRESS, TOKEN, PARTY, CLOCK = "addresses", "token", "a party in Advoware", "clock"
SEARCH, LISTING = "search as set", "listing as set"
CREDENTIALS = (
    "compare ADVOWARE_APP_ID, ADVOWARE_API_KEY, ADVOWARE_KANZLEI, ADVOWARE_DATABASE, ADVOWARE_USER and "
    "ADVOWARE_PASSWORD with what the vendor and the firm's administrator gave; is the user allowed for "
    "ADVOWARE_PRODUCT, is this machine's clock right?"
)
PLACE = "ADVOWARE_DATABASE, ADVOWARE_PREFIX, ADVOWARE_URL: one of them leads to another Advoware"
FAR = "is Advoware's connector running? Else: ADVOWARE_URL, ADVOWARE_PROXY, the firewall"
SERVICES = (
    "ADVOWARE_KANZLEI is the firm's id, as the vendor knows it; or set ADVOWARE_URL and ADVOWARE_SECURITY_GATEWAY, "
    "which then replace the vendor's discovery"
)
NO_SEARCH = f"ADVOWARE_LOOKUP=false, or see what it answers: {PROBE}"
NO_LISTING = f"SWEEP_LISTING=false, or see what it answers: {PROBE}"
REMEDIES = {ADDRESS: SERVICES, TOKEN: CREDENTIALS, PARTY: PLACE, SEARCH: NO_SEARCH, LISTING: NO_LISTING}
"""By check: what mends it where Advoware answered, and not as it must."""

LinkedParties = Callable[[], Awaitable[Sequence[int]]]
"""Some betNrs that EspoCRM holds; raises SyncFault."""


async def checks(loaded: Loaded, linked: LinkedParties, folder: Path) -> list[Check]:
    """Everything about Advoware, within `WITHIN`; what could not be looked at by then says so.

    `loaded`: of AdvowareSettings, SyncSettings, SweepSettings; `folder`: where the last probe left what it saw.
    """
    access = quick(loaded[AdvowareSettings])
    async with AdvowareClient(access) as client:
        look = _Look(client, loaded, linked, tried_party(loaded, folder))
        found = await _in_turn(look)
    return [*found, assumed(loaded, folder)]


def quick(settings: AdvowareSettings) -> AdvowareAccess:
    """The access as it is set, with less patience."""
    known = {name: getattr(settings, name) for name in AdvowareAccess.model_fields}
    spans = ("call_timeout", "connect_timeout", "discovery_timeout", "token_timeout", "turn_timeout")
    return AdvowareAccess.model_validate({**known, **{name: min(known[name], ONE_CALL) for name in spans}})


async def _in_turn(look: "_Look") -> list[Check]:
    """One step after the other; behind one that fails and is needed, the others are named as not looked at."""
    found: list[Check] = []
    blocked = ""
    until = asyncio.get_running_loop().time() + WITHIN.total_seconds()
    for name, step in look.steps().items():
        if blocked:
            found.append(_unknown(name, f"not looked at, see {blocked}", "mend that first"))
            continue
        check = await _made(name, step, until)
        found.append(check)
        if look.is_blocked_by(check):
            blocked = name
    return found


async def _made(name: str, step: Callable[[], Awaitable[Check]], until: float) -> Check:
    try:
        async with asyncio.timeout_at(until):
            return await step()
    except TimeoutError:
        return _wrong(name, f"no answer within {WITHIN.total_seconds():g} s", FAR)
    except SyncFault as fault:
        return of(name, fault)


def of(name: str, fault: SyncFault) -> Check:
    """What a fault says of the installation."""
    seen = str(fault)
    if isinstance(fault, CredentialsRefused):
        return _wrong(name, seen, CREDENTIALS)
    if fault.retry and not isinstance(fault, OddAnswer):
        return _wrong(name, seen, FAR)
    return _wrong(name, seen, REMEDIES[name])


@dataclass
class _Look:
    """The steps, and what one gives the next."""

    client: AdvowareClient
    loaded: Loaded
    linked: LinkedParties
    tried: int | None
    """The test party of the last probe."""
    read: AdvowareRecord | None = None
    """A linked party, as Advoware answered."""
    answer: HttpAnswer | None = None
    asked_at: datetime = field(default_factory=utc_now)

    def steps(self) -> Mapping[str, Callable[[], Awaitable[Check]]]:
        """In their order."""
        return {
            ADDRESS: self.addresses,
            TOKEN: self.token,
            PARTY: self.party,
            CLOCK: self.clock,
            SEARCH: self.search,
            LISTING: self.listing,
        }

    def is_blocked_by(self, check: Check) -> bool:
        """Whether nothing behind it can be looked at: no token, or no answer to a read."""
        if check.name in (ADDRESS, TOKEN):
            return check.verdict is not Verdict.OK
        return self.answer is None

    async def addresses(self) -> Check:
        """Where it is."""
        known = await self.client.session.addresses.current()
        access = self.loaded[AdvowareSettings]
        by = "as set" if access.url and access.security_gateway else "by the vendor's discovery"
        return _ok(ADDRESS, f"{by}: {_host(known.base)}, token service {_host(known.gateway)}")

    async def token(self) -> Check:
        """The credentials."""
        await self.client.session.tokens.current()
        return _ok(TOKEN, "issued")

    async def party(self) -> Check:
        """A party that EspoCRM holds, else a number that nobody has: it shows that Advoware answers."""
        try:
            async with asyncio.timeout(ESPOCRM.total_seconds()):
                numbers = await self.linked()
        except (SyncFault, TimeoutError) as fault:
            await self._ask(NO_BET_NR)
            why = str(fault) or "no answer in time"
            return _unknown(PARTY, f"EspoCRM could not be asked which parties are linked: {why}", "mend that first")
        for number in numbers:
            answer = await self._ask(number)
            if answer.ok:
                self.read = record_in(answer)
                return self._of_party(number, self.read)
            if answer.status != 404:
                return _refused(number, answer.status)
        if numbers:
            known = ", ".join(map(str, numbers))
            return _wrong(PARTY, f"it knows none of betNr {known}, which EspoCRM holds (404)", PLACE)
        return await self._of_test_party() or self._of_nobody(await self._ask(NO_BET_NR))

    async def _of_test_party(self) -> Check | None:
        """Where EspoCRM knows nobody yet; None: there is none, or it is gone."""
        answer = await self._ask(self.tried) if self.tried else None
        if answer is None or not answer.ok:
            return None
        self.read = record_in(answer)
        return _ok(PARTY, f"betNr {self.tried}, the test party of the last probe; EspoCRM holds no linked one yet")

    def _of_party(self, number: int, record: AdvowareRecord) -> Check:
        if record.bet_nr != number or record.row_id is None:
            return _wrong(PARTY, f"betNr {number} is answered without its betNr or rowId", PLACE)
        return _ok(PARTY, f"betNr {number}, which EspoCRM holds")

    def _of_nobody(self, answer: HttpAnswer) -> Check:
        if answer.status != 404:
            return _refused(NO_BET_NR, answer.status)
        return _unknown(
            PARTY,
            "it answers; whether it is the right database is not known, since EspoCRM holds no linked party yet",
            "sync a first party (docs/connect.md, 8), or settle it with a test party: " + PROBE,
        )

    async def clock(self) -> Check:
        """Requests for tokens carry this machine's time."""
        at = self.answer.at if self.answer else None
        if at is None:
            return _unknown(CLOCK, "its answers tell no time", "compare this machine's clock with a time server")
        ahead = at - self.asked_at
        side = "ahead of" if ahead > timedelta() else "behind"
        seen = f"Advoware's is {abs(ahead).total_seconds():.0f} s {side} ours"
        if abs(ahead) <= APART:
            return _ok(CLOCK, seen)
        return _warning(CLOCK, seen, "set the wrong one by a time server: requests for tokens are signed with the time")

    async def search(self) -> Check:
        """By the name of the party that was read."""
        if not self.loaded[AdvowareSettings].lookup:
            return _ok(SEARCH, "off (ADVOWARE_LOOKUP)")
        name = self._name()
        if self.read is None or name is None:
            return _unknown(SEARCH, "no party is known to search for", PROBE)
        found = await self.client.search(name)
        if self.read.bet_nr not in {one.bet_nr for one in found}:
            return _wrong(SEARCH, f"betNr {self.read.bet_nr} is not found by its name", NO_SEARCH)
        return _ok(SEARCH, f"betNr {self.read.bet_nr} is found by its name")

    def _name(self) -> str | None:
        table = self.loaded[SyncSettings].table()
        return from_advoware(self.read.fields, table).values.get(table.name) if self.read else None

    async def listing(self) -> Check:
        """A page of one."""
        if not self.loaded[SweepSettings].listing:
            return _ok(LISTING, "off (SWEEP_LISTING)")
        number = self.read.bet_nr if self.read else None
        lines = await self.client.listing(after=(number or 1) - 1, limit=1)
        if number and [line.bet_nr for line in lines] != [number]:
            return _wrong(LISTING, f"betNr {number} is not where the listing must show it", NO_LISTING)
        return _ok(LISTING, "betNr and rowId in order")

    async def _ask(self, number: int) -> HttpAnswer:
        self.asked_at = utc_now()
        self.answer = await self.client.session.answer(HttpCall("read", "GET", self.client.session.one(number)))
        if self.answer.status >= 500 or self.answer.status == 429:
            raise wire_errors.advoware(self.answer, "read")
        return self.answer


def _refused(number: int, status: int) -> Check:
    may = "give the user of ADVOWARE_USER the right to read Beteiligte (product 64)"
    return _wrong(PARTY, f"the read of betNr {number} is answered {status}", may if status == 403 else PLACE)


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def _ok(name: str, seen: str) -> Check:
    return Check(area=Area.ADVOWARE, name=name, verdict=Verdict.OK, seen=seen)


def _warning(name: str, seen: str, remedy: str) -> Check:
    return Check(area=Area.ADVOWARE, name=name, verdict=Verdict.WARNING, seen=seen, remedy=remedy)


def _wrong(name: str, seen: str, remedy: str) -> Check:
    return Check(area=Area.ADVOWARE, name=name, verdict=Verdict.WRONG, seen=seen, remedy=remedy)


def _unknown(name: str, seen: str, remedy: str) -> Check:
    return Check(area=Area.ADVOWARE, name=name, verdict=Verdict.UNKNOWN, seen=seen, remedy=remedy)
