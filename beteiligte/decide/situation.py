"""All that a decision needs to know of a party, and what follows from it whatever the table of fields is.

Pure: two snapshots, what landed meanwhile, what people chose. As a table reads it: view.py; what is made of it:
decision.py.
"""

from pydantic import Field

from beteiligte.decide import base as bases
from beteiligte.decide import word
from beteiligte.decide.base import BaseHead
from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import Finding, FindingKind, Partner
from beteiligte.decide.owed import Owed
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot


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
    owed: Owed = Field(Owed(), exclude_if=lambda owed: not owed.open)
    """What landed in Advoware, or may have, and EspoCRM does not know yet."""
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
    """A person said so after an unanswered create, by a command; in the record: `allows_create`."""
    choices: tuple[Choice, ...] = ()
    """What people chose for single fields, at most one for each."""

    @property
    def bet_nr(self) -> int | None:
        """The party's betNr: what landed counts before EspoCRM knows it."""
        return self.owed.bet_nr or self.espocrm.bet_nr

    @property
    def word(self) -> str:
        """What a person chose in the record and waits for; empty: nothing."""
        return word.heeded(self.espocrm, self.stored_head)

    @property
    def allows_create(self) -> bool:
        """Whether a person said, by a command or in the record, that Advoware does not have the party."""
        return self.create_anyway or word.says_create(self.espocrm, self.stored_head, self.owed)

    @property
    def before(self) -> int | None:
        """The betNr that the record had before, where it has another now or gets one on a person's word."""
        number = self.stored_head.bet_nr or self.espocrm.known_bet_nr
        moves = self.bet_nr is not None or self.allows_create
        return number if moves and number != self.bet_nr else None

    def stopped_by_lock(self, *, writes: bool) -> bool:
        """Whether EspoCRM's lock on the record stops a sync that would write.

        Nothing is written on either side then: what landed in Advoware could not be noted in EspoCRM.
        """
        return self.espocrm.locked and (writes or self.owed.open)

    @property
    def stored_head(self) -> BaseHead:
        """What the base in EspoCRM says beside the values of fields."""
        return bases.head(self.espocrm.base_text, self.espocrm.party_id)

    @property
    def record(self) -> str:
        """A hash of EspoCRM's record as it was read; of one without a betNr that is also what is compared."""
        return bases.fingerprint(self.espocrm.bet_nr, self.espocrm.side.values)

    @property
    def asked(self) -> bool:
        """Whether a person was asked who the party is."""
        return self.stored_head.has_open(FindingKind.SEVERAL_MATCH)

    @property
    def rivals(self) -> tuple[str, ...]:
        """Ids of records that waited with this one to be told which party is whose."""
        return tuple(rival for item in self.stored_head.open for rival in item.rivals)

    def shows(self, finding: Finding) -> bool:
        """Whether the value that was to be overwritten still stands."""
        there = self.advoware.side.values if self.advoware else {}
        sides = {System.ESPOCRM: self.espocrm.side.values, System.ADVOWARE: there}
        held = {System.ESPOCRM: finding.espocrm, System.ADVOWARE: finding.advoware}
        losers = [system for system, value in held.items() if value != finding.kept]
        return all(sides[system].get(finding.field) == held[system] for system in losers)
