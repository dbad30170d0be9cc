"""The keys under which Temporal holds payloads: this key file must open each, else history cannot be read here.

One payload of each run of a sample is opened: open runs, the newest, and some of every age. An id says too little: a
file that was lost and made anew has another key under the same one.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from beteiligte.frozen import Frozen
from contracts import bounded
from installation.check import Area, Check, Verdict
from runtime.codec import EncryptingCodec, Unreadable, key_of
from runtime.key_file import KeyRing
from runtime.settings import TemporalSettings
from starter import waits
from starter.views.checks.check import found

NAME = "keys of what Temporal keeps"
AGES = (1, 3, 7, 14, 21, 28)
"""Days: between two of them a key may have been rotated."""
OPEN, NEWEST = 20, 5


class SealedRun(Frozen):
    """A run whose input is encrypted."""

    key: str
    """The key's id."""
    started: datetime
    opens: bool
    """Whether the key file here opens it."""


async def checks(client: Client, ring: KeyRing | None, settings: TemporalSettings) -> Sequence[Check]:
    """Judge those of the sample. Raises RPCError."""
    held = await sampled(client, ring)
    known = set(ring.ids) if ring else set()
    lacking = _named(run for run in held if run.key not in known)
    others = _named(run for run in held if run.key in known and not run.opens)
    if not (lacking or others):
        keys = ", ".join(sorted({run.key for run in held}))
        return [found(NAME, Verdict.OK, _well(keys), area=Area.KEYS)]
    why = (
        f"it holds payloads under keys that {settings.keys} lacks: {lacking}" if lacking else "",
        f"{settings.keys} has another key under the id of the one that closed them: {others}" if others else "",
    )
    remedy = "put the key file here that opens them, from the copy or from a machine whose workers have it"
    return [found(NAME, Verdict.WRONG, "; ".join(filter(None, why)), remedy, area=Area.KEYS)]


def _well(keys: str) -> str:
    return f"of {keys}; one payload of each run looked at was opened" if keys else "nothing is encrypted yet"


def _named(runs: Iterable[SealedRun]) -> str:
    """Each key with the newest run of the sample under it."""
    newest: dict[str, datetime] = {}
    for run in runs:
        newest[run.key] = max(run.started, newest.get(run.key, run.started))
    return ", ".join(f"{key} (run of {newest[key]:%Y-%m-%d %H:%M})" for key in sorted(newest))


async def sampled(client: Client, ring: KeyRing | None) -> tuple[SealedRun, ...]:
    """Those of the sample that are encrypted. Raises RPCError."""
    codec = EncryptingCodec(ring) if ring else None
    runs: dict[tuple[str, str], datetime] = {}
    for query, limit in _queries(datetime.now(UTC)):
        async for run in client.list_workflows(query, limit=limit, rpc_timeout=waits.TEMPORAL):
            runs[run.id, run.run_id] = run.start_time

    async def one(run: tuple[str, str]) -> SealedRun | None:
        payload = await _sealed(client, *run)
        if payload is None:
            return None
        return SealedRun(key=key_of(payload) or "", started=runs[run], opens=_opens(codec, payload))

    return tuple([seen for seen in await bounded.each(runs, one) if seen])


def _queries(now: datetime) -> list[tuple[str, int]]:
    aged = (now - timedelta(days=days) for days in AGES)
    return [
        ("ExecutionStatus = 'Running'", OPEN),
        ("ExecutionStatus != 'Running'", NEWEST),
        *((f"StartTime < '{at.isoformat()}'", 1) for at in aged),
    ]


async def _sealed(client: Client, workflow_id: str, run_id: str) -> Payload | None:
    """The first encrypted payload of its input; None: it is in clear."""
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    async for event in handle.fetch_history_events(page_size=1, rpc_timeout=waits.TEMPORAL):
        payloads = event.workflow_execution_started_event_attributes.input.payloads
        return next((payload for payload in payloads if key_of(payload) is not None), None)
    return None


def _opens(codec: EncryptingCodec | None, payload: Payload) -> bool:
    if codec is None:
        return False
    try:
        codec.opened(payload)
    except Unreadable:
        return False
    return True
