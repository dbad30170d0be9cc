"""Why a sync is asked for: stands in histories, so names are added, never renamed."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a sync is asked for."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    DELETED_TOGETHER = "deleted_together"
    """One of many deletes of a delivery: whoever asked tells people of all of them in one message."""
    PERSON = "person"
    SWEEP = "sweep"
    TRIAL = "trial"
    """After an outage: one attempt, whose outcome tells whether the system works again."""
    RECOVERED = "recovered"
    """The outage this party waited for is over."""
    RIVAL = "rival"
    """Another record that suited the same party in Advoware has been settled."""
