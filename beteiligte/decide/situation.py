"""All that a decision needs to know of a party, and what follows from it alone.

Pure: two snapshots, what landed meanwhile, what people chose. What is made of it: decision.py.
"""

from collections.abc import Iterable, Mapping

from pydantic import Field

from beteiligte.decide import base as bases
from beteiligte.decide.base import Base
from beteiligte.decide.choice import Choice
from beteiligte.decide.findings import FindingKind, Partner
from beteiligte.decide.owed import Owed
from beteiligte.frozen import Frozen
from beteiligte.record.fields import PARTY_TABLE
from beteiligte.record.forms import form_by_legal_form
from beteiligte.record.kinds import Value
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.record.table import Form


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
    """A person said so after an unanswered create."""
    choices: tuple[Choice, ...] = ()
    """What people chose for single fields, at most one for each."""

    @property
    def bet_nr(self) -> int | None:
        """The party's betNr: what landed counts before EspoCRM knows it."""
        return self.owed.bet_nr or self.espocrm.bet_nr

    @property
    def before(self) -> int | None:
        """The betNr that the record had before, where it has another now or gets one on a person's word."""
        number = self.written().bet_nr or self.espocrm.known_bet_nr
        moves = self.bet_nr is not None or self.create_anyway
        return number if moves and number != self.bet_nr else None

    def stopped_by_lock(self, *, writes: bool) -> bool:
        """Whether EspoCRM's lock on the record stops a sync that would write.

        Nothing is written on either side then: what landed in Advoware could not be noted in EspoCRM.
        """
        return self.espocrm.locked and (writes or self.owed.open)

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
        if not self.owed.open:
            return written
        return written.model_copy(update={"bet_nr": self.bet_nr, "values": {**written.values, **self.owed.agreed}})

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
        compared = {name: values.get(name) for name in {PARTY_TABLE.name, *match}}
        return bases.fingerprint(None, {**compared, "form": self.form.value})

    @property
    def form(self) -> Form:
        """What the party is; an EspoCRM record without any name, and of which no base tells, takes Advoware's word."""
        espo = self.espocrm.side.values
        if self.advoware is None or espo.get("name") or espo.get("vorname") or self.written().was:
            return self.espocrm.form
        return form_by_legal_form(self.advoware.side.values, PARTY_TABLE) or Form.PERSON

    @property
    def turned(self) -> bool:
        """Whether it was another form when both sides last agreed, and another attribute holds its name since."""
        agreed, name = self.written().for_party(self.bet_nr), self.espocrm.side.values.get("name")
        return agreed.was not in (None, self.form) and name is not None and name != agreed.values.get("name")

    def has(self, name: str) -> bool:
        """Whether such a party has the field: what stands in its place on a side is somebody else's, or nobody's."""
        if self.form is self.espocrm.form:
            return name not in self.espocrm.side.absent
        return self.form in PARTY_TABLE.by_name[name].forms

    def at_espocrm(self) -> dict[str, Value]:
        """EspoCRM's values as they are compared."""
        return self._own(self.espocrm.side.values)

    def _own(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {name: value for name, value in values.items() if self.has(name)}
