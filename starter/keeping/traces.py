"""Where Temporal holds something of one party: by the runs' ids where those say it, else by what stands in the run.

Runs of many parties (a delivery, deletes told together, a page of a plan, a reconciliation, an outage) carry ids in
their histories alone, so these are fetched, opened, and searched; they cannot be asked for by an attribute.
"""

import re
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecution
from temporalio.converter import PayloadCodec
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts import bounded, visibility
from contracts.deletes import DELETES
from contracts.delivery import DELIVERY
from contracts.outage import OUTAGE
from contracts.party import WORKFLOW
from contracts.plan import PLAN
from contracts.preview import PREVIEW
from contracts.reconciliation import RECONCILIATION
from runtime.codec import Unreadable
from runtime.payloads import payloads_in
from starter import schedules, waits

OF_MANY = (DELETES, DELIVERY, PLAN, RECONCILIATION, OUTAGE)
AT_ONCE = 4
"""Histories fetched at the same time: people's syncs go beside them."""


class Reach(StrEnum):
    """What can be done about a run."""

    ERASED = "erased"
    """It has ended and nobody goes by it: it is erased as a whole."""
    OPEN = "open"
    """Under way: it goes once it has ended."""
    NEXT_GOES_BY_IT = "next_goes_by_it"
    """The newest reconciliation of its kind: `status` and the next one go by it."""
    ANOTHER_PARTY_S = "another_party_s"
    """Another party's run that names this one: that party's memory."""
    UNREADABLE = "unreadable"
    """No key here opens all of it, and what is clear of it does not name the party: it may."""


class Trace(Frozen):
    """A run that holds something of the party."""

    workflow_id: str
    run_id: str
    kind: str
    """Type of its workflow."""
    started: datetime
    closed: datetime | None = None
    reach: Reach = Reach.ERASED
    create_begun: bool = False
    """A create of the party that it began has no answer yet."""
    bet_nr: int | None = None


class Traces(Frozen):
    """All that was found."""

    own: tuple[Trace, ...] = ()
    """The party's own runs, and looks at it."""
    shared: tuple[Trace, ...] = ()
    """Runs of many parties, and other parties' runs that name it."""
    searched: int = 0
    """Histories that were searched."""

    @property
    def all(self) -> tuple[Trace, ...]:
        """Own ones first."""
        return (*self.own, *self.shared)

    @property
    def to_erase(self) -> tuple[Trace, ...]:
        """Those that go. Of the party's own also one that is open, once it has ended."""
        return (*self.own, *(trace for trace in self.shared if trace.reach is Reach.ERASED))

    @property
    def staying(self) -> tuple[Trace, ...]:
        """Those that cannot go, or not yet."""
        return tuple(trace for trace in self.shared if trace.reach is not Reach.ERASED)

    @property
    def unread(self) -> tuple[Trace, ...]:
        """Those of which nobody here can say whether they name it."""
        return tuple(trace for trace in self.shared if trace.reach is Reach.UNREADABLE)


async def own(client: Client, party_id: str) -> tuple[Trace, ...]:
    """The party's own runs, and every `diff` of it. Raises RPCError."""
    looks = re.compile(f"{re.escape(_looks(party_id))}[0-9a-f]{{8}}")
    query = f"WorkflowId = '{visibility.workflow_id(party_id)}' OR WorkflowId STARTS_WITH '{_looks(party_id)}'"
    return tuple(
        [
            _trace(run, Reach.ERASED if run.close_time else Reach.OPEN)
            async for run in client.list_workflows(query, rpc_timeout=waits.TEMPORAL)
            if run.workflow_type != PREVIEW or looks.fullmatch(run.id)
        ]
    )


def _looks(party_id: str) -> str:
    """How ids of its previews begin (workflows/preview.py)."""
    return f"diff-{party_id}-"


async def search(client: Client, party_id: str, *, searched: Callable[[], None] = lambda: None) -> Traces:
    """Everything. `searched` is called after each history. Raises RPCError."""
    mine = await own(client, party_id)
    shared = [run async for run in client.list_workflows(_of_others(mine, party_id), rpc_timeout=waits.TEMPORAL)]
    names = re.compile(rb"(?<![\w-])" + re.escape(party_id.encode()) + rb"(?![\w-])")

    async def one(run: WorkflowExecution) -> bool | None:
        return await _names(client, run, names)

    named = await bounded.each(shared, one, at_once=AT_ONCE, done=searched)
    newest = _newest(shared)
    found = [
        _trace(run, Reach.UNREADABLE if is_named is None else _reach(run, newest))
        for run, is_named in zip(shared, named, strict=True)
        if is_named is not False
    ]
    return Traces(own=mine, shared=tuple(found), searched=len(shared))


def _of_others(mine: tuple[Trace, ...], party_id: str) -> str:
    """Runs of many parties, and those of parties that ever had one of its betNr."""
    kinds = ", ".join(f"'{kind}'" for kind in OF_MANY)
    numbers = ", ".join(f"'{number}'" for number in sorted({trace.bet_nr for trace in mine if trace.bet_nr}))
    alike = f"WorkflowType = '{WORKFLOW}' AND {visibility.BET_NR.name} IN ({numbers})" if numbers else ""
    besides = f"({alike} AND WorkflowId != '{visibility.workflow_id(party_id)}')" if alike else ""
    return f"WorkflowType IN ({kinds})" + (f" OR {besides}" if besides else "")


async def _names(client: Client, run: WorkflowExecution, names: re.Pattern[bytes]) -> bool | None:
    """Whether anything in its history says the id; None: not what can be read of it."""
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    codec, all_read = client.data_converter.payload_codec, True
    try:
        async for event in handle.fetch_history_events(rpc_timeout=waits.TEMPORAL):
            opened = [await _opened(codec, payload) for payload in payloads_in(event)]
            clear = [payload.data for payload in opened if payload is not None]
            if any(names.search(said) for said in (event.SerializeToString(), *clear)):
                return True
            all_read = all_read and len(clear) == len(opened)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False  # it has just left by itself
    return False if all_read else None


async def _opened(codec: PayloadCodec | None, payload: Payload) -> Payload | None:
    """As it was; None: no key here opens it."""
    try:
        return (await codec.decode([payload]))[0] if codec else payload
    except Unreadable:
        return None


def _newest(runs: list[WorkflowExecution]) -> set[str]:
    """Of each schedule the run that ended last, by run id: they are listed newest first."""
    ended = [run for run in runs if run.workflow_type == RECONCILIATION and run.close_time]
    of_each = (next((run for run in ended if run.id.startswith(f"{row.id}-")), None) for row in schedules.TABLE)
    return {run.run_id for run in of_each if run}


def _reach(run: WorkflowExecution, newest: set[str]) -> Reach:
    if run.workflow_type == WORKFLOW:
        return Reach.ANOTHER_PARTY_S
    if run.close_time is None:
        return Reach.OPEN
    return Reach.NEXT_GOES_BY_IT if run.run_id in newest else Reach.ERASED


def _trace(run: WorkflowExecution, reach: Reach) -> Trace:
    return Trace(
        workflow_id=run.id,
        run_id=run.run_id,
        kind=run.workflow_type,
        started=run.start_time,
        closed=run.close_time,
        reach=reach,
        create_begun=run.typed_search_attributes.get(visibility.CREATE_BEGUN) is not None,
        bet_nr=visibility.bet_nr_of(run.typed_search_attributes),
    )
