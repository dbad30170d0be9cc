"""Whether a link, or the lack of one, must not be acted on.

Rules in their order: the first that has something to say holds the whole party until a person acts. A stranger's
record is never overwritten (design §4, first link), and no party is created twice (design §5). What else holds a
party: holds.py.
"""

from collections.abc import Callable

from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.names import full_names, plain, same_name
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.sync_status import SyncStatus

LinkRule = Callable[[FieldView, Rules], Finding | None]
"""What it holds the party for; None: nothing speaks against the link, or against a create."""


def hold(view: FieldView, rules: Rules) -> Finding | None:
    """What the first rule that applies holds the party for."""
    situation = view.situation
    if situation.bet_nr is not None:
        in_force = LINKED
    else:
        in_force = ALWAYS if situation.allows_create else (*UNLESS_A_PERSON_SAID_SO, *ALWAYS)
    return next(filter(None, (rule(view, rules) for rule in in_force)), None)


# ---------------------------------------------------------------------- without a betNr


def create_unanswered(view: FieldView, _rules: Rules) -> Finding | None:
    """A POST may have created the party: another one could double it."""
    unanswered = view.stored_base.has_open(FindingKind.CREATE_UNANSWERED) or view.situation.owed.unanswered
    return Finding(kind=FindingKind.CREATE_UNANSWERED) if unanswered else None


def several_match(view: FieldView, rules: Rules) -> Finding | None:
    """Who it is in Advoware is a person's to say, until a search with other values may answer."""
    owed = view.situation.owed
    asked = next((item for item in view.stored_base.open if item.kind is FindingKind.SEVERAL_MATCH), None)
    named = owed.several or (asked.named if asked else "")
    if not (named or asked) or (rules.look_up and _asked_otherwise(view)):
        return None
    compared = view.table.of(view.table.match, view.form)
    return Finding(kind=FindingKind.SEVERAL_MATCH, named=named, names=owed.names, fields=compared)


def _asked_otherwise(view: FieldView) -> bool:
    """Whether the record says something else by now than what was searched with."""
    asked = view.situation.owed.asked if view.situation.owed.several else view.stored_base.asked
    return bool(asked) and asked != view.keys


def link_lost(view: FieldView, _rules: Rules) -> Finding | None:
    """Creating a party whose betNr was emptied would double it; after a delete in Advoware that is what is asked for.

    A base that cannot be read may have named one.
    """
    written = view.stored_base
    known = written.bet_nr or view.situation.espocrm.known_bet_nr
    deleted = view.situation.espocrm.status == SyncStatus.DELETED_IN_ADVOWARE
    if deleted or written.has_open(FindingKind.DELETED_IN_ADVOWARE):
        return None
    linked = known is not None or written.unreadable or written.has_open(FindingKind.LINK_LOST)
    return Finding(kind=FindingKind.LINK_LOST, bet_nr=known) if linked else None


def no_name(view: FieldView, _rules: Rules) -> Finding | None:
    """EspoCRM stores an empty record for a body that it cannot read; nobody is to be created by it."""
    named = view.name is not None
    return None if named else Finding(kind=FindingKind.NO_NAME)


UNLESS_A_PERSON_SAID_SO: tuple[LinkRule, ...] = (create_unanswered, several_match, link_lost)
"""Questions that `resolve --create` answers; they are of the kinds that are CREATABLE."""
ALWAYS: tuple[LinkRule, ...] = (no_name,)


# ---------------------------------------------------------------------- with a betNr


def link_changed(view: FieldView, _rules: Rules) -> Finding | None:
    """Our create got one number and the record holds another: which is right only a person knows."""
    entered, landed = view.situation.espocrm.bet_nr, view.situation.bet_nr
    if entered in (None, landed):
        return None
    return Finding(kind=FindingKind.LINK_CHANGED, bet_nr=entered, other_bet_nr=landed)


def link_held_twice(view: FieldView, _rules: Rules) -> Finding | None:
    """One party, one partner: two records would write over each other."""
    if view.situation.others:
        return Finding(kind=FindingKind.LINK_HELD_TWICE, bet_nr=view.situation.bet_nr, others=view.situation.others)
    return None


def deleted_in_advoware(view: FieldView, _rules: Rules) -> Finding | None:
    """Advoware has it no more, and had it: told, and never created again by itself."""
    of_an_earlier_program = view.stored_base.bet_nr is None and view.situation.espocrm.row_id is not None
    linked = _landed(view.situation) or not view.situation.espocrm.first_link or of_an_earlier_program
    if _gone(view.situation) and linked:
        return Finding(kind=FindingKind.DELETED_IN_ADVOWARE, bet_nr=view.situation.bet_nr)
    return None


def link_unknown(view: FieldView, _rules: Rules) -> Finding | None:
    """Never confirmed and not there: a mistyped number must not make a second party, as a deleted one's may."""
    return Finding(kind=FindingKind.LINK_UNKNOWN, bet_nr=view.situation.bet_nr) if _gone(view.situation) else None


def first_link_to_another_name(view: FieldView, _rules: Rules) -> Finding | None:
    """A stranger's record is never overwritten: the names must agree where the base does not know the betNr."""
    there = view.situation.advoware
    if not view.situation.espocrm.first_link or _landed(view.situation) or there is None:
        return None
    return None if same_name(view) else _another_name(view)


def number_given_again(view: FieldView, _rules: Rules) -> Finding | None:
    """After a restore Advoware gives numbers again: another name, and nothing else of the person as it was.

    One that only lost its name or changed it is the same party; a company has nothing else to be known by.
    """
    there, base = view.situation.advoware, view.base.values
    if there is None or there.row_id == view.situation.espocrm.row_id:
        return None
    known = [name for name in view.table.identity if base.get(name) and there.side.values.get(name)]
    same = any(plain(base[name] or "") == plain(there.side.values[name] or "") for name in known)
    if same or view.table.name not in known or len(known) == 1 or same_name(view):
        return None
    return _another_name(view)


LINKED: tuple[LinkRule, ...] = (
    link_changed,
    link_held_twice,
    deleted_in_advoware,
    link_unknown,
    first_link_to_another_name,
    number_given_again,
)


def _landed(situation: Situation) -> bool:
    """Whether this run's own write landed under the betNr."""
    return situation.owed.bet_nr is not None


def _gone(situation: Situation) -> bool:
    return situation.advoware is not None and situation.advoware.gone


def _another_name(view: FieldView) -> Finding:
    return Finding(
        kind=FindingKind.LINK_OTHER_NAME, field=view.table.name, bet_nr=view.situation.bet_nr, **full_names(view)
    )
