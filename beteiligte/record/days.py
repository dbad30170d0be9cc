"""The calendar day that a system means by what it wrote.

A birthday never moves. A time without a zone stays where it stands (facts/advoware.md §2). One with a zone that is
midnight in Germany is a day that was turned into a moment, `1980-02-28T23:00:00Z` for 29 February 1980: then the German
day counts. At any other time of day nothing shows that the day was shifted, and it counts as it is written.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_GERMANY = ZoneInfo("Europe/Berlin")
_TODAYS_OFFSETS = (timedelta(hours=1), timedelta(hours=2))
"""Windows knows only today's rule for summer time, also for days of years that had none or another."""

UNSET = frozenset({date(1601, 1, 1), date(1753, 1, 1), date(1899, 12, 30)})
"""What Windows, SQL Server and OLE (Access, Delphi, Excel) show for a date that nobody set. 1900-01-01 may be one too
(SQL Server's `smalldatetime`), and a birthday of somebody in an old file: it is kept."""


def day(text: str) -> date | None:
    """The day; None for one that was never set. Raises ValueError, whose message is a reason without the value."""
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError("not a date of the form YYYY-MM-DD")
    try:
        written = date.fromisoformat(match["day"])
        meant = _in_germany(written, match["time"], match["zone"]) if match["zone"] else written
    except ValueError:
        raise ValueError("no such day in the calendar") from None
    # .NET writes an unset DateTime as year 1.
    return None if 1 in (written.year, meant.year) or meant in UNSET else meant


def _in_germany(written: date, clock: str, zone: str) -> date:
    offset = "+00:00" if zone in "Zz" else zone
    moment = datetime.fromisoformat(f"{written}T{clock}{_with_minutes(offset)}")
    try:
        of_its_day = moment.astimezone(_GERMANY).utcoffset() or timedelta()
        if moment.time() == time.min or moment.utcoffset() == of_its_day:
            return written
        at = moment.astimezone(UTC)
        midnights = [at + by for by in (of_its_day, *_TODAYS_OFFSETS) if (at + by).time() == time.min]
    except OverflowError:
        return written
    return midnights[0].date() if midnights else written


def _with_minutes(offset: str) -> str:
    hours, minutes = offset[:3], offset[3:].lstrip(":")
    return f"{hours}:{minutes or '00'}"
