"""Names by which runs are found in the Web UI: ids and states only, since they are never encrypted."""

BET_NR = "BetNr"
SYNC_STATUS = "SyncStatus"
DECISION = "Decision"
CREATE_BEGUN = "CreateBegun"
"""Stands on a run from before its POST until the outcome is written, also where that run was reset or terminated."""
PERMIT = " "
"""In its name, between the link that was lost, or `first`, and what permits one more create."""
ALL = (BET_NR, SYNC_STATUS, DECISION, CREATE_BEGUN)

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


def party_of(workflow: str) -> str:
    """The party whose workflow has this id."""
    return workflow.removeprefix(WORKFLOW_PREFIX)


def outage_id(system: str) -> str:
    """The id of the workflow that watches a system which is down."""
    return f"outage-{system}"
