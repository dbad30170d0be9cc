"""The deletes of one delivery, told in one message; workflow id `deletes-<hash of the ids>`.

A mass delete in EspoCRM must not be a message for each party. Each is synced as ever, under its own lock; what is to be
told of it comes back here. Nobody waits for a party that waits itself: it is told in a later message.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.deletes import DeletesActivities
    from activities.notification import NotificationActivities
    from contracts.deletes import DELETES, Collected, CollectOrder, DeletedParty, DeletesNews, DeletesOrder, DeletesTold
    from contracts.sweep_limits import DELETES_LONGER, DELETES_NAMED
    from workflows import options


@workflow.defn(name=DELETES)
class DeletesWorkflow:
    """Syncs the parties of one delivery of deletes and tells people."""

    @workflow.run
    async def run(self, order: DeletesOrder) -> DeletesTold:
        """How many were told, and how many nobody had ever synced."""
        waiting, told, unknown, again = order.party_ids, 0, 0, False
        while waiting:
            seen = await self._collect(order, waiting, again=again)
            for start in range(0, len(seen.deleted), DELETES_NAMED):
                await self._tell(order, seen.deleted[start : start + DELETES_NAMED])
            told, unknown = told + len(seen.deleted), unknown + seen.unknown
            workflow.set_current_details(f"**{told} told** · {len(seen.waiting)} wait for their next try")
            waiting, again = seen.waiting, True
        return DeletesTold(told=told, unknown=unknown)

    async def _collect(self, order: DeletesOrder, waiting: tuple[str, ...], *, again: bool) -> Collected:
        """Have them synced; those that wait for their next try are waited for longer, since what is known is told."""
        patience = order.patience * DELETES_LONGER if again else order.patience
        collect = CollectOrder(party_ids=waiting, patience=patience, again=again)
        config = options.collecting(patience, order.alive, f"sync {len(waiting)} deleted parties")
        return await workflow.execute_activity_method(DeletesActivities.collect, collect, **config)

    async def _tell(self, order: DeletesOrder, parties: tuple[DeletedParty, ...]) -> None:
        config = options.telling(order.timing, f"tell: {len(parties)} deleted in EspoCRM")
        news = DeletesNews(parties=parties)
        await workflow.execute_activity_method(NotificationActivities.deletes, news, **config)
