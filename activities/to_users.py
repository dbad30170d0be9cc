"""A note to users reaches each of them once, also where EspoCRM refuses it for the sake of a single one.

A note goes to all of them in one call. Refused for good, it goes to each alone: a user who was deleted or deactivated,
or to whom the interface may not write, must not keep the others from being told. Who was told is remembered between
attempts by heartbeat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from temporalio import activity

from beteiligte.faults import SyncFault
from clients.espocrm import EspoCrmClient
from clients.records import UsersNote


def _marks_before() -> list[str]:
    return [mark for mark in activity.info().heartbeat_details if isinstance(mark, str)]


@dataclass(frozen=True)
class ToUsers:
    """The notes of one activity."""

    espocrm: EspoCrmClient
    marks: list[str] = field(default_factory=_marks_before)
    """What attempts before have sent, and this one."""

    def has(self, mark: str) -> bool:
        """Whether this was sent."""
        return mark in self.marks

    def sent(self, *marks: str) -> None:
        """Remember it."""
        self.marks.extend(marks)
        activity.heartbeat(*self.marks)

    async def post(self, users: Sequence[str], text: str, *, place: int = 0) -> int:
        """How many were told. Raises the refusal where nobody could be: a right may be given tomorrow.

        `place`: of several notes to the same users.
        """
        marks = {user: f"{place}/{user}" for user in users}
        left = [user for user, mark in marks.items() if not self.has(mark)]
        try:
            await self._send(left, text, marks)
        except SyncFault as refusal:
            if refusal.retry:
                raise
            refused = await self._singly(left, text, marks) if len(left) > 1 else left
            if len(refused) == len(marks):
                raise
            activity.logger.warning("EspoCRM refuses a note to users %s: %s", ", ".join(refused), refusal)
            return len(marks) - len(refused)
        return len(marks)

    async def tried(self, users: Sequence[str], text: str) -> tuple[int, SyncFault | None]:
        """How many were told, and the refusal where nobody could be."""
        try:
            return await self.post(users, text), None
        except SyncFault as refusal:
            if refusal.retry:
                raise
            return 0, refusal

    async def _singly(self, users: Sequence[str], text: str, marks: dict[str, str]) -> list[str]:
        """Those whom a note alone does not reach either."""
        refused = list[str]()
        for user in users:
            try:
                await self._send([user], text, marks)
            except SyncFault as refusal:
                if refusal.retry:
                    raise
                refused.append(user)
        return refused

    async def _send(self, users: Sequence[str], text: str, marks: dict[str, str]) -> None:
        if users:
            await self.espocrm.post_note(UsersNote(users=tuple(users), text=text))
            self.sent(*(marks[user] for user in users))
