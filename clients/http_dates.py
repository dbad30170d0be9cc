"""Moments in headers of HTTP: `Date`, `Retry-After`."""

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from email.utils import parsedate_to_datetime

OURS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
"""Between them a clock is right, or a little wrong."""


def http_date(text: str) -> datetime | None:
    """In UTC; None where it says none, no zone, or one at an end of all years, where a minute more is no moment."""
    try:
        at = parsedate_to_datetime(text)
        told = at.astimezone(UTC) if at.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return told if told is not None and MINYEAR < told.year < MAXYEAR else None


def clock_time(text: str) -> datetime | None:
    """What a server's clock shows; None where that can be none."""
    at = http_date(text)
    return at if at is not None and OURS[0] <= at < OURS[1] else None
