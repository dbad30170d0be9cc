"""Plays a script: persons edit, webhooks are delivered, faults strike; then everything is mended and must be equal.

People do at the end what the messages ask of them, and nothing else: they look in Advoware where a create was not
answered, enter again what a guard held, and make the names agree where a link was doubted for it.
"""

from collections import Counter
from dataclasses import dataclass, field

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError

from beteiligte import base as bases
from beteiligte.fields import BY_NAME, Form
from beteiligte.findings import Matter
from beteiligte.kinds import DATE
from beteiligte.search import workflow_id
from simulators.espocrm import PERSON
from tests.properties.edits import NOBODY, Standing
from tests.properties.ground import Ground, Restless
from tests.properties.judge import judge
from tests.properties.script import (
    DELIVERY_FAULTS,
    FAULTS,
    At,
    Deliver,
    Edit,
    Expire,
    Outage,
    Reset,
    Script,
    Step,
    Sync,
)
from tests.properties.watch import Known
from workflows.contracts import Reason

REASONS = {"person": Reason.PERSON, "sweep": Reason.SWEEP, "update": Reason.UPDATED}
ROUNDS = 5
"""Of people answering what they were told; two are the most that one question can take."""
FILLED = {
    "person": ("name", "vorname", "titel", "briefanrede", "zusatz", "geburtsdatum"),
    "company": ("name", "titel", "briefanrede", "zusatz"),
}


@dataclass
class Played:
    """How a history ended."""

    violations: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)


async def play(client: Client, script: Script) -> Played:
    """Play a script to its end and judge it."""
    async with Ground.prepared(client, script) as ground:
        player = Player(ground, script)
        try:
            await player.play()
        except Restless as restless:
            ground.watch.violations.append(f"P11: does not come to rest: {restless}")
        watch = ground.watch
        counts = Counter(
            steps=len(script.steps), edits=len(watch.chronicle.edits), stops=ground.stops, calls=ground.calls.mark
        )
        counts["faults"] = sum(number for what, number in watch.met.items() if what in FAULTS) + player.outages
        counts["conflicts told"] = sum("verschieden geändert" in text for text in ground.told()) // 2
        counts["lost in a window nobody can close"] = len(watch.excused)
        return Played(watch.violations, counts, [*watch.log, *ground.told()])


class Player:
    """One history under way."""

    def __init__(self, ground: Ground, script: Script) -> None:
        self.ground, self.script, self.watch = ground, script, ground.watch
        self.outages = 0
        self.watch.act = {"edit": self._edit_at, "stop": self._stop, "cancel": self._cancel, "ask": self._ask}

    async def play(self) -> None:
        for number, party in enumerate(self.script.parties):
            await self._begin(number, party.kind, linked=party.begin == "linked")
        for step in self.script.steps:
            await self._step(step)
        await self._settle()

    # ------------------------------------------------------------------ steps

    async def _begin(self, number: int, kind: str, *, linked: bool) -> None:
        standing = Standing()
        values: dict[str, object] = {}
        for name in FILLED[kind]:
            edit = self.watch.chronicle.write("espocrm", number, name, NOBODY)
            standing.values[name], standing.origins[name] = edit.value, edit.number
            values[_attribute(name, kind)] = edit.value
        values |= {"salutationName": "Mr."} if kind == "person" else {"rechtsform": "GmbH"}
        party = self.ground.espocrm.add(user=PERSON, **values)
        self.watch.parties[number] = Known(party)
        self.watch.parties[number].sides["espocrm"] = standing
        standing.values = self.watch.values("espocrm", number)
        if linked:
            await self.ground.ask(party, Reason.CREATED)
            await self.ground.rest()

    async def _step(self, step: Step) -> None:
        self.watch.log.append(f"- {step}")
        match step:
            case Edit():
                self._edit(step)
            case At():
                self.watch.armed.append(step)
            case Outage():
                self.outages += 1
                self.ground.faults.plan(f"{step.system}.*", FAULTS[step.fault](), times=step.calls)
            case Expire():
                self.ground.advoware.expire_tokens()
            case Sync():
                await self.ground.ask(self.watch.parties[step.party].id, REASONS[step.reason])
            case Deliver():
                await self._deliver(step.fault)
            case Reset():
                await self._reset(step)
        if isinstance(step, Sync | Deliver | Reset):
            await self.ground.rest()

    def _edit(self, step: Edit) -> None:
        edit = self.watch.edit(step.side, step.party, step.field, clear=step.clear)
        if edit is None:
            return
        party, row = self.watch.parties[step.party], BY_NAME[step.field]
        if step.side == "espocrm":
            kind = self.script.parties[step.party].kind
            attributes: dict[str, object] = {_attribute(step.field, kind): edit.value}
            self.ground.espocrm.edit(party.id, user=PERSON, **attributes)
        else:
            wire = f"{edit.value}T00:00:00" if edit.value and row.kind is DATE else edit.value
            self.ground.advoware.edit(party.bet_nrs[0], **{row.advoware: wire})

    async def _deliver(self, fault: str) -> None:
        queue = self.ground.espocrm.deliveries
        if fault:
            self.ground.faults.plan("delivery.*", DELIVERY_FAULTS[fault]())
        await queue.flush()

    async def _reset(self, step: Reset) -> None:
        """As the Web UI does it; a run that never ended a workflow task cannot be reset."""
        name = workflow_id(self.watch.parties[step.party].id)
        handle = self.ground.client.get_workflow_handle(name)
        try:
            run = (await handle.describe()).run_id
            history = await handle.fetch_history()
        except RPCError:
            return
        tasks = [e.event_id for e in history.events if e.HasField("workflow_task_completed_event_attributes")]
        if not tasks:
            return
        await self.ground.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self.ground.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=name, run_id=run),
                reason="a person",
                workflow_task_finish_event_id=tasks[step.task % len(tasks)],
                request_id=f"{name}-{self.ground.calls.mark}",
            )
        )
        self.watch.met["reset"] += 1

    # ------------------------------------------------------------------ what happens during a call

    async def _edit_at(self, at: At) -> None:
        assert at.edit is not None
        self._edit(at.edit)

    async def _stop(self, _: At) -> None:
        await self.ground.stop_worker()

    async def _cancel(self, at: At) -> None:
        await self.ground.client.get_workflow_handle(workflow_id(self.watch.parties[at.party].id)).cancel()

    async def _ask(self, at: At) -> None:
        await self.ground.ask(self.watch.parties[at.party].id, Reason.PERSON)

    # ------------------------------------------------------------------ the end

    async def _settle(self) -> None:
        """Lift all faults, deliver all that was not lost, ask every party once: it stands in for the reconciliation."""
        self.watch.clear()
        self.watch.armed.clear()
        self.watch.log.append("- settle")
        await self._deliver_all()
        for _ in range(ROUNDS):
            await self._ask_all()
            if not [number for number in self.watch.parties if await self._answer(number)]:
                break
        await self._deliver_all()
        echoes = self.ground.calls.mark
        await self._deliver_all()
        await self._ask_all()
        judge(self.ground, self.script, written=self.ground.calls.writes(echoes))

    async def _deliver_all(self) -> None:
        while not self.ground.espocrm.deliveries.empty:
            await self.ground.espocrm.deliveries.flush()
            await self.ground.rest()

    async def _ask_all(self) -> None:
        for party in self.watch.parties.values():
            await self.ground.ask(party.id, Reason.SWEEP)
        await self.ground.rest()

    async def _answer(self, number: int) -> bool:
        """What a person does who reads the record; False where nothing is asked of him."""
        party = self.watch.parties[number]
        base = bases.parse(str(self.ground.espocrm.records[party.id]["advowareSyncBase"] or ""), party.id)
        matters = {item.matter for item in base.open}
        if matters & {Matter.CREATE_UNANSWERED, Matter.SEVERAL_MATCH, Matter.LINK_LOST}:
            if party.bet_nrs:
                self.ground.espocrm.edit(party.id, betnr=party.bet_nrs[0])
            else:
                await self.ground.sync(party.id, create_anyway=True)
        elif Matter.LINK in matters:
            self._make_names_agree(number)
        elif Matter.GUARD in matters:
            self._enter_again(number)
        else:
            return False
        self.watch.met["answered by a person"] += 1
        return True

    def _make_names_agree(self, number: int) -> None:
        """He sees both names and types EspoCRM's into Advoware."""
        party = self.watch.parties[number]
        here, there = party.sides["espocrm"], party.sides["advoware"]
        for name in ("name", "vorname"):
            if here.values.get(name) != there.values.get(name):
                self.watch.chronicle.shown |= self.watch.chronicle.past(there.origin(name))
                self.watch.keep(there)
                there.values[name], there.origins[name] = here.values.get(name), here.origin(name)
                self.ground.advoware.edit(party.bet_nrs[0], **{BY_NAME[name].advoware: here.values.get(name)})

    def _enter_again(self, number: int) -> None:
        party = self.watch.parties[number]
        for name in FILLED[self.script.parties[number].kind]:
            for side, other in (("espocrm", "advoware"), ("advoware", "espocrm")):
                emptied = party.sides[side].values.get(name) is None
                if emptied and party.sides[other].values.get(name) is not None:
                    self._edit(Edit(side, number, name))


def _attribute(name: str, kind: str) -> str:
    attribute = BY_NAME[name].attribute(Form.COMPANY if kind == "company" else Form.PERSON)
    assert attribute is not None
    return attribute
