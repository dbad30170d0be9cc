"""Who is the same: how surely a record of one system is the party that a record of the other is.

A blank agrees with nothing: of two Hans Müller without a birthday nobody knows whether they are one. A match is certain
where enough of the fields compared are filled and equal; with fewer, and none that contradicts, it may be the same, and
a person is asked, since a link to a stranger and a second party of one person are both hard to mend.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from beteiligte.record.field_table import FieldTable, Form
from beteiligte.record.person_or_company import form_by_legal_form
from beteiligte.record.value_kinds import Value

DEFAULT_MINIMUM = 3
"""Name, first name and birthday: two people of one name are common, of one birthday beside it they are not."""
NAMESAKES = 2
"""At least so many fields where the minimum is not 1: a name alone is no proof, and a company has no birthday."""


class Likeness(IntEnum):
    """How surely it is the same; a higher one is surer."""

    NONE = 0
    """Another name, or a field that contradicts."""
    POSSIBLE = 1
    CERTAIN = 2


@dataclass(frozen=True, slots=True)
class Matching:
    """What is compared, and how much of it must agree."""

    table: FieldTable
    minimum: int = DEFAULT_MINIMUM

    def likeness(
        self, form: Form, mine: Mapping[str, Value], theirs: Mapping[str, Value], *, as_sent: bool = False
    ) -> Likeness:
        """How surely Advoware's record is this party.

        as_sent: A create of just these values is unanswered, before which there was no such party: one that agrees in
        its blanks as well is what that create made.
        """
        compared, name = self.table.of(self.table.match, form), self.table.name
        pairs = [(mine.get(name), theirs.get(name)) for name in compared]
        named = mine.get(name) is not None and mine.get(name) == theirs.get(name)
        contradicting = any(one != other for one, other in pairs if one and other)
        if not named or contradicting or self._is_a_person(form, theirs):
            return Likeness.NONE
        if as_sent and all(one == other for one, other in pairs):
            return Likeness.CERTAIN
        agreeing = sum(one is not None and one == other for one, other in pairs)
        return Likeness.CERTAIN if agreeing >= self._needed(len(compared)) else Likeness.POSSIBLE

    def _needed(self, compared: int) -> int:
        """No more than such a party has; but where one is not enough, never one alone."""
        return min(self.minimum, max(NAMESAKES, compared))

    def _is_a_person(self, form: Form, theirs: Mapping[str, Value]) -> bool:
        """Whether a company's namesake is a person: by its legal form, or without one by what only a person has."""
        if form is Form.PERSON:
            return False
        persons = (row.name for row in self.table.rows if row.name in self.table.match and form not in row.forms)
        said = form_by_legal_form(theirs, self.table)
        return said is Form.PERSON or (said is None and any(theirs.get(name) for name in persons))
