"""How tests let single records be refused, and look whether a system counts as down."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from starlette.responses import Response
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError

from contracts import activity_names
from contracts.visibility import outage_id
from simulators.espocrm_answers import Refused, scripted
from simulators.espocrm_http import BeforeSave
from simulators.espocrm_values import Attributes
from simulators.visits import Fault, Visit
from tests.world import World

ARCHIVED = "Record is archived."


def archive(*parties: str, status: int = 403, text: str = ARCHIVED) -> BeforeSave:
    """A script of the firm that refuses every change of these records, also one of their status."""

    def script(record: Attributes, _: Attributes) -> Refused | None:
        return scripted(status, text) if record["id"] in parties else None

    return script


async def down(world: World, system: str) -> bool:
    """Whether its outage's workflow is open."""
    try:
        described = await world.client.get_workflow_handle(outage_id(system)).describe()
    except RPCError:
        return False
    return described.status is WorkflowExecutionStatus.RUNNING


async def edited_in_advoware(world: World, number: int) -> list[str]:
    """Linked parties, each with a title to be pulled."""
    parties = list[str]()
    for name in range(number):
        party, bet_nr = await world.linked(lastName=f"Anders {name}")
        await world.closed(party)
        world.advoware.edit(bet_nr, titel="Dr.")
        parties.append(party)
    return parties


async def edited_in_espocrm(world: World, number: int) -> list[str]:
    """Linked parties, each with a title to be pushed."""
    parties = list[str]()
    for name in range(number):
        party, _ = await world.linked(lastName=f"Anders {name}")
        await world.closed(party)
        world.espocrm.edit(party, titel="Dr.")
        parties.append(party)
    return parties


@dataclass
class First(Fault):
    """Something happens while the call is on its way."""

    event: Callable[[], object]
    name: ClassVar[str] = "first"

    async def act(self, visit: Visit) -> Response:
        """Let it happen, then do what was asked for."""
        self.event()
        return visit.effect()


@dataclass
class RefusesNotesTo(Fault):
    """EspoCRM refuses a note among whose users is one of these: deleted, deactivated, or not to be written to."""

    users: frozenset[str]
    status: int
    reason: str = "No permission to post to user."
    name: ClassVar[str] = "refuses_notes_to"

    async def act(self, visit: Visit) -> Response:
        """Refuse the whole note, or post it."""
        if self.users.intersection(json.loads(await visit.request.body()).get("usersIds", ())):
            return Response("", self.status, {"X-Status-Reason": self.reason})
        return visit.effect()


async def waited(world: World, system: str, party: str) -> timedelta:
    """How long an outage let a party wait, by its own clock: from its report to the try that ended it."""
    outage = await world.client.get_workflow_handle(outage_id(system)).fetch_history()
    moments = [(event, event.event_time.ToDatetime()) for event in outage.events]
    reported = max(at for event, at in moments if party in str(event.workflow_execution_signaled_event_attributes))
    tries = [
        at for event, at in moments if activity_names.OUTAGE_TRY in str(event.activity_task_scheduled_event_attributes)
    ]
    return max(tries) - reported
