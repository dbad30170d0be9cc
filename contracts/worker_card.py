"""What each worker process says about itself, so that they can be compared: ids, a version, what it was started with.

Kept in clear, as the input of a run that has ended: it holds nothing but ids, and who lacks a key reads in it which.
"""

from datetime import datetime

from beteiligte.frozen import Frozen

WORKER_CARD = "WorkerCard"


class WorkerCard(Frozen):
    """One worker process."""

    identity: str
    """As Temporal lists it: process id and host."""
    version: str
    said: datetime
    """By the clock of its machine."""
    keys: tuple[str, ...] = ()
    """Ids of the keys that it can decrypt with, by its key file as it is by now."""
    encrypts: str | None = None
    """Id of the key that it encrypts with; None: it writes in clear."""
    marks: tuple[str, ...] = ()
    """Each of the ids with a fingerprint of its secret, which tells nothing of it; empty: an earlier version's."""
    observe: bool = False
    processes: int = 1
    """Workers among which it divides the calls of a second."""
    ended: bool = False
    """It ended decently: who is still listed for a while is no worker that hangs."""

    def says_as(self, other: "WorkerCard") -> bool:
        """Whether both say the same, at whatever time."""
        return self.but(said=other.said) == other


def card_id(task_queue: str, identity: str) -> str:
    """Workflow id of its card, and the task queue that nobody but this worker asks: who answers there lives."""
    return f"{task_queue}-worker-{identity}"
