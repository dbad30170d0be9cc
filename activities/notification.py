"""Tells people, by what an EspoCRM API user really can do: a note to users and a note on the record.

`POST /Notification` is always refused, and a note on the record alone reaches nobody without followers
(facts/espocrm.md §2.9), so both are sent, and a note to users that is refused keeps none from the record. What was sent
already is remembered between attempts by heartbeat (to_users.py).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from temporalio import activity

from activities.boundary import boundary
from activities.history import HistoryActivities
from activities.naming import names_of, users_called
from activities.to_users import ToUsers
from beteiligte.decide.findings import Finding
from beteiligte.faults import Gone, SyncFault
from beteiligte.messages import InNote, Language, deletes_notes, note, outage_note, sweep_note
from beteiligte.record.field_table import FieldTable
from beteiligte.sweep.alarms import Alarm, AlarmNews
from clients.espocrm import EspoCrmClient
from clients.records import RecordNote
from contracts import activity_names
from contracts.deletes import DeletesNews
from contracts.outage import OutageNews
from contracts.telling import TellOrder, Told

ON_RECORD = "on the record"
NAMED = 50
"""Other records that one message calls by name; more are shown by id."""


@dataclass(frozen=True)
class NotificationActivities:
    """Messages to the firm's people."""

    espocrm: EspoCrmClient
    history: HistoryActivities
    table: FieldTable
    recipients: tuple[str, ...] = ()
    """EspoCRM user ids that are always told, beside the assigned users."""
    language: Language = Language.GERMAN

    @activity.defn(name=activity_names.NOTIFICATION_TELL)
    async def tell(self, order: TellOrder) -> Told:
        """Send the notes, each once. Whatever prevents it is retried: a missing right may be given tomorrow."""
        with boundary(always_retry=True):
            told = await self._texts(order)
            sending = ToUsers(self.espocrm)
            users, refusal = await sending.tried(sorted({*self.recipients, *order.assigned}), told(linked=True))
            if order.on_record and not sending.has(ON_RECORD):
                await self._note_on_record(RecordNote(party_id=order.party_id, text=told()))
                sending.sent(ON_RECORD)
            if refusal:
                raise refusal
            return Told(users=users)

    async def _texts(self, order: TellOrder) -> Callable[..., str]:
        """The note, as it stands for users (`linked`) and on the record."""
        own = {order.party_id: order.called} if order.called else {}
        own |= {party: name for finding in order.findings for party, name in finding.names if name}
        own |= await self._people(order.findings)
        return partial(
            note,
            order.findings,
            self.table,
            bet_nr=order.bet_nr,
            party_id=order.party_id,
            language=self.language,
            look=await self._look(_records(order.findings), own),
        )

    async def _people(self, findings: Iterable[Finding]) -> dict[str, str]:
        """Who decided what is told; without their names they are told by what leads to them."""
        said = [found.by for found in findings] + [found.earlier.by for found in findings if found.earlier]
        try:
            return await users_called(self.espocrm, said)
        except SyncFault as fault:
            activity.logger.warning("who decided is told without a name: %s", fault.code)
            return {}

    async def _look(self, records: Iterable[str], own: Mapping[str, str]) -> InNote:
        """With the names of the other records that are told of: one list call, only where there are any."""
        others = sorted({*records} - own.keys())
        known: dict[str, str] = {}
        if others:
            try:
                known = await names_of(self.espocrm, others[:NAMED], self.table)
            except SyncFault as fault:
                activity.logger.warning("the records that a message names are told by id: %s", fault.code)
        return InNote(entity_type=self.espocrm.entity_type, names={**known, **own})

    def _nobody_hears(self, of: str) -> bool:
        if not self.recipients:
            activity.logger.warning("nobody is set to be told (ESPOCRM_RECIPIENTS) of %s", of)
        return not self.recipients

    async def _note_on_record(self, note: RecordNote) -> None:
        try:
            await self.espocrm.post_note(note)
        except Gone:
            activity.logger.info("party %s is gone; its users were told", note.party_id)

    @activity.defn(name=activity_names.NOTIFICATION_DELETES)
    async def deletes(self, news: DeletesNews) -> Told:
        """Tell the recipients of many deletes in one message; of a single one as ever."""
        with boundary(always_retry=True):
            if self._nobody_hears("deletes"):
                return Told(users=0)
            deleted = {party.party_id: party.findings for party in news.parties}
            look = await self._look(_records(finding for party in news.parties for finding in party.findings), {})
            texts = deletes_notes(deleted, self.table, language=self.language, look=look)
            sending = ToUsers(self.espocrm)
            told = [await sending.post(self.recipients, text, place=place) for place, text in enumerate(texts)]
            return Told(users=min(told, default=0))

    @activity.defn(name=activity_names.NOTIFICATION_OUTAGE)
    async def outage(self, news: OutageNews) -> Told:
        """Tell the recipients that a system is down or works again; the parties' own users learn nothing by it."""
        with boundary(always_retry=True):
            if self._nobody_hears(f"an outage of {news.system}"):
                return Told(users=0)
            told = news.model_dump(include={"codes", "waiting", "since", "over", "said"})
            text = outage_note(news.system, language=self.language, **told)
            return Told(users=await ToUsers(self.espocrm).post(self.recipients, text))

    @activity.defn(name=activity_names.NOTIFICATION_SWEEP)
    async def sweep(self, news: AlarmNews) -> Told:
        """Tell the recipients that a sweep stopped and waits for their answer, or could not look.

        While a system is known to be down, that a sweep cannot look is no news.
        """
        with boundary(always_retry=True):
            known = news.alarm is Alarm.FAILED and await self.history.outage_open()
            if known or self._nobody_hears(f"sweeps: {news.alarm}"):
                return Told(users=0)
            look = await self._look((party.party_id for party in news.named), {})
            text = sweep_note(news, language=self.language, look=look)
            return Told(users=await ToUsers(self.espocrm).post(self.recipients, text))


def _records(findings: Iterable[Finding]) -> Iterable[str]:
    return (party_id for finding in findings for party_id in finding.records)
