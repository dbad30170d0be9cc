"""The time the stand-ins go by: it runs like the machine's, and a test may move it on or hold it still."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Self


class Clock:
    """A clock of one's own, so that expiry and waits are tested without waiting."""

    def __init__(self, at: datetime | None = None, *, follows: Self | None = None) -> None:
        """`at`: an aware moment at which the clock stands still; without it the clock runs.

        follows: goes by another clock, and may be moved away from it: a server whose clock is wrong.
        """
        self._still = at
        self._follows = follows
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Give the moment, aware, in UTC."""
        at = self._follows.now() if self._follows else self._still or datetime.now(UTC)
        return at.astimezone(UTC) + self._ahead

    def header(self) -> str:
        """The moment as a `Date` header has it: in whole seconds (recording sw-07)."""
        return format_datetime(self.now(), usegmt=True)

    def advance(self, by: timedelta) -> None:
        """Move the clock on, or back; also a clock that stands still."""
        self._ahead += by
