"""Every question that the program asks of Temporal's visibility, asked by its own functions and held to what is so.

Each query that they make is asked once more: what the server finds, and in which order, must be what `oracle` reads in
all runs. So it is seen of every server what it makes of them: SQLite, PostgreSQL. A new place in the source that asks
is to be called here, too (tests/cluster/test_questions.py).
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecution
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import ActivityEnvironment

from activities.failure_history import FailureHistory
from activities.history import HistoryActivities
from beteiligte.faults import System
from cluster import oracle
from cluster.asking import AskedQuery
from contracts import visibility
from contracts.create_name import CreateName
from contracts.party import WORKFLOW
from contracts.reading import BegunOrder, LastRunOrder, LostOrder
from contracts.timing import Timing
from contracts.visibility import workflow_id
from runtime import key_file, workers
from runtime.connection import register_search_attributes
from runtime.settings import TemporalSettings
from starter import gauges
from starter.keeping import erasing, traces
from starter.requests import Requests
from starter.schedules import SWEEP
from starter.views import (
    crew,
    key_holders,
    open_questions,
    outages,
    parties,
    queues,
    replays,
    runs,
    sweeps,
    undecided,
)
from starter.views.checks import keys, strangers
from starter.views.checks import runs as open_runs

ASKING = frozenset(
    {
        "activities/failure_history.py",
        "activities/history.py",
        "runtime/connection.py",
        "runtime/workers.py",
        "starter/gauges.py",
        "starter/keeping/erasing.py",
        "starter/keeping/traces.py",
        "starter/views/checks/keys.py",
        "starter/views/checks/runs.py",
        "starter/views/checks/strangers.py",
        "starter/views/crew.py",
        "starter/views/key_holders.py",
        "starter/views/outages.py",
        "starter/views/overview.py",
        "starter/views/parties.py",
        "starter/views/queues.py",
        "starter/views/replays.py",
        "starter/views/runs.py",
        "starter/views/sweeps.py",
    }
)
"""Files of the source that ask, all of which `Asker` has ask."""
LONG_AGO, MANY = timedelta(days=1), 100
LOOKS = 5
"""Times that a query is asked again where its answer does not fit: a run may begin or end between two looks."""


NOBODY_S, SHOWING = "nobody-works-here", "shows-everything"
SHOWN = TypedSearchAttributes(
    [
        SearchAttributePair(visibility.BET_NR, "999999"),
        SearchAttributePair(visibility.SYNC_STATUS, "failed"),
        SearchAttributePair(visibility.DECISION, "failed"),
        SearchAttributePair(visibility.CREATE_BEGUN, "first"),
        SearchAttributePair(visibility.TROUBLE, "espocrm.write Locked 0a1b2c3d4e5f!"),
        SearchAttributePair(visibility.NOT_BELIEVED, "by nobody"),
    ]
)
"""Also what seldom stands on a run; some questions go on only where they find one."""


@dataclass(frozen=True)
class Asker:
    """What the questions are about."""

    client: Client
    temporal: TemporalSettings
    party: str
    """One that was synced."""
    bet_nr: int
    """Its own."""
    another: str
    """One whose oldest run may be erased."""

    @property
    def requests(self) -> Requests:
        """As a service asks."""
        return Requests(self.client, self.temporal.task_queue, Timing())

    async def all(self) -> None:
        """Ask everything, while a run shows all that a run can show. Raises what the program would raise."""
        shown = await self.client.start_workflow(
            WORKFLOW, id=workflow_id(SHOWING), task_queue=NOBODY_S, search_attributes=SHOWN
        )
        try:
            await self._asked(shown.first_execution_run_id or "")
        finally:
            await shown.terminate("shown")

    async def _asked(self, run: str) -> None:
        await self._in_an_activity(run)
        for ask in (self._of_failures, self._of_parties, self._of_the_whole, self._of_keeping):
            await ask()

    async def _in_an_activity(self, run: str) -> None:
        """As a step of that run asks."""
        history = HistoryActivities(self.client)
        asked: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: history.left_begun(BegunOrder(party_id=self.party, name=CreateName())),
            lambda: history.known_elsewhere(self.bet_nr, besides="another"),
            lambda: history.agreed_bet_nr(self.party),
            lambda: history.parties_of([self.bet_nr]),
            lambda: history.seen([self.party]),
            lambda: history.quiet([self.party], datetime.now(UTC)),
            lambda: history.last_ended(self.party),
            history.outage_open,
            lambda: history.told_deleted(self.bet_nr, besides="another"),
            lambda: history.last_run(LastRunOrder(party_id=self.party)),
            lambda: history.lost(LostOrder(party_id="never-seen")),
            lambda: history.begun_before(SHOWING, CreateName()),
        )

        async def step() -> None:
            for ask in asked:
                await ask()

        environment = ActivityEnvironment()
        environment.info = replace(environment.info, workflow_run_id=run)
        await environment.run(step)

    async def _of_failures(self) -> None:
        failures, queue = FailureHistory(self.client), self.temporal.task_queue
        since = datetime.now(UTC) - LONG_AGO
        await failures.of(self.party)
        for system in System:
            await failures.last_success(system, queue, besides=self.party)
            await failures.alike(f"{system}.", queue, besides=self.party, since=since)

    async def _of_parties(self) -> None:
        for query in (runs.PARTIES, runs.FAILED, f"WorkflowId = '{workflow_id(self.party)}'"):
            await runs.some(self.client, query, MANY)
        await parties.find(self.client, str(self.bet_nr))
        await open_questions.look(self.client, limit=MANY)
        await undecided.look(self.client, MANY)
        await outages.watched(self.client)
        await outages.known(self.client, ask_worker=False)

    async def _of_the_whole(self) -> None:
        queue = self.temporal.task_queue
        await register_search_attributes(self.client)
        await gauges.look(self.requests, self.temporal)  # as `status` and `conflicts` do, too
        await open_runs.checks(self.client, queue)
        await strangers.checks(self.client, self.temporal)
        await queues.others(self.client, queue)
        await queues.others(self.client, NOBODY_S)
        await crew.look(self.client, queue)
        await workers.alive(self.client, queue)
        await sweeps.look(self.client, ask_worker=False)
        await sweeps.newest(self.client)
        _ = [run async for run in sweeps.completed(self.client, SWEEP, MANY)]
        await replays.found(self.client, 1)

    async def _of_keeping(self) -> None:
        if ring := key_file.load(self.temporal.keys):
            await keys.checks(self.client, ring, self.temporal)
            await key_holders.needs(self.client, ring, self.temporal.retention)
        await traces.search(self.client, self.party)
        erased = (await traces.own(self.client, self.another))[-1:]
        await erasing.erase(self.client, erased)


@dataclass(frozen=True)
class Answered:
    """What a server makes of a query."""

    query: str
    found: int
    """Runs."""
    problem: str = ""
    """In what it is not as it should be."""


async def answered(client: Client, asked: Iterable[AskedQuery]) -> list[Answered]:
    """Each query once more, beside what is so. Raises RPCError, NotUnderstood."""
    distinct = dict.fromkeys((question.query, question.counts) for question in asked)
    return [await _answered(client, query, counts=counts) for query, counts in distinct]


async def _answered(client: Client, query: str, *, counts: bool) -> Answered:
    reading, answer = oracle.read(query), Answered(query, 0)
    for _ in range(LOOKS):
        everything = [run async for run in client.list_workflows()]
        if counts:
            answer = await _counted(client, query, reading, everything)
        else:
            answer = _compared(query, [run async for run in client.list_workflows(query)], reading.found(everything))
        if not answer.problem:
            break
    return answer


async def _counted(
    client: Client, query: str, reading: oracle.QueryReading, everything: list[WorkflowExecution]
) -> Answered:
    counted, should = await client.count_workflows(query), len(reading.found(everything))
    problem = "" if counted.count == should else f"{counted.count} counted, not {should}"
    groups = {str(group.group_values[0]): group.count for group in counted.groups}
    if reading.group_by and groups != dict(reading.groups(everything)):
        problem = f"groups {groups}, not {dict(reading.groups(everything))}"
    return Answered(query, counted.count, problem)


def _compared(query: str, found: list[WorkflowExecution], should: list[WorkflowExecution]) -> Answered:
    """Which runs, and in which order; runs that ended in one moment have none."""
    have, want = {run.run_id for run in found}, {run.run_id for run in should}
    if have != want:
        return Answered(query, len(found), f"{len(have - want)} too many, {len(want - have)} missing")
    moments = [[(run.close_time, run.start_time) for run in each] for each in (found, should)]
    return Answered(query, len(found), "" if moments[0] == moments[1] else "in another order")
