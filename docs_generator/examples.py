"""Invented findings from which docs/messages.md is made: one for every text that a kind of finding has.

A test holds that every text of every table stands on the page (tests/house/test_docs_of_messages.py); a new variant
wants a new example here. Names and numbers are invented.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import Finding, FindingKind, Heard, Partner
from beteiligte.decide.last_word import VALUE, LastWord
from beteiligte.faults import Duplicate, Locked, NoRight, RecordRefused, Rejected, System
from beteiligte.record.size import TOO_LONG
from beteiligte.sync_status import Result

PARTY = "5f3e1c0a9b8d7e6f0"
OTHER = "60a1b2c3d4e5f6071"
THIRD = "60a1b2c3d4e5f6072"
USER = "60a1b2c3d4e5f6073"
BET_NR = 104001
NAMES = {
    PARTY: "Müller, Anna",
    OTHER: "Müller, Anna Maria",
    THIRD: "Müller & Söhne GmbH",
    f"User/{USER}": "Sabine Kern",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One finding, and in which situation it is told."""

    when: str
    finding: Finding


def _of(kind: FindingKind, when: str, **known: object) -> Example:
    return Example(when=when, finding=Finding.model_validate({"kind": kind, **known}))


def _word(heard: Heard, when: str, *, chosen: str = "espocrm", **known: object) -> Example:
    by = f"User/{USER}"
    return _of(FindingKind.DECISION_HEARD, when, reason=heard.value, chosen=chosen, by=by, **known)


_TITLES = {"field": "titel", "espocrm": "Dr.", "advoware": "Prof."}
_NAMES = {"field": "name", "bet_nr": BET_NR, "espocrm": "Anna Müller", "advoware": "Bernd Schmidt"}
_KEYS = ("name", "vorname", "geburtsdatum")
_EXAMPLES = (
    _of(
        FindingKind.CONFLICT,
        "settled for EspoCRM by the setting",
        **_TITLES,
        winner=System.ESPOCRM,
        reason=Basis.POLICY.value,
    ),
    _of(
        FindingKind.CONFLICT,
        "settled for Advoware by the time stamps",
        field="geburtsdatum",
        espocrm=None,
        advoware="1980-02-29",
        winner=System.ADVOWARE,
        reason=Basis.LATER_IN_ADVOWARE.value,
    ),
    _of(
        FindingKind.CONFLICT,
        "first sync of a linked record",
        **_TITLES,
        winner=System.ESPOCRM,
        reason=Basis.NEVER_SYNCED.value,
    ),
    _of(FindingKind.UNDECIDED, "the setting leaves it to a person", **_TITLES),
    _of(FindingKind.SET_BACK, "Advoware was restored from a backup", **_TITLES),
    _of(FindingKind.DECIDED, "a person chose a value", **_TITLES, chosen="Prof. Dr."),
    _of(FindingKind.DECIDED, "a person chose that it shall be empty", **_TITLES),
    _of(FindingKind.NOT_TAKEN, "Advoware kept its value", **_TITLES, system=System.ADVOWARE),
    _of(FindingKind.NOT_TAKEN, "EspoCRM kept its value", **_TITLES, system=System.ESPOCRM),
    _of(
        FindingKind.NOT_WRITABLE, "Advoware never stores this field", field="kurzname", espocrm="Müller", advoware=None
    ),
    _of(FindingKind.REFUSED, "EspoCRM refuses the value", **_TITLES, system=System.ESPOCRM),
    _of(FindingKind.UNREADABLE, "the interface may not read it", field="titel", advoware="Dr.", system=System.ESPOCRM),
    _of(
        FindingKind.UNMAPPABLE,
        "a word the other side does not know",
        field="anrede",
        espocrm="Frau",
        system=System.ADVOWARE,
    ),
    _of(FindingKind.UNMAPPABLE, "a value that is too long", field="zusatz", system=System.ADVOWARE, reason=TOO_LONG),
    _of(FindingKind.LINK_HELD_TWICE, "another record holds the betNr", bet_nr=BET_NR, others=(OTHER,)),
    _of(FindingKind.LINK_HELD_TWICE, "two other records hold the betNr", bet_nr=BET_NR, others=(OTHER, THIRD)),
    _of(FindingKind.LINK_CHANGED, "a betNr was entered while another was given", bet_nr=BET_NR, other_bet_nr=104005),
    _of(FindingKind.LINK_OTHER_NAME, "another name in Advoware", **_NAMES),
    _of(FindingKind.LINK_UNKNOWN, "Advoware does not know the number", bet_nr=BET_NR),
    _of(FindingKind.LINK_LOST, "the betNr was emptied", bet_nr=BET_NR),
    _of(FindingKind.NO_NAME, "no name to create the party by"),
    _of(FindingKind.CREATE_UNANSWERED, "the answer to the create was lost"),
    _of(
        FindingKind.SEVERAL_MATCH,
        "one party has the same name, and too little else agrees",
        fields=_KEYS,
        named="betNr 104002",
    ),
    _of(FindingKind.SEVERAL_MATCH, "several parties match", fields=_KEYS, named="betNr 104002, 104003"),
    _of(
        FindingKind.SEVERAL_MATCH,
        "two records suit one party",
        fields=("name",),
        named=f"betNr 104002; EspoCRM {OTHER}, {THIRD} … (+3)",
    ),
    _of(FindingKind.SEVERAL_MATCH, "of an earlier version", named="betNr 104002, 104003"),
    _of(FindingKind.SEVERAL_MATCH, "looked at again later"),
    _of(FindingKind.DELETED_IN_ADVOWARE, "Advoware has it no more", bet_nr=BET_NR),
    _of(FindingKind.DELETED_IN_ESPOCRM, "EspoCRM has it no more", bet_nr=BET_NR),
    _of(
        FindingKind.DELETED_IN_ESPOCRM,
        "another record holds the betNr, as after a merge",
        bet_nr=BET_NR,
        others=(OTHER,),
    ),
    _of(
        FindingKind.DELETED_IN_ESPOCRM,
        "the betNr was never confirmed",
        bet_nr=BET_NR,
        partner=Partner.UNCONFIRMED,
    ),
    _of(FindingKind.DELETED_IN_ESPOCRM, "Advoware has it no more either", bet_nr=BET_NR, partner=Partner.GONE),
    _of(FindingKind.DELETED_IN_ESPOCRM, "a create had no answer", partner=Partner.DOUBTFUL),
    _of(FindingKind.LINK_MOVED, "the betNr was changed, as by a merge", bet_nr=BET_NR),
    _of(FindingKind.DELETE_RECALLED, "a record with this betNr was told to be deleted", bet_nr=BET_NR, others=(OTHER,)),
    _of(
        FindingKind.GUARD,
        "most of the record would be emptied",
        bet_nr=BET_NR,
        system=System.ADVOWARE,
        advoware="Anna Müller",
        fields=("name", "vorname"),
    ),
    _of(
        FindingKind.FORM_DOUBTFUL,
        "a person's employer was entered as company name",
        field="name",
        bet_nr=BET_NR,
        espocrm="Beispiel GmbH",
        advoware="Müller",
    ),
    _of(FindingKind.FORM_CHANGED, "company name and legal form were entered", fields=("vorname", "geburtsdatum")),
    _of(FindingKind.OVERTAKEN, "an edit in Advoware while the sync wrote", bet_nr=BET_NR, fields=("zusatz",)),
    _of(FindingKind.STATUS_OVERRIDDEN, "a formula writes the status"),
    _of(FindingKind.FAILED, "one field is refused", system=System.ADVOWARE, field="titel", reason=Rejected.code),
    _of(
        FindingKind.FAILED,
        "another record is named",
        system=System.ESPOCRM,
        reason=Duplicate.code,
        others=(OTHER,),
    ),
    _of(
        FindingKind.FAILED,
        "two other records are named",
        system=System.ESPOCRM,
        reason=Duplicate.code,
        others=(OTHER, THIRD),
    ),
    _of(
        FindingKind.FAILED,
        "one record is refused, and the system says why",
        system=System.ESPOCRM,
        reason=RecordRefused.code,
        said="Record is archived.",
    ),
    _of(FindingKind.FAILED, "one record may not be touched", system=System.ADVOWARE, reason=NoRight.code),
    _of(FindingKind.FAILED, "the record is locked", system=System.ESPOCRM, reason=Locked.code),
    _of(FindingKind.NOT_WRITTEN_BACK, "EspoCRM does not take it", bet_nr=BET_NR, system=System.ESPOCRM),
    _of(
        FindingKind.NOT_WRITTEN_BACK,
        "EspoCRM does not take it and says why",
        bet_nr=BET_NR,
        system=System.ESPOCRM,
        reason=Locked.code,
    ),
    _of(
        FindingKind.NOT_WRITTEN_BACK,
        "the record was excluded meanwhile",
        bet_nr=BET_NR,
        system=System.ESPOCRM,
        reason=Result.EXCLUDED.value,
    ),
    _word(Heard.DONE, "carried out", fields=("titel", "zusatz")),
    _word(Heard.CREATED, "the party was created", chosen="create"),
    _word(Heard.TRIED, "a new try", chosen="again"),
    _word(Heard.DECLINED, "not possible", fields=("kurzname",)),
    _word(Heard.CHANGED, "the values moved on since they were asked about", fields=("titel",)),
    _word(
        Heard.CLOSED,
        "somebody else decided before",
        earlier=LastWord(
            at=datetime(2026, 11, 27, 9, 42, tzinfo=UTC),
            by="User/60a1b2c3d4e5f6074",
            take="advoware",
            fields=("titel",),
        ),
    ),
    _word(
        Heard.CLOSED,
        "somebody else decided otherwise before, by a command",
        earlier=LastWord(at=datetime(2026, 11, 27, 9, 42, tzinfo=UTC), take=VALUE, fields=("titel",)),
    ),
    _word(Heard.UNSUITED, "another kind of question is open"),
    _word(Heard.UNANSWERED, "the create had no answer again", chosen="create"),
    _word(Heard.UNKNOWN, "an option of the firm's own", chosen="später"),
    _of(FindingKind.DECISION_STUCK, "the field cannot be emptied", espocrm="espocrm"),
)


def examples(kind: FindingKind) -> tuple[Example, ...]:
    """Those of one kind; a kind without any is shown with everything that a text may name."""
    mine = tuple(example for example in _EXAMPLES if example.finding.kind is kind)
    return mine or (_of(kind, "", **_TITLES, bet_nr=BET_NR, system=System.ADVOWARE, winner=System.ESPOCRM),)
