"""A state of the embedded server as far as it is looked at from outside, without a server that makes it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.history.v1 import History, HistoryEvent, WorkflowExecutionStartedEventAttributes

from runtime.codec import ENCODING
from runtime.state_file import TEMPORAL_S


def sealed_state(path: Path, *, key: str | None = "key-1") -> Path:
    """One run, whose input is closed with this key; None: it is in clear."""
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"encoding": ENCODING, "key": key.encode()} if key else {"encoding": b"json/plain"}
    given = Payloads(payloads=[Payload(metadata=metadata, data=b"1")])
    begun = HistoryEvent(
        workflow_execution_started_event_attributes=WorkflowExecutionStartedEventAttributes(input=given)
    )
    with closing(sqlite3.connect(path)) as state:
        state.execute(f"CREATE TABLE {TEMPORAL_S} (workflow_id)")
        state.execute("CREATE TABLE history_node (data)")
        state.execute("INSERT INTO history_node VALUES (?)", (History(events=[begun]).SerializeToString(),))
        state.commit()
    return path
