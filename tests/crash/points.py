"""The crash points: every await of every flow, as one list.

A point is reached when a call of the party hangs in a stand-in; everything else of it is at rest. `BEFORE` and `AFTER`
the call took effect. A sync's first attempts are local activities: who dies in one leaves nothing of it in the history,
and all of that workflow task is done again. The decision is pure, and no point.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import WorkflowHandle

from contracts import activity_names
from contracts.party import SyncOutcome
from simulators.faults import Hang, Status
from simulators.visits import Fault
from tests.crash.flows import FLOWS, Party
from tests.world import World
from workflows.party.workflow import PartyWorkflow

BEFORE, AFTER = False, True


@dataclass(frozen=True)
class Point:
    """One flow, stopped at one moment."""

    flow: str
    moment: str
    call: str
    effect: bool = BEFORE
    passing: int = 0
    """So many calls of that name pass first."""
    answered: str = ""
    """A call whose answer has reached Temporal while the workflow still waits for `call` to end."""
    behind: bool = False
    """The first attempt to read has failed, so that a regular activity is under way."""

    def __str__(self) -> str:
        return f"{self.flow}, {self.moment}"

    @property
    def posting(self) -> bool:
        return self.call == "advoware.create"

    @property
    def of_party(self) -> bool:
        """Whether the call names its party; else only one party at a time may come by."""
        return (
            self.call not in ("advoware.create", "espocrm.list", "espocrm.note") and self.answered != "advoware.create"
        )


ACTIVITY = {
    "advoware.read": activity_names.ADVOWARE_FETCH,
    "advoware.create": activity_names.ADVOWARE_CREATE,
    "advoware.replace": activity_names.ADVOWARE_PUSH,
}
"""Which activity a call is made by."""
NEVER = timedelta(hours=1)
AT_ONCE = timedelta(milliseconds=50)


async def stop_at(point: Point, world: World, party: Party) -> list[Hang]:
    """Let the party travel until it stands at the point; what hangs there."""
    flow = FLOWS[point.flow]
    flow.start(world, party)
    hangs = [Hang(effect=point.effect)]
    if point.behind or point.answered:  # nothing is shown in EspoCRM before something failed
        world.faults.plan("espocrm.read", Status(503), party=party.id)
    world.faults.plan(point.call, *[Fault()] * point.passing, hangs[0], party=_key(point.call, party))
    if point.answered:
        hangs.append(Hang())
        world.faults.plan(point.answered, hangs[1], party=_key(point.answered, party))
    timing = world.timing.model_copy(update={"syncing_after": AT_ONCE if point.answered else NEVER})
    handle = await world.ask(party.id, flow.reason, timing=timing)
    for hang in hangs:
        await asyncio.wait_for(hang.entered.wait(), 60)
    if point.answered:
        hangs.pop().release()
        await asyncio.wait_for(_completed(handle, ACTIVITY[point.answered]), 60)
    return hangs


def _key(call: str, party: Party) -> str | int | None:
    if call in ("espocrm.read", "espocrm.write"):
        return party.id
    return party.linked if call in ("advoware.read", "advoware.replace") else None


async def _completed(handle: WorkflowHandle[PartyWorkflow, SyncOutcome], activity: str) -> None:
    """Wait until Temporal has an activity's answer."""
    scheduled: set[int] = set()
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.activity_task_scheduled_event_attributes.activity_type.name == activity:
            scheduled.add(event.event_id)
        if event.activity_task_completed_event_attributes.scheduled_event_id in scheduled:
            return


def _points() -> Iterator[Point]:
    yield from _reading("create", "push", "pull", "merge", "conflict", "no change", "first link", "deleted in Advoware",
                        "deleted in EspoCRM", call="espocrm.read", moment="EspoCRM is being read")  # fmt: skip
    yield from _reading("push", "pull", "merge", "conflict", "first link", "deleted in Advoware",
                        call="advoware.read", moment="Advoware is being read")  # fmt: skip
    yield from _reading("create", "pull", "merge", "deleted in EspoCRM",
                        call="espocrm.read", moment="EspoCRM is being read again", behind=True)  # fmt: skip
    yield from _reading("push", "pull", "conflict", "deleted in Advoware",
                        call="advoware.read", moment="Advoware is read after EspoCRM", behind=True)  # fmt: skip
    yield Point("first link", "EspoCRM is asked who else holds the betNr", "espocrm.list")
    yield Point("deleted in EspoCRM", "EspoCRM is asked who holds the betNr now", "espocrm.list")
    yield Point("deleted in Advoware", "EspoCRM is asked for another party", "espocrm.list")
    yield from _writing("create", call="advoware.create", moment="the POST is under way")
    yield from _writing("push", "merge", "conflict", call="advoware.replace", moment="the PUT is under way")
    for flow, call in (("create", "advoware.create"), ("push", "advoware.replace"), ("merge", "advoware.replace")):
        yield Point(flow, "Temporal has the answer, EspoCRM nothing", "espocrm.write", BEFORE, answered=call)
        yield Point(flow, "Temporal has the answer, EspoCRM shows syncing", "espocrm.write", AFTER, answered=call)
    yield from _writing("create", "push", "pull", "merge", "conflict", "first link", "deleted in Advoware",
                        call="espocrm.write", moment="the write-back is under way")  # fmt: skip
    yield from _writing("conflict", "deleted in Advoware", "deleted in EspoCRM",
                        call="espocrm.note", moment="the users' note is under way")  # fmt: skip
    yield from _writing("conflict", "deleted in Advoware",
                        call="espocrm.note", moment="the record's note is under way", passing=1)  # fmt: skip
    yield Point("no change", "syncing is being shown", "espocrm.write", AFTER, answered="advoware.read")


def _reading(*flows: str, call: str, moment: str, behind: bool = False) -> Iterator[Point]:
    yield from (Point(flow, moment, call, behind=behind) for flow in flows)


def _writing(*flows: str, call: str, moment: str, passing: int = 0) -> Iterator[Point]:
    for flow in flows:
        yield Point(flow, f"{moment}, no effect yet", call, BEFORE, passing)
        yield Point(flow, f"{moment}, with its effect", call, AFTER, passing)


POINTS = tuple(_points())
