"""How long things wait: every wait and time-out of a workflow, as it travels in the workflow's order.

The defaults are the firm's; a trial installation and the tests shorten them by settings (design §8).
"""

from datetime import timedelta

from pydantic import Field

from beteiligte.frozen import Frozen

PAGE = 200
"""EspoCRM lists no more rows at once (facts/espocrm.md §2.5), and a sweep looks at no more parties by one activity."""
READ_AT_ONCE = 50
"""Parties of a page that are read one by one: an attempt must end in time at an Advoware that takes seconds a read."""


class Timing(Frozen):
    """Waits and time-outs of one party's workflow."""

    first_wait: timedelta = Field(timedelta(minutes=1), description="Wait after the first failed attempt.")
    wait_factor: float = Field(
        4.0, ge=1, description="Each further wait is so many times longer: 1, 4, 16, 64 minutes."
    )
    attempts: int = Field(5, ge=1, description="Attempts of every outside call before it counts as failed.")
    call: timedelta = Field(
        timedelta(seconds=100),
        description="One attempt of a step: up to three calls and some slack, then it is given up.",
    )
    create: timedelta = Field(
        timedelta(seconds=90),
        description="One attempt of a create; after it the outcome counts as unknown, so it must be longer than all "
        "that comes before the POST, and the POST, may take.",
    )
    write_back_again: timedelta = Field(
        timedelta(hours=1),
        description="Between tries to write back what landed, after the attempts are used up.",
    )
    syncing_after: timedelta = Field(
        timedelta(seconds=3), description="A sync that takes longer shows `syncing` in EspoCRM."
    )
    tell_again: timedelta = Field(
        timedelta(hours=1), description="Longest wait between tries to tell a person; tried until it got through."
    )
    observe: bool = Field(
        False, description="Observe mode: everything is decided and shown, nothing is written and nobody is told."
    )
    rounds: int = Field(3, description="Readings anew within one sync when a side moved meanwhile.")


class SweepTiming(Frozen):
    """How much a sweep does, and when it stops and asks."""

    overlap: timedelta = Field(
        timedelta(minutes=5), description="A sweep looks again at so much of the time of the one before."
    )
    retry_after: timedelta = Field(
        timedelta(hours=24), description="After which a permanently failed party is tried once more."
    )
    listing: bool = Field(False, description="Whether Advoware lists betNr and rowId in bulk (docs/assumptions.md).")
    reads: int = Field(
        200, ge=0, le=2_000, description="Parties read in Advoware by one sweep where it lists nothing; 0: none."
    )
    recent: int = Field(
        50,
        ge=0,
        le=100,
        description="Of these reads, so many go to the linked parties modified last in EspoCRM, at every sweep, but "
        "never more than half: the rest goes round all parties.",
    )
    remember: timedelta = Field(
        timedelta(days=15),
        ge=timedelta(0),
        description="A linked party without a sync for so long is synced at night, a few of all each night, so that "
        "its betNr is known when its record is deleted: Temporal forgets closed runs (`TEMPORAL_RETENTION`, of which "
        "this is half at most); 0: none.",
    )
    in_flight: int = Field(
        4, ge=1, le=100, description="Syncs of a sweep at the same time: few, so that a person's edit finds room."
    )
    patience: timedelta = Field(timedelta(minutes=1), description="How long one sync may hold up a sweep's others.")
    give_way: timedelta = Field(
        timedelta(seconds=2),
        description="How long a sweep's next sync waits for one that a person or a delivery asked for.",
    )
    guard_number: int = Field(
        100,
        ge=1,
        description="So many changes in one direction are never suspicious; of few parties compared with Advoware a "
        "quarter, but at least 20, if that is less.",
    )
    guard_share: float = Field(
        0.05, gt=0, le=1, description="A larger share of all parties changed in one direction stops the sweep and asks."
    )
    call: timedelta = Field(timedelta(minutes=5), description="One attempt of a page or a portion.")
    alive: timedelta = Field(
        timedelta(seconds=30),
        gt=timedelta(0),
        description="A worker that gives no sign of life for so long counts as dead, and another does its page.",
    )
    tell_again: timedelta = Field(timedelta(hours=1), description="Longest wait between tries to tell people.")

    @property
    def recent_reads(self) -> int:
        """Reads of a sweep for the parties modified last; half at most, else the others' turn would never come."""
        return min(self.recent, self.reads // 2)

    @property
    def reads_at_once(self) -> int:
        """Reads of a sweep's first page, its longest: beside the page those of the parties modified last."""
        return self.recent_reads + min(self.rolling_reads, READ_AT_ONCE)

    @property
    def rolling_reads(self) -> int:
        """Reads of a sweep that go round all parties."""
        return self.reads - self.recent_reads


class OutageTiming(Frozen):
    """Waits of the workflow that watches a system which is down."""

    first_probe: timedelta = Field(
        timedelta(minutes=2), description="Wait before the first try whether the system works again."
    )
    probe_factor: float = Field(2.0, description="Each further wait is so many times longer.")
    longest_probe: timedelta = Field(timedelta(minutes=30), description="Longest wait between two tries.")
    trial: timedelta = Field(timedelta(minutes=15), description="One try: one waiting party is synced, once.")
    call: timedelta = Field(timedelta(seconds=100), description="One attempt to tell people or to ask for syncs.")
    tell_again: timedelta = Field(timedelta(hours=1), description="Longest wait between tries to tell people.")
