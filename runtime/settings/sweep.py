"""How what webhooks miss is found: the schedules, and what a reconciliation run may do."""

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from contracts.timing import SweepTiming
from runtime.settings.base import Settings, TakesEffect, config


class SweepSettings(Settings, SweepTiming):
    """How what webhooks miss is found."""

    model_config = config("SWEEP_")
    usually: ClassVar = TakesEffect.APPLIED

    every: timedelta = Field(
        timedelta(minutes=15), ge=timedelta(seconds=1), description="Time from one sweep to the next."
    )
    # Not between two and three: that hour is missing on a night in March.
    nightly: str = Field("30 3 * * *", description="When everything is compared: five fields of cron, German time.")
    jitter: timedelta = Field(timedelta(seconds=30), description="Time over which starts of sweeps are spread.")

    def timing(self) -> SweepTiming:
        """What travels in the workflow's order."""
        return SweepTiming(**self.model_dump(include=set(SweepTiming.model_fields)))
