"""The workers one by one: what each says about itself, and whether it answers now.

Temporal lists who asked for work lately, by process id and host: for a while longer also who has ended, and who hangs.
A question to the card of a worker (contracts/worker_card.py) reaches that process alone. Of a process on this machine
the kernel knows more: that it is stopped, or gone.
"""

import re
import socket
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts import bounded
from contracts.worker_card import WORKER_CARD, WorkerCard, card_id
from runtime import workers
from runtime.payloads import BOUNDED
from starter import waits

ANSWERS_WITHIN = timedelta(seconds=3)
"""A worker that lives takes some milliseconds; a busy one is asked beside its work, by a poll that waits for this."""
CARDS = 50
"""Cards looked through for processes of this machine that Temporal no longer lists; and asked at the same time, so that
several that hang cost no more than one."""
IDENTITY = re.compile(r"(\d+)@(.+)")
PROC = Path("/proc")


class Standing(StrEnum):
    """How a worker stands."""

    ANSWERS = "answers"
    SILENT = "silent"
    """It hangs, or was killed a moment ago on another machine."""
    STOPPED = "stopped"
    """By a signal (SIGSTOP, Ctrl-Z), on this machine."""
    UNKNOWN = "unknown"
    """It has no card: an older version, which cannot be asked alone."""


class AskedWorker(Frozen):
    """A worker process, as far as it can be known."""

    identity: str
    standing: Standing
    card: WorkerCard | None = None
    taken: datetime | None = None
    """When Temporal took the card, by its own clock."""
    here: int | None = None
    """Process id, where it runs on this machine."""

    @property
    def hangs(self) -> bool:
        """It was asked by itself and did not answer, or cannot."""
        return self.standing in (Standing.SILENT, Standing.STOPPED)


async def look(client: Client, task_queue: str) -> tuple[AskedWorker, ...]:
    """Every worker that works here or seems to, by its identity; who ended decently is left out. Raises RPCError."""
    clear = Client(client.service_client, namespace=client.namespace, data_converter=BOUNDED)
    listed = {worker.identity for worker in await workers.seen(client, task_queue)}
    left = {identity for identity in await _cards_of_this_machine(clear, task_queue) if _is_worker(identity)}

    async def one(identity: str) -> AskedWorker | None:
        return await _asked(clear, task_queue, identity)

    found = await bounded.each(sorted(listed | left), one, at_once=CARDS)
    return tuple(worker for worker in found if worker)


async def _asked(clear: Client, task_queue: str, identity: str) -> AskedWorker | None:
    """None where it has ended."""
    card, taken = await _card(clear, card_id(task_queue, identity))
    here = _process_of(identity)
    if card is None:
        return AskedWorker(identity=identity, standing=Standing.UNKNOWN, here=here)
    if card.ended or (here is not None and not _lives(here)):
        return None
    standing = (
        Standing.STOPPED if here is not None and _is_stopped(here) else await _answer(clear, task_queue, identity)
    )
    return AskedWorker(identity=identity, standing=standing, card=card, taken=taken, here=here)


async def _card(clear: Client, workflow_id: str) -> tuple[WorkerCard | None, datetime | None]:
    """What it said last. Raises RPCError for anything but "nothing"."""
    try:
        events = clear.get_workflow_handle(workflow_id).fetch_history_events(page_size=1, rpc_timeout=waits.TEMPORAL)
        async for event in events:
            begun = event.workflow_execution_started_event_attributes
            [card] = await clear.data_converter.decode(begun.input.payloads, [WorkerCard])
            assert isinstance(card, WorkerCard)
            return card, event.event_time.ToDatetime(UTC)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return None, None


async def _answer(clear: Client, task_queue: str, identity: str) -> Standing:
    handle = clear.get_workflow_handle(card_id(task_queue, identity))
    try:
        await handle.query(workers.ANY_QUESTION, rpc_timeout=ANSWERS_WITHIN)
    except WorkflowQueryFailedError:
        return Standing.ANSWERS  # also that is an answer
    except RPCError as error:
        if error.status not in workers.SILENCE:
            raise
        return Standing.SILENT
    return Standing.ANSWERS


async def _cards_of_this_machine(clear: Client, task_queue: str) -> set[str]:
    """Who said something here, also long ago. Raises RPCError."""
    query = f"WorkflowType = '{WORKER_CARD}'"
    begins, ends = card_id(task_queue, ""), f"@{socket.gethostname()}"
    found = clear.list_workflows(query, limit=CARDS, rpc_timeout=waits.TEMPORAL)
    ids = [run.id async for run in found if run.id.startswith(begins) and run.id.endswith(ends)]
    return {workflow_id.removeprefix(begins) for workflow_id in ids}


def _process_of(identity: str) -> int | None:
    """Its process id, where it is one of this machine and the kernel tells about processes."""
    said = IDENTITY.fullmatch(identity)
    return int(said[1]) if said and said[2] == socket.gethostname() and PROC.is_dir() else None


def _is_worker(identity: str) -> bool:
    """Whether the process of this identity lives and is a worker: another one may have its number by now."""
    process = _process_of(identity)
    return process is not None and b"worker" in _read(process, "cmdline")


def _lives(process: int) -> bool:
    return _state(process) not in ("", "Z")


def _is_stopped(process: int) -> bool:
    return _state(process) in ("T", "t")


def _state(process: int) -> str:
    """R, S, D, T, Z …; empty: there is no such process. It stands behind the name, which may hold anything."""
    return _read(process, "stat").rpartition(b")")[2].decode()[1:2]


def _read(process: int, what: str) -> bytes:
    try:
        return (PROC / str(process) / what).read_bytes()
    except OSError:
        return b""
