"""Whether an update delivery is only our own bookkeeping coming back (design §5, recording whd-10).

A delivery names neither event nor author reliably (facts/espocrm.md §1.2), so its content decides. Echoes are known
by what only we write, never by a flag or a time window: those drop real edits (correctness.md).
"""

from collections.abc import Mapping

from pydantic import JsonValue

from beteiligte.settle import bookkeeping
from beteiligte.sync_status import ASKING

_WHO = frozenset({"id", "modifiedById", "modifiedByName", "versionNumber"})


def is_echo(delivery: Mapping[str, JsonValue]) -> bool:
    """True where the delivery holds nothing that a person changed."""
    changed = delivery.keys() - _WHO
    if not changed or not changed <= bookkeeping.ALL:
        return False
    status = delivery.get(bookkeeping.STATUS)
    if (isinstance(status, str) and status in ASKING) or delivery.get(bookkeeping.DECISION):
        return False
    if bookkeeping.LAST_SYNC in changed:
        return True
    # A word that ends alone may have been emptied by hand where EspoCRM had kept it: the same one counts again then.
    return changed != {bookkeeping.DECISION} and changed <= bookkeeping.STATUS_FIELDS | {bookkeeping.DECISION}
