"""One situation decided twice, by the rules in force and by those that are tried: where the two come apart."""

from collections.abc import Iterable
from datetime import datetime

from beteiligte.decide.decision import Decision, decide
from beteiligte.decide.findings import HOLDING
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.frozen import Frozen
from beteiligte.record.value_kinds import Value
from starter.views import explaining, previews
from starter.what_if.proposal import Proposal


class FieldOutcome(Frozen):
    """What becomes of a field."""

    written: str = ""
    """`advoware` or `espocrm`: where a sync writes."""
    value: Value = None
    """What it writes there."""
    because: str = ""
    asks: tuple[str, ...] = ()
    """Kinds of what people are told or asked about it."""


class DifferingField(Frozen):
    """A field that would be decided otherwise."""

    field: str
    espocrm: Value = None
    advoware: Value = None
    base: Value = None
    """What both sides were last known to hold."""
    unknown: tuple[str, ...] = ()
    """Of `espocrm`, `advoware`, `base`: those that no value is known of."""
    now: FieldOutcome
    then: FieldOutcome


class PartyOutcome(Frozen):
    """What becomes of the whole party."""

    result: str
    held: bool = False
    """Nothing but status and open questions is written."""
    why_held: tuple[str, ...] = ()
    """Kinds of findings."""


class DifferingParty(Frozen):
    """A party for which the tried settings come to something else."""

    party_id: str
    bet_nr: int | None = None
    decided: datetime | None = None
    """When the sync decided that is judged; None: it was read just now."""
    run_id: str = ""
    now: PartyOutcome
    then: PartyOutcome
    fields: tuple[DifferingField, ...] = ()
    """None: only what becomes of the party as a whole differs."""
    times: int = 1
    """So many of its decisions differ; the newest is shown."""


class Judged(Frozen):
    """A situation under both."""

    now: PartyOutcome
    then: PartyOutcome
    fields: tuple[DifferingField, ...] = ()
    as_decided: bool | None = None
    """Whether the rules in force come to what was decided; None: not asked."""

    @property
    def differs(self) -> bool:
        """Whether the tried settings come to something else."""
        return bool(self.fields) or self.now != self.then

    def of(self, situation: Situation, *, decided: datetime | None = None, run_id: str = "") -> DifferingParty:
        """With whose it is, and when it was decided."""
        return DifferingParty(
            party_id=situation.espocrm.party_id,
            bet_nr=situation.bet_nr or situation.last_bet_nr,
            decided=decided,
            run_id=run_id,
            now=self.now,
            then=self.then,
            fields=self.fields,
        )


def judge(situation: Situation, proposal: Proposal, decided: Decision | None = None) -> Judged:
    """Decide twice, of what both tables know. `decided`: what was made of it, when it was."""
    known, tried = proposal.as_read.known(situation), proposal.as_read.of(situation)
    before, after = FieldView(known, proposal.now.table), FieldView(tried, proposal.then.table)
    now, then = decide(known, proposal.now), decide(tried, proposal.then)
    names = dict.fromkeys(row.name for row in (*proposal.now.table.rows, *proposal.then.table.rows))
    apart = [name for name in names if explaining.gist(name, now) != explaining.gist(name, then)]
    return Judged(
        now=_of_party(now),
        then=_of_party(then),
        fields=() if situation.espocrm.gone else tuple(_field(name, before, now, after, then) for name in apart),
        as_decided=None if decided is None else _same(names, decided, decide(situation, proposal.now)),
    )


def _same(names: Iterable[str], one: Decision, other: Decision) -> bool:
    """Whether they come to the same; in words it may be put otherwise by now."""
    fields = all(explaining.gist(name, one) == explaining.gist(name, other) for name in names)
    return fields and _of_party(one) == _of_party(other)


def _of_party(decision: Decision) -> PartyOutcome:
    kinds = {f.kind.value for f in (*decision.findings, *decision.still_open) if f.kind in HOLDING}
    return PartyOutcome(
        result=decision.result.value, held=decision.held, why_held=tuple(sorted(kinds)) if decision.held else ()
    )


def _field(name: str, before: FieldView, now: Decision, after: FieldView, then: Decision) -> DifferingField:
    row = previews.row(name, before, now)
    return DifferingField(
        field=name,
        espocrm=row.espocrm,
        advoware=row.advoware,
        base=row.base,
        unknown=row.unknown,
        now=_outcome(name, before, now),
        then=_outcome(name, after, then),
    )


def _outcome(name: str, view: FieldView, decision: Decision) -> FieldOutcome:
    row = previews.row(name, view, decision)
    written = {**decision.to_advoware} if row.written == "advoware" else {**decision.to_espocrm}
    kinds = (f.kind.value for f in (*decision.findings, *decision.still_open) if f.field == name)
    because = row.because if name in {one.name for one in view.table.rows} else "not compared"
    return FieldOutcome(written=row.written, value=written.get(name), because=because, asks=tuple(dict.fromkeys(kinds)))
