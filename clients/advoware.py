"""Advoware's resource Beteiligte as far as a sync needs it (facts/advoware.md §2)."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pydantic import JsonValue

from beteiligte.faults import ConfigurationFault, Gone, OddAnswer, SyncFault, System, Transient
from clients import wire_errors
from clients.access import AdvowareAccess
from clients.advoware_session import AdvowareSession, utc_now
from clients.call_limits import Workers, alone
from clients.health import SOON
from clients.http_call import HttpAnswer, HttpCall, before_the_call
from clients.records import AdvowareRecord, Listed
from clients.system_client import Gate, SystemClient, open_gate


class AdvowareClient(SystemClient):
    """One Advoware. All methods raise the faults of beteiligte.faults."""

    def __init__(
        self,
        access: AdvowareAccess,
        *,
        clock: Callable[[], datetime] = utc_now,
        gate: Gate = open_gate,
        workers: Workers = alone,
    ) -> None:
        """Open nothing yet."""
        self._gate = gate
        self.session = AdvowareSession(access, clock=clock, workers=workers)
        self._transport = self.session.transport
        self._surely_refused = access.surely_refused
        self._knock_within = min(access.call_timeout, access.connect_timeout)
        # With the POST's own turn and call this is what SYNC_CREATE is checked for (runtime/loading.py).
        services = access.discovery_timeout + access.token_timeout
        self._sure_within = 2 * access.turn_timeout + services - timedelta(seconds=SOON)
        self._known = 1
        self._base = self.session.parties

    async def read(self, bet_nr: int) -> AdvowareRecord:
        """One party. Raises Gone."""
        record = await self._record(HttpCall("read", "GET", self.session.one(bet_nr)))
        self._known = bet_nr
        return _about(bet_nr, record)

    @property
    def proven(self) -> bool:
        """It answered a moment ago."""
        return self._transport.health.proven

    def doubt(self) -> None:
        """Others found that it is down."""
        self._transport.health.failed()

    async def create(self, values: Mapping[str, JsonValue]) -> AdvowareRecord:
        """POST once, never repeated here. A fault that is not `surely_refused` may have created the party.

        While Advoware is in doubt a read goes first, and what fails then was surely not sent (health.py).
        """
        await self._gate(System.ADVOWARE)
        async with self._transport.health.create() as doubtful:
            if doubtful:
                with before_the_call():
                    await self._make_sure()
            record = await self._record(HttpCall("create", "POST", self._base, body=dict(values), fresh=True))
        if record.bet_nr is None:
            raise OddAnswer("Advoware's answer to a create holds no betNr", system=System.ADVOWARE)
        return record

    async def _make_sure(self) -> None:
        """Return only if it answers now. Raises Transient."""
        try:
            async with asyncio.timeout(self._sure_within.total_seconds()):
                await self._knock()
        except TimeoutError:
            seconds = self._sure_within.total_seconds()
            raise Transient(f"Advoware did not answer a read within {seconds:g} s", system=System.ADVOWARE) from None

    async def _knock(self) -> None:
        """A read of any party; a system that needs longer for it than for a connection is not well."""
        try:
            await self._record(HttpCall("read", "GET", self.session.one(self._known), timeout=self._knock_within))
        except Transient:
            raise
        except SyncFault:
            return  # unknown there, or not allowed: it answered

    async def replace(self, bet_nr: int, record: Mapping[str, JsonValue]) -> AdvowareRecord:
        """Write the whole record; what is left out is lost, so overlay one just read.

        The answer holds the new rowId; a field that Advoware ignores shows its old value. What it does not show is not
        known. After a Transient it may have landed: read first.
        """
        await self._gate(System.ADVOWARE)
        call = HttpCall("replace", "PUT", self.session.one(bet_nr), body=dict(record))
        return _about(bet_nr, await self._record(call))

    async def search(self, text: str) -> list[AdvowareRecord]:
        """Parties that match a text; only where the installation has it, a setting."""
        answer = await self._call(HttpCall("search", "GET", self._base, params=(("Search", text),)))
        parsed = answer.json(System.ADVOWARE)
        if not isinstance(parsed, list):
            raise OddAnswer("Advoware's search answered no list", system=System.ADVOWARE)
        return [_as_record(item) for item in parsed]

    async def listing(self, *, after: int, limit: int) -> list[Listed]:
        """BetNr and rowId of parties, by betNr ascending; only where the installation has it, a setting [?]."""
        params = (("After", str(after)), ("Limit", str(limit)))
        answer = await self._call(HttpCall("list", "GET", self._base, params=params))
        parsed = answer.json(System.ADVOWARE)
        if not isinstance(parsed, list):
            raise OddAnswer("Advoware's listing answered no list", system=System.ADVOWARE)
        records = [_as_record(item) for item in parsed]
        listed = [
            Listed(bet_nr=bet_nr, row_id=row_id)
            for record in records
            if (bet_nr := record.bet_nr) and (row_id := record.row_id)
        ]
        numbers = [line.bet_nr for line in listed]
        if len(listed) != len(parsed) or numbers != sorted(set(numbers)) or any(n <= after for n in numbers):
            raise OddAnswer("Advoware's listing lacks betNr or rowId, or is out of order", system=System.ADVOWARE)
        return listed

    async def _record(self, call: HttpCall) -> AdvowareRecord:
        """One call that answers a record; a 200 that does not, such as a maintenance page, is a failure as well."""
        answer = await self._call(call)
        try:
            return record_in(answer)
        except OddAnswer:
            self._transport.health.failed()
            raise

    async def _call(self, call: HttpCall) -> HttpAnswer:
        """One call that succeeds. Advoware may have moved where it cannot be reached or knows nobody."""
        answer = await self.session.answer(call)
        if answer.ok:
            return answer
        fault = self._fault(answer, call.operation)
        if isinstance(fault, Transient | Gone | ConfigurationFault):
            self.session.addresses.doubt()
        raise fault

    def _fault(self, answer: HttpAnswer, operation: str) -> SyncFault:
        """What a refusal means; which of them surely had no effect is known per installation."""
        fault = wire_errors.advoware(answer, operation)
        if isinstance(fault, Transient):
            fault.surely_refused = fault.surely_refused and answer.status in self._surely_refused
        return fault


def _about(bet_nr: int, record: AdvowareRecord) -> AdvowareRecord:
    """The record, if it may be that party's. Raises OddAnswer."""
    if record.odd or record.bet_nr not in (None, bet_nr):
        raise OddAnswer(f"Advoware answered another party than betNr {bet_nr}", system=System.ADVOWARE)
    return record


def record_in(answer: HttpAnswer) -> AdvowareRecord:
    """The record, whether it came alone or as a list of one (a PUT answers a list). Raises OddAnswer."""
    parsed = answer.json(System.ADVOWARE)
    return _as_record(parsed[0] if isinstance(parsed, list) and parsed else parsed)


def _as_record(parsed: JsonValue) -> AdvowareRecord:
    """Raises OddAnswer where it is none, or names something twice: nobody knows which of the two counts."""
    if not isinstance(parsed, dict) or not parsed:
        raise OddAnswer("Advoware's answer holds no record", system=System.ADVOWARE)
    if len({name.lower() for name in parsed}) != len(parsed):
        raise OddAnswer("Advoware's answer holds a name twice, in upper and lower case", system=System.ADVOWARE)
    return AdvowareRecord(parsed)
