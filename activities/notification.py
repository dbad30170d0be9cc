"""Tells people, by what an EspoCRM API user really can do: a note to users and a note on the record.

`POST /Notification` is always refused, and a note on the record alone reaches nobody without followers
(facts/espocrm.md §2.9), so both are sent. What was sent already is remembered between attempts by heartbeat.
"""

from dataclasses import dataclass

from temporalio import activity

from activities import names
from activities.boundary import boundary
from activities.delete_orders import DeletesNews
from activities.history import HistoryActivities
from activities.orders import OutageNews, TellOrder, Told
from beteiligte.faults import Gone
from beteiligte.messages import Language, deletes_note, note, outage_note, record_link, sweep_note
from beteiligte.sweep import Alarm, News
from clients.espocrm import EspoCrm
from clients.records import RecordNote, UsersNote

USERS_TOLD = "users told"


@dataclass(frozen=True)
class NotificationActivities:
    """Messages to the firm's people."""

    espocrm: EspoCrm
    history: HistoryActivities
    recipients: tuple[str, ...] = ()
    """EspoCRM user ids that are always told, beside the assigned users."""
    language: Language = Language.GERMAN

    @activity.defn(name=names.NOTIFICATION_TELL)
    async def tell(self, order: TellOrder) -> Told:
        """Send the notes, each once. Whatever prevents it is retried: a missing right may be given tomorrow."""
        with boundary(always_retry=True):
            text = note(order.findings, bet_nr=order.bet_nr, party_id=order.party_id, language=self.language)
            users = sorted({*self.recipients, *order.assigned})
            if users and USERS_TOLD not in activity.info().heartbeat_details:
                link = record_link(order.party_id, self.espocrm.entity_type)
                await self.espocrm.post_note(UsersNote(users=tuple(users), text=f"{text}\n{link}"))
                activity.heartbeat(USERS_TOLD)
            if order.on_record:
                await self._note_on_record(RecordNote(party_id=order.party_id, text=text))
            return Told(users=len(users))

    async def _note_on_record(self, note: RecordNote) -> None:
        try:
            await self.espocrm.post_note(note)
        except Gone:
            activity.logger.info("party %s is gone; its users were told", note.party_id)

    @activity.defn(name=names.NOTIFICATION_DELETES)
    async def deletes(self, news: DeletesNews) -> Told:
        """Tell the recipients of many deletes in one message; of a single one as ever."""
        with boundary(always_retry=True):
            if not self.recipients:
                activity.logger.warning("nobody is set to be told about deletes (ESPOCRM_RECIPIENTS)")
                return Told(users=0)
            deleted = {party.party_id: party.findings for party in news.parties}
            text = deletes_note(deleted, language=self.language, entity_type=self.espocrm.entity_type)
            await self.espocrm.post_note(UsersNote(users=self.recipients, text=text))
            return Told(users=len(self.recipients))

    @activity.defn(name=names.NOTIFICATION_OUTAGE)
    async def outage(self, news: OutageNews) -> Told:
        """Tell the recipients that a system is down or works again; the parties' own users learn nothing by it."""
        with boundary(always_retry=True):
            if not self.recipients:
                activity.logger.warning("%s: nobody is set to be told about outages (ESPOCRM_RECIPIENTS)", news.system)
                return Told(users=0)
            told = news.model_dump(include={"codes", "waiting", "since", "over"})
            text = outage_note(news.system, language=self.language, **told)
            await self.espocrm.post_note(UsersNote(users=self.recipients, text=text))
            return Told(users=len(self.recipients))

    @activity.defn(name=names.NOTIFICATION_SWEEP)
    async def sweep(self, news: News) -> Told:
        """Tell the recipients that a sweep stopped and waits for their answer, or could not look.

        While a system is known to be down, that a sweep cannot look is no news.
        """
        with boundary(always_retry=True):
            if news.alarm is Alarm.FAILED and await self.history.outage_open():
                return Told(users=0)
            if not self.recipients:
                activity.logger.warning("nobody is set to be told about sweeps (ESPOCRM_RECIPIENTS): %s", news.alarm)
                return Told(users=0)
            text = sweep_note(news, language=self.language, entity_type=self.espocrm.entity_type)
            await self.espocrm.post_note(UsersNote(users=self.recipients, text=text))
            return Told(users=len(self.recipients))
