"""What one field needs: the smallest piece of a decision."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from beteiligte.decide.evidence import Basis, Resolution
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.value_kinds import Value


class Source(StrEnum):
    """Whose value both sides shall have."""

    NOTHING = "nothing"
    ESPOCRM = "espocrm"
    ADVOWARE = "advoware"
    CHOSEN = "chosen"
    """The one that a person chose."""


class FieldVerdict(Frozen):
    """What one field needs. Nothing branches on `because`."""

    source: Source
    conflict: bool = False
    """Both sides hold a value of their own; the loser is told before it is overwritten, or a person is asked."""
    basis: Basis | None = None
    """Of a conflict: by what it is settled."""
    chosen: Value = None
    because: str
    by: str = Field("", exclude_if=lambda by: not by)
    """Who chose it."""
    at: datetime | None = Field(None, exclude_if=lambda at: at is None)
    """When."""

    @property
    def winner(self) -> System | None:
        """The side that wins, where one does."""
        return System(self.source.value) if self.source in (Source.ESPOCRM, Source.ADVOWARE) else None

    @classmethod
    def of_conflict(cls, resolution: Resolution, because: str) -> "FieldVerdict":
        """A conflict settled for one side, or left to a person."""
        source = Source(resolution.winner.value) if resolution.winner else Source.NOTHING
        ends = f"{resolution.winner} wins" if resolution.winner else "a person decides"
        because = "; ".join(dict.fromkeys((because, resolution.basis.words, ends)))
        return cls(source=source, conflict=True, basis=resolution.basis, because=because)

    def value(self, espocrm: Value, advoware: Value) -> Value:
        """What both sides shall have. Asked only where something is taken."""
        return {Source.ESPOCRM: espocrm, Source.ADVOWARE: advoware}.get(self.source, self.chosen)
