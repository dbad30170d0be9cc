"""The way into EspoCRM's API: a known user is let in, and what refuses him becomes an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from simulators.calls import Call
from simulators.espocrm_answers import Refused, invalid
from simulators.espocrm_users import User, Users
from simulators.espocrm_values import Broken, Invalid
from simulators.gate import Handler
from simulators.visits import Effect

AnswerToUser = Callable[[User, Request, bytes], Response]


@dataclass
class UserDoor:
    """Lets a known user in and turns refusals into answers."""

    users: Users
    entity_type: str

    def opens(self, answer: AnswerToUser, stale: AnswerToUser | None = None) -> Handler:
        """A handler for the gate from an answer for a known user."""

        def handler(request: Request, raw: bytes, call: Call) -> tuple[Effect, Effect | None]:
            def effect(given: AnswerToUser = answer) -> Response:
                user = self.users.enter(request)
                if isinstance(user, Response):
                    return user
                call.user = user.login
                return self._answered(given, user, request, raw)

            return effect, (lambda: effect(stale)) if stale else None

        return handler

    def _answered(self, answer: AnswerToUser, user: User, request: Request, raw: bytes) -> Response:
        try:
            return answer(user, request, raw)
        except Invalid as refused:
            return invalid(self.entity_type, refused).answer()
        except Refused as refused:
            return refused.answer()
        except Broken:
            return Refused(500).answer()
