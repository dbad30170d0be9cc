"""What a party is called, and whether two names are one person's."""

from beteiligte.decide.view import FieldView
from beteiligte.record.value_kinds import Value


def same_name(view: FieldView) -> bool:
    """Whether it is one name: letter case, blanks, ß and a missing first name are no stranger; a missing name is."""
    espocrm, advoware, table = view.situation.espocrm.side.values, view.advoware, view.table
    mine, theirs = espocrm.get(table.name), advoware.get(table.name)
    if not mine or not theirs or plain(mine) != plain(theirs):
        return False
    first, second = espocrm.get(table.given_name), advoware.get(table.given_name)
    return not first or not second or plain(first) == plain(second)


def plain(name: str) -> str:
    """A name without what tells no two people apart."""
    return " ".join(name.casefold().split())


def full_names(view: FieldView) -> dict[str, Value]:
    """What each side calls such a party, as people read it: the given name first. By system, as a Finding has it."""
    parts = [name for name in reversed(view.table.names) if view.has(name)]
    sides = {"espocrm": view.situation.espocrm.side.values, "advoware": view.advoware}
    return {system: " ".join(filter(None, map(side.get, parts))) or None for system, side in sides.items()}
