"""How what is not ours stands in a text: values of a party and records of EspoCRM.

A note in EspoCRM is Markdown, and `@name` in it calls a user (facts/espocrm.md §2.9). Nothing that a party's data
holds may format the note, become a link or call anybody; and it is read as it stands in the record.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from beteiligte.ids import is_record_id

A_USER = "User/"
"""Before the id of one of EspoCRM's users."""
MAX_VALUE = 500
"""A longer value is shown cut; the history holds all of it."""
_LINE_BREAKS = re.compile(r"\s*[\r\n\v\f\x85\u2028\u2029]+\s*")
_JOINERS = "\u200c\u200d"
_FORMATTING = re.compile(r"([\\`*_~\[\]<]|&(?=#?\w+;)|:(?=//)|(?<=www)\.)", re.IGNORECASE)
"""What EspoCRM's Markdown reads within a line: emphasis, code, links, tags, entities, and bare addresses."""


def on_one_line(text: str) -> str:
    """With its line breaks as signs."""
    return _LINE_BREAKS.sub(" / ", text)


@dataclass(frozen=True, slots=True)
class Plain:
    """On a terminal, and in `syncErrorMessage`."""

    def value(self, text: str) -> str:
        """On one line, cut, without characters that nobody sees but that move others."""
        line = "".join(c for c in on_one_line(text) if unicodedata.category(c) not in ("Cc", "Cf") or c in _JOINERS)
        return line if len(line) <= MAX_VALUE else f"{line[:MAX_VALUE]} …"

    def record(self, party_id: str) -> str:
        """As it is asked for on the command line."""
        return party_id

    def person(self, by: str, word: str) -> str:  # noqa: ARG002
        """Who decided something."""
        return self.value(by)


@dataclass(frozen=True, slots=True, kw_only=True)
class InNote(Plain):
    """In an EspoCRM note."""

    entity_type: str = "CBeteiligte"
    names: Mapping[str, str] = field(default_factory=dict)
    """Of records, by id, and of users, by `User/<id>`: as far as they are known."""

    def value(self, text: str) -> str:
        """As it stands in the record, and nothing but that."""
        # EspoCRM looks for `@` in the stored text; of an entity a reader sees the same.
        return _FORMATTING.sub(r"\\\1", Plain.value(self, text)).replace("@", "&#64;")

    def record(self, party_id: str) -> str:
        """Its name, which leads to it."""
        name = self.value(self.names.get(party_id) or party_id)
        return f"[{name}](#{self.entity_type}/view/{party_id})"

    def person(self, by: str, word: str) -> str:
        """A user by his name, else a word, that leads to him; who gave a command by his name."""
        user, name = by.removeprefix(A_USER), self.value(self.names.get(by) or word)
        return f"[{name}](#User/view/{user})" if user != by and is_record_id(user) else self.value(by)
