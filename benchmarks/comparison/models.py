"""What the bench's processes say to each other, and what was measured."""

from pydantic import ConfigDict

from beteiligte.frozen import Frozen


class Strict(Frozen):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid")


class LoadJob(Strict):
    """What the load has to do: one line of JSON on its standard input."""

    ids: tuple[str, ...]
    warm: tuple[str, ...] = ()
    """Parties that are synced before anything is measured."""
    in_flight: int = 1
    hook: str = ""
    """Where deliveries go; empty: the load makes the calls itself, and nothing is around them."""
    done: str = ""
    """The stand-ins' stream that tells when a party is done."""
    event: str = "equal"
    """Of that stream: `equal` when both sides agree, `read` when Advoware was read."""
    secret: tuple[str, str] | None = None
    """Webhook id and key, where deliveries are signed."""
    together: bool = False
    """All ids in one POST."""
    repeat: int = 0
    """So many POSTs for the first id alone."""


class LoadResult(Strict):
    """What the load saw: one line of JSON on its standard output."""

    seconds: float
    latencies: tuple[float, ...] = ()
    """Seconds from a party's POST until it was done."""
    answered: float = 0.0
    """Seconds until the one POST was answered."""
    cpu: float
    """Seconds of the load's own."""
    rss: float = 0.0
    """MB of the load's own."""


class Kept(Strict):
    """What a Temporal server keeps of a run, medians of the newest."""

    runs: int
    events: float
    bytes: float
    workflow_tasks: float
    actions: float
    """What Temporal Cloud would bill."""
    order: tuple[str, ...] = ()
    """The events of the most frequent shape."""


class CaseFigures(Strict):
    """One case on one system in one round."""

    system: str
    case: str
    round: int
    parties: int
    seconds: float
    p50: float
    """Milliseconds."""
    p95: float
    """Milliseconds."""
    cpu: dict[str, float]
    """Milliseconds a sync, by process."""
    rss: dict[str, float] = {}
    """MB, by process."""
    calls: dict[str, int] = {}
    unequal: int = 0
    """Parties that differ afterwards: nothing else counts then."""
    answered: float = 0.0
    """Milliseconds until the one POST was answered."""
    kept: Kept | None = None
    state: float = 0.0
    """Growth of the state file, kB a sync."""

    @property
    def rate(self) -> float:
        """Parties a second."""
        return self.parties / self.seconds


class Measured(Strict):
    """A whole run of the bench."""

    cores: int
    python: str
    date: str
    figures: tuple[CaseFigures, ...]
    left_out: dict[str, str] = {}
    """Systems that are not installed here, and why."""
