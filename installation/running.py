"""Runs checks side by side, each group with a time-out: whatever hangs holds up nothing else, and is named.

A check that breaks off by an error of ours is said as such: nobody shall take it for good news.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta

from installation.check import Area, Check, Verdict

log = logging.getLogger(__name__)
MEND = "mend the settings first (above, and docs/settings.md)"
WITHIN = timedelta(seconds=8)
"""With what the start and the end of the command take, ten seconds in all."""


MOST_TELLING: tuple[Area, ...] = (Area.TEMPORAL, Area.ESPOCRM, Area.ADVOWARE, *Area)


@dataclass(frozen=True)
class CheckGroup:
    """What is looked at together, about one thing outside."""

    areas: AbstractSet[Area]
    """What it says something about."""
    what: str
    """Of whom an answer is awaited: `EspoCRM`."""
    look: Callable[[], Awaitable[Sequence[Check]]]
    remedy: str
    """Where it does not answer in time."""

    @property
    def area(self) -> Area:
        """Under which it is said that it does not answer."""
        return next(area for area in MOST_TELLING if area in self.areas)


def unset(areas: AbstractSet[Area], what: str) -> CheckGroup:
    """What cannot be looked at, since its settings are missing or wrong: each of them is said by itself."""

    async def look() -> Sequence[Check]:
        seen = "its settings are missing or wrong"
        return [
            Check(area=area, name=f"checks of {what}", verdict=Verdict.UNKNOWN, seen=seen, remedy=MEND)
            for area in sorted(areas)
        ]

    return CheckGroup(areas, what, look, MEND)


async def run(
    groups: Iterable[CheckGroup], *, within: timedelta = WITHIN, done: Callable[[], None] = lambda: None
) -> tuple[Check, ...]:
    """All of them; in order of their areas. `done` is called after each."""

    async def one(group: CheckGroup) -> Sequence[Check]:
        found = await _looked(group, within)
        done()
        return found

    found = await asyncio.gather(*(one(group) for group in groups))
    return in_order(check for some in found for check in some)


def in_order(checks: Iterable[Check]) -> tuple[Check, ...]:
    """As people read them: settings first, then from here outwards."""
    return tuple(sorted(checks, key=lambda check: tuple(Area).index(check.area)))


async def _looked(group: CheckGroup, within: timedelta) -> Sequence[Check]:
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await group.look()
    except TimeoutError:
        return [_wrong(group, f"no answer within {within.total_seconds():g} s", group.remedy)]
    except Exception as error:
        log.warning("the checks of %s broke off", group.what, exc_info=error)
        seen = f"the check itself broke off ({type(error).__name__}); the trace is on stderr"
        name = f"checks of {group.what}"
        return [
            Check(area=group.area, name=name, verdict=Verdict.UNKNOWN, seen=seen, remedy="report it, with the trace")
        ]


def _wrong(group: CheckGroup, seen: str, remedy: str) -> Check:
    return Check(area=group.area, name=f"{group.what} answers", verdict=Verdict.WRONG, seen=seen, remedy=remedy)
