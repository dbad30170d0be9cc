"""A delivery of many parties, stored as one: what its run is told and answers."""

from beteiligte.frozen import Frozen
from beteiligte.request_reason import Reason
from contracts.timing import Timing

DELIVERY = "Delivery"
ARRIVED = "arrived"
MOST = 5_000
"""Ids of one run: Temporal takes 2 MB an order, and they stand in it once more as they are asked for."""


class DeliveryOrder(Frozen):
    """Ask for a sync of each of these parties."""

    party_ids: tuple[str, ...]
    reason: Reason
    timing: Timing = Timing()


class DeliveryAsked(Frozen):
    """What a delivery came to."""

    parties: int
