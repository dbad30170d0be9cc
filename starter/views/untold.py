"""Edits in EspoCRM that sweeps found and no delivery had told of: are its webhooks silent?

EspoCRM switches a webhook off by itself after refusals, and a person may (facts/espocrm.md §1); edits then come as late
as sweeps, and nothing fails. A restart of the program or an import looks the same, once; so once is a question only.
"""

from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from beteiligte.frozen import Frozen
from beteiligte.sweep.due import Due
from contracts import bounded
from contracts.reconciliation import RunSummary
from starter.schedules import SWEEP
from starter.views import sweeps
from starter.webhook.received import Received

EDITS = (Due.ASKED, Due.EDITED, Due.UNLINKED)
"""What a delivery would have told of."""
DELIVERED = timedelta(minutes=5)
"""A delivery may come so much later than its edit: EspoCRM sends them from its cron job."""
SWEEPS = 10
"""Completed sweeps looked at, the newest ones."""


class UntoldEdits(Frozen):
    """What sweeps found since the last good delivery."""

    sweeps: int = 0
    """That found any."""
    edits: int = 0
    since: datetime | None = None
    """When the first of them began."""


async def look(client: Client, received: Received) -> UntoldEdits:
    """Ask Temporal alone. Raises RPCError, Unreadable."""
    last_good = max((kind.last_good for kind in received.kinds.values() if kind.last_good), default=received.since)
    until = datetime.now(UTC) - DELIVERED
    ended = [run async for run in sweeps.completed(client, SWEEP, SWEEPS) if last_good < run.start_time < until]
    # The first one after the delivery looked at edits from before it, too, of which another delivery was late.
    endings = await bounded.each(ended[:-1], lambda run: sweeps.ending(client, run))
    return counted([summary for summary, _ in endings if summary is not None])


def counted(summaries: list[RunSummary]) -> UntoldEdits:
    """What these sweeps found of it, beyond what each of them finds: a record that takes no status stays due."""
    found = {one.began: sum(one.due.get(why, 0) for why in EDITS) for one in summaries if not one.dry_run}
    always = min(found.values(), default=0)
    edits = {began: number - always for began, number in found.items() if number > always}
    return UntoldEdits(sweeps=len(edits), edits=sum(edits.values()), since=min(edits, default=None))
