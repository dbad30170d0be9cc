"""What happened to a party: each sync of it that Temporal still keeps, from the histories of its runs."""

from collections.abc import AsyncIterator, Collection, Iterator
from datetime import datetime

from pydantic import Field
from temporalio.client import Client

from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import Finding
from beteiligte.frozen import Frozen
from beteiligte.request_reason import Reason
from contracts import activity_names as names
from contracts.fault_report import FaultReport
from contracts.inbox import SyncRequest
from contracts.telling import TellOrder, Told
from contracts.visibility import workflow_id
from contracts.writing import Linked
from starter.views import runs
from starter.views.parties import UnknownParty
from starter.views.recorded import changes, costs, reading
from starter.views.recorded.changes import FieldChange
from starter.views.recorded.record import RecordedStep, Requested, StepEnding
from starter.views.recorded.syncs import RecordedSync, syncs_of
from starter.views.runs import Run

RUNS = 500
"""Runs looked at, so that no question takes for ever: of a party that is synced each hour, those of three weeks."""
WAITS = "waits"
UNDER_WAY = "under way"


class AskedBy(Frozen):
    """A request that a sync answered."""

    reason: Reason
    at: datetime
    by: str = ""
    """Who, where a person gave a command."""
    choices: tuple[Choice, ...] = ()
    link: int | None = None
    """The betNr that he named."""
    create_anyway: bool = False
    """He had looked: Advoware does not have the party."""
    planned: bool = False
    """It was held to what a plan showed."""


class FailedAttempt(Frozen):
    """Of a step; of the attempts before its last one Temporal keeps the last failure alone."""

    step: str
    attempts: int
    """Made in all."""
    given_up: bool
    fault: FaultReport


class MessageSent(Frozen):
    """To people."""

    at: datetime | None = None
    """None: it has not got through yet."""
    users: int = 0
    on_record: bool = True
    findings: tuple[Finding, ...] = ()
    """What it told; long values are cut."""


class SyncSeen(Frozen):
    """One sync."""

    run_id: str
    began: datetime
    ended: datetime | None = None
    seconds: float | None = None
    """How long it took, its waits included."""
    reasons: tuple[Reason, ...] = ()
    """Why; none: what had landed in Advoware was not yet written to EspoCRM."""
    asked: tuple[AskedBy, ...] = ()
    declined: tuple[str, ...] = ()
    """Fields of which what was asked was not carried out: the question was answered already, or reads otherwise."""
    result: str
    """As `sync` shows it; UNDER_WAY, WAITS for one that nobody has begun, or how its run was ended before it."""
    status: str = ""
    """`syncStatus` afterwards."""
    bet_nr: int | None = None
    created: int | None = None
    """The betNr that Advoware gave it."""
    linked: int | None = None
    """The betNr that was entered in EspoCRM."""
    fields: tuple[FieldChange, ...] = ()
    held: bool = False
    """Nothing but status and open questions was written until a person acts."""
    new: tuple[Finding, ...] = ()
    """People were told, or would have been in observe mode."""
    still_open: tuple[Finding, ...] = ()
    """People were told before."""
    told: tuple[MessageSent, ...] = ()
    calls: dict[str, int] = {}
    """By system and operation; messages aside."""
    failed_attempts: tuple[FailedAttempt, ...] = ()
    failure: FaultReport | None = None
    observed: bool = False

    def touches(self, fields: Collection[str]) -> bool:
        """Whether it changed, told or was told anything of these fields; all of them: none is named."""
        about = {change.field for change in self.fields}
        about |= {finding.field for finding in (*self.new, *self.still_open)}
        about |= {choice.field for asked in self.asked for choice in asked.choices}
        return not fields or bool(about & {*fields})


class PartyHistory(Frozen):
    """The JSON document."""

    party_id: str
    bet_nr: int | None = None
    syncs: tuple[SyncSeen, ...] = Field((), description="The newest first.")
    more: bool = False
    """There are older ones."""


async def look(client: Client, party_id: str, limit: int, fields: Collection[str] = ()) -> PartyHistory:
    """The newest syncs of it, of these fields or of all. Raises UnknownParty, RPCError, Unreadable."""
    found: list[SyncSeen] = []
    async for sync in newest_first(client, party_id):
        seen = shown(sync)
        if seen.touches(fields):
            found.append(seen)
        if len(found) > limit:
            break
    found.sort(key=lambda seen: seen.began, reverse=True)  # a run that was reset repeats what the one before it did
    bet_nr = next((seen.bet_nr for seen in found if seen.bet_nr), None)
    return PartyHistory(party_id=party_id, bet_nr=bet_nr, syncs=tuple(found[:limit]), more=len(found) > limit)


async def newest_first(client: Client, party_id: str, *, until: datetime | None = None) -> AsyncIterator[RecordedSync]:
    """Its syncs, those that began later than `until` left out. Raises UnknownParty, RPCError, Unreadable."""
    known, seen = False, set[tuple[datetime, datetime]]()
    async for run in _runs(client, party_id):
        in_time = until is None or run.started <= until
        record = await reading.read(client, run) if in_time else None
        known |= not in_time or record is not None  # what visibility lists may be gone already
        for sync in reversed(await syncs_of(record)) if record else ():
            span = (sync.began, sync.end.at) if sync.end else None
            if (until is None or sync.began <= until) and span not in seen:
                yield sync
            if span is not None:
                seen.add(span)
    if not known:
        raise UnknownParty(
            f"no run of party {party_id} is kept: it was not synced within the time for which Temporal keeps closed "
            "runs (TEMPORAL_RETENTION), or the id is mistyped"
        )


async def _runs(client: Client, party_id: str) -> AsyncIterator[Run]:
    """The newest one first, which visibility may not list yet."""
    newest = await runs.current(client, party_id)
    if newest is not None:
        yield newest
    async for run in runs.listed(client, f"WorkflowId = '{workflow_id(party_id)}'", RUNS):
        if newest is None or run.run_id != newest.run_id:
            yield run


# ---------------------------------------------------------------- one sync


def shown(sync: RecordedSync) -> SyncSeen:
    """What is said of it."""
    end, last = sync.end, sync.comparisons[-1] if sync.comparisons else None
    outcome = end.outcome if end else None
    new = tuple(dict.fromkeys(finding for compared in sync.acting for finding in compared.new))
    return SyncSeen(
        run_id=sync.run_id,
        began=sync.began,
        ended=end.at if end else None,
        seconds=(end.at - sync.began).total_seconds() if end else None,
        reasons=sync.reasons,
        asked=tuple(_asked(asked) for asked in sync.asked),
        declined=tuple(sorted(last.decision.declined)) if last else (),
        result=end.decision if end else sync.cut_off or (UNDER_WAY if sync.steps else WAITS),
        status=end.status if end else "",
        bet_nr=(end.bet_nr if end else None) or (outcome.bet_nr if outcome else None),
        created=_created(sync),
        linked=_linked(sync),
        fields=changes.changes_of(sync),
        held=last.decision.held if last else False,
        new=new,
        still_open=last.decision.still_open if last else (),
        told=tuple(_told(step) for step in sync.told),
        calls=costs.calls(sync.steps),
        failed_attempts=tuple(_failed_attempts(sync)),
        failure=sync.fault,
        observed=sync.observed,
    )


def _asked(asked: Requested) -> AskedBy:
    request: SyncRequest = asked.request
    return AskedBy(
        reason=request.reason,
        at=request.at,
        by=request.by,
        choices=request.choices,
        link=request.link,
        create_anyway=request.create_anyway,
        planned=bool(request.planned),
    )


def _created(sync: RecordedSync) -> int | None:
    made = (c.answer for c in sync.comparisons if c.landed and c.landed.activity == names.ADVOWARE_CREATE)
    return next((answer.bet_nr for answer in made if answer), None)


def _linked(sync: RecordedSync) -> int | None:
    entered = (step.result for step in sync.steps if step.activity == names.ESPOCRM_LINK)
    return next((link.bet_nr for link in entered if isinstance(link, Linked)), None)


def _told(step: RecordedStep) -> MessageSent:
    order, answer = step.order, step.result
    known = isinstance(order, TellOrder)
    return MessageSent(
        at=step.ended if isinstance(answer, Told) else None,
        users=answer.users if isinstance(answer, Told) else 0,
        on_record=order.on_record if known else True,
        findings=order.findings if known else (),
    )


def _failed_attempts(sync: RecordedSync) -> Iterator[FailedAttempt]:
    """With the messages': what people were not told for hours is part of it."""
    for step in (*sync.steps, *sync.told):
        if step.failures:
            given_up = step.ending is StepEnding.FAILED and not step.local
            yield FailedAttempt(
                step=step.about or step.activity, attempts=step.attempts, given_up=given_up, fault=step.failures[-1]
            )
