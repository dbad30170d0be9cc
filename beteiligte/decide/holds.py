"""What holds a whole party back although its link is in order: a delete, a doubtful form, a doubtful emptying.

Each returns the Findings to tell, or nothing. Rules: design §4 (guard) and §5 (deletes). What holds it back for its
link, or for want of one: link_rules.py.
"""

from collections.abc import Mapping

from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.names import full_names
from beteiligte.decide.situation import Situation
from beteiligte.decide.view import FieldView
from beteiligte.faults import System
from beteiligte.record.field_table import Form
from beteiligte.record.person_or_company import form_by_legal_form
from beteiligte.record.value_kinds import Value


def deleted_in_espocrm(situation: Situation) -> tuple[Finding, ...]:
    """Told with each betNr that it may have had, and with who holds it now: nobody shall delete a living party."""
    kind = FindingKind.DELETED_IN_ESPOCRM
    return tuple(
        Finding(kind=kind, bet_nr=lost.bet_nr, others=lost.others, partner=lost.partner) for lost in situation.lost
    ) or (Finding(kind=kind, bet_nr=situation.bet_nr or situation.last_bet_nr),)


def moved(situation: Situation) -> list[Finding]:
    """A record that is another party's than before: the one it was is told, and that nobody shall delete this one."""
    recalled = situation.espocrm.told_deleted
    found = [Finding(kind=FindingKind.LINK_MOVED, bet_nr=situation.left)] if situation.left else []
    if recalled:
        found.append(Finding(kind=FindingKind.DELETE_RECALLED, bet_nr=situation.bet_nr, others=recalled))
    return found


def of_form(view: FieldView, to_espocrm: Mapping[str, Value]) -> Finding | None:
    """A linked party becomes a company, or a person, only by both signs: else its name would be another attribute's.

    A company's name alone may be a person's employer, and a company whose name was emptied has its contact's. Whoever
    gives both systems the same name has answered, too.
    """
    name = view.table.name
    turned = view.turned and view.espocrm.get(name) != view.advoware.get(name)
    would_turn = view.form is Form.COMPANY and form_by_legal_form(to_espocrm, view.table) is Form.PERSON
    if not would_turn and (not turned or _by_both_signs(view)):
        return None
    return Finding(kind=FindingKind.FORM_DOUBTFUL, field=name, bet_nr=view.situation.bet_nr, **full_names(view))


def _by_both_signs(view: FieldView) -> bool:
    """Whether EspoCRM's names and a legal form, on either side, say the same."""
    said = (form_by_legal_form(side, view.table) for side in (view.espocrm, view.advoware))
    return not view.situation.espocrm.ambiguous_form and view.form in said


def of_emptying(view: FieldView, to_advoware: Mapping[str, Value], to_espocrm: Mapping[str, Value]) -> Finding | None:
    """An erased or broken record must not spread: the name, or more than half of what is filled."""
    espo, advo = view.situation.espocrm.side.values, view.advoware
    for system, sent, held in ((System.ADVOWARE, to_advoware, advo), (System.ESPOCRM, to_espocrm, espo)):
        filled = {name for name, value in held.items() if value is not None and view.has(name)}
        emptied = {name for name, value in sent.items() if value is None} & filled
        if view.table.name in emptied or 2 * len(emptied) > len(filled):
            return Finding(
                kind=FindingKind.GUARD,
                system=system,
                bet_nr=view.situation.bet_nr,
                fields=tuple(sorted(emptied)),
                **full_names(view),
            )
    return None
