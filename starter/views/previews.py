"""What a sync would do: asked of a workflow that writes nothing, and put in one row per field."""

import asyncio
import uuid
from datetime import timedelta

from temporalio.client import WorkflowFailureError, WorkflowHandle, WorkflowQueryFailedError
from temporalio.service import RPCError

from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import Finding
from beteiligte.decide.owed import Owed
from beteiligte.decide.plan import LINK
from beteiligte.decide.view import FieldView
from beteiligte.frozen import Frozen
from beteiligte.record.field_table import FieldTable
from beteiligte.record.value_kinds import Value
from contracts.fault_report import FaultReport
from contracts.preview import Preview, PreviewOrder
from starter import fields, waits
from starter.requests import NotAnswered, Requests
from starter.views import parties, runs
from workflows.preview import PreviewWorkflow


class FieldRow(Frozen):
    """One field on both sides."""

    field: str
    espocrm: Value = None
    advoware: Value = None
    base: Value = None
    """What both sides were last known to hold."""
    unknown: tuple[str, ...] = ()
    """Of `espocrm`, `advoware`, `base`: those that no value is known of, not even that it is empty."""
    written: str = ""
    """`advoware` or `espocrm`: where a sync would write."""
    because: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is anything to say about it."""
        return bool(self.written) or self.espocrm != self.advoware or bool({"espocrm", "advoware"} & {*self.unknown})


class Difference(Frozen):
    """What a sync would do with a party."""

    party_id: str
    bet_nr: int | None = None
    result: str = ""
    """A `Result`; LINK where the betNr of the only match would be entered first."""
    held: bool = False
    """Nothing but status and open questions would be written."""
    alone: bool = False
    """It is linked with none in Advoware, so that nothing is known of that side."""
    fields: tuple[FieldRow, ...] = ()
    new: tuple[Finding, ...] = ()
    """People would be told."""
    still_open: tuple[Finding, ...] = ()
    """People were told before."""
    writes_espocrm: bool = False
    calls: dict[str, int] = {}
    """Retries and messages aside."""
    failure: FaultReport | None = None
    problem: str = ""
    """Of an id that names nobody: a sync that a person asks for would do nothing, and tell nobody."""


async def difference(requests: Requests, party_id: str, within: timedelta) -> Difference:
    """Read and decide now. Raises NotAnswered, RPCError."""
    return explained(await look(requests, party_id, within), fields.table())


async def look(requests: Requests, party_id: str, within: timedelta) -> Preview:
    """The same, as the workflow answers it. Raises NotAnswered, RPCError.

    Its run is deleted: it did nothing that anybody would look for, and holds what both sides hold of the party.
    """
    owed = await _landed(requests, party_id)
    order = PreviewOrder(party_id=party_id, timing=requests.timing, owed=owed)
    handle = await requests.client.start_workflow(
        PreviewWorkflow.run,
        order,
        id=f"diff-{party_id}-{uuid.uuid4().hex[:8]}",
        task_queue=requests.task_queue,
        execution_timeout=within + waits.TEMPORAL,
        rpc_timeout=waits.TEMPORAL,
    )
    try:
        return await _result(handle, within)
    finally:
        await runs.delete(requests.client, handle.id)


async def _landed(requests: Requests, party_id: str) -> Owed:
    """What the party's own run has written to Advoware and not yet to EspoCRM: a sync would go by it."""
    run = await runs.current(requests.client, party_id)
    if run is None or not run.running:
        return Owed()
    try:
        return (await requests.state(party_id)).landed_unwritten or Owed()
    except (RPCError, WorkflowQueryFailedError):
        raise NotAnswered from None


async def _result(handle: WorkflowHandle[PreviewWorkflow, Preview], within: timedelta) -> Preview:
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await handle.result()
    except (TimeoutError, WorkflowFailureError):
        raise NotAnswered from None


def explained(preview: Preview, table: FieldTable) -> Difference:
    """The decision with the values it rests on."""
    situation, decision = preview.situation, preview.decision
    if situation is None or decision is None:
        return Difference(party_id=preview.party_id, failure=preview.failure)
    bet_nr = situation.bet_nr or situation.last_bet_nr
    if situation.espocrm.gone and bet_nr is None:
        result = decision.result.value
        return Difference(party_id=preview.party_id, result=result, calls=preview.calls, problem=parties.NOBODY_S)
    return Difference(
        party_id=preview.party_id,
        bet_nr=bet_nr,
        result=LINK if preview.link else decision.result.value,
        held=decision.held,
        alone=situation.advoware is None,
        fields=() if situation.espocrm.gone else _rows(FieldView(situation, table), decision),
        new=decision.findings,
        still_open=decision.still_open,
        writes_espocrm=preview.write_back,
        calls=preview.calls,
    )


def _rows(view: FieldView, decision: Decision) -> tuple[FieldRow, ...]:
    return tuple(row(name, view, decision) for name in view.table.by_name if view.has(name))


def row(name: str, view: FieldView, decision: Decision) -> FieldRow:
    """One field of a decision, with the values it rests on."""
    situation = view.situation
    none_yet: dict[str, Value] = dict.fromkeys(view.table.by_name)
    known = {
        "espocrm": situation.espocrm.side.values,
        "advoware": situation.advoware.side.values if situation.advoware else none_yet,
        "base": view.base.values,
    }
    values = {side: of[name] for side, of in known.items() if name in of}
    written = "advoware" if name in decision.to_advoware else "espocrm" if name in decision.to_espocrm else ""
    made = FieldRow(field=name, **values, unknown=tuple(sorted(known.keys() - values.keys())), written=written)
    return made.but(because=_because(made, decision))


def _because(row: FieldRow, decision: Decision) -> str:
    if row.field in decision.verdicts:
        return decision.verdicts[row.field].because
    told = [finding.kind.value for finding in (*decision.findings, *decision.still_open) if finding.field == row.field]
    if told:
        return f"open: {', '.join(told)}"
    if row.written:
        return "new in Advoware"
    return "equal" if not row.differs else ""
