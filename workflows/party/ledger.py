"""What outlives a sync: what landed and is not yet written back, what people chose, what they are still to be told."""

from dataclasses import dataclass, field

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.decide.choice import Choice
    from beteiligte.decide.decision import Decision
    from beteiligte.decide.findings import OVERWRITING, Finding
    from beteiligte.decide.owed import Owed
    from beteiligte.decide.situation import Situation
    from beteiligte.faults import System
    from contracts.faults import FaultReport
    from contracts.telling import TellOrder


@dataclass
class Ledger:
    """Of one run; what a successor needs of it stands in `Carried`."""

    party_id: str
    owed: Owed = field(default_factory=Owed)
    untold: list[TellOrder] = field(default_factory=list)
    create_anyway: bool = False
    permit: str = ""
    """What allows one more create after one that was left open: a person's word, or a search in vain."""
    link: int | None = None
    choices: dict[str, Choice] = field(default_factory=dict)
    """By field; each until a sync has carried it out or declined it."""
    overwritten: tuple[Finding, ...] = ()
    """What was settled last, with the values that lost."""
    doubtful: tuple[Finding, ...] = ()
    """What a write would have settled that was given up before its outcome was known."""
    assigned: tuple[str, ...] = ()
    called: str = ""
    """The party's name, by which people know whom a message is about."""
    bet_nr: int | None = None
    left_by: FaultReport | None = None
    """Why it could not be looked up what became of a create, which is a question to people now."""

    def tell(self, findings: tuple[Finding, ...], *, on_record: bool = True) -> None:
        """Have people told, after what was written."""
        once = tuple(dict.fromkeys(findings))
        self.overwritten = tuple(found for found in once if found.kind in OVERWRITING) or self.overwritten
        if once:
            shown = tuple(found.shortened() for found in once)
            self.untold.append(
                TellOrder(
                    party_id=self.party_id,
                    findings=shown,
                    assigned=self.assigned,
                    called=self.called,
                    bet_nr=self.bet_nr,
                    on_record=on_record,
                )
            )

    def heard(self, choices: tuple[Choice, ...]) -> None:
        """These are answered; what a person chose for the same fields meanwhile is not."""
        self.choices = {name: choice for name, choice in self.choices.items() if choice not in choices}

    @property
    def owed_now(self) -> Owed:
        """What is to be written back now; nothing where it is parked."""
        return self.owed if self.owed.open else Owed()

    # ------------------------------------------------------------------ a record that is left out or deleted meanwhile

    def leave_out(self) -> tuple[Finding, ...]:
        """Have people told of what landed and of doubts: EspoCRM is not written, so no later sync could tell it."""
        told = (*self.owed.unrecorded, *self.doubtful) if self.owed.open else self.doubtful
        self.tell(told)
        self.doubtful = ()
        if self.owed.open:
            self.owed = self.owed.excluded()
        return told

    def deleted(self, *, creating: bool) -> tuple[Finding, ...]:
        """What landed is told now; of a create it is kept, since who restores the record must not create again."""
        owed = self.owed
        if not owed.open:
            return ()
        self.owed = owed.deleted(create_begun=creating)
        return owed.findings

    def take_in(self) -> None:
        """The record is synced: what was put aside is written back after all."""
        self.owed = self.owed.in_force

    # ------------------------------------------------------------------ writes that were given up

    def doubt(self, findings: tuple[Finding, ...]) -> None:
        """A write was given up. Where it landed nevertheless the next comparison finds both sides equal."""
        known = {*self.doubtful, *self.owed.findings}
        new = tuple(found for found in findings if found.kind in OVERWRITING and found not in known)
        self.doubtful += new

    def settle_doubts(self, situation: Situation, decision: Decision) -> None:
        """Have people told of a value that is gone; one that still stands is found anew."""
        self.tell(tuple(f for f in self.doubtful if f not in decision.findings and not _stands(f, situation)))
        self.doubtful = ()

    def tell_doubts(self) -> None:
        """No comparison follows in this run: told twice is better than never."""
        self.tell(self.doubtful)
        self.doubtful = ()


def _stands(finding: Finding, situation: Situation) -> bool:
    """Whether what would have been overwritten is still there."""
    there = situation.advoware.side.values if situation.advoware else {}
    sides = {System.ESPOCRM: situation.espocrm.side.values, System.ADVOWARE: there}
    held = {System.ESPOCRM: finding.espocrm, System.ADVOWARE: finding.advoware}
    losers = [system for system, value in held.items() if value != finding.kept]
    return all(sides[system].get(finding.field) == held[system] for system in losers)
