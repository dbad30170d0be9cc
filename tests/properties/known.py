"""What the model knows of one party: what stands on each side, what the program was shown, what people did."""

from dataclasses import dataclass, field

from tests.properties.edits import Standing
from tests.properties.script import SIDES


@dataclass
class Known:
    """What the model knows of one party."""

    id: str
    sides: dict[str, Standing] = field(default_factory=lambda: {side: Standing() for side in SIDES})
    read: dict[str, Standing] = field(default_factory=lambda: {side: Standing() for side in SIDES})
    """What the program was last shown of each side."""
    bet_nrs: list[int] = field(default_factory=list)
    """What was created in Advoware for it; more than one is a double."""
    gone: set[str] = field(default_factory=set)
    """Sides on which a person deleted it."""
    choosing: set[str] = field(default_factory=set)
    """Fields about which a person has just decided: until all rests, what was told or shown to him may go."""
    chosen: set[str] = field(default_factory=set)
    """Fields about which a person ever decided: a run that is reset to before that does it once more."""
    misled: bool = False
    """A stale read showed what is no more, and no version told the write that went by it: what is told may be odd."""
    unwritten: list[frozenset[int]] = field(default_factory=list)
    """Edits that landed in Advoware and that only the run knows of."""
    linking: frozenset[int] = frozenset()
    """Those among them that a create brought."""
    ended: list[str] = field(default_factory=list)
    """Runs that were ended by hand."""
    knew: dict[str, list[Standing]] | None = None
    """All that was shown since then, while a run and what an ended one left behind may go by different reads."""

    def known_of(self, side: str) -> list[Standing]:
        """What a write may go by: the last read, or any of those."""
        return [*(self.knew[side] if self.knew else ()), self.read[side]]
