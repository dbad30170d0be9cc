"""What outlives a sync: what landed and is not yet written back, what people chose, what they are still to be told."""

from dataclasses import dataclass, field

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.choice import Choice
    from beteiligte.decision import Decision, Pending, Situation
    from beteiligte.faults import System
    from beteiligte.findings import OVERWRITING, Finding
    from workflows.contracts import Message


@dataclass
class Ledger:
    """Of one run; what a successor needs of it stands in `Carried`."""

    pending: Pending | None = None
    untold: list[Message] = field(default_factory=list)
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
    create_left: bool = False
    """A create whose record was deleted before its outcome was written: who restores that must not create again."""
    assigned_user_id: str | None = None
    bet_nr: int | None = None

    def tell(self, findings: tuple[Finding, ...], *, on_record: bool = True) -> None:
        """Have people told, after what was written."""
        once = tuple(dict.fromkeys(findings))
        self.overwritten = tuple(found for found in once if found.matter in OVERWRITING) or self.overwritten
        if once:
            message = Message(
                findings=once, assigned_user_id=self.assigned_user_id, bet_nr=self.bet_nr, on_record=on_record
            )
            self.untold.append(message)

    def heard(self, choices: tuple[Choice, ...]) -> None:
        """These are answered; what a person chose for the same fields meanwhile is not."""
        self.choices = {name: choice for name, choice in self.choices.items() if choice not in choices}

    # ------------------------------------------------------------------ writes that were given up

    def doubt(self, findings: tuple[Finding, ...]) -> None:
        """A write was given up. Where it landed nevertheless the next comparison finds both sides equal."""
        known = {*self.doubtful, *(self.pending.findings if self.pending else ())}
        new = tuple(found for found in findings if found.matter in OVERWRITING and found not in known)
        if new and workflow.patched("doubtful-writes"):
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
