"""The keys under which Temporal holds payloads: this key file must know each, else history cannot be read here.

Only the ids that stand beside payloads are looked at, of a sample: open runs, the newest, and some of every age.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from contracts import bounded
from installation.check import Area, Check, Verdict
from runtime.codec import ENCODING
from runtime.key_file import KeyRing
from runtime.settings import TemporalSettings
from starter import waits
from starter.views.checks.check import found

NAME = "keys of what Temporal keeps"
AGES = (1, 3, 7, 14, 21, 28)
"""Days: between two of them a key may have been rotated."""
OPEN, NEWEST = 20, 5


async def checks(client: Client, ring: KeyRing | None, settings: TemporalSettings) -> Sequence[Check]:
    """Judge those of the sample. Raises RPCError."""
    held = await sampled(client)
    known = set(ring.ids) if ring else set()
    missing = sorted(held.keys() - known)
    if missing:
        runs = ", ".join(f"{key} (run of {held[key]:%Y-%m-%d %H:%M})" for key in missing)
        seen = f"it holds payloads under keys that {settings.keys} lacks: {runs}"
        remedy = "put the key file here that holds them, from the copy or from a machine whose workers have it"
        return [found(NAME, Verdict.WRONG, seen, remedy, area=Area.KEYS)]
    seen = f"of {', '.join(sorted(held))}, which are known here" if held else "nothing is encrypted yet"
    return [found(NAME, Verdict.OK, seen, area=Area.KEYS)]


async def sampled(client: Client) -> dict[str, datetime]:
    """Key ids, each with the start of the newest run of the sample under it. Raises RPCError."""
    runs: dict[tuple[str, str], datetime] = {}
    for query, limit in _queries(datetime.now(UTC)):
        async for run in client.list_workflows(query, limit=limit, rpc_timeout=waits.TEMPORAL):
            runs[run.id, run.run_id] = run.start_time

    async def one(run: tuple[str, str]) -> tuple[str, datetime] | None:
        key = await _key(client, *run)
        return (key, runs[run]) if key else None

    looked = [seen for seen in await bounded.each(runs, one) if seen]
    return {key: max(at for other, at in looked if other == key) for key, _ in looked}


def _queries(now: datetime) -> list[tuple[str, int]]:
    aged = (now - timedelta(days=days) for days in AGES)
    return [
        ("ExecutionStatus = 'Running'", OPEN),
        ("ExecutionStatus != 'Running'", NEWEST),
        *((f"StartTime < '{at.isoformat()}'", 1) for at in aged),
    ]


async def _key(client: Client, workflow_id: str, run_id: str) -> str:
    """The id of the key that its input is encrypted with; empty: it is in clear."""
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    async for event in handle.fetch_history_events(page_size=1, rpc_timeout=waits.TEMPORAL):
        for payload in event.workflow_execution_started_event_attributes.input.payloads:
            if payload.metadata.get("encoding") == ENCODING:
                return payload.metadata.get("key", b"").decode(errors="replace")
        return ""
    return ""
