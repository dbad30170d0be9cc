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

    first_wait: timedelta = Field(
        timedelta(minutes=1), description="Wait after the first failed attempt of an outside call."
    )
    wait_factor: float = Field(
        4.0, ge=1, description="Factor by which each further wait is longer than the one before: 1, 4, 16, 64 minutes."
    )
    attempts: int = Field(5, ge=1, description="Attempts of every outside call before it counts as failed.")
    first_try: timedelta = Field(
        timedelta(seconds=4),
        gt=timedelta(0),
        description="Longest time of a first attempt that the worker makes by itself, its wait for a place included; "
        "what takes longer is begun anew as a step that the Web UI shows waiting. Above 5 s Temporal's library warns, "
        "above 8 s it has to keep the run's task alive.",
    )
    call: timedelta = Field(
        timedelta(seconds=100),
        description="Longest time of one attempt of a step: up to three calls and some slack, then it is given up.",
    )
    create: timedelta = Field(
        timedelta(seconds=90),
        description="Longest time of one attempt of a create; after it the outcome counts as unknown, so it must be "
        "longer than all that comes before the POST, and the POST, may take.",
    )
    write_back_again: timedelta = Field(
        timedelta(hours=1),
        description="Time between tries to write back what landed, after the attempts are used up.",
    )
    syncing_after: timedelta = Field(
        timedelta(seconds=3),
        description="Time from the first attempt that failed, or took too long, until a sync that still goes on shows "
        "`syncing` in EspoCRM; a quick one never does.",
    )
    tell_again: timedelta = Field(
        timedelta(hours=1), description="Longest wait between tries to tell a person; tried until it got through."
    )
    observe: bool = Field(
        False, description="Observe mode: everything is decided and shown, nothing is written and nobody is told."
    )
    rounds: int = Field(
        3, description="How often one sync reads both sides anew when a side moved meanwhile; then its attempt fails."
    )


class SweepTiming(Frozen):
    """How much a sweep does, and when it stops and asks."""

    overlap: timedelta = Field(
        timedelta(minutes=5), description="How much of the time of the sweep before a sweep looks at again."
    )
    retry_after: timedelta = Field(
        timedelta(hours=24), description="Time after which a permanently failed party is tried once more."
    )
    listing: bool = Field(False, description="Whether Advoware lists betNr and rowId in bulk (docs/assumptions.md).")
    reads: int = Field(
        200, ge=0, le=2_000, description="Parties read in Advoware by one sweep where it lists nothing; 0: none."
    )
    recent: int = Field(
        50,
        ge=0,
        le=100,
        description="Number of a sweep's reads (SWEEP_READS) that go to the linked parties modified last in EspoCRM, "
        "but never more than half: the rest goes round all parties.",
    )
    remember: timedelta = Field(
        timedelta(days=15),
        ge=timedelta(0),
        description="Time without a sync after which a linked party is synced at night, a few each night, so that its "
        "betNr is known when its record is deleted: Temporal forgets closed runs (`TEMPORAL_RETENTION`, of which "
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
        description="Number of changes in one direction up to which a sweep goes on; of few parties compared with "
        "Advoware a quarter, but at least 20, if that is less.",
    )
    guard_share: float = Field(
        0.05,
        gt=0,
        le=1,
        description="Share of all parties that may change in one direction; above it a sweep stops and asks.",
    )
    call: timedelta = Field(
        timedelta(minutes=5), description="Longest time of one attempt of a sweep's page, or of a portion of its syncs."
    )
    alive: timedelta = Field(
        timedelta(seconds=30),
        gt=timedelta(0),
        description="Time without a sign of life after which a worker counts as dead, and another does its page.",
    )
    tell_again: timedelta = Field(
        timedelta(hours=1), description="Longest wait between tries to tell people why a sweep stopped."
    )

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
    probe_factor: float = Field(
        2.0, description="Factor by which each further wait for a try is longer than the one before."
    )
    longest_probe: timedelta = Field(
        timedelta(minutes=30), description="Longest wait between two tries whether the system works again."
    )
    trial: timedelta = Field(
        timedelta(minutes=15), description="Longest time of one try: one waiting party is synced, once."
    )
    call: timedelta = Field(
        timedelta(seconds=100),
        description="Longest time of one attempt to tell people of an outage, or to ask for syncs after it.",
    )
    tell_again: timedelta = Field(
        timedelta(hours=1), description="Longest wait between tries to tell people of an outage."
    )
