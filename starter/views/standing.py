"""Whether a party would be synced by now, as the sync's own reading finds it; nothing of the look is kept."""

from enum import StrEnum

from runtime import workers
from runtime.codec import Unreadable
from starter import waits
from starter.requests import NotAnswered, Requests
from starter.views import previews


class RecordStanding(StrEnum):
    """What the program has to do with a party."""

    SYNCED = "synced"
    """EspoCRM has the record, so its next edit, or a sweep, syncs it."""
    EXCLUDED = "excluded"
    """EspoCRM has it, and it is none of the program's business."""
    GONE = "gone"
    """EspoCRM has it no more."""
    UNKNOWN = "unknown"
    """No worker, or EspoCRM, answers; or the worker has another key than this machine."""


async def standing(requests: Requests, party_id: str) -> RecordStanding:
    """Ask now. Raises RPCError."""
    if not await workers.alive(requests.client, requests.task_queue):
        return RecordStanding.UNKNOWN
    try:
        preview = await previews.look(requests, party_id, waits.PREVIEW)
    except (NotAnswered, Unreadable):
        return RecordStanding.UNKNOWN
    if preview.situation is None:
        return RecordStanding.UNKNOWN
    record = preview.situation.espocrm
    if record.gone:
        return RecordStanding.GONE
    return RecordStanding.EXCLUDED if record.excluded else RecordStanding.SYNCED
