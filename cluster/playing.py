"""The words that the cluster's chapters speak beside the demo's: what held, how a command ended, when it is quiet."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from temporalio.client import ScheduleActionExecutionStartWorkflow
from temporalio.service import RPCError

from cluster.stage import ClusterStage
from contracts.party import WORKFLOW
from contracts.reconciliation import RunSummary
from demo.play import Play
from demo.tally import differences
from demo.watching import GaveUp
from starter.cli.exits import Exit
from starter.schedules import SWEEP
from workflows.sweep.workflow import ReconciliationWorkflow

T = TypeVar("T")
OPEN = f"WorkflowType = '{WORKFLOW}' AND ExecutionStatus = 'Running'"
LOOK_EVERY = 0.2
SETTLED = 3
"""Looks in a row that find nothing under way."""
ENDS_WITHIN = 90
FOLLOWS_WITHIN = 30
SHOWN = 24
"""Lines of what a command said, where it ended otherwise than it should."""


@dataclass(frozen=True)
class EndedCommand:
    """How a command ended."""

    code: int
    text: str


@dataclass
class ClusterPlay(Play):
    """The demo's words and some more."""

    stage: ClusterStage

    def holds(self, what: str, held: bool, otherwise: str = "") -> bool:
        """Keep and show whether something held."""
        return self.stage.verdicts.note(what, held, otherwise)

    def differences(self) -> list[str]:
        """Where the two systems are not equal."""
        return differences(self.stage.world)

    def bet_nr(self, party: str) -> int:
        """The party's number, which it surely has by now."""
        number = self.in_espocrm(party)["betnr"]
        assert isinstance(number, int)
        return number

    async def eventually(self, look: Callable[[], Awaitable[T]], well: Callable[[T], bool], within: float) -> T:
        """What is seen once it is well, or at last."""
        ends = asyncio.get_running_loop().time() + within
        while not well(seen := await look()) and asyncio.get_running_loop().time() < ends:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY)
        return seen

    async def command_ends(self, command: tuple[str, ...], *codes: int, says: Collection[str] = ()) -> EndedCommand:
        """Run our command line as a person would; it holds if it ends so and says so."""
        said = await self._ran(command)
        lacking = [text for text in says if text not in said.text]
        well = said.code in codes and not lacking
        why = f"exit code {said.code}" + (f", not said: {', '.join(lacking)}" if lacking else "")
        meaning = Exit(said.code).meaning if said.code in set(Exit) else ""
        self.holds(f"beteiligte-sync {' '.join(command)}: {said.code}", well, f"{why} {meaning}")
        if not well:
            self.stage.say.quotes(f"$ beteiligte-sync {' '.join(command)}", _last(said.text))
        return said

    async def command_ends_in_time(self, command: tuple[str, ...], code: int) -> None:
        """The same for one that may have to be said again until all who run have followed."""
        said = await self.eventually(lambda: self._ran(command), lambda said: said.code == code, FOLLOWS_WITHIN)
        self.holds(f"beteiligte-sync {' '.join(command)}: {code}", said.code == code, _last(said.text))

    async def _ran(self, command: tuple[str, ...]) -> EndedCommand:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", *command),
            cwd=self.stage.directory,
            env={**os.environ, "COLUMNS": "120"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), ENDS_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise GaveUp(f"beteiligte-sync {' '.join(command)} did not end within {ENDS_WITHIN} s") from None
        assert process.returncode is not None
        return EndedCommand(process.returncode, said.decode())

    async def comes_back(self, name: str, within: float) -> None:
        """Wait until a part that was killed answers again. Raises GaveUp."""
        try:
            async with asyncio.timeout(within):
                while not await self.stage.answers(name):  # noqa: ASYNC110  (the supervisor's work)
                    await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise GaveUp(f"within {within:g} s: {name} answers again") from None

    async def quiet(self, within: float) -> None:
        """Wait until no delivery waits and no party is under way. Raises GaveUp."""
        deliveries, in_a_row = self.stage.world.espocrm.deliveries, 0
        try:
            async with asyncio.timeout(within):
                while in_a_row < SETTLED:
                    await asyncio.sleep(LOOK_EVERY)
                    in_a_row = in_a_row + 1 if deliveries.empty and not await self._open() else 0
        except TimeoutError:
            raise GaveUp(f"within {within:g} s: nothing under way any more") from None

    async def _open(self) -> int:
        """Parties under way; one that cannot be asked for counts."""
        try:
            return (await self.stage.client.count_workflows(OPEN)).count
        except RPCError:
            return 1

    async def swept(self, within: float) -> RunSummary:
        """Let the schedule of the sweep start one now, and wait for its end. Raises GaveUp."""
        handle = self.stage.client.get_schedule_handle(SWEEP)
        try:
            async with asyncio.timeout(within):
                before = (await handle.describe()).info.num_actions
                await handle.trigger()
                while (info := (await handle.describe()).info).num_actions == before:  # noqa: ASYNC110
                    await asyncio.sleep(LOOK_EVERY)
                begun = info.recent_actions[-1].action
                assert isinstance(begun, ScheduleActionExecutionStartWorkflow)
                run = self.stage.client.get_workflow_handle_for(ReconciliationWorkflow.run, begun.workflow_id)
                return await run.result()
        except TimeoutError:
            raise GaveUp(f"within {within:g} s: a sweep that was started by its schedule ends") from None


def _last(text: str) -> str:
    return "\n".join(text.rstrip().splitlines()[-SHOWN:])
