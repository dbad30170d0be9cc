"""What holds a whole party back until a person acts: a doubtful link, a doubtful create, a doubtful emptying.

Each returns the Finding to tell, or nothing. Rules: design §4 (guard, first link) and §5 (create exactly once,
deletes).
"""

from collections.abc import Mapping

from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.fields import PARTY_TABLE
from beteiligte.record.forms import form_by_legal_form
from beteiligte.record.kinds import Value
from beteiligte.record.snapshots import AdvowareSnapshot, Side
from beteiligte.record.table import Form
from beteiligte.status import SyncStatus

IDENTITY = ("name", "vorname", "geburtsdatum")
"""What a person is known by."""


def deleted_in_espocrm(situation: Situation) -> tuple[Finding, ...]:
    """Told with each betNr that it may have had, and with who holds it now: nobody shall delete a living party."""
    deleted = Finding(kind=FindingKind.DELETED_IN_ESPOCRM)
    return tuple(
        deleted.model_copy(update={"bet_nr": lost.bet_nr, "others": lost.others, "partner": lost.partner})
        for lost in situation.lost
    ) or (deleted.model_copy(update={"bet_nr": situation.bet_nr or situation.last_bet_nr}),)


def moved(situation: Situation) -> list[Finding]:
    """A record that is another party's than before: the one it was is told, and that nobody shall delete this one."""
    recalled = situation.espocrm.told_deleted
    found = [Finding(kind=FindingKind.LINK_MOVED, bet_nr=situation.left)] if situation.left else []
    if recalled:
        found.append(Finding(kind=FindingKind.DELETE_RECALLED, bet_nr=situation.bet_nr, others=recalled))
    return found


def of_link(
    situation: Situation, match: tuple[str, ...] = PARTY_TABLE.match, *, look_up: bool = False
) -> Finding | None:
    """A link, or the lack of one, that must not be acted on. `look_up`: Advoware is searched before a create."""
    if situation.bet_nr is None:
        return _of_missing_link(situation, match, look_up=look_up)
    if situation.espocrm.bet_nr not in (None, situation.bet_nr):
        return Finding(
            kind=FindingKind.LINK_CHANGED,
            bet_nr=situation.espocrm.bet_nr,
            other_bet_nr=situation.bet_nr,
        )
    if situation.others:
        return Finding(
            kind=FindingKind.LINK_HELD_TWICE,
            bet_nr=situation.bet_nr,
            others=situation.others,
        )
    if situation.advoware is not None and situation.advoware.gone:
        return _of_gone(situation)
    return _of_first_link(situation) or _of_stranger(situation)


def _of_missing_link(situation: Situation, match: tuple[str, ...], *, look_up: bool) -> Finding | None:
    written = situation.written()
    owed = situation.owed
    unanswered = written.has_open(FindingKind.CREATE_UNANSWERED) or owed.unanswered
    if unanswered and not situation.create_anyway:
        return Finding(kind=FindingKind.CREATE_UNANSWERED)
    asked = next((item for item in written.open if item.kind is FindingKind.SEVERAL_MATCH), None)
    several = owed.several or (asked.named if asked else "")
    outdated = look_up and _asked_otherwise(situation, match)
    if (several or asked) and not outdated and not situation.create_anyway:
        return Finding(
            kind=FindingKind.SEVERAL_MATCH,
            named=several,
            names=owed.names,
            fields=_compared(situation, match),
        )
    deleted = situation.espocrm.status == SyncStatus.DELETED_IN_ADVOWARE or written.has_open(
        FindingKind.DELETED_IN_ADVOWARE
    )
    # Creating a party whose link was emptied would double it; after a delete in Advoware that is what is asked for.
    known = written.bet_nr or situation.espocrm.known_bet_nr
    linked = known is not None or written.unreadable or written.has_open(FindingKind.LINK_LOST)
    if linked and not deleted and not situation.create_anyway:
        return Finding(kind=FindingKind.LINK_LOST, bet_nr=known)
    if situation.espocrm.side.values.get("name") is None:
        return Finding(kind=FindingKind.NO_NAME)
    return None


def _asked_otherwise(situation: Situation, match: tuple[str, ...]) -> bool:
    """Whether the record says something else by now than what was searched with: a new search may answer."""
    owed, written = situation.owed, situation.written()
    asked = owed.asked if owed.several else written.asked
    return bool(asked) and asked != situation.keys(match)


def _compared(situation: Situation, match: tuple[str, ...]) -> tuple[str, ...]:
    """What such a party can have of the fields by which it is looked for, in the order of the field table."""
    return tuple(row.name for row in PARTY_TABLE.rows if row.name in match and situation.form in row.forms)


def _of_gone(situation: Situation) -> Finding:
    """Deleted, unless the record was never linked to that betNr: a mistyped number must not make a second party."""
    written, landed = situation.written(), situation.owed.bet_nr is not None
    of_an_earlier_program = written.bet_nr is None and situation.espocrm.row_id is not None
    if landed or not situation.espocrm.first_link or of_an_earlier_program:
        return Finding(kind=FindingKind.DELETED_IN_ADVOWARE, bet_nr=situation.bet_nr)
    return Finding(kind=FindingKind.LINK_UNKNOWN, bet_nr=situation.bet_nr)


def _of_first_link(situation: Situation) -> Finding | None:
    """A stranger's record is never overwritten: the names must agree where the base does not know the betNr."""
    landed = situation.owed.bet_nr is not None
    if not situation.espocrm.first_link or landed or situation.advoware is None:
        return None
    if _names_agree(situation.espocrm.side, situation.advoware.side):
        return None
    return _another_name(situation, situation.advoware)


def _of_stranger(situation: Situation) -> Finding | None:
    """After a restore Advoware gives numbers again: another name, and nothing else of the person as it was.

    One that only lost its name or changed it is the same party; a company has nothing else to be known by.
    """
    there, base = situation.advoware, situation.base().values
    if there is None or there.row_id == situation.espocrm.row_id:
        return None
    known = [name for name in IDENTITY if base.get(name) and there.side.values.get(name)]
    same = any(_plain(base[name] or "") == _plain(there.side.values[name] or "") for name in known)
    if same or "name" not in known or len(known) == 1 or _names_agree(situation.espocrm.side, there.side):
        return None
    return _another_name(situation, there)


def _another_name(situation: Situation, there: AdvowareSnapshot) -> Finding:
    return Finding(
        kind=FindingKind.LINK_OTHER_NAME,
        field="name",
        bet_nr=situation.bet_nr,
        espocrm=_full_name(situation, situation.espocrm.side),
        advoware=_full_name(situation, there.side),
    )


def _names_agree(espocrm: Side, advoware: Side) -> bool:
    mine, theirs = espocrm.values.get("name"), advoware.values.get("name")
    if not mine or not theirs or _plain(mine) != _plain(theirs):
        return False
    first, second = espocrm.values.get("vorname"), advoware.values.get("vorname")
    return not first or not second or _plain(first) == _plain(second)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _full_name(situation: Situation, side: Side) -> Value:
    own = (side.values.get(name) for name in ("vorname", "name") if situation.has(name))
    return " ".join(filter(None, own)) or None


def of_form(situation: Situation, to_espocrm: Mapping[str, Value]) -> Finding | None:
    """A linked party becomes a company, or a person, only by both signs: else its name would be another attribute's.

    A company's name alone may be a person's employer, and a company whose name was emptied has its contact's. Whoever
    gives both systems the same name has answered, too.
    """
    assert situation.advoware is not None
    espo, advo = situation.at_espocrm(), situation.advoware.side.values
    turned = situation.turned and espo.get("name") != advo.get("name")
    would_turn = situation.form is Form.COMPANY and form_by_legal_form(to_espocrm, PARTY_TABLE) is Form.PERSON
    if not would_turn and (not turned or _by_both_signs(situation)):
        return None
    return Finding(
        kind=FindingKind.GUARD,
        field="name",
        bet_nr=situation.bet_nr,
        espocrm=_full_name(situation, situation.espocrm.side),
        advoware=_full_name(situation, situation.advoware.side),
    )


def _by_both_signs(situation: Situation) -> bool:
    """Whether EspoCRM's names and a legal form, on either side, say the same."""
    assert situation.advoware is not None
    sides = (situation.at_espocrm(), situation.advoware.side.values)
    return not situation.espocrm.ambiguous_form and situation.form in (
        form_by_legal_form(side, PARTY_TABLE) for side in sides
    )


def of_emptying(
    situation: Situation, to_advoware: Mapping[str, Value], to_espocrm: Mapping[str, Value]
) -> Finding | None:
    """An erased or broken record must not spread: the name, or more than half of what is filled."""
    assert situation.advoware is not None
    espo, advo = situation.espocrm.side.values, situation.advoware.side.values
    for system, sent, held in ((System.ADVOWARE, to_advoware, advo), (System.ESPOCRM, to_espocrm, espo)):
        filled = {name for name, value in held.items() if value is not None and situation.has(name)}
        emptied = {name for name, value in sent.items() if value is None} & filled
        if "name" in emptied or 2 * len(emptied) > len(filled):
            return Finding(
                kind=FindingKind.GUARD,
                system=system,
                bet_nr=situation.bet_nr,
                espocrm=_full_name(situation, situation.espocrm.side),
                advoware=_full_name(situation, situation.advoware.side),
                fields=tuple(sorted(emptied)),
            )
    return None
