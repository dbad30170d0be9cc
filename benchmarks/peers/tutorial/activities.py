"""One activity a call."""

from temporalio import activity

from benchmarks.peers import compare
from benchmarks.peers.api import Api
from benchmarks.peers.tutorial.records import BookkeepingOrder, PartyRead, RecordRead


class TutorialActivities:
    """One session for all."""

    def __init__(self) -> None:
        """Where the systems are stands in the environment."""
        self.api = Api()

    @activity.defn
    async def read_espocrm(self, party_id: str) -> PartyRead:
        """One call."""
        values = await self.api.read_espocrm(party_id)
        return PartyRead(party_id=party_id, bet_nr=values["betnr"], values=values)

    @activity.defn
    async def read_advoware(self, bet_nr: int) -> RecordRead:
        """One call."""
        return RecordRead(bet_nr=bet_nr, values=await self.api.read_advoware(bet_nr))

    @activity.defn
    async def create_advoware(self, party: PartyRead) -> RecordRead:
        """One call."""
        values = await self.api.create_advoware(compare.wanted(party.values))
        return RecordRead(bet_nr=values["betNr"], values=values)

    @activity.defn
    async def write_advoware(self, record: RecordRead) -> RecordRead:
        """One call."""
        return RecordRead(bet_nr=record.bet_nr, values=await self.api.write_advoware(record.values))

    @activity.defn
    async def write_espocrm(self, order: BookkeepingOrder) -> None:
        """One call."""
        values = compare.bookkeeping(order.party.values, order.record.values)
        await self.api.write_espocrm(order.party.party_id, values)
