"""What an id of an EspoCRM record looks like: one definition for deliveries, commands, plan files and lists.

By default 17 hexadecimal characters; imports and `app/recordId` bring others, UUIDs for instance (facts/espocrm.md
§2.10).
"""

import re
from typing import TypeGuard

LONGEST = 36
MEANT = f"1 to {LONGEST} letters, digits, - and _"
"""In words, for whoever typed or sent another."""
PATTERN = rf"[A-Za-z0-9_-]{{1,{LONGEST}}}"
_RECORD_ID = re.compile(PATTERN)


def is_record_id(value: object) -> TypeGuard[str]:
    """Whether EspoCRM could have given this id."""
    return isinstance(value, str) and _RECORD_ID.fullmatch(value) is not None
