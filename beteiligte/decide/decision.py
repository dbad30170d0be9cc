"""Decides, field by field, which side's value both sides should have.

Pure: two snapshots, a base and the rules in, a Decision out. Read `decide` (the whole party), `_fields` and `judge`
(one field). Who wins a conflict: policy.py, by what: evidence.py, on a person's word: choice.py. Parties without a
base: first_sync.py. What is told and asked about fields: questions.py. What holds a whole party back: holds.py. What
both sides hold afterwards and what is written about it: settlement.py.
Held by tests/domain/test_decision.py: every combination of three values.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from beteiligte.decide import base as bases
from beteiligte.decide import first_sync, holds, questions
from beteiligte.decide.base import Base
from beteiligte.decide.choice import Choice, Refusal, carry_out
from beteiligte.decide.evidence import Basis, Resolution, newest, set_back
from beteiligte.decide.findings import ASKED, SETTLED, Finding, FindingKind, Partner
from beteiligte.decide.policy import Rules
from beteiligte.decide.verdict import Source, Verdict
from beteiligte.frozen import Frozen
from beteiligte.record.fields import BY_NAME, FIELDS, NAME, Form
from beteiligte.record.forms import form_by_legal_form
from beteiligte.record.kinds import Value
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.status import Result


class Pending(Frozen):
    """What landed in Advoware and is not yet written to EspoCRM; the workflow carries it until it is."""

    bet_nr: int | None = None
    row_id: str | None = None
    agreed: dict[str, Value] = {}
    """Values that both sides were known to hold when it landed: the base of these fields has moved."""
    findings: tuple[Finding, ...] = ()
    """Told when the write-back has landed: status first, then the message."""
    unanswered_create: bool = False
    """A POST may have created a party; EspoCRM does not yet know that this is open."""
    sent: str = ""
    """A hash of the record that it was made of; none where that is not known."""
    plan: str = ""
    """The fingerprint of the decision whose write landed, or may have: what is written back then was done for it."""
    several: str = ""
    """What a look-up found where it is not certain: several parties, or another record that the only one suits."""
    names: tuple[tuple[str, str], ...] = ()
    """What these records are called, by id."""
    asked: str = ""
    """Of `several`: a hash of what was searched with; none after an unanswered create, of which only a person knows
    what it came to."""


class LostLink(Frozen):
    """A betNr of a record that EspoCRM has no more."""

    bet_nr: int | None
    partner: Partner = Partner.KNOWN
    others: tuple[str, ...] = ()
    """Ids of living EspoCRM records that hold it."""


class Situation(Frozen):
    """All that a decision needs."""

    espocrm: EspoSnapshot
    advoware: AdvowareSnapshot | None = None
    pending: Pending | None = None
    others: tuple[str, ...] = ()
    """Ids of other EspoCRM records that hold the same betNr."""
    last_bet_nr: int | None = None
    """Of the party's last run; for a record that can no longer be read."""
    lost: tuple[LostLink, ...] = ()
    """All that is known of the links of such a record; none: no sync ever linked it, nor began to."""
    left: int | None = None
    """The betNr that the record had before: Advoware still has it, and no EspoCRM record holds it."""
    delete_told: bool = False
    """An earlier run told people that EspoCRM has the record no more."""
    create_anyway: bool = False
    """A person said so after an unanswered create."""
    choices: tuple[Choice, ...] = ()
    """What people chose for single fields, at most one for each."""

    @property
    def bet_nr(self) -> int | None:
        """The party's betNr: what landed counts before EspoCRM knows it."""
        landed = self.pending.bet_nr if self.pending else None
        return landed or self.espocrm.bet_nr

    @property
    def before(self) -> int | None:
        """The betNr that the record had before, where it has another now or gets one on a person's word."""
        number = self.written().bet_nr or self.espocrm.known_bet_nr
        moves = self.bet_nr is not None or self.create_anyway
        return number if moves and number != self.bet_nr else None

    def written(self) -> Base:
        """The base as it stands in EspoCRM."""
        return bases.parse(self.espocrm.base_text, self.espocrm.party_id)

    def base(self) -> Base:
        """The base in force: of the fields that such a party has.

        What a person's first name was is no base for the one of a company's contact.
        """
        base = self.moved()
        return base.model_copy(update={"values": self._own(base.values)})

    def moved(self) -> Base:
        """The base as it stands in EspoCRM, moved by what landed meanwhile."""
        written = self.written().for_party(self.bet_nr)
        if self.pending is None:
            return written
        return written.model_copy(update={"bet_nr": self.bet_nr, "values": {**written.values, **self.pending.agreed}})

    def record(self) -> str:
        """A hash of EspoCRM's record as it is compared."""
        return bases.fingerprint(self.espocrm.bet_nr, self.at_espocrm())

    @property
    def asked(self) -> bool:
        """Whether a person was asked who the party is."""
        return self.written().has_open(FindingKind.SEVERAL_MATCH)

    @property
    def rivals(self) -> tuple[str, ...]:
        """Ids of records that waited with this one to be told which party is whose."""
        return tuple(rival for item in self.written().open for rival in item.rivals)

    def keys(self, match: Iterable[str]) -> str:
        """A hash of what the party is looked for by."""
        values = self.at_espocrm()
        compared = {name: values.get(name) for name in {NAME.name, *match}}
        return bases.fingerprint(None, {**compared, "form": self.form.value})

    @property
    def form(self) -> Form:
        """What the party is; an EspoCRM record without any name, and of which no base tells, takes Advoware's word."""
        espo = self.espocrm.side.values
        if self.advoware is None or espo.get("name") or espo.get("vorname") or self.written().was:
            return self.espocrm.form
        return form_by_legal_form(self.advoware.side.values) or Form.PERSON

    @property
    def turned(self) -> bool:
        """Whether it was another form when both sides last agreed, and another attribute holds its name since."""
        agreed, name = self.written().for_party(self.bet_nr), self.espocrm.side.values.get("name")
        return agreed.was not in (None, self.form) and name is not None and name != agreed.values.get("name")

    def has(self, name: str) -> bool:
        """Whether such a party has the field: what stands in its place on a side is somebody else's, or nobody's."""
        if self.form is self.espocrm.form:
            return name not in self.espocrm.side.absent
        return self.form in BY_NAME[name].forms

    def at_espocrm(self) -> dict[str, Value]:
        """EspoCRM's values as they are compared."""
        return self._own(self.espocrm.side.values)

    def _own(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: value for name, value in values.items() if self.has(name)}


class Action(StrEnum):
    """What Advoware needs."""

    NOTHING = "nothing"
    CREATE = "create"
    PUSH = "push"


class Decision(Frozen):
    """What a sync does; stands in the history and explains itself."""

    result: Result
    action: Action = Action.NOTHING
    to_advoware: dict[str, Value] = {}
    to_espocrm: dict[str, Value] = {}
    verdicts: dict[str, Verdict] = {}
    """Of the fields that are not simply equal."""
    findings: tuple[Finding, ...] = ()
    """New ones, to be told. `still_open` holds those that were told before."""
    still_open: tuple[Finding, ...] = ()
    held: bool = False
    """Nothing but status and open questions is written until a person acts."""
    declined: dict[str, Refusal] = {}
    """Choices that are not carried out, by field."""


def decide(situation: Situation, rules: Rules) -> Decision:
    """The decision of one sync."""
    decision = _decide(situation, rules)
    if decision.held or decision.action is Action.CREATE:
        declined = {choice.field: Refusal.NOT_COMPARED for choice in situation.choices}
        return decision.model_copy(update={"declined": declined})
    return decision


def _decide(situation: Situation, rules: Rules) -> Decision:
    base = situation.base()
    if situation.espocrm.gone:
        findings = holds.deleted_in_espocrm(situation)
        new, known = ((), findings) if situation.delete_told else (findings, ())
        return Decision(result=Result.DELETED, findings=new, still_open=known, held=True)
    if situation.espocrm.excluded:
        return Decision(result=Result.EXCLUDED, held=True)
    if hold := holds.of_link(situation, rules.match, look_up=rules.look_up):
        return _held(hold, base)
    if situation.bet_nr is None:
        return _create(situation, base, rules)
    return _compare(situation, base, rules)


def _held(finding: Finding, base: Base) -> Decision:
    result = Result.DELETED if finding.matter is FindingKind.DELETED_IN_ADVOWARE else Result.CONFLICT
    new, known = questions.sorted_out((finding,), base)
    return Decision(result=result, findings=new, still_open=known, held=True)


def _create(situation: Situation, base: Base, rules: Rules) -> Decision:
    filled = {name: value for name, value in situation.at_espocrm().items() if value is not None}
    findings = [
        Finding(matter=FindingKind.NOT_WRITABLE, field=name, espocrm=filled[name])
        for name in filled
        if name not in rules.writable
    ]
    new, known = questions.sorted_out(
        [*findings, *questions.unmappable(situation, base), *holds.moved(situation)], base
    )
    return Decision(
        result=Result.CREATE,
        action=Action.CREATE,
        to_advoware={name: value for name, value in filled.items() if name in rules.writable},
        findings=new,
        still_open=known,
    )


def _compare(situation: Situation, base: Base, rules: Rules) -> Decision:
    assert situation.advoware is not None, "a linked party is read on both sides before it is compared"
    espo, advo = situation.at_espocrm(), situation.advoware.side.values
    chosen, declined = carry_out(situation.choices, espo, advo, rules.writable)
    verdicts = {**_fields(situation, base, rules), **chosen}
    new, known = questions.sorted_out(
        [*questions.of_fields(verdicts, situation, base, rules), *holds.moved(situation)], base
    )
    waiting = {finding.field for finding in (*new, *known) if finding.matter not in SETTLED}
    acting = {name: verdict for name, verdict in verdicts.items() if name not in waiting}
    wanted = {n: v.value(espo[n], advo[n]) for n, v in acting.items() if v.take is not Source.NOTHING}
    to_advoware = {name: value for name, value in wanted.items() if value != advo[name]}
    to_espocrm = {name: value for name, value in wanted.items() if value != espo[name]}
    if doubt := holds.of_form(situation, to_espocrm):
        return _held(doubt, base)
    if guard := holds.of_emptying(situation, _unasked(to_advoware, chosen), _unasked(to_espocrm, chosen)):
        return _held(guard, base)
    conflict = any(verdict.conflict for verdict in acting.values())
    undecided = any(finding.matter in ASKED for finding in (*new, *known))
    return Decision(
        result=Result.CONFLICT if conflict or undecided else _direction(to_advoware, to_espocrm),
        action=Action.PUSH if to_advoware else Action.NOTHING,
        to_advoware=to_advoware,
        to_espocrm=to_espocrm,
        verdicts=verdicts,
        findings=new,
        still_open=known,
        declined=declined,
    )


def _unasked(values: Mapping[str, Value], chosen: Mapping[str, Verdict]) -> dict[str, Value]:
    """Without what a person chose: an emptiness on his word is no accident."""
    return {name: value for name, value in values.items() if name not in chosen}


def _fields(situation: Situation, base: Base, rules: Rules) -> dict[str, Verdict]:
    """Verdicts of the fields known on both sides and not simply equal."""
    assert situation.advoware is not None
    espo, advo = situation.at_espocrm(), situation.advoware.side.values
    evidence = first_sync.evidence(situation.espocrm, situation.advoware, rules)
    last = newest(situation.espocrm, situation.advoware)
    older = set_back(situation.written(), situation.advoware)
    verdicts: dict[str, Verdict] = {}
    for name in (field.name for field in FIELDS):
        if name not in espo or name not in advo or espo[name] == advo[name]:
            continue
        ruling = rules.ruling(name, last)
        if base.has_open(FindingKind.SET_BACK, name) or (older and base.values.get(name) != advo[name]):
            verdicts[name] = Verdict.of_conflict(
                Resolution(ground=Basis.SET_BACK), "an older record came back in Advoware"
            )
        elif ruling.ground is Basis.MANUAL and base.has_open(FindingKind.UNDECIDED, name):
            # Also where one side took its edit back: an answer to the question would look just like that.
            verdicts[name] = Verdict.of_conflict(ruling, "asked, and the sides do not agree yet")
        elif name in base.values:
            verdicts[name] = judge(base.values[name], espo[name], advo[name], ruling)
        else:
            verdicts[name] = first_sync.judge(espo[name], advo[name], evidence, ruling)
    return verdicts


def judge(base: Value, espocrm: Value, advoware: Value, ruling: Resolution) -> Verdict:
    """What one field with a base needs."""
    if espocrm == advoware:
        return Verdict(take=Source.NOTHING, because="both sides agree")
    match (espocrm != base, advoware != base):
        case (True, False):
            return Verdict(take=Source.ESPOCRM, because="edited in EspoCRM only")
        case (False, True):
            return Verdict(take=Source.ADVOWARE, because="edited in Advoware only")
        case _:
            return Verdict.of_conflict(ruling, "edited on both sides")


def _direction(to_advoware: Mapping[str, Value], to_espocrm: Mapping[str, Value]) -> Result:
    if to_advoware and to_espocrm:
        return Result.MERGE
    if to_advoware:
        return Result.ESPOCRM_NEWER
    return Result.ADVOWARE_NEWER if to_espocrm else Result.NO_CHANGE
