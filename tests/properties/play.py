"""Plays a script: persons edit, webhooks are delivered, faults strike; then everything is mended and must be equal.

People do at the end what the messages ask of them, and nothing else: they look in Advoware where a create was not
answered, enter again what a guard held, and make the names agree where a link was doubted for it.
"""

from collections import Counter
from dataclasses import dataclass, field

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowUpdateFailedError,
)
from temporalio.service import RPCError

from beteiligte.decide import base as bases
from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import DOUBTFUL_LINK, FindingKind
from beteiligte.record.field_table import Form
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import DATE, Value
from beteiligte.request_reason import Reason
from contracts.party import SyncOutcome
from contracts.visibility import workflow_id
from simulators.espocrm import PERSON
from tests.properties.edits import CHOICE, NOBODY, Standing
from tests.properties.ground import Basis, Restless
from tests.properties.judge import DELETED, judge
from tests.properties.known import Known
from tests.properties.script import (
    DELIVERY_FAULTS,
    FAULTS,
    SIDES,
    At,
    Decide,
    Delete,
    Deliver,
    Edit,
    Expire,
    Inner,
    Outage,
    Reset,
    Script,
    Step,
    Sync,
    Terminate,
)
from workflows.client import NotTaken

REASONS = {"person": Reason.PERSON, "sweep": Reason.SWEEP, "update": Reason.UPDATED}
ROUNDS = 8
"""Of people answering what they were told; two are the most that one question can take."""
SHOWN = {
    "reset": "resets",
    "terminate": "terminates",
    "delete": "deletes",
    "decided": "choices",
    "question": "questions",
}
"""Counted in a tally, beside edits, faults and stops."""
FILLED = {
    "person": ("name", "vorname", "titel", "briefanrede", "zusatz", "geburtsdatum"),
    "company": ("name", "briefanrede", "zusatz"),
}


@dataclass
class Played:
    """How a history ended."""

    violations: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)


async def play(client: Client, script: Script) -> Played:
    """Play a script to its end and judge it."""
    async with Basis.prepared(client, script) as ground:
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
        counts.update({plural: watch.met[what] for what, plural in SHOWN.items()})
        counts["conflicts told"] = sum("verschieden geändert" in text for text in ground.told()) // 2
        counts["lost in a window nobody can close"] = len(watch.excused)
        return Played(watch.violations, counts, [*watch.log, *ground.told()])


class Player:
    """One history under way."""

    def __init__(self, ground: Basis, script: Script) -> None:
        self.ground, self.script, self.watch = ground, script, ground.watch
        self.outages = 0
        self.watch.act = {"step": self._step_at, "stop": self._stop, "cancel": self._cancel, "ask": self._ask}

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
            case Edit() | Delete() | Reset() | Terminate():
                await self._inner(step)
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
            case Decide():
                await self._decide(step)
        if isinstance(step, Sync | Deliver | Reset | Decide):
            await self.ground.rest()

    async def _inner(self, step: Inner) -> None:
        match step:
            case Edit():
                self._edit(step)
            case Delete():
                self._delete(step)
            case Reset():
                await self._reset(step)
            case Terminate():
                await self._terminate(step)

    def _edit(self, step: Edit) -> None:
        edit = self.watch.edit(step.side, step.party, step.field, clear=step.clear)
        if edit is None:
            return
        self._enter(step.side, step.party, step.field, edit.value)

    def _enter(self, side: str, number: int, name: str, value: Value) -> None:
        party, row = self.watch.parties[number], PARTY_TABLE.by_name[name]
        if side == "espocrm":
            attributes: dict[str, object] = {_attribute(name, self.script.parties[number].kind): value}
            self.ground.espocrm.edit(party.id, user=PERSON, **attributes)
        else:
            wire = f"{value}T00:00:00" if value and row.kind is DATE else value
            self.ground.advoware.edit(party.bet_nrs[0], **{row.advoware: wire})

    async def _deliver(self, fault: str) -> None:
        queue = self.ground.espocrm.deliveries
        if fault:
            self.ground.faults.plan("delivery.*", DELIVERY_FAULTS[fault]())
        await queue.flush()

    def _delete(self, step: Delete) -> None:
        party = self.watch.parties[step.party]
        if step.side in party.gone or (step.side == "advoware" and not party.bet_nrs):
            return
        if step.side == "espocrm":
            self.ground.espocrm.delete(party.id)
        else:
            self.ground.advoware.remove(party.bet_nrs[0])
        self.watch.delete(step.side, step.party)
        self.watch.met["delete"] += 1

    async def _reset(self, step: Reset) -> None:
        """As the Web UI does it; a run that never ended a workflow task cannot be reset."""
        run = await self._run(step.party)
        if run is None:
            return
        history = await self.ground.client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        tasks = [e.event_id for e in history.events if e.HasField("workflow_task_completed_event_attributes")]
        if not tasks:
            return
        self.watch.resets(step.party, run.run_id)
        await self.ground.client.workflow_service.reset_workflow_execution(
            ResetWorkflowExecutionRequest(
                namespace=self.ground.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=run.id, run_id=run.run_id),
                reason="a person",
                workflow_task_finish_event_id=tasks[step.task % len(tasks)],
                request_id=f"{run.id}-{self.ground.calls.mark}",
            )
        )
        self.watch.met["reset"] += 1

    async def _terminate(self, step: Terminate) -> None:
        run = await self._run(step.party)
        if run is not None and run.status is WorkflowExecutionStatus.RUNNING:
            self.watch.end(step.party, run.run_id)
            await self.ground.client.get_workflow_handle(run.id, run_id=run.run_id).terminate()
            self.watch.met["terminate"] += 1

    async def _run(self, number: int) -> WorkflowExecutionDescription | None:
        """The party's newest; None where there was none yet."""
        try:
            return await self.ground.client.get_workflow_handle(workflow_id(self.watch.parties[number].id)).describe()
        except RPCError:
            return None

    async def _decide(self, step: Decide) -> None:
        """A person looks at both sides and says what both shall have, as the command line sends it."""
        party, chronicle = self.watch.parties[step.party], self.watch.chronicle
        both = [party.sides[side].origin(step.field) for side in SIDES]
        word = step.take
        if step.take == "value":
            edit = chronicle.write(CHOICE, step.party, step.field, *both)
            both.append(edit.number)
            word = str(edit.value)
            self.watch.log.append(f"    {edit}")
        self.watch.decides(step.party, step.field)
        done = await self._answered(party.id, Choice.typed(step.field, word, PARTY_TABLE))
        if done is None or done.failure or step.field in done.declined:
            both = both[2:]  # what was not carried out replaced nothing, and whoever chose was told so
        else:
            self.watch.met["decided"] += 1
        chronicle.shown |= chronicle.covered(both)

    async def _answered(self, party: str, *choices: Choice) -> SyncOutcome | None:
        """The outcome of a person's request; None where its run was ended by hand."""
        try:
            return await self.ground.sync(party, choices=choices)
        except (RPCError, WorkflowUpdateFailedError, NotTaken):
            return None

    # ------------------------------------------------------------------ what happens during a call

    async def _step_at(self, at: At) -> None:
        assert at.step is not None
        await self._inner(at.step)

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
            await self.ground.rest()
        await self._deliver_all()
        echoes = self.ground.calls.mark
        await self._deliver_all()
        await self._ask_all()
        recorded = {
            number: [text for run in party.ended for text in await self.ground.recorded(party.id, run)]
            for number, party in self.watch.parties.items()
        }
        judge(self.ground, written=self.ground.calls.writes(echoes), recorded=recorded)

    async def _deliver_all(self) -> None:
        while not self.ground.espocrm.deliveries.empty:
            await self.ground.espocrm.deliveries.flush()
            await self.ground.rest()

    async def _ask_all(self) -> None:
        """As the reconciliation does: of a party that EspoCRM has no more only until people know."""
        for party in self.watch.parties.values():
            told = any(DELETED in text for text in self.ground.told_of_party(party.id))
            if not ("espocrm" in party.gone and told):
                await self.ground.ask(party.id, Reason.SWEEP)
        await self.ground.rest()

    async def _answer(self, number: int) -> bool:
        """What a person does who reads the record; False where nothing is asked of him."""
        party = self.watch.parties[number]
        if "espocrm" in party.gone:
            return False
        base = bases.parse(str(self.ground.espocrm.records[party.id]["advowareSyncBase"] or ""), party.id, PARTY_TABLE)
        kinds = {item.kind for item in base.open}
        whose = {FindingKind.CREATE_UNANSWERED, FindingKind.SEVERAL_MATCH, FindingKind.LINK_LOST}
        if kinds & whose and "advoware" not in party.gone:
            if party.bet_nrs:
                self.ground.espocrm.edit(party.id, betnr=party.bet_nrs[0])
            else:
                await self.ground.sync(party.id, create_anyway=True)
        elif "advoware" in party.gone:
            return False
        elif kinds & DOUBTFUL_LINK:
            self._make_names_agree(number)
        elif kinds & {FindingKind.GUARD, FindingKind.FORM_DOUBTFUL}:
            self._enter_again(number)
        elif asked := sorted(item.field for item in base.open if item.kind is FindingKind.UNDECIDED):
            for name in asked:
                await self._settle_question(number, name)
        else:
            return False
        self.watch.met["answered by a person"] += 1
        return True

    async def _settle_question(self, number: int, name: str) -> None:
        """One after the other in each of the ways that people have."""
        self.watch.met["question"] += 1
        ways = (*SIDES, "value", "type espocrm's", "type advoware's")
        way = ways[(len(self.script.steps) + self.watch.met["question"]) % len(ways)]
        self.watch.log.append(f"    {number} {name}: {way}")
        if not way.startswith("type"):
            await self._decide(Decide(number, name, way))
        elif way == "type espocrm's":
            self._type_over("advoware", number, name)
        else:
            self._type_over("espocrm", number, name)

    def _make_names_agree(self, number: int) -> None:
        """He sees both names and types EspoCRM's into Advoware."""
        here, there = self.watch.parties[number].sides.values()
        for name in ("name", "vorname"):
            if here.values.get(name) != there.values.get(name):
                self._type_over("advoware", number, name)

    def _type_over(self, side: str, number: int, name: str) -> None:
        """He sees both values and types the other side's into this one."""
        self.watch.agree(side, number, name)
        self._enter(side, number, name, self.watch.parties[number].sides[side].values.get(name))

    def _enter_again(self, number: int) -> None:
        party = self.watch.parties[number]
        for name in FILLED[self.script.parties[number].kind]:
            for side, other in (("espocrm", "advoware"), ("advoware", "espocrm")):
                emptied = party.sides[side].values.get(name) is None
                if emptied and party.sides[other].values.get(name) is not None:
                    self._edit(Edit(side, number, name))


def _attribute(name: str, kind: str) -> str:
    attribute = PARTY_TABLE.by_name[name].attribute(Form.COMPANY if kind == "company" else Form.PERSON)
    assert attribute is not None
    return attribute
