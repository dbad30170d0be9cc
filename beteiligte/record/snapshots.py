"""The two records of a party as a sync sees them: canonical values and the bookkeeping beside them.

Snapshots are made by the reading activities and stand in the workflow's history, so that every decision can be
explained afterwards. Missing is not empty: a field that an answer did not show is absent from `Side.values`.
"""

from datetime import datetime, timedelta

from pydantic import Field, JsonValue

from beteiligte.frozen import Frozen
from beteiligte.record.field_table import Form
from beteiligte.record.value_kinds import Value


class Side(Frozen):
    """One side's canonical record."""

    values: dict[str, Value] = {}
    """By field name. Absent: unknown. None: empty."""
    unreadable: tuple[str, ...] = ()
    """Fields whose attribute the answer did not hold."""
    unmappable: dict[str, str] = {}
    """Fields whose value has no canonical form, with the reason."""
    absent: tuple[str, ...] = ()
    """Fields that such a party does not have: a company has no first name."""


class EspoSnapshot(Frozen):
    """A party as EspoCRM answered at `read_at`."""

    party_id: str
    read_at: datetime
    gone: bool = False
    side: Side = Side()
    called: str = ""
    """The party's name as lists have it; empty where none is known."""
    form: Form = Form.PERSON
    ambiguous_form: bool = False
    """It has a company's name, and its legal form says that it is a person."""
    bet_nr: int | None = None
    row_id: str | None = None
    ahead: timedelta = timedelta(0)
    """By how much EspoCRM's clock was ahead of Temporal's then."""
    last_sync: datetime | None = None
    modified_at: datetime | None = None
    status: str | None = None
    decision: str = Field("", exclude_if=lambda word: not word)
    """What a person chose in the record (`syncDecision`), as it stands there; empty where the field is not in use."""
    modified_by: str = Field("", exclude_if=lambda by: not by)
    """The user who saved the record last, as `User/<id>`; read only where there is such a word."""
    error_message: str | None = None
    base_text: str | None = None
    version: int | None = None
    assigned: tuple[str, ...] = ()
    """Users that the record is assigned to, a few at most."""
    first_link: bool = False
    """The betNr is one that the record's own base does not name: typed by hand, pasted, duplicated, or of an earlier
    program."""
    locked: bool = False
    """A person locked the record: EspoCRM takes nothing, not even a status."""
    excluded: bool = False
    """Not the program's business: out of the scope, or opted out by a person."""
    known_bet_nr: int | None = None
    """The betNr that a run of this party agreed on, where its base names none: a record from before it was linked, or
    one that a merge of duplicates gave another one's base."""
    told_deleted: tuple[str, ...] = ()
    """Ids of parties that people were told are deleted in EspoCRM, with the betNr that this record newly holds."""
    known_elsewhere: bool = False
    """A run of another party knew this betNr, so it may be held twice although the base names it: a restored record."""

    @property
    def shared(self) -> bool:
        """Whether it must be asked who else holds the betNr."""
        return self.bet_nr is not None and (self.first_link or self.known_elsewhere)

    @property
    def never_linked(self) -> bool:
        """Whether no program was ever in agreement with the betNr: that nobody has it takes nothing away."""
        return self.first_link and self.row_id is None

    def linked_to(self, bet_nr: int) -> "EspoSnapshot":
        """The record as it would be with this betNr entered; it is then checked like any first link."""
        return self.but(bet_nr=bet_nr, first_link=True)


class AdvowareSnapshot(Frozen):
    """A party as Advoware answered at `read_at`."""

    bet_nr: int
    read_at: datetime
    gone: bool = False
    """404, while another known party still answers."""
    side: Side = Side()
    row_id: str | None = None
    changed_at: datetime | None = None
    """`geaendertAm`: may be missing or stale, its zone is unknown (facts/advoware.md §2)."""
    raw: dict[str, JsonValue] = {}
    """The whole record: a PUT replaces all of it."""
