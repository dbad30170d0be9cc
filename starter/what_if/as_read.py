"""A reading as another table of fields would have it, as far as that can be known.

What was read stands in histories by the fields' names. A table that looks for a field in another place, or has one that
was not compared before, finds nothing there: such a field is not known, and nothing is said of it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from beteiligte.decide.situation import Situation
from beteiligte.record.field_table import Field, FieldTable, Form
from beteiligte.record.snapshots import Side


@dataclass(frozen=True)
class AsRead:
    """Readings by the one table, decided on by the other."""

    now: FieldTable
    then: FieldTable

    @cached_property
    def moved(self) -> frozenset[str]:
        """Fields that the other table reads elsewhere, or that were not read at all."""
        before = {row.name: row for row in self.now.rows}
        return frozenset(row.name for row in self.then.rows if _places(row) != _places(before.get(row.name)))

    def unknown(self, form: Form) -> frozenset[str]:
        """Of such a party, also those that it newly has: nobody read them for it."""
        wider = (row.name for row in self.then.rows if form in row.forms and form not in self._forms(row.name))
        return self.moved | frozenset(wider)

    @property
    def not_judged(self) -> tuple[str, ...]:
        """Fields of which nothing can be said, of some parties at least."""
        return tuple(sorted(frozenset().union(*map(self.unknown, Form))))

    def known(self, situation: Situation) -> Situation:
        """What both tables go by: without the fields of which nothing is known."""
        return _both_sides(situation, self.unknown(situation.espocrm.form), frozenset())

    def of(self, situation: Situation) -> Situation:
        """What the other table would have had before it: also without what such a party no longer has."""
        form = situation.espocrm.form
        left_out = frozenset(row.name for row in self.then.rows if form not in row.forms)
        return _both_sides(situation, self.unknown(form), left_out)

    def _forms(self, name: str) -> Collection[Form]:
        return self.now.by_name[name].forms


def _places(row: Field | None) -> tuple[str, ...] | None:
    return None if row is None else (row.espocrm, row.company_espocrm or "", row.advoware)


def _both_sides(situation: Situation, unknown: Collection[str], left_out: Collection[str]) -> Situation:
    if not (unknown or left_out):
        return situation
    espocrm, there = situation.espocrm, situation.advoware
    return situation.but(
        espocrm=espocrm.but(side=_without(espocrm.side, unknown, left_out)),
        advoware=there and there.but(side=_without(there.side, unknown, left_out)),
    )


def _without(side: Side, unknown: Collection[str], left_out: Collection[str]) -> Side:
    gone = {*unknown, *left_out}
    return side.but(
        values={name: value for name, value in side.values.items() if name not in gone},
        unreadable=tuple(name for name in side.unreadable if name not in gone),
        unmappable={name: why for name, why in side.unmappable.items() if name not in gone},
        absent=tuple(sorted({*side.absent, *left_out} - {*unknown})),
    )
