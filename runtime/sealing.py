"""What a sealed payload is bound to, and who vouches for the key that closed it.

Ids and purpose stand beside the sealed bytes and are authenticated with them (associated data): whoever reads a history
opens it without knowing them, a run compares. So what was recorded of one run opens in no other, and the order of an
activity is no order of another one.
"""

import functools
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

from temporalio.converter import (
    ActivitySerializationContext,
    SerializationContext,
    WorkflowSerializationContext,
)

from contracts.reconciliation import SCHEDULED

BOUND = "bound"
"""Metadata: what it is bound to."""
VOUCHED = "vouched"
"""Metadata: a tag by each other key that its writer had."""
TAG = 16
"""Bytes."""
RUN = "run"
STARTED_AT = re.compile(r"-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
"""What Temporal appends to a schedule's id for the id of a run that it starts (temporal.md §9)."""


@dataclass(frozen=True)
class Binding:
    """A namespace, a workflow id, and what it is for."""

    namespace: str
    workflow_id: str
    purpose: str

    @functools.cached_property
    def written(self) -> bytes:
        """As it stands beside what is sealed."""
        return json.dumps([self.namespace, self.workflow_id, self.purpose], separators=(",", ":")).encode()

    def is_sibling(self, written: bytes) -> bool:
        """Whether that is the schedule's which started this run, or another run's of it.

        A schedule seals its order before a run has an id, and Temporal hands a run the result of the one before.
        """
        mine = _schedule_of(self.workflow_id)
        try:
            namespace, workflow_id, purpose = json.loads(written)
        except (ValueError, TypeError):
            return False
        known = mine is not None and mine == _schedule_of(str(workflow_id))
        return known and (namespace, purpose) == (self.namespace, self.purpose)


def _schedule_of(workflow_id: str) -> str | None:
    return next(
        (name for name in SCHEDULED if workflow_id.startswith(name) and _is_of(workflow_id[len(name) :])),
        None,
    )


def _is_of(rest: str) -> bool:
    return not rest or STARTED_AT.fullmatch(rest) is not None


@functools.lru_cache(maxsize=4_096)
def binding(context: SerializationContext) -> Binding:
    """What is sealed in this place is bound to this; asked anew for each payload, so what is known is kept.

    Of an activity only what both sides know alike: its worker knows an id that the run does not, and the attempts of
    one step share what they leave behind.
    """
    if isinstance(context, WorkflowSerializationContext):
        return Binding(context.namespace, context.workflow_id, RUN)
    if isinstance(context, ActivitySerializationContext):
        return Binding(context.namespace, context.workflow_id or "", f"activity {context.activity_type}")
    return Binding("", "", type(context).__name__)


def tag(secret: bytes, sealed: bytes) -> bytes:
    """By which a holder of this key vouches for what another one closed."""
    return hmac.digest(secret, sealed, hashlib.sha256)[:TAG]


def vouches(secret: bytes, sealed: bytes, tags: bytes) -> bool:
    """Whether one of them is this key's."""
    mine = tag(secret, sealed)
    return any(hmac.compare_digest(mine, tags[at : at + TAG]) for at in range(0, len(tags), TAG))
