"""Records in the order of an attribute, kept as they change: a page of a long list costs its own rows and no more."""

from bisect import bisect_left, insort
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.espocrm_values import Attributes

Key = tuple[bool, float, str, str]
"""Null first, then by size or text, then by id, which is the last part."""
HOLDS_SOMETHING = (True,)
"""Sorts before every key of a record that holds a value."""


def key_of(record: Attributes, name: str) -> Key:
    """The place of a record."""
    value = record.get(name)
    number = float(value) if isinstance(value, int | float) else 0.0
    return value is not None, number, str(value), str(record["id"])


@dataclass
class Index:
    """The orders that were asked for so far. Whoever changes a record says so: `moved`."""

    records: Mapping[str, Attributes]
    _orders: dict[str, list[Key]] = field(default_factory=dict)
    _keys: dict[str, dict[str, Key]] = field(default_factory=dict)

    def by(self, name: str) -> list[Key]:
        """All records in the order of an attribute; not to be changed."""
        if name not in self._orders:
            keys = {party_id: key_of(record, name) for party_id, record in self.records.items()}
            self._keys[name], self._orders[name] = keys, sorted(keys.values())
        return self._orders[name]

    def moved(self, party_id: str) -> None:
        """A record is new, changed or gone."""
        record = self.records.get(party_id)
        for name, order in self._orders.items():
            before = self._keys[name].pop(party_id, None)
            if before is not None:
                del order[bisect_left(order, before)]
            if record is not None:
                self._keys[name][party_id] = key_of(record, name)
                insort(order, self._keys[name][party_id])

    def forget(self) -> None:
        """All records may have changed."""
        self._orders.clear()
        self._keys.clear()
