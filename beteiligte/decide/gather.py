"""What is read before a party is compared, and in which order: one recipe for a sync, a preview and a plan.

A plan that read otherwise would show what no sync does. How a thing is read the reader knows: a sync by an activity
each, a plan by calls of its own activity.
"""

from typing import Protocol

from beteiligte.decide.situation import Situation
from beteiligte.record.snapshots import AdvowareSnapshot


class Reads(Protocol):
    """What may have to be read."""

    async def holders(self, bet_nr: int) -> tuple[str, ...]:
        """Ids of other EspoCRM records that hold it."""

    async def advoware(self, bet_nr: int, *, never_linked: bool) -> AdvowareSnapshot:
        """The party there. `never_linked`: that nobody has it takes nothing away."""

    async def left(self, bet_nr: int) -> bool:
        """Whether that party is left in Advoware without a record."""


async def gather(unread: Situation, reads: Reads) -> tuple[Situation, AdvowareSnapshot | None]:
    """What is compared, and the whole Advoware record, which only a push needs.

    `unread.advoware` is that record where it was read together with EspoCRM's. Who else holds the betNr is asked where
    nothing shows that it is this record's alone; of a party that is held for its link, what the record had before is
    nobody's question yet.
    """
    bet_nr, espocrm = unread.bet_nr, unread.espocrm
    if bet_nr is None:
        return await _with_left(unread, reads), None
    others = await reads.holders(bet_nr) if espocrm.shared else ()
    record = unread.advoware or await reads.advoware(bet_nr, never_linked=espocrm.never_linked)
    read = unread.but(advoware=record.but(raw={}), others=others)
    return (read if others or record.gone else await _with_left(read, reads)), record


async def _with_left(situation: Situation, reads: Reads) -> Situation:
    """With the betNr that the record had before, where that party is left in Advoware without a record."""
    before = situation.before
    return situation.but(left=before if before is not None and await reads.left(before) else None)


def begun_before(situation: Situation) -> Situation:
    """As a sync decides on a create that a lost run has begun: a question to people."""
    return situation.but(owed=situation.owed.not_answered(plan="", sent=""))
