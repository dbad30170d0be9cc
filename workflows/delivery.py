"""A delivery of many parties: stored as one, so that it is answered at once; asked for here, however long that takes.

Workflow id `delivery-<reason>-<hash of the ids>`: what EspoCRM sends again while it is being asked for joins it. It is
then asked for once more from its beginning, since a repeated delivery may tell of a later edit than the first did.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.outage import OutageActivities
    from contracts.delivery import ARRIVED, DELIVERY, DeliveryAsked, DeliveryOrder
    from contracts.outage import AskOrder
    from contracts.sweep_limits import PORTION
    from workflows import options


@workflow.defn(name=DELIVERY)
class DeliveryWorkflow:
    """Asks for the sync of each party of one delivery."""

    @workflow.init
    def __init__(self, order: DeliveryOrder) -> None:
        """Nothing has arrived yet; the signal that starts the run says so."""
        self._order = order
        self._arrived = 0

    @workflow.signal(name=ARRIVED)
    def arrived(self) -> None:
        """The delivery came, for the first time or again."""
        self._arrived += 1

    @workflow.run
    async def run(self, order: DeliveryOrder) -> DeliveryAsked:
        """How many parties were asked for."""
        await workflow.wait_condition(lambda: self._arrived > 0)
        answered = 0
        while answered < self._arrived:
            answered = self._arrived
            for start in range(0, len(order.party_ids), PORTION):
                await self._ask(start)
        return DeliveryAsked(parties=len(order.party_ids))

    async def _ask(self, start: int) -> None:
        """A portion: small, since an attempt that breaks off begins it anew."""
        portion = self._order.party_ids[start : start + PORTION]
        total = len(self._order.party_ids)
        config = options.asking(self._order.timing.call, f"ask for {len(portion)} of {total} parties")
        await workflow.execute_activity_method(
            OutageActivities.ask, AskOrder(party_ids=portion, reason=self._order.reason), **config
        )
        workflow.set_current_details(f"**{start + len(portion)} of {total}** parties asked for")
