"""What a party is called, and whether two names are one person's."""

from beteiligte.decide.situation import Situation
from beteiligte.record.kinds import Value
from beteiligte.record.snapshots import Side


def same_name(espocrm: Side, advoware: Side) -> bool:
    """Whether it is one name: letter case, blanks, ß and a missing first name are no stranger; a missing name is."""
    mine, theirs = espocrm.values.get("name"), advoware.values.get("name")
    if not mine or not theirs or plain(mine) != plain(theirs):
        return False
    first, second = espocrm.values.get("vorname"), advoware.values.get("vorname")
    return not first or not second or plain(first) == plain(second)


def plain(name: str) -> str:
    """A name without what tells no two people apart."""
    return " ".join(name.casefold().split())


def full_name(situation: Situation, side: Side) -> Value:
    """The name of such a party, as people read it."""
    own = (side.values.get(name) for name in ("vorname", "name") if situation.has(name))
    return " ".join(filter(None, own)) or None
