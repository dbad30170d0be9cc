"""A situation whose history is kept: a play on the real server, in a world of its own."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle

from beteiligte.request_reason import Reason
from beteiligte.settle.bookkeeping import espo_datetime
from contracts.plan import PlanOrder
from contracts.sweep import PageOrder
from contracts.visibility import workflow_id
from tests.world import World
from workflows.plan import PlanWorkflow

Handle = WorkflowHandle[Any, Any]
Play = Callable[[World], Awaitable[Handle]]


@dataclass(frozen=True)
class Situation:
    """How it is played: on which server, in which world."""

    play: Play
    server: Mapping[str, object]
    world: Mapping[str, object]

    @property
    def name(self) -> str:
        return self.play.__name__


SITUATIONS: list[Situation] = []


def situation(server: Mapping[str, object] | None = None, **world: object) -> Callable[[Play], Play]:
    """Keep a situation in the list."""

    def keep(play: Play) -> Play:
        SITUATIONS.append(Situation(play, server or {}, world))
        return play

    return keep


async def asked(world: World, party: str, reason: Reason = Reason.UPDATED) -> Handle:
    """Ask, and wait until the run has ended; that run."""
    handle = await world.ask(party, reason)
    await world.closed(party)
    return handle


def newest(world: World, party: str) -> Handle:
    """The party's newest run."""
    return world.client.get_workflow_handle(workflow_id(party))


async def planned(world: World) -> Handle:
    """The first page of a plan."""
    until = espo_datetime(datetime.now(UTC) + timedelta(seconds=1))
    order = PlanOrder(page=PageOrder(until=until, counted=True))
    return await world.client.start_workflow(PlanWorkflow.run, order, id="plan-0", task_queue=world.queue)


async def linked(world: World) -> tuple[str, int]:
    """A party at rest."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    return party, bet_nr
