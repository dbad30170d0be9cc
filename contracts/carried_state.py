"""What a run of a party remembers, and hands to its successor: this is the run's state, no second list of it exists.

What was asked (inbox), what EspoCRM is still to be told (owed), what people are (outbox), which writes are in doubt,
and what was settled last. Held by tests/contracts/test_memory.py.
"""

from pydantic import BaseModel, Field

from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import OVERWRITING, Finding
from beteiligte.decide.owed import Owed
from beteiligte.decide.situation import Situation
from beteiligte.record.snapshots import EspoSnapshot
from contracts.fault_report import FaultReport
from contracts.inbox import Inbox
from contracts.telling import TellOrder


class Memory(BaseModel):
    """Of one party's run. Changed by its methods, and by whoever answers what waits in it."""

    party_id: str
    inbox: Inbox = Field(default_factory=Inbox)
    owed: Owed = Owed()
    outbox: list[TellOrder] = []
    """Messages that have not got through."""
    in_doubt: tuple[Finding, ...] = ()
    """What a write would have settled that was given up before its outcome was known."""
    overwritten: tuple[Finding, ...] = ()
    """What was settled last, with the values that lost."""
    assigned: tuple[str, ...] = ()
    called: str = ""
    """The party's name, by which people know whom a message is about."""
    bet_nr: int | None = None
    left_by: FaultReport | None = None
    """Why it could not be looked up what became of a create, which is a question to people now."""

    def read(self, espocrm: EspoSnapshot) -> None:
        """Whom it is about, and who is told; of a record that is gone, what was read last."""
        self.assigned = espocrm.assigned or self.assigned
        self.called = espocrm.called or self.called
        self.bet_nr = espocrm.bet_nr or self.bet_nr

    def tell(self, findings: tuple[Finding, ...], *, on_record: bool = True) -> None:
        """Have people told, after what was written."""
        once = tuple(dict.fromkeys(findings))
        self.overwritten = tuple(found for found in once if found.kind in OVERWRITING) or self.overwritten
        if once:
            message = TellOrder(
                party_id=self.party_id,
                findings=tuple(found.shortened() for found in once),
                assigned=self.assigned,
                called=self.called,
                bet_nr=self.bet_nr,
                on_record=on_record,
            )
            self.outbox.append(message)

    # ------------------------------------------------------------------ what EspoCRM is still to be told

    def written_back(self, findings: tuple[Finding, ...]) -> None:
        """EspoCRM knows; people are told of it, and of what landed before."""
        told = (*self.owed.findings, *findings)
        self.owed = self.owed.written_back() if self.owed.open else self.owed
        self.tell(told)

    def exclude(self) -> tuple[Finding, ...]:
        """Have people told of what landed and of doubts: EspoCRM is not written, so no later sync could tell it."""
        told = (*self.owed.unrecorded, *self.in_doubt) if self.owed.open else self.in_doubt
        self.owed = self.owed.excluded() if self.owed.open else self.owed
        self.tell(told)
        self.in_doubt = ()
        return told

    def delete(self, *, create_begun: bool) -> tuple[Finding, ...]:
        """EspoCRM has no such record; what is still to be told of what landed there, or may have."""
        landed = self.owed.findings if self.owed.open else ()
        self.owed = self.owed.deleted(create_begun=create_begun) if self.owed.open else self.owed
        return (*landed, *self.in_doubt)

    def unpark(self) -> None:
        """The record is looked at again: what was parked is written back after all."""
        self.owed = self.owed.in_force

    @property
    def landed_now(self) -> Owed:
        """What is written back by this sync; nothing while it is parked."""
        return self.owed if self.owed.open else Owed()

    # ------------------------------------------------------------------ writes that were given up

    def doubt(self, findings: tuple[Finding, ...]) -> None:
        """A write was given up. Where it landed nevertheless the next comparison finds both sides equal."""
        known = {*self.in_doubt, *self.owed.findings}
        self.in_doubt += tuple(found for found in findings if found.kind in OVERWRITING and found not in known)

    def settle_doubts(self, situation: Situation, decision: Decision) -> None:
        """Have people told of a value that is gone; one that still stands is found anew."""
        self.tell(tuple(f for f in self.in_doubt if f not in decision.findings and not situation.shows(f)))
        self.in_doubt = ()

    def tell_doubts(self) -> None:
        """No comparison follows in this run: told twice is better than never."""
        self.tell(self.in_doubt)
        self.in_doubt = ()
