"""The webhook queue as an administrator sees it: the job that empties it, and events that it has not sent yet.

Nothing of it was recorded: facts/espocrm.md §1.4 and §1.6 say that it can be read, EspoCRM's source how.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from simulators.deliveries import Deliveries
from simulators.espocrm_answers import Refused
from simulators.espocrm_door import AnswerToUser, UserDoor
from simulators.espocrm_users import API, User, new_id
from simulators.espocrm_values import Attributes
from simulators.gate import Gate

JOB = "ProcessWebhookQueue"


@dataclass
class JobsApi:
    """The handlers."""

    door: UserDoor
    deliveries: Deliveries
    active: bool = True
    schedule: str = "*/2 * * * *"

    def routes(self, gate: Gate) -> list[BaseRoute]:
        """Both lists."""
        opens = self.door.opens
        return [
            gate.route(f"{API}/ScheduledJob", {"GET": ("espocrm.other", opens(_administrators(self._jobs)))}),
            gate.route(
                f"{API}/WebhookEventQueueItem", {"GET": ("espocrm.other", opens(_administrators(self._events)))}
            ),
        ]

    def _jobs(self, _: User, __: Request, ___: bytes) -> Response:
        """The one that is asked for."""
        ran = self.deliveries.ran
        status = "Active" if self.active else "Inactive"
        job: Attributes = {"id": new_id(), "name": "Process Webhook Queue", "job": JOB, "status": status}
        job |= {"scheduling": self.schedule, "lastRun": f"{ran:%Y-%m-%d %H:%M:%S}" if ran else None}
        return JSONResponse({"total": 1, "list": [job]})

    def _events(self, _: User, __: Request, ___: bytes) -> Response:
        """Those that are not processed yet, the oldest first."""
        rows: list[Attributes] = [
            {"id": new_id(), "event": event.name, "isProcessed": False, "createdAt": f"{event.at:%Y-%m-%d %H:%M:%S}"}
            for event in self.deliveries.events
        ]
        return JSONResponse({"total": len(rows), "list": rows[:1]})


def _administrators(answer: AnswerToUser) -> AnswerToUser:
    """For nobody else (recording wh-10 has the words)."""

    def guarded(user: User, request: Request, raw: bytes) -> Response:
        if user.kind != "admin":
            raise Refused(403, f"No access to '{request.url.path.rpartition('/')[2]}'.")
        return answer(user, request, raw)

    return guarded
