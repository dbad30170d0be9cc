"""Invented findings from which docs/messages.md is made: one for every text that a matter has.

A test holds that every text of every table stands on the page (tests/house/test_docs_of_messages.py); a new variant
wants a new example here. Names and numbers are invented.
"""

from dataclasses import dataclass

from beteiligte.decide.evidence import Ground
from beteiligte.decide.findings import Finding, Matter, Partner
from beteiligte.faults import Duplicate, Locked, NoRight, RecordRefused, Rejected, System
from beteiligte.record.size import TOO_LONG
from beteiligte.status import Result

PARTY = "5f3e1c0a9b8d7e6f0"
OTHER = "60a1b2c3d4e5f6071"
THIRD = "60a1b2c3d4e5f6072"
BET_NR = 104001
NAMES = {PARTY: "Müller, Anna", OTHER: "Müller, Anna Maria", THIRD: "Müller & Söhne GmbH"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One finding, and in which situation it is told."""

    when: str
    finding: Finding


def _of(matter: Matter, when: str, **known: object) -> Example:
    return Example(when=when, finding=Finding.model_validate({"matter": matter, **known}))


_TITLES = {"field": "titel", "espocrm": "Dr.", "advoware": "Prof."}
_NAMES = {"field": "name", "bet_nr": BET_NR, "espocrm": "Anna Müller", "advoware": "Bernd Schmidt"}
_KEYS = ("name", "vorname", "geburtsdatum")
_EXAMPLES = (
    _of(
        Matter.CONFLICT,
        "settled for EspoCRM by the setting",
        **_TITLES,
        winner=System.ESPOCRM,
        reason=Ground.POLICY.value,
    ),
    _of(
        Matter.CONFLICT,
        "settled for Advoware by the time stamps",
        field="geburtsdatum",
        espocrm=None,
        advoware="1980-02-29",
        winner=System.ADVOWARE,
        reason=Ground.LATER_IN_ADVOWARE.value,
    ),
    _of(
        Matter.CONFLICT,
        "first sync of a linked record",
        **_TITLES,
        winner=System.ESPOCRM,
        reason=Ground.NEVER_SYNCED.value,
    ),
    _of(Matter.UNDECIDED, "the setting leaves it to a person", **_TITLES),
    _of(Matter.SET_BACK, "Advoware was restored from a backup", **_TITLES),
    _of(Matter.DECIDED, "a person chose a value", **_TITLES, chosen="Prof. Dr."),
    _of(Matter.DECIDED, "a person chose that it shall be empty", **_TITLES),
    _of(Matter.NOT_TAKEN, "Advoware kept its value", **_TITLES, system=System.ADVOWARE),
    _of(Matter.NOT_TAKEN, "EspoCRM kept its value", **_TITLES, system=System.ESPOCRM),
    _of(Matter.NOT_WRITABLE, "Advoware never stores this field", field="kurzname", espocrm="Müller", advoware=None),
    _of(Matter.REFUSED, "EspoCRM refuses the value", **_TITLES, system=System.ESPOCRM),
    _of(Matter.UNREADABLE, "the interface may not read it", field="titel", advoware="Dr.", system=System.ESPOCRM),
    _of(
        Matter.UNMAPPABLE, "a word the other side does not know", field="anrede", espocrm="Frau", system=System.ADVOWARE
    ),
    _of(Matter.UNMAPPABLE, "a value that is too long", field="zusatz", system=System.ADVOWARE, reason=TOO_LONG),
    _of(Matter.LINK, "another record holds the betNr", bet_nr=BET_NR, others=(OTHER,)),
    _of(Matter.LINK, "two other records hold the betNr", bet_nr=BET_NR, others=(OTHER, THIRD)),
    _of(Matter.LINK, "a betNr was entered while another was given", bet_nr=BET_NR, other_bet_nr=104005),
    _of(Matter.LINK, "another name in Advoware", **_NAMES),
    _of(Matter.LINK, "Advoware does not know the number", bet_nr=BET_NR),
    _of(Matter.LINK_LOST, "the betNr was emptied", bet_nr=BET_NR),
    _of(Matter.NO_NAME, "no name to create the party by"),
    _of(Matter.CREATE_UNANSWERED, "the answer to the create was lost"),
    _of(
        Matter.SEVERAL_MATCH,
        "one party has the same name, and too little else agrees",
        fields=_KEYS,
        reason="betNr 104002",
    ),
    _of(Matter.SEVERAL_MATCH, "several parties match", fields=_KEYS, reason="betNr 104002, 104003"),
    _of(
        Matter.SEVERAL_MATCH,
        "two records suit one party",
        fields=("name",),
        reason=f"betNr 104002; EspoCRM {OTHER}, {THIRD} … (+3)",
    ),
    _of(Matter.SEVERAL_MATCH, "of an earlier version", reason="betNr 104002, 104003"),
    _of(Matter.SEVERAL_MATCH, "looked at again later"),
    _of(Matter.DELETED_IN_ADVOWARE, "Advoware has it no more", bet_nr=BET_NR),
    _of(Matter.DELETED_IN_ESPOCRM, "EspoCRM has it no more", bet_nr=BET_NR),
    _of(Matter.DELETED_IN_ESPOCRM, "another record holds the betNr, as after a merge", bet_nr=BET_NR, others=(OTHER,)),
    _of(
        Matter.DELETED_IN_ESPOCRM,
        "the betNr was never confirmed",
        bet_nr=BET_NR,
        reason=Partner.UNCONFIRMED.value,
    ),
    _of(Matter.DELETED_IN_ESPOCRM, "Advoware has it no more either", bet_nr=BET_NR, reason=Partner.GONE.value),
    _of(Matter.DELETED_IN_ESPOCRM, "a create had no answer", reason=Partner.DOUBTFUL.value),
    _of(Matter.LINK_MOVED, "the betNr was changed, as by a merge", bet_nr=BET_NR),
    _of(Matter.DELETE_RECALLED, "a record with this betNr was told to be deleted", bet_nr=BET_NR, others=(OTHER,)),
    _of(
        Matter.GUARD,
        "most of the record would be emptied",
        bet_nr=BET_NR,
        system=System.ADVOWARE,
        advoware="Anna Müller",
        fields=("name", "vorname"),
    ),
    _of(
        Matter.GUARD,
        "a person's employer was entered as company name",
        field="name",
        bet_nr=BET_NR,
        espocrm="Beispiel GmbH",
        advoware="Müller",
    ),
    _of(Matter.FORM_CHANGED, "company name and legal form were entered", fields=("vorname", "geburtsdatum")),
    _of(Matter.OVERTAKEN, "an edit in Advoware while the sync wrote", bet_nr=BET_NR, fields=("zusatz",)),
    _of(Matter.STATUS_OVERRIDDEN, "a formula writes the status"),
    _of(Matter.FAILED, "one field is refused", system=System.ADVOWARE, field="titel", reason=Rejected.code),
    _of(
        Matter.FAILED,
        "another record is named",
        system=System.ESPOCRM,
        reason=Duplicate.code,
        others=(OTHER,),
    ),
    _of(
        Matter.FAILED,
        "two other records are named",
        system=System.ESPOCRM,
        reason=Duplicate.code,
        others=(OTHER, THIRD),
    ),
    _of(
        Matter.FAILED,
        "one record is refused, and the system says why",
        system=System.ESPOCRM,
        reason=RecordRefused.code,
        said="Record is archived.",
    ),
    _of(Matter.FAILED, "one record may not be touched", system=System.ADVOWARE, reason=NoRight.code),
    _of(Matter.FAILED, "the record is locked", system=System.ESPOCRM, reason=Locked.code),
    _of(Matter.NOT_WRITTEN_BACK, "EspoCRM does not take it", bet_nr=BET_NR, system=System.ESPOCRM),
    _of(
        Matter.NOT_WRITTEN_BACK,
        "EspoCRM does not take it and says why",
        bet_nr=BET_NR,
        system=System.ESPOCRM,
        reason=Locked.code,
    ),
    _of(
        Matter.NOT_WRITTEN_BACK,
        "the record was excluded meanwhile",
        bet_nr=BET_NR,
        system=System.ESPOCRM,
        reason=Result.EXCLUDED.value,
    ),
)


def examples(matter: Matter) -> tuple[Example, ...]:
    """Those of one matter; a matter without any is shown with everything that a text may name."""
    mine = tuple(example for example in _EXAMPLES if example.finding.matter is matter)
    return mine or (_of(matter, "", **_TITLES, bet_nr=BET_NR, system=System.ADVOWARE, winner=System.ESPOCRM),)
