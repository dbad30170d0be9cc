"""What a wrong design is: a text that stands once in a file, the text that makes it wrong, and who must notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One wrong design."""

    name: str
    file: str
    old: str
    new: str
    caught_by: str
    """Test node ids or files, with spaces between."""
