"""Read both sides of a party in one step: a sync's first attempt. It writes nothing, so it may run again at any time.

It does what the readers of either side do one after the other, so that faults, blame and messages are theirs.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio import activity

from activities.advoware import AdvowareActivities
from activities.boundary import by_server_clock
from activities.espocrm import EspoCrmActivities
from contracts import activity_names
from contracts.reading import FetchBoth, Fetched, FetchParty, FetchRecord

HANDING_OVER = 0.1
"""Share of a first attempt's time that is kept to hand over what was read of EspoCRM where Advoware is late."""


@dataclass(frozen=True)
class FetchingActivities:
    """Both sides at once."""

    in_espocrm: EspoCrmActivities
    in_advoware: AdvowareActivities

    @activity.defn(name=activity_names.PARTY_FETCH)
    async def fetch(self, order: FetchBoth) -> Fetched:
        """EspoCRM, then Advoware by the betNr owed to it, or its own. A record that is gone or left alone has none.

        Where Advoware is late, what was read of EspoCRM is not thrown away.
        """
        with by_server_clock(order.local):
            espocrm = await self.in_espocrm.fetch(FetchParty(party_id=order.party_id))
            bet_nr = order.owed_bet_nr or espocrm.bet_nr
            if espocrm.gone or espocrm.excluded or bet_nr is None:
                return Fetched(espocrm=espocrm)
            there = FetchRecord(party_id=order.party_id, bet_nr=bet_nr, never_linked=espocrm.never_linked)
            with suppress(TimeoutError):
                async with asyncio.timeout(_left()):
                    return Fetched(espocrm=espocrm, advoware=await self.in_advoware.fetch(there))
            return Fetched(espocrm=espocrm, late=True)


def _left() -> float:
    """Seconds until a first attempt's time is nearly over, by this machine's clock."""
    info = activity.info()
    whole = info.schedule_to_close_timeout or timedelta(days=1)
    passed = datetime.now(UTC) - info.current_attempt_scheduled_time
    return max(0.0, (whole * (1 - HANDING_OVER) - passed).total_seconds())
