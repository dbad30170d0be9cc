"""How a check of Temporal is made: each with a time-out of its own, so that one that hangs leaves the others."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import timedelta

from temporalio.service import RPCError

from installation.check import Area, Check, Verdict
from runtime.codec import Unreadable

WITHIN = timedelta(seconds=4)
"""For one check: some questions to a server that answers in milliseconds, and the three seconds of a worker."""


def found(name: str, verdict: Verdict, seen: str, remedy: str | None = None, *, area: Area = Area.TEMPORAL) -> Check:
    """One check of Temporal."""
    return Check(area=area, name=name, verdict=verdict, seen=seen, remedy=remedy)


def fine(name: str, seen: str) -> Check:
    """It holds."""
    return found(name, Verdict.OK, seen)


def wrong(name: str, seen: str, remedy: str) -> Check:
    """It does not hold."""
    return found(name, Verdict.WRONG, seen, remedy)


def warning(name: str, seen: str, remedy: str) -> Check:
    """It may surprise."""
    return found(name, Verdict.WARNING, seen, remedy)


async def made(name: str, look: Awaitable[Sequence[Check]]) -> Sequence[Check]:
    """What a look finds; that it cannot be taken is found, too."""
    try:
        async with asyncio.timeout(WITHIN.total_seconds()):
            return await look
    except TimeoutError:
        return [wrong(name, f"Temporal gave no answer within {WITHIN.total_seconds():g} s", "look at its log and disk")]
    except RPCError as refused:
        seen = f"Temporal answered {refused.status.name}"
        return [found(name, Verdict.UNKNOWN, seen, "look at Temporal's log, and at the rights of this client")]
    except Unreadable as sealed:
        return [
            found(name, Verdict.UNKNOWN, str(sealed), "put the key file here that the workers have (TEMPORAL_KEYS)")
        ]
