"""The one party that is written: what is sent to it is noted first, and what it held is put back."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from beteiligte.faults import Gone, OddAnswer, System
from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import from_advoware
from beteiligte.record.value_kinds import Value
from clients import wire_errors
from clients.advoware import AdvowareClient, record_in
from clients.advoware_session import utc_now
from clients.http_call import HttpAnswer, HttpCall
from clients.records import AdvowareRecord
from installation.probe.journal import JournalFile, Wire

BUSY = 429


class WriteRefused(Exception):
    """Advoware takes no write to this party as it stands: nothing about writing can be settled."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Advoware refused the PUT with {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class TrialPartyRead:
    """The party as it was answered."""

    record: Wire
    as_list: bool

    @property
    def row_id(self) -> str | None:
        """As the program's client reads it."""
        return AdvowareRecord(self.record).row_id

    @property
    def bet_nr(self) -> int | None:
        """As the program's client reads it."""
        return AdvowareRecord(self.record).bet_nr

    def spelt(self, name: str) -> str | None:
        """The property of this name as the record spells it; None: it has none."""
        return next((key for key in self.record if key.lower() == name.lower()), None)

    def values(self, table: FieldTable) -> Mapping[str, Value]:
        """The canonical values of what can be read."""
        return from_advoware(self.record, table).values


class TrialParty:
    """Reads and writes one party."""

    def __init__(self, client: AdvowareClient, journal: JournalFile, bet_nr: int) -> None:
        """Ask for nothing yet."""
        self.client = client
        self.journal = journal
        self.bet_nr = bet_nr
        self.answered_at: datetime = utc_now()
        """When the last answer was given, by Advoware's clock where it tells one."""
        self.slowest = 0.0
        """Seconds of the longest call."""

    async def read(self) -> TrialPartyRead:
        """The party as it is; what it holds since the probe wrote is the probe's. Raises Gone and the other faults."""
        read = await self.look()
        self._note(read.record)
        return read

    async def look(self) -> TrialPartyRead:
        """The same, after somebody else may have written."""
        answer = await self.answer("read", "GET", self.client.session.one(self.bet_nr))
        if not answer.ok:
            raise wire_errors.advoware(answer, "read")
        read = TrialPartyRead(record_in(answer).fields, as_list=isinstance(answer.json(System.ADVOWARE), list))
        if read.bet_nr != self.bet_nr:
            raise OddAnswer(f"Advoware answered another party than betNr {self.bet_nr}", system=System.ADVOWARE)
        return read

    async def send(self, record: Wire) -> HttpAnswer:
        """PUT a record, noted before; any refusal is an answer. Raises Transient where it may have landed or not."""
        self._note(record)
        path = self.client.session.one(self.bet_nr)
        answer = await self.answer("replace", "PUT", path, body=dict(record))
        if answer.status >= 500 or answer.status == BUSY:
            raise wire_errors.advoware(answer, "replace")
        return answer

    async def write(self, record: Wire) -> HttpAnswer:
        """The same, where a refusal ends what was to be tried. Raises WriteRefused."""
        answer = await self.send(record)
        if not answer.ok:
            raise WriteRefused(answer.status)
        return answer

    async def answer(
        self, operation: str, method: str, path: str, *, body: JsonValue = None, fresh: bool = False
    ) -> HttpAnswer:
        """One call, whatever it answers."""
        began = time.monotonic()
        answer = await self.client.session.answer(HttpCall(operation, method, path, body=body, fresh=fresh))
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.answered_at = answer.at or utc_now()
        return answer

    def _note(self, record: Wire) -> None:
        if self.journal.current is not None:
            self.journal.keep(self.journal.current.knowing(record))


@dataclass(frozen=True, slots=True)
class PutBack:
    """How it ended."""

    left: tuple[str, ...] = ()
    """Properties that do not hold what they held, although they were sent so."""
    foreign: tuple[str, ...] = ()
    """Properties that somebody else changed; they were left alone."""
    gone: bool = False
    """It is answered 404."""


async def put_back(party: TrialParty) -> PutBack:
    """What the journal says it held. Done again it changes nothing. Raises SyncFault; the journal then stays."""
    journal = party.journal.current
    if journal is None:
        return PutBack()
    try:
        before = await party.look()
        foreign = journal.foreign(before.record)
        if wanted := journal.to_restore(before.record):
            answer = await party.send({**before.record, **wanted})
            if not answer.ok:
                raise wire_errors.advoware(answer, "replace")
        after = await party.look()
    except Gone:
        return PutBack(gone=True)
    return PutBack(left=tuple(name for name in journal.differing(after.record) if name not in foreign), foreign=foreign)
