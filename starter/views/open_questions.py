"""Every party that waits for a person: what for, both values, since when, and the commands that answer it.

By the results of the parties' newest runs that ended: a sync under way takes nobody's question away. Since when a
question is open its first telling says, in an earlier run where the newest only found it open still.
"""

from collections.abc import AsyncIterator, Callable, Collection, MutableMapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field
from temporalio.client import Client

from beteiligte.decide.findings import ASKED, HOLDING, Finding, FindingKind
from beteiligte.frozen import Frozen
from beteiligte.messages import Language, fault_text
from beteiligte.record.value_kinds import Value
from beteiligte.sync_status import PERSON_DECIDES, SyncStatus
from contracts import bounded
from contracts.fault_report import FaultReport
from contracts.party import SyncOutcome
from contracts.visibility import SYNC_STATUS, workflow_id
from starter.views import inspection, runs, undecided
from starter.views.runs import PARTIES, Run
from starter.views.undecided import Question

FOR_GOOD = f"ExecutionStatus = 'Failed' AND {SYNC_STATUS.name} = '{SyncStatus.PERMANENTLY_FAILED}'"
WAITING = f"({undecided.UNDECIDED}) OR ({PARTIES} AND {FOR_GOOD})"
KINDS = HOLDING | ASKED | {FindingKind.FAILED}
LOOKED_BACK = 30
"""Earlier runs of a party looked at: nobody asks again for one that waits, but a person and, at long intervals, a
night."""


class OpenQuestion(Question):
    """One thing that a person decides, with what both sides hold."""

    espocrm: Value = None
    advoware: Value = None
    since: datetime
    or_before: bool = False
    """No run is kept any more that first told of it."""
    finding: Finding = Field(exclude=True)
    """The same as the sync found it, for who words it otherwise."""
    fault: FaultReport | None = Field(None, exclude=True)
    """Of one that failed."""


class WaitingParty(Frozen):
    """A party with what is open about it."""

    party_id: str
    bet_nr: int | None = None
    status: str = ""
    since: datetime
    """Of its oldest question."""
    questions: tuple[OpenQuestion, ...]
    under_way: bool = False
    """A sync runs: it may be answered by now."""


class WaitingParties(Frozen):
    """The JSON document: some of them, the longest waiting first."""

    total: int
    """All that wait, of the kinds asked for."""
    kinds: dict[str, int] = {}
    """How many wait for what."""
    skipped: int = 0
    parties: tuple[WaitingParty, ...] = ()

    @property
    def more(self) -> int:
        """Those behind the ones shown."""
        return self.total - self.skipped - len(self.parties)


async def look(
    client: Client,
    kinds: Collection[FindingKind] = (),
    *,
    limit: int,
    skip: int = 0,
    done: Callable[[], None] = lambda: None,
) -> WaitingParties:
    """Ask Temporal alone; two questions for each party that waits. Raises RPCError, Unreadable."""
    waiting = await everybody(client, {}, kinds, done=done)
    about = [kind.value for party in waiting for kind in {question.kind for question in party.questions}]
    return WaitingParties(
        total=len(waiting),
        kinds={kind: about.count(kind) for kind in sorted({*about})},
        skipped=min(skip, len(waiting)),
        parties=tuple(waiting[skip : skip + limit]),
    )


async def everybody(
    client: Client,
    known: MutableMapping[str, WaitingParty],
    kinds: Collection[FindingKind] = (),
    *,
    done: Callable[[], None] = lambda: None,
) -> list[WaitingParty]:
    """All that wait, the longest first. Raises RPCError, Unreadable.

    `known`: by run what was read of it before, which never changes, since it has ended; afterwards of these runs alone.
    """
    newest = [found async for found in _newest(client)]
    before = dict(known)
    known.clear()

    async def one(found: tuple[Run, bool]) -> WaitingParty | None:
        run, under_way = found
        party = before.get(run.run_id) or await _waiting(client, run, kinds or KINDS)
        if party is not None:
            known[run.run_id] = party
        return party and party.but(under_way=under_way)

    waiting = [party for party in await bounded.each(newest, one, done=done) if party is not None]
    return sorted(waiting, key=lambda party: (party.since, party.party_id))


async def of_party(client: Client, party_id: str) -> WaitingParty | None:
    """What waits of one party; None: nothing does. Raises RPCError, Unreadable."""
    now = await runs.current(client, party_id)
    if now is None or not now.running:
        return await _waiting(client, now, KINDS) if now and _leaves_questions(now) else None
    async for run in runs.listed(client, _ended(party_id), 1):
        waiting = await _waiting(client, run, KINDS) if _leaves_questions(run) else None
        return waiting and waiting.but(under_way=True)
    return None


def _leaves_questions(run: Run) -> bool:
    """What WAITING asks of Temporal's list, which may be a moment behind."""
    undecided = run.state == "completed" and run.sync_status in PERSON_DECIDES
    return undecided or (run.state == "failed" and run.sync_status == SyncStatus.PERMANENTLY_FAILED)


async def _newest(client: Client) -> AsyncIterator[tuple[Run, bool]]:
    """The newest ended run of each party, where it left something to a person; and whether another one is open."""
    first: dict[str, Run] = {}
    async for run in runs.listed(client, WAITING, runs.LOOKED_AT):
        first.setdefault(run.party_id, run)

    async def is_newest(run: Run) -> tuple[Run, bool] | None:
        return await _if_newest(client, run)

    for found in await bounded.each(first.values(), is_newest):
        if found is not None:
            yield found


async def _if_newest(client: Client, run: Run) -> tuple[Run, bool] | None:
    """The run where it is the party's newest that ended, and whether another one is under way."""
    now = await runs.current(client, run.party_id)
    if now is None or now.run_id == run.run_id:
        return (run, False) if now else None
    return (run, True) if now.running and await _ended_last(client, run) else None


async def _ended_last(client: Client, run: Run) -> bool:
    return [found.run_id async for found in runs.listed(client, _ended(run.party_id), 1)] == [run.run_id]


def _ended(party_id: str) -> str:
    ended = "ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew'"
    return f"WorkflowId = '{workflow_id(party_id)}' AND {ended}"


async def _waiting(client: Client, run: Run, kinds: Collection[FindingKind]) -> WaitingParty | None:
    left = await _left_by(client, run)
    wanted = tuple(found for found in left.all if found.kind in kinds)
    if not wanted:
        return None
    since = await _since(client, run, left)
    questions = tuple(_question(found, run.party_id, since, left.fault) for found in wanted)
    return WaitingParty(
        party_id=run.party_id,
        bet_nr=run.bet_nr,
        status=run.sync_status or "",
        since=min(question.since for question in questions),
        questions=questions,
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """What one run left to a person."""

    new: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    fault: FaultReport | None = None
    ended: bool = True
    """It came to an outcome."""

    @property
    def all(self) -> tuple[Finding, ...]:
        """New, or asked before."""
        return tuple(found for found in (*self.new, *self.known) if found.kind in KINDS)


async def _left_by(client: Client, run: Run) -> _Left:
    """A failure has no first telling: it was new when the run before did not fail by it."""
    if run.state not in ("completed", "failed"):
        return _Left(ended=False)
    outcome, fault = await inspection.ending(client, run)
    if fault is not None:
        kept = Finding(kind=FindingKind.FAILED, field=fault.field, system=fault.system, reason=fault.code)
        return _Left(known=(kept,), fault=fault)
    return _Left(outcome.findings, outcome.still_open) if outcome else _Left(ended=False)


@dataclass(frozen=True, slots=True)
class _Since:
    at: datetime
    or_before: bool = False


async def _since(client: Client, run: Run, left: _Left) -> dict[str, _Since]:
    """Of each question of a run; earlier runs are asked only for those that were not new in it."""
    assert run.closed is not None, "it has ended"
    since = {_key(found): _Since(run.closed) for found in left.new}
    since |= {_key(found): _open_in(run, left) for found in left.known}
    looked_for = {_key(found) for found in left.known}
    if looked_for:
        async for earlier in _before(client, run):
            there = await _left_by(client, earlier)
            if not there.ended:
                continue
            told, known = {_key(found) for found in there.new}, {_key(found) for found in there.known}
            since |= {key: _Since(earlier.closed or earlier.started) for key in looked_for & told}
            since |= {key: _open_in(earlier, there) for key in looked_for & known}
            since |= {key: _Since(since[key].at) for key in looked_for - told - known}
            looked_for &= known - told
            if not looked_for:
                break
    return since


def _open_in(run: Run, left: _Left) -> _Since:
    """A failure by when it was met; of a question the run was only reminded."""
    return _Since(run.closed or run.started) if left.fault else _Since(run.started, or_before=True)


async def _before(client: Client, run: Run) -> AsyncIterator[Run]:
    """The runs of the party before this one, the newest first."""
    query = f"WorkflowId = '{workflow_id(run.party_id)}' AND StartTime < '{run.started.isoformat()}'"
    async for earlier in runs.listed(client, query, LOOKED_BACK):
        yield earlier


def _key(found: Finding) -> str:
    """Equal while the question is the same."""
    return f"{found.kind}.{found.field}.{found.reason if found.kind is FindingKind.FAILED else found.fingerprint()}"


def _question(found: Finding, party_id: str, since: dict[str, _Since], fault: FaultReport | None) -> OpenQuestion:
    when = since[_key(found)]
    known = {
        "espocrm": found.espocrm,
        "advoware": found.advoware,
        "since": when.at,
        "or_before": when.or_before,
        "finding": found,
        "fault": fault,
    }
    if fault is not None:
        text = f"{fault_text(fault.code, fault.system, Language.ENGLISH, own=True)} ({fault.code}: {fault.message})"
        answers = (f"beteiligte-sync sync {party_id}",)
        return OpenQuestion(kind=found.kind, field=found.field, text=text, answers=answers, **known)
    [asked] = undecided.questions(SyncOutcome(party_id=party_id, result="", findings=(found,)))
    return OpenQuestion(**asked.model_dump(), **known)
