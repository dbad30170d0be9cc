"""The time the stand-ins go by: it runs like the machine's, and a test may move it on or hold it still."""

from datetime import UTC, datetime, timedelta


class Clock:
    """A clock of one's own, so that expiry and waits are tested without waiting."""

    def __init__(self, at: datetime | None = None) -> None:
        """`at`: an aware moment at which the clock stands still; without it the clock runs."""
        self._still = at
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Give the moment, aware, in UTC."""
        return (self._still or datetime.now(UTC)).astimezone(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move the clock on; also a clock that stands still."""
        self._ahead += by
