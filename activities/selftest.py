"""Whether both systems can be worked with: as few calls as tell it, and none that writes.

One list call tells whether EspoCRM takes key, right and entity type. A token and the read of a linked party tell
whether Advoware takes password, prefix and database; without any linked party, whether it answers at all.
"""

import logging
from dataclasses import dataclass

from temporalio import activity

from activities.other_parties import OtherParties
from beteiligte.faults import ConfigurationFault, Gone, SyncFault, System
from beteiligte.selftest import Problem, SelfTested, problem
from contracts import activity_names

log = logging.getLogger(__name__)
NOBODY = 1
"""A betNr to read where none is known: that it is unknown is an answer, too."""


@dataclass(frozen=True)
class SelfTestActivities:
    """Tests with the worker's own clients, whose holds keep it from asking again too soon."""

    other_parties: OtherParties

    @activity.defn(name=activity_names.SELFTEST_LOOK)
    async def look(self) -> SelfTested:
        """What is wrong; a fault is the finding, never a failure."""
        known: tuple[int, ...] = ()
        problems: list[Problem] = []
        try:
            known = await self.other_parties.witnesses()
        except SyncFault as fault:
            problems.append(problem(fault))
        try:
            await self._firm(known)
        except SyncFault as fault:
            problems.append(problem(fault))
        for found in problems:
            log.warning("self-test: %s %s: %s", found.system, found.kind, found.detail)
        return SelfTested(problems=tuple(problems))

    async def _firm(self, known: tuple[int, ...]) -> None:
        """One answer is enough. Raises what reading raises, or that Advoware knows nobody it should know."""
        unknown = f"Advoware knows none of betNr {', '.join(map(str, known))}, which EspoCRM holds"
        fault: SyncFault = ConfigurationFault(unknown, system=System.ADVOWARE)
        for bet_nr in known or (NOBODY,):
            try:
                await self.other_parties.advoware.read(bet_nr)
                return
            except Gone:
                if not known:
                    return
            except SyncFault as refused:
                if refused.retry:
                    raise
                fault = refused  # one party may be closed to us; another one tells
        raise fault
