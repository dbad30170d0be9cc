"""Names by which runs are found in the Web UI: ids and states only, since they are never encrypted."""

import re
from dataclasses import dataclass

from temporalio.common import SearchAttributeKey, TypedSearchAttributes

from beteiligte.ids import is_record_id

BET_NR = SearchAttributeKey.for_keyword("BetNr")
SYNC_STATUS = SearchAttributeKey.for_keyword("SyncStatus")
DECISION = SearchAttributeKey.for_keyword("Decision")
CREATE_BEGUN = SearchAttributeKey.for_keyword("CreateBegun")
"""Stands on a run from before its POST until the party is in agreement, or the POST surely had no effect: also where
that run was reset or terminated, or EspoCRM was told of the doubt and is set back to before it was."""
TROUBLE = SearchAttributeKey.for_keyword("Trouble")
"""Stands on a run whose last sync failed: what was refused and how, and a hash of what people know of it. By it the
next run knows what was told where EspoCRM takes no status either, and whether other parties are refused alike."""
UNWRITTEN = "!"
"""In it, after the hash: EspoCRM took no status either."""
NOT_BELIEVED = SearchAttributeKey.for_keyword("NotBelieved")
"""Stands on a run to which something was said that was not sealed for it: what, and why it was dropped."""
ALL = tuple(key.name for key in (BET_NR, SYNC_STATUS, DECISION, CREATE_BEGUN, TROUBLE, NOT_BELIEVED))
"""Their names, as a server has to know them before the first run."""

_BET_NR = re.compile(r"[0-9]{1,10}")

WORKFLOW_PREFIX = "beteiligte-"


PAUSE_ID = "pause"
"""Workflow id of the pause: there is one at most."""


SELFTEST_ID = "self-test"
"""Workflow id of the self-test: there is one at most."""
SELFTEST_MEMO = "found"
"""What it found last; encrypted like everything that is no id."""


def workflow_id(party_id: str) -> str:
    """The id of a party's workflow: it is the lock."""
    return f"{WORKFLOW_PREFIX}{party_id}"


def is_party(workflow: str) -> bool:
    """Whether it can be a party's: a run of another id was begun by none of ours, and its id stands in commands and
    questions to Temporal that others make of it.
    """
    return workflow.startswith(WORKFLOW_PREFIX) and is_record_id(party_of(workflow))


def literal(text: str) -> str:
    """It as it stands in a question to Temporal, whatever a stranger called his run or his task queue."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def party_of(workflow: str) -> str:
    """The party whose workflow has this id."""
    return workflow.removeprefix(WORKFLOW_PREFIX)


def outage_id(system: str) -> str:
    """The id of the workflow that watches a system which is down."""
    return f"outage-{system}"


def bet_nr_of(shown: TypedSearchAttributes) -> int | None:
    """The betNr that a run shows; None also for what is none.

    Search attributes are clear, and whoever reaches Temporal's port starts runs with such as he likes: who looks at all
    runs must be stopped by none of them.
    """
    text = shown.get(BET_NR) or ""
    return int(text) or None if _BET_NR.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stands under `Trouble`: `espocrm.write Locked 0a1b2c3d4e5f!`."""

    kind: str
    told: str = ""
    """A hash of what people know of it; none where its outage tells them."""
    unwritten: bool = False

    def __str__(self) -> str:
        """As it stands on the run."""
        return f"{self.kind} {self.told}{UNWRITTEN if self.unwritten else ''}".rstrip()

    @classmethod
    def parse(cls, text: str) -> "Trouble":
        """The same, read; of any text something, since anybody who reaches Temporal's port may have written it."""
        call, code, known, *_ = (*text.split(" "), "", "")
        return cls(f"{call} {code}", known.removesuffix(UNWRITTEN), unwritten=known.endswith(UNWRITTEN))
