"""Which parties were erased: by a hash alone, so that a restored backup does not bring one back unseen.

Nobody can read out of it who was erased; whoever has an id, as a backup does, can ask whether it was.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from beteiligte.frozen import Frozen
from runtime.state_file import PRIVATE

NAME = "forgotten.json"
"""Beside the state."""


class Forgotten(Frozen):
    """The file."""

    salt: str
    parties: dict[str, datetime] = {}
    """When, by the hash of the id."""

    def hashed(self, party_id: str) -> str:
        """What stands there for a party."""
        return hashlib.sha256(f"{self.salt} {party_id}".encode()).hexdigest()

    def among(self, party_ids: Iterable[str]) -> tuple[str, ...]:
        """Those of them that were erased."""
        return tuple(party for party in party_ids if self.hashed(party) in self.parties)


def known(state: Path) -> Forgotten:
    """What was erased here; where nothing can be read, nothing."""
    try:
        return Forgotten.model_validate_json(state.with_name(NAME).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return Forgotten(salt=secrets.token_hex(16))


def remember(state: Path, party_id: str, at: datetime) -> None:
    """That a party was erased. Raises OSError."""
    before, file = known(state), state.with_name(NAME)
    now = before.but(parties={**before.parties, before.hashed(party_id): at})
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=PRIVATE)
    file.write_text(now.model_dump_json(indent=2), encoding="utf-8")
