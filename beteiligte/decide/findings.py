"""What a person must know, and what stays open until something changes.

A Finding is told once. What is still open is remembered beside the base as an `Open`, with a hash of what was told,
so that nothing is told or tried twice and the next sync knows the question (design §4).
"""

import hashlib
import json
import re
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from beteiligte.decide.last_word import VALUE, LastWord
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.field_table import Group
from beteiligte.record.value_kinds import Value


class FindingKind(StrEnum):
    """What it is about; stands in EspoCRM's records and in histories: add, never rename."""

    CONFLICT = "conflict"
    """Both sides changed the field; settled by policy, the losing value is told."""
    UNDECIDED = "undecided"
    """Both sides changed the field, and the policy leaves it to a person; nothing is written for it."""
    SET_BACK = "set_back"
    """Advoware shows an older record than the one that was agreed on; nothing is written for the field."""
    DECIDED = "decided"
    """A person chose what both sides shall have; what was overwritten is told."""
    OVERTAKEN = "overtaken"
    """Advoware was edited between our read and our PUT, which replaces the whole record."""
    NOT_TAKEN = "not_taken"
    """Advoware or EspoCRM answered 200 and kept its value."""
    NOT_WRITABLE = "not_writable"
    """Advoware does not store this field; a person enters it there."""
    REFUSED = "refused"
    """EspoCRM refused the value (400)."""
    UNREADABLE = "unreadable"
    """The field's attribute is missing from an answer."""
    UNMAPPABLE = "unmappable"
    """The value has no counterpart on the other side."""
    GUARD = "guard"
    """The sync would have emptied the name or most of the party."""
    FORM_DOUBTFUL = "form_doubtful"
    """A person would have become a company, or a company a person, and only one sign says so: another attribute's name
    would count."""
    FORM_CHANGED = "form_changed"
    """A person became a company; what a company does not have stands in Advoware still."""
    LINK_HELD_TWICE = "link_held_twice"
    """The betNr is held by another record as well."""
    LINK_OTHER_NAME = "link_other_name"
    """The betNr names a party of another name."""
    LINK_UNKNOWN = "link_unknown"
    """The betNr, which no sync ever confirmed, is nobody's in Advoware."""
    LINK_CHANGED = "link_changed"
    """The party was created under one betNr, and the record holds another by now."""
    LINK_MOVED = "link_moved"
    """The record is another party's in Advoware than before, and no record holds the one it was."""
    DELETE_RECALLED = "delete_recalled"
    """The betNr of a party that people were told is deleted in EspoCRM is held by another record now."""
    LINK_LOST = "link_lost"
    """The betNr of a linked party was emptied."""
    NO_NAME = "no_name"
    """A party without a name is not created."""
    CREATE_UNANSWERED = "create_unanswered"
    """A POST whose outcome is unknown."""
    SEVERAL_MATCH = "several_match"
    """A record without a betNr matches several parties in Advoware, or several records match the same one."""
    DELETED_IN_ADVOWARE = "deleted_in_advoware"
    DELETED_IN_ESPOCRM = "deleted_in_espocrm"
    STATUS_OVERRIDDEN = "status_overridden"
    """EspoCRM stored another `syncStatus` than was sent (a formula)."""
    FAILED = "failed"
    """All attempts are used up, or retrying cannot mend it."""
    NOT_WRITTEN_BACK = "not_written_back"
    """Landed in Advoware, EspoCRM does not take the write-back."""
    DECISION_HEARD = "decision_heard"
    """What became of a word that a person chose in the record (`syncDecision`)."""
    DECISION_STUCK = "decision_stuck"
    """EspoCRM does not let that field be emptied after it was answered."""


class Heard(StrEnum):
    """What became of such a word; stands in histories: add, never rename."""

    DONE = "done"
    CREATED = "created"
    TRIED = "tried"
    DECLINED = "declined"
    """Chosen and not possible, for instance a field that Advoware does not store."""
    CHANGED = "changed"
    """The question reads otherwise than it was told: it is asked anew."""
    CLOSED = "closed"
    """No question is open that it could answer."""
    UNSUITED = "unsuited"
    """What is open is another kind of question."""
    UNANSWERED = "unanswered"
    """The create that it allowed had no answer either."""
    UNKNOWN = "unknown"
    """No word that the program knows."""


DOUBTFUL_LINK = frozenset(
    {
        FindingKind.LINK_HELD_TWICE,
        FindingKind.LINK_OTHER_NAME,
        FindingKind.LINK_UNKNOWN,
        FindingKind.LINK_CHANGED,
    }
)
"""Kinds by which the betNr may not be the party's."""

HOLDING = DOUBTFUL_LINK | frozenset(
    {
        FindingKind.GUARD,
        FindingKind.FORM_DOUBTFUL,
        FindingKind.LINK_LOST,
        FindingKind.NO_NAME,
        FindingKind.CREATE_UNANSWERED,
        FindingKind.SEVERAL_MATCH,
        FindingKind.DELETED_IN_ADVOWARE,
    }
)
"""Kinds that hold the whole party until a person acts."""


ASKED = frozenset({FindingKind.UNDECIDED, FindingKind.SET_BACK})
"""Kinds that hold one field until a person decides; the others go on."""

CREATABLE = frozenset({FindingKind.CREATE_UNANSWERED, FindingKind.SEVERAL_MATCH, FindingKind.LINK_LOST})
"""Kinds that a person answers by having the party created."""

OVERWRITING = frozenset({FindingKind.CONFLICT, FindingKind.DECIDED})
"""Kinds that overwrote a value, which is kept in the finding: `undo` puts it back."""

SETTLED = OVERWRITING | {
    FindingKind.OVERTAKEN,
    FindingKind.FORM_CHANGED,
    FindingKind.LINK_MOVED,
    FindingKind.DELETE_RECALLED,
    FindingKind.DECISION_HEARD,
}
"""Kinds that are told and leave nothing open."""


class Partner(StrEnum):
    """What is known of the party in Advoware whose record was deleted in EspoCRM."""

    KNOWN = "known"
    UNCONFIRMED = "unconfirmed"
    """Its betNr stood in the record, and no sync has confirmed that it belongs there: perhaps a mistyped one."""
    GONE = "gone"
    """Advoware has it no more either."""
    DOUBTFUL = "doubtful"
    """No betNr is known, but a create was begun of which nobody knows what came of it."""


RIVALS = "; EspoCRM "
"""In what SEVERAL_MATCH names: between the parties that match and the ids of records that suit one as well."""


SHOWN = 1_000
"""More of a value than any message shows."""


class Finding(Frozen):
    """One thing to tell."""

    kind: FindingKind
    field: str = ""
    group: Group | None = None
    """Of a conflict: the field group as the operator set it; counted by it."""
    espocrm: Value = None
    advoware: Value = None
    winner: System | None = None
    chosen: Value = None
    """Of DECIDED: what both sides shall have. Of DECISION_HEARD: the word."""
    by: str = Field("", exclude_if=lambda by: not by)
    """Who decided it: the id of EspoCRM's user, or the name under which a command was given."""
    at: datetime | None = Field(None, exclude_if=lambda at: at is None)
    """When he did."""
    earlier: LastWord | None = Field(None, exclude_if=lambda earlier: earlier is None)
    """What somebody decided before him."""
    system: System | None = None
    """Where it happened, when that is not plain from its kind."""
    bet_nr: int | None = None
    others: tuple[str, ...] = ()
    """Ids of other EspoCRM records."""
    fields: tuple[str, ...] = ()
    """Names of the fields that it is about, where there are several; of SEVERAL_MATCH those that were compared, which
    are no part of what counts as told."""
    names: tuple[tuple[str, str], ...] = ()
    """What other records are called, by id, as far as it was read with them. Never part of what counts as told."""
    other_bet_nr: int | None = None
    """Another party in Advoware."""
    reason: str = ""
    """Why: a fault's code, what is odd about a value, by what a CONFLICT was settled (a `Basis`), what became of a word
    (`Heard`), of NOT_WRITTEN_BACK also that the record is excluded. Never part of what counts as told."""
    named: str = ""
    """Of SEVERAL_MATCH what matches, in numbers and ids. Never part of what counts as told."""
    partner: Partner | None = None
    """Of DELETED_IN_ESPOCRM. Never part of what counts as told."""
    said: str = ""
    """Of FAILED and NOT_WRITTEN_BACK: the system's own words."""

    @property
    def kept(self) -> Value:
        """What both sides have by it, where it is OVERWRITING."""
        return {System.ESPOCRM: self.espocrm, System.ADVOWARE: self.advoware, None: self.chosen}[self.winner]

    @property
    def taken(self) -> str:
        """Of DECIDED: whose value both sides shall have, or that it is a third one."""
        sides = {System.ESPOCRM: self.espocrm, System.ADVOWARE: self.advoware}
        return next((side.value for side, value in sides.items() if value == self.chosen), VALUE)

    @property
    def lost(self) -> tuple[Value, ...]:
        """The values that were overwritten by it, each once."""
        return tuple(value for value in dict.fromkeys((self.espocrm, self.advoware)) if value != self.kept)

    @property
    def records(self) -> tuple[str, ...]:
        """Ids of all other EspoCRM records that are told of."""
        return (*self.others, *self.open().rivals)

    @property
    def candidates(self) -> tuple[int, ...]:
        """The betNrs that it may be: those that match, as far as they are named, or the one that it was."""
        if self.kind is FindingKind.LINK_LOST:
            return (self.bet_nr,) if self.bet_nr else ()
        matches = self.named.partition(RIVALS)[0].partition(" …")[0]
        return tuple(map(int, re.findall(r"\d+", matches)))

    def shortened(self) -> "Finding":
        """As a message needs it: longer values are shown cut, and all of them stand in the history."""
        return self.but(espocrm=_cut(self.espocrm), advoware=_cut(self.advoware), chosen=_cut(self.chosen))

    def open(self) -> "Open":
        """What to remember of it once it was told."""
        return Open(kind=self.kind, field=self.field, told=self.fingerprint(), named=self.named)

    def fingerprint(self) -> str:
        """A hash of what was told: the question is a new one when any of it changes."""
        fields = () if self.kind is FindingKind.SEVERAL_MATCH else self.fields
        others = [*self.others, *fields, *([str(self.other_bet_nr)] if self.other_bet_nr else [])]
        told = [self.espocrm, self.advoware, self.bet_nr, sorted(others), self.system]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def _cut(value: Value) -> Value:
    return value and value[:SHOWN]


class Open(Frozen):
    """An open question as it stands beside the base."""

    kind: FindingKind
    field: str = ""
    told: str = ""
    named: str = ""
    """Of SEVERAL_MATCH what matches, in numbers and ids: no later sync looks again while nothing has changed."""

    @property
    def rivals(self) -> tuple[str, ...]:
        """Ids of the records among them."""
        return tuple(rival.split()[0] for rival in self.named.partition(RIVALS)[2].split(", ") if rival)
