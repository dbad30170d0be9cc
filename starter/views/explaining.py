"""Why a field held the value it held on a day: what a sync compared, decided and wrote, and what today's rules say.

What was decided then stands in the history and is told as it stands there. It is decided once more, by the sync's own
`decide`, only to tell whether the settings of today would come to something else.
"""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from temporalio.client import Client

from beteiligte.decide.decision import Action, Decision, decide
from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import HOLDING, Finding, FindingKind
from beteiligte.decide.policy import Policy, Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.frozen import Frozen
from beteiligte.record.field_table import FieldTable
from beteiligte.record.snapshots import Side
from starter.views import previews
from starter.views.histories import MessageSent, SyncSeen, newest_first, shown
from starter.views.previews import FieldRow
from starter.views.recorded.changes import FieldChange
from starter.views.recorded.syncs import RecordedComparison, RecordedSync

LOOKED_BACK = 300
"""Syncs looked back for the one that wrote a field last."""


class Rule(StrEnum):
    """By what it was decided what becomes of a field."""

    NOT_COMPARED = "not_compared"
    """The sync failed, or was cut off, before anything was decided."""
    GONE = "gone"
    """EspoCRM had the record no more."""
    EXCLUDED = "excluded"
    HELD = "held"
    """The whole party waits for a person."""
    BLOCKED = "blocked"
    """Told before, as the same values stood there: neither tried nor told again."""
    NOT_WRITABLE = "not_writable"
    """Advoware does not store it."""
    NOT_READ = "not_read"
    """A side did not show it, or showed what has no counterpart."""
    NOT_HAD = "not_had"
    """Such a party does not have the field."""
    COMPARED = "compared"
    """The two values and the base; `because` says how."""
    CREATED = "created"
    EQUAL = "equal"


class Today(Frozen):
    """What the settings of today would make of the same."""

    same: bool | None = None
    """None: not known; `why_unknown` says why."""
    why_unknown: str = ""
    because: str = ""
    written: str = ""
    """`advoware`, `espocrm` or neither."""
    policy: Policy | None = None
    """Of the field's group, as set here."""
    group: str = ""


class LastWritten(Frozen):
    """The sync before that brought the field to what it was."""

    began: datetime
    run_id: str
    fields: tuple[FieldChange, ...]


class Explanation(Frozen):
    """The JSON document."""

    party_id: str
    field: str
    sync: SyncSeen
    rule: Rule
    basis: Basis | None = None
    """By what a conflict was settled."""
    values: FieldRow | None = None
    """None: nothing was compared."""
    espocrm_read: datetime | None = None
    advoware_read: datetime | None = None
    why_not_read: str = ""
    findings: tuple[Finding, ...] = ()
    """About the field, or what holds the whole party."""
    changes: tuple[FieldChange, ...] = ()
    """Of this field alone."""
    told: tuple[MessageSent, ...] = ()
    """Messages that told of these findings."""
    today: Today = Today()
    last_written: LastWritten | None = None
    """Where this sync did not write it."""
    looked_back_to: datetime | None = None
    """So far back nothing else was found that wrote it."""


class ExplainedSync(Frozen):
    """The JSON document where no field was named."""

    party_id: str
    sync: SyncSeen
    fields: tuple[Explanation, ...]


class NothingThen(Exception):
    """No sync that is kept began so early; `oldest` did first."""

    def __init__(self, oldest: datetime | None) -> None:
        """Say which is the oldest."""
        super().__init__("no sync that is kept began so early")
        self.oldest = oldest


@dataclass(frozen=True)
class SyncBefore:
    """Which sync is asked about, and by what it is read."""

    client: Client
    party_id: str
    until: datetime | None
    """The newest one that had begun by then; None: the newest."""
    table: FieldTable
    rules: Rules | None
    """Of today; None: not known here."""

    def newest_first(self) -> AsyncIterator[RecordedSync]:
        """It, and those before it."""
        return newest_first(self.client, self.party_id, until=self.until)


async def every_field(about: SyncBefore) -> ExplainedSync:
    """What it made of each field of today's table. Raises NothingThen, UnknownParty, RPCError, Unreadable."""
    async for sync in about.newest_first():
        fields = tuple(of_sync(sync, about.party_id, name, about.table, about.rules) for name in about.table.by_name)
        return ExplainedSync(party_id=about.party_id, sync=shown(sync), fields=fields)
    raise NothingThen(await _oldest(about.client, about.party_id))


async def explain(about: SyncBefore, field: str) -> Explanation:
    """What it made of one field, and who wrote it last. Raises NothingThen, UnknownParty, RPCError, Unreadable."""
    told: Explanation | None = None
    looked_at, oldest = 0, None
    async for sync in about.newest_first():
        looked_at, oldest = looked_at + 1, sync.began
        if told is None:
            told = of_sync(sync, about.party_id, field, about.table, about.rules)
            if told.changes:
                return told
        elif written := [change for change in shown(sync).fields if change.field == field]:
            last = LastWritten(began=sync.began, run_id=sync.run_id, fields=tuple(written))
            return told.but(last_written=last, looked_back_to=oldest)
        if looked_at == LOOKED_BACK:
            break
    if told is None:
        raise NothingThen(await _oldest(about.client, about.party_id))
    return told.but(looked_back_to=oldest)


async def _oldest(client: Client, party_id: str) -> datetime | None:
    began = [sync.began async for sync in newest_first(client, party_id)]
    return min(began, default=None)


def of_sync(sync: RecordedSync, party_id: str, field: str, table: FieldTable, rules: Rules | None) -> Explanation:
    """What one sync made of a field."""
    seen = shown(sync)
    compared = _deciding(sync, field)
    if compared is None:
        return Explanation(party_id=party_id, field=field, sync=seen, rule=Rule.NOT_COMPARED)
    findings = _about(field, compared)
    situation = compared.situation
    there = situation.advoware if situation else None
    verdict = compared.decision.verdicts.get(field)
    return Explanation(
        party_id=party_id,
        field=field,
        sync=seen,
        rule=_rule(field, compared, table),
        basis=verdict.basis if verdict else None,
        values=_values(field, compared, table),
        espocrm_read=situation.espocrm.read_at if situation else None,
        advoware_read=there.read_at if there else None,
        why_not_read=_why_not_read(field, situation),
        findings=findings,
        changes=tuple(change for change in seen.fields if change.field == field),
        told=tuple(m for m in seen.told if _tells(m, findings)),
        today=today(field, compared, rules),
    )


def _deciding(sync: RecordedSync, field: str) -> RecordedComparison | None:
    """The decision by which the field was written; where none was, the last one."""
    writes = (c for c in sync.acting if field in {*c.decision.to_advoware, *c.decision.to_espocrm})
    return next(writes, None) or (sync.comparisons[-1] if sync.comparisons else None)


def _about(field: str, compared: RecordedComparison) -> tuple[Finding, ...]:
    found = dict.fromkeys((*compared.new, *compared.decision.still_open))
    return tuple(f for f in found if f.field == field or f.kind in HOLDING or field in f.fields)


def _tells(message: MessageSent, findings: Collection[Finding]) -> bool:
    """Long values are cut in a message."""
    about = {(finding.kind, finding.field) for finding in findings}
    return any((finding.kind, finding.field) in about for finding in message.findings)


def _rule(field: str, compared: RecordedComparison, table: FieldTable) -> Rule:
    decision, situation = compared.decision, compared.situation
    if situation is not None and situation.espocrm.gone:
        return Rule.GONE
    if situation is not None and situation.espocrm.excluded:
        return Rule.EXCLUDED
    if decision.held:
        return Rule.HELD
    kinds = {finding.kind for finding in (*decision.findings, *decision.still_open) if finding.field == field}
    if FindingKind.NOT_WRITABLE in kinds:
        return Rule.NOT_WRITABLE
    if kinds & {FindingKind.NOT_TAKEN, FindingKind.REFUSED}:
        return Rule.BLOCKED
    if field in decision.verdicts:
        return Rule.COMPARED
    if decision.action is Action.CREATE:
        return Rule.CREATED
    return _not_decided(field, situation, table)


def _not_decided(field: str, situation: Situation | None, table: FieldTable) -> Rule:
    if situation is not None and field in table.by_name and not FieldView(situation, table).has(field):
        return Rule.NOT_HAD
    return Rule.NOT_READ if _why_not_read(field, situation) else Rule.EQUAL


def _why_not_read(field: str, situation: Situation | None) -> str:
    """Which side does not show it, and what is odd about it."""
    sides: dict[str, Side | None] = {"EspoCRM": situation.espocrm.side if situation else None}
    sides["Advoware"] = situation.advoware.side if situation and situation.advoware else None
    said = [f"{name}: {why}" for name, side in sides.items() if side is not None and (why := _odd(field, side))]
    return "; ".join(said)


def _odd(field: str, side: Side) -> str:
    if field in side.unreadable:
        return "its answer does not hold the attribute"
    return side.unmappable.get(field, "")


def _values(field: str, compared: RecordedComparison, table: FieldTable) -> FieldRow | None:
    """None of a record that was gone."""
    situation = compared.situation
    if situation is None or situation.espocrm.gone:
        return None
    return previews.row(field, FieldView(situation, table), compared.decision)


# ---------------------------------------------------------------- the settings of today


def today(field: str, compared: RecordedComparison, rules: Rules | None) -> Today:
    """The same once more, by the rules that are set here."""
    if rules is None:
        return Today(why_unknown="the settings of Advoware are not set here")
    if field not in rules.table.by_name:
        return Today(why_unknown="the field is none of today's table (SYNC_FIELDS_FILE)")
    policy, group = rules.policy(field), rules.table.by_name[field].group.value
    if compared.situation is None or not compared.exact:
        why = "the history does not hold all that was compared"
        return Today(why_unknown=why, policy=policy, group=group)
    decision = decide(compared.situation, rules)
    row = previews.row(field, FieldView(compared.situation, rules.table), decision)
    return Today(
        same=gist(field, decision) == gist(field, compared.decision),
        because=row.because,
        written=row.written,
        policy=policy,
        group=group,
    )


def gist(field: str, decision: Decision) -> tuple[object, ...]:
    """What a decision comes to for one field; in words it may be put otherwise by now."""
    verdict = decision.verdicts.get(field)
    asked = {f.kind for f in (*decision.findings, *decision.still_open) if f.field == field or f.kind in HOLDING}
    return (
        decision.held,
        verdict and (verdict.source, verdict.conflict, verdict.basis),
        field in decision.to_advoware and (decision.to_advoware[field],),
        field in decision.to_espocrm and (decision.to_espocrm[field],),
        asked,
    )
