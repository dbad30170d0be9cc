"""Finds out whose fault a refusal is, by asking about other parties; by what rule: beteiligte/blame.py."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from activities.boundary import boundary, now
from activities.failure_history import LATELY, FailureHistory
from activities.other_parties import OtherParties
from beteiligte.blame import Door, Refusal, whose
from beteiligte.faults import Blame, Gone, NoRight, Rejected, SyncFault, System
from clients.advoware_session import NO_BET_NR
from contracts import activity_names
from contracts.fault_report import Blamed, BlameOrder, FaultReport

NOBODY = "0" * 17
"""The form of an id, and no record's: EspoCRM makes ids of the time."""


@dataclass(frozen=True)
class BlameActivities:
    """Says whose fault an unclear answer was."""

    other_parties: OtherParties
    failures: FailureHistory
    write_probe: bool = True
    """Whether Advoware's door may be tried (`ADVOWARE_WRITE_PROBE`)."""

    @activity.defn(name=activity_names.BLAME_FIND)
    async def blame(self, order: BlameOrder) -> Blamed:
        """The system's while a probe of the kind that failed fails too, else the party's.

        What people were told of this party is its own, and stays so until it ends well: no call is made for it.
        """
        with boundary():
            fault = order.fault
            before = [seen for seen in await self.failures.of(order.party_id) if seen.trouble.kind == fault.kind]
            if 400 <= fault.status < 500 and any(seen.trouble.told == fault.told for seen in before):
                return Blamed(blame=Blame.PARTY)
            refusal = Refusal(operation=_kind(fault), status=fault.status, said=fault.said)
            if refusal.operation == "read":
                door = await self._others_are_read(order)
                return Blamed(blame=whose(refusal, door=door))
            began = min((order.began, *(seen.began for seen in before)))
            success = await self.failures.last_success(order.system, order.queue, besides=order.party_id)
            if success is not None and success > began:
                return Blamed(blame=Blame.PARTY)
            return Blamed(blame=whose(refusal, door=await self._door(order), alike=await self._alike(order, success)))

    async def _alike(self, order: BlameOrder, success: datetime | None) -> int:
        """How many parties are refused alike since anybody was written, this one among them."""
        lately = now() - LATELY
        since = max(lately, success) if success is not None else lately
        kind = order.fault.kind
        return 1 + await self.failures.alike(kind, order.queue, besides=order.party_id, since=since)

    async def _door(self, order: BlameOrder) -> Door:
        """By a write to nobody; where what was sent was looked at, it is open."""
        fault = order.fault
        if fault.code == Rejected.code or not fault.status:
            return Door.UNKNOWN
        if order.system is System.ESPOCRM:
            return await tried(lambda: self.other_parties.espocrm.write(NOBODY, {}), fault.status)
        if not self.write_probe:
            return Door.UNKNOWN
        return await tried(lambda: self.other_parties.advoware.replace(NO_BET_NR, {}), fault.status)

    async def _others_are_read(self, order: BlameOrder) -> Door:
        """By one list call and the reads of a few parties lately in agreement, until one is answered."""
        try:
            others = await self.other_parties.known(besides=order.party_id)
        except SyncFault:
            return Door.AWAY
        met = Door.OPEN if order.system is System.ESPOCRM else Door.UNKNOWN
        for other in others:
            read = self._read(order.system, other.party_id, other.bet_nr)
            found = await tried(read, order.fault.status, gone=met)
            if found in (Door.OPEN, Door.AWAY):
                return found
            met = found
        return met

    def _read(self, system: System, party_id: str, bet_nr: int) -> Callable[[], Awaitable[object]]:
        if system is System.ESPOCRM:
            return lambda: self.other_parties.espocrm.read(party_id)
        return lambda: self.other_parties.advoware.read(bet_nr)


async def tried(call: Callable[[], Awaitable[object]], status: int, *, gone: Door = Door.OPEN) -> Door:
    """What a call for another record met, where this party's was answered with that status. `gone`: what a 404 says."""
    try:
        await call()
    except Gone:
        return gone
    except SyncFault as fault:
        if fault.retry and fault.blame is Blame.SYSTEM:
            return Door.AWAY
        alike = fault.status == status or isinstance(fault, NoRight)
        return Door.SHUT if alike else Door.OPEN
    return Door.OPEN


def _kind(fault: FaultReport) -> str:
    """Read, write or create."""
    return {"replace": "write", "create": "create", "write": "write"}.get(fault.operation, "read")
