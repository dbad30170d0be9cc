"""What Temporal knows that forbids a probe: a pause, or a run whose betNr is not yet written to EspoCRM."""

from datetime import timedelta

from temporalio.service import RPCError

from runtime.connection import connect
from runtime.control import is_paused
from runtime.settings import TemporalSettings
from runtime.telemetry import Telemetry
from starter.views import parties

WITHIN = timedelta(seconds=3)
"""A probe is made before the first start as well: then there is no Temporal, and nothing is under way."""


async def of(temporal: TemporalSettings, bet_nr: int | None, telemetry: Telemetry) -> str:
    """Why nothing may be written now; empty: nothing is known. Raises SettingsError where the keys are unusable."""
    try:
        client = await connect(temporal, telemetry=telemetry, within=WITHIN)
        if await is_paused(client):
            return "all writing is paused: `beteiligte-sync resume` lets it go on"
        known = await parties.holding(client, str(bet_nr)) if bet_nr else []
    except (RuntimeError, TimeoutError, RPCError):
        return ""
    if known:
        return f"betNr {bet_nr} belongs to {', '.join(known)}, by a run that Temporal keeps: choose another test party"
    return ""
