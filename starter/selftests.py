"""The self-test of both systems: begun by `up`, read wherever somebody asks whether the program can work."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.selftest import SHOWN, Problem, SelfTested
from contracts.selftest import SelfTestOrder
from contracts.visibility import SELFTEST_ID, SELFTEST_MEMO
from installation.check import Area, Check, Verdict
from starter import waits
from workflows.selftest import SelfTestWorkflow

AREAS = {System.ESPOCRM: Area.ESPOCRM, System.ADVOWARE: Area.ADVOWARE}


class SelfTestState(Frozen):
    """What the newest self-test says; nothing where there was none."""

    under_way: bool = False
    """Begun a moment ago, and nothing is known yet."""
    problems: tuple[Problem, ...] = ()


async def begin(client: Client, task_queue: str, order: SelfTestOrder) -> None:
    """Test both systems now, in place of a test that still goes on. Raises RPCError."""
    await client.start_workflow(
        SelfTestWorkflow.run,
        order,
        id=SELFTEST_ID,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        rpc_timeout=waits.TEMPORAL,
    )


async def look(client: Client, *, within: timedelta = waits.TEMPORAL) -> SelfTestState:
    """What is known by now; needs no worker. Raises RPCError, Unreadable."""
    try:
        run = await client.get_workflow_handle(SELFTEST_ID).describe(rpc_timeout=within)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return SelfTestState()
        raise
    if run.status is not WorkflowExecutionStatus.RUNNING:
        return SelfTestState()
    found = await run.memo_value(SELFTEST_MEMO, None, type_hint=SelfTested)
    if found is None:
        return SelfTestState(under_way=datetime.now(UTC) - run.start_time < waits.SELF_TEST_BEGINS)
    return SelfTestState(problems=found.problems)


async def found(client: Client, *, within: timedelta = waits.SELF_TEST) -> tuple[Problem, ...]:
    """The problems of a test that was just begun, as far as they are known in time. Raises RPCError, Unreadable."""
    standing = SelfTestState(under_way=True)
    try:
        async with asyncio.timeout(within.total_seconds()):
            while standing.under_way:
                await asyncio.sleep(waits.LOOK_AT_SELF_TEST.total_seconds())
                standing = await look(client)
    except TimeoutError:
        pass
    return standing.problems


def checks(problems: Iterable[Problem]) -> list[Check]:
    """What the workers found, as everything else that must hold is said: they may stand on another machine."""
    return [_check(problem) for problem in problems]


def _check(problem: Problem) -> Check:
    seen, _, remedy = problem.detail.rpartition(": ")
    return Check(
        area=AREAS[problem.system],
        name=f"the workers reach {SHOWN[problem.system]}",
        verdict=Verdict.WRONG,
        seen=f"{problem.kind}: {seen}",
        remedy=remedy,
    )
