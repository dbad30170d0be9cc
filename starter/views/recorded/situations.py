"""What a comparison rested on, put together from what was read before it by the sync's own recipe (decide/gather.py).

A comparison is a local activity, so its marker holds the decision and not what was compared. Held by
tests/starter/test_recorded.py: for every stored history it is what the workflow compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from beteiligte.decide.gather import gather
from beteiligte.decide.owed import Owed
from beteiligte.decide.situation import Situation
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from contracts import activity_names as names
from contracts.inbox import Batch
from starter.views.recorded.record import RecordedStep

READS_ESPOCRM = (names.PARTY_FETCH, names.ESPOCRM_FETCH)


class NotRecorded(Exception):
    """The history does not hold what would have been read."""


@dataclass(frozen=True, slots=True)
class RecordedReads:
    """Answers from the steps of a sync what a comparison reads."""

    steps: Sequence[RecordedStep]

    async def holders(self, bet_nr: int) -> tuple[str, ...]:
        """Ids of other EspoCRM records that held it."""
        others: tuple[str, ...] = self._answer(names.ESPOCRM_HOLDERS, bet_nr).others
        return others

    async def advoware(self, bet_nr: int, *, never_linked: bool) -> AdvowareSnapshot:  # noqa: ARG002
        """The party as it was read there."""
        found: AdvowareSnapshot = self._answer(names.ADVOWARE_FETCH, bet_nr)
        return found

    async def left(self, bet_nr: int) -> bool:
        """Whether that party was left in Advoware without a record."""
        return bool(self._answer(names.ADVOWARE_LEFT, bet_nr).behind)

    def _answer(self, activity: str, bet_nr: int) -> Any:
        for step in reversed(self.steps):
            asked_for = step.order is None or step.order.bet_nr == bet_nr
            if step.activity == activity and step.result is not None and asked_for:
                return step.result
        raise NotRecorded


async def situation_of(
    steps: Sequence[RecordedStep], batch: Batch, owed: Owed, *, observe: bool, first: bool
) -> tuple[Situation | None, bool]:
    """What a comparison behind these steps rested on, and whether that is all of it; None: nothing was read.

    `first`: of its sync, before any link was entered.
    """
    place = next((n for n in reversed(range(len(steps))) if steps[n].espocrm is not None), None)
    espocrm = steps[place].espocrm if place is not None else None
    if place is None or espocrm is None:
        return None, False
    if first and batch.planned and batch.link is not None and espocrm.bet_nr is None:
        espocrm = espocrm.linked_to(batch.link)  # a plan's link is decided on before it is entered
    unread = Situation(
        espocrm=espocrm,
        owed=_in_force(espocrm, owed, observe=observe),
        create_anyway=batch.create_anyway,
        choices=batch.choices,
    )
    if espocrm.gone:  # what was known of its links tells no field
        return unread, False
    there = steps[place].advoware
    if there is not None and there.bet_nr == unread.bet_nr:
        unread = unread.but(advoware=there)
    try:
        return (await gather(unread, RecordedReads(steps[place + 1 :])))[0], True
    except NotRecorded:
        return unread, False


def _in_force(espocrm: EspoSnapshot, owed: Owed, *, observe: bool) -> Owed:
    """Of a record that is only looked at nothing is owed."""
    return Owed() if observe or espocrm.excluded else owed.in_force
