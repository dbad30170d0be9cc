"""The two writes of a sync: at most one to Advoware, at most one to EspoCRM (design §5).

From the answer of the first to the answer of the second EspoCRM is owed what landed: beteiligte/decide/owed.py.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.advoware import AdvowareActivities
    from activities.write_back import WriteBackActivities
    from beteiligte.decide.base import agreed
    from beteiligte.decide.decision import Action, Decision
    from beteiligte.decide.plan import fingerprint
    from beteiligte.decide.situation import Situation
    from beteiligte.record.snapshots import AdvowareSnapshot, Side
    from beteiligte.settle.settlement import Landed
    from beteiligte.sync_status import SyncStatus
    from contracts.carried_state import Memory
    from contracts.fault_report import LOCKED
    from contracts.writing import Marked, PushOrder, WriteBackOrder, WrittenBack
    from workflows.party.calls import ActivityCalls
    from workflows.party.creating import Creating
    from workflows.party.plan_hold import PlanHold
    from workflows.party.reading import Comparison
    from workflows.steps import Restart, StepFailed

T = TypeVar("T")


@dataclass(frozen=True)
class Writing:
    """Of one sync. Raises Restart and StepFailed."""

    calls: ActivityCalls
    memory: Memory
    plan: PlanHold
    creating: Creating

    async def land(self, seen: Comparison) -> Landed | None:
        """The write to Advoware, if there is one."""
        if seen.situation.stopped_by_lock(writes=seen.compared.writes):
            raise StepFailed(LOCKED)
        if seen.decision.action is Action.PUSH and seen.record is not None:
            landed = await self._push(seen.record, seen.decision)
        elif seen.decision.action is Action.CREATE:
            landed = await self.creating.create(seen.situation, seen.compared)
        else:
            return None
        self.memory.bet_nr = landed.bet_nr
        self.memory.owed = self.memory.owed.landed(
            landed.bet_nr,
            landed.row_id,
            agreed(seen.situation.espocrm.side.values, landed.values),
            (*seen.decision.findings, *landed.findings),
            fingerprint(seen.decision),
        )
        return landed

    async def write_back(self, situation: Situation, decision: Decision, landed: Landed | None) -> WrittenBack:
        """Data and bookkeeping to EspoCRM; then people are told."""
        order = WriteBackOrder(situation=situation, decision=decision, landed=landed)
        summary = f"write EspoCRM: {', '.join(sorted(decision.to_espocrm)) or 'bookkeeping'}"
        written = await self._landing(self._write(order, summary), decision)
        self.plan.wrote(decision, begun_as=self.memory.owed.plan)
        self.memory.written_back(written.findings)
        return written

    async def _push(self, record: AdvowareSnapshot, decision: Decision) -> Landed:
        order = PushOrder(party_id=self.calls.party_id, seen=record.but(side=Side()), values=decision.to_advoware)
        summary = f"write Advoware: {', '.join(sorted(decision.to_advoware))}"
        return await self._landing(self.calls.call(AdvowareActivities.push, order, summary), decision)

    async def _write(self, order: WriteBackOrder, summary: str) -> WrittenBack:
        """Bookkeeping is first tried in the worker, where it may be done again unseen."""
        local, write_back = self.calls.local(), WriteBackActivities.write_back
        if local is None or not _may_be_repeated(order):
            return await self.calls.call(write_back, order, summary)
        # A local activity's wait for a place does not move the run's clock: never earlier than what was read.
        asked_at = max(local.asked_at, order.situation.espocrm.read_at)
        first = await self.calls.first(write_back, order.but(local=local.but(asked_at=asked_at)), summary)
        if isinstance(first, WrittenBack):
            return first
        return await self.calls.call(write_back, order.but(again=True), summary, after=first)

    async def _landing(self, writing: Awaitable[T], decision: Decision) -> T:
        """A write's answer. One that is given up may have landed: what it overwrites must not go untold."""
        try:
            return await writing
        except (Restart, StepFailed):
            self.memory.doubt(decision.findings)
            raise


def _may_be_repeated(order: WriteBackOrder) -> bool:
    """Whether a run that ends in it, or a worker, may leave no trace of it in the history.

    A value that is replaced is on record before. So is what people are told of: a sync that begins anew would find it
    written in EspoCRM, and take it for told. After a write to Advoware the decision is on record.
    """
    return not order.decision.to_espocrm and (order.landed is not None or not order.decision.findings)


def showing_syncing(situation: Situation, marked: Marked | None) -> Situation:
    """Our own write moved status and version; a version that moved further is somebody else's and ends in Stale."""
    if marked is None:
        return situation
    seen = situation.espocrm
    expected = None if seen.version is None else seen.version + 1
    version = expected if marked.version == expected else seen.version
    return situation.but(espocrm=seen.but(status=SyncStatus.SYNCING.value, version=version))
