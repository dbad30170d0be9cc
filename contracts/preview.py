"""What a sync would do, without doing it."""

from beteiligte.decide.decision import Decision
from beteiligte.decide.owed import Owed
from beteiligte.decide.situation import Situation
from beteiligte.frozen import Frozen
from contracts.fault_report import FaultReport
from contracts.timing import Timing

PREVIEW = "BeteiligterVorschau"


class PreviewOrder(Frozen):
    """Which party to look at."""

    party_id: str
    timing: Timing = Timing()
    owed: Owed = Owed()
    """What the party's own run has landed and not yet written: a sync would go by it."""


class Preview(Frozen):
    """What a sync would do; nothing of it was done."""

    party_id: str
    situation: Situation | None = None
    decision: Decision | None = None
    write_back: bool = False
    """EspoCRM would be written."""
    link: int | None = None
    """The betNr that a look-up found and that would be entered first."""
    calls: dict[str, int] = {}
    """What it would cost, by system and operation; retries and messages aside."""
    failure: FaultReport | None = None
    """Why it could not be told; then everything above is empty."""
