"""Tries settings on what was decided, and on what stands now.

Each past decision is judged by itself: what the tried settings would have written then, later decisions did not read.
What stands now is read by previews, which write nothing, and whose runs are deleted.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import Client

from contracts import bounded
from contracts.preview import Preview
from runtime.codec import Unreadable
from starter.plan.planning import Planning
from starter.requests import NotAnswered, Requests
from starter.views import previews, runs
from starter.views.histories import newest_first
from starter.views.parties import UnknownParty
from starter.views.recorded.syncs import RecordedSync
from starter.what_if.judging import judge
from starter.what_if.proposal import Proposal
from starter.what_if.tally import DecisionCount, NotJudged, TriedDecisions, WhatIf

AT_ONCE = 4
"""Parties read at the same time: few, so that a person's edit finds room."""
PATIENCE = timedelta(minutes=5)
"""For one preview beside others."""
Done = Callable[[], None]
Progress = Callable[[str, int | None], AbstractContextManager[Done]]
"""What is done, of how many; gives what to call after each."""


@dataclass(frozen=True)
class PastRuns:
    """The parties whose decisions are tried."""

    ids: tuple[str, ...]
    more: bool
    """There are more runs than can be looked at."""


@contextmanager
def _unseen(_what: str, _total: int | None) -> Iterator[Done]:
    yield lambda: None


async def tried(
    requests: Requests,
    proposal: Proposal,
    *,
    since: datetime | None,
    now: bool,
    most: int = runs.LOOKED_AT,
    progress: Progress = _unseen,
) -> WhatIf:
    """Past decisions, and with `now` what stands. Raises WorkflowFailureError, RPCError, Unreadable (as `recorded`)."""
    past = await past_runs(requests.client, since, most)
    with progress("deciding once more", len(past.ids)) as done:
        decided = await recorded(requests.client, proposal, past, since=since, done=done)
    found = WhatIf(settings=dict(proposal.settings), unknown_fields=proposal.as_read.not_judged, recorded=decided)
    if not now:
        return found
    with progress("reading every party", None) as done:
        return found.but(fresh=await fresh(requests, proposal, done=done))


async def past_runs(client: Client, since: datetime | None = None, most: int = runs.LOOKED_AT) -> PastRuns:
    """Parties with a run that Temporal keeps, among the `most` begun last, the newest first. Raises RPCError."""
    begun = f" AND StartTime >= '{since.isoformat()}'" if since else ""
    found = [run.party_id async for run in runs.listed(client, f"{runs.PARTIES}{begun}", most + 1)]
    return PastRuns(tuple(dict.fromkeys(found[:most])), len(found) > most)


async def recorded(
    client: Client, proposal: Proposal, past: PastRuns, *, since: datetime | None = None, done: Done = lambda: None
) -> TriedDecisions:
    """Every decision of these that was acted on, decided twice. Raises RPCError, and Unreadable where none can be read.

    A few that cannot, closed by a key that is gone or kept before there was one, hide no others.
    """
    tally, unreadable = DecisionCount(), list[Unreadable]()

    async def one(party_id: str) -> None:
        tally.parties += 1
        try:
            async for sync in newest_first(client, party_id):
                if since is not None and sync.began < since:
                    break
                _judge_sync(sync, proposal, tally)
        except UnknownParty:
            return  # it was deleted meanwhile
        except Unreadable as closed:
            unreadable.append(closed)
            tally.not_judged.append(NotJudged(party_id=party_id, why=str(closed)))

    await bounded.each(past.ids, one, at_once=AT_ONCE, done=done)
    if unreadable and len(unreadable) == len(past.ids):
        raise unreadable[0]
    return tally.done(more=past.more)


def _judge_sync(sync: RecordedSync, proposal: Proposal, tally: DecisionCount) -> None:
    """Those of its decisions by which anything was written, and its last one."""
    for compared in reversed(sync.acting) if sync.comparisons else ():
        if compared.situation is None or not compared.exact:
            tally.unknown += 1
        else:
            what = judge(compared.situation, proposal, compared.decision)
            tally.judged(what, what.of(compared.situation, decided=compared.step.at, run_id=sync.run_id))


async def fresh(requests: Requests, proposal: Proposal, *, done: Done = lambda: None) -> TriedDecisions:
    """Every party of EspoCRM read now and decided twice. Raises WorkflowFailureError, RPCError."""
    tally, ids = DecisionCount(), dict[str, None]()
    async for line in Planning(requests).lines():
        ids[line.party_id] = None

    async def one(party_id: str) -> None:
        tally.parties += 1
        try:
            _judge_preview(await previews.look(requests, party_id, PATIENCE), proposal, tally)
        except NotAnswered:
            tally.not_judged.append(NotJudged(party_id=party_id, why="no answer in time"))

    await bounded.each(ids, one, at_once=AT_ONCE, done=done)
    return tally.done()


def _judge_preview(seen: Preview, proposal: Proposal, tally: DecisionCount) -> None:
    if seen.situation is None:
        why = seen.failure.code if seen.failure else "it could not be read"
        tally.not_judged.append(NotJudged(party_id=seen.party_id, why=why))
        return
    what = judge(seen.situation, proposal, seen.decision)
    tally.judged(what, what.of(seen.situation))
