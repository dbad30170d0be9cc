"""What a person decided last about a party: kept beside the base, so that whoever comes second is told.

Temporal forgets a run after its retention, and a run that has ended answers no question; the base is there as long as
the record (design §4). One word, the last: it takes the place of the one before.
"""

from datetime import datetime

from beteiligte.frozen import Frozen

CREATE = "create"
VALUE = "value"
"""A third one, neither side's."""
MAX_BY = 100
MAX_FIELDS = 20


class LastWord(Frozen):
    """Who, when, and what; never a value."""

    at: datetime
    by: str = ""
    """The id of EspoCRM's user, or the name under which a command was given; empty: not known."""
    take: str
    """A side, VALUE or CREATE."""
    fields: tuple[str, ...] = ()
    """Of several decisions that were carried out together all their fields."""
