"""Person or company: what a party is by the signs that each system shows.

EspoCRM shows two: a company has a company's name (`firmenname`), and the legal form may say that it is a natural
person. The legal form is somebody's word for it and counts more: a person's `firmenname` is an employer, and no name.
Advoware shows the legal form alone. What a linked party is changes only by a hold or by both signs
(beteiligte/decide/holds.py).
"""

from collections.abc import Mapping

from pydantic import JsonValue

from beteiligte.record.field_table import FieldTable, Form
from beteiligte.record.value_kinds import LEGAL_FORM, NATURAL_PERSON, TEXT, Unmappable, Value

Wire = Mapping[str, JsonValue]


def form_at_espocrm(attributes: Wire, table: FieldTable, agreed: Form | None = None) -> Form:
    """What the party is; a record without any name is what it was when both sides last agreed."""
    if is_ambiguous(attributes, table):
        return Form.PERSON
    if _filled(attributes.get(table.company_name)):
        return Form.COMPANY
    return Form.PERSON if agreed is None or _filled(attributes.get(table.person_name)) else agreed


def is_ambiguous(attributes: Wire, table: FieldTable) -> bool:
    """Whether it has a company's name, and its legal form says that it is a person."""
    return _filled(attributes.get(table.company_name)) and _legal_form(attributes, table) == NATURAL_PERSON


def form_by_legal_form(values: Mapping[str, Value], table: FieldTable) -> Form | None:
    """What the legal form says; None: nothing, it is empty or not known."""
    legal_form = values.get(table.legal_form)
    if legal_form is None:
        return None
    return Form.PERSON if legal_form == NATURAL_PERSON else Form.COMPANY


def _legal_form(attributes: Wire, table: FieldTable) -> Value:
    places = [row.espocrm for row in table.rows if row.name == table.legal_form]
    try:
        return LEGAL_FORM.canonical(attributes.get(places[0])) if places else None
    except Unmappable:
        return None


def _filled(name: JsonValue) -> bool:
    try:
        return TEXT.canonical(name) is not None
    except Unmappable:
        return True
