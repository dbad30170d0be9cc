"""Watches one system that is down; workflow id `outage-<system>` (design §3).

Parties that failed by the system's fault report here. People are told once that it is down and once that it works
again, however many parties wait. Whether it works is tried with growing waits by syncing one of the waiting parties
with a single attempt: that finds every kind of trouble, a refused right to write as well as a dead line. A party of
each kind is tried, and a kind that comes later as soon as the first was: what is refused for ever must not make a party
wait that met a moment's silence. Then all waiting parties are asked for again. A party that fails by a matter of its
own says nothing about the others: the next is tried at once, and it is asked for once more at the end, since a system
that comes back between two calls makes a party look like that. A new kind of trouble meanwhile is told anew.
"""

import contextlib
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.notification import NotificationActivities
    from activities.outage import OutageActivities
    from beteiligte.request_reason import Reason
    from contracts.outage import (
        OUTAGE,
        PROBE,
        STATE,
        WAIT,
        AskOrder,
        OutageMemory,
        OutageNews,
        OutageOrder,
        OutageState,
        Tried,
        TryOrder,
        Waiting,
    )
    from contracts.telling import Told
    from workflows import metrics, options
    from workflows.outbox import Outbox

A_CALL = timedelta(seconds=30)
PORTION = 100
"""Parties asked for by one activity."""


@workflow.defn(name=OUTAGE)
class OutageWorkflow:
    """One system's outage, from the first party that waits to the last that is asked for again."""

    @workflow.init
    def __init__(self, order: OutageOrder) -> None:
        """Go on with what the predecessor knew."""
        self._system = order.system
        self._timing = order.timing
        self._begins = order.carried is None
        self._memory = order.carried or OutageMemory(since=workflow.now())
        self._outbox = Outbox(self._memory.outbox, self._tell)
        self._next_probe: datetime | None = None
        self._hurry = self._anew = False

    # ------------------------------------------------------------------ what parties say, and others ask

    @workflow.signal(name=WAIT)
    def wait(self, waiting: Waiting) -> None:
        """A party waits for the system."""
        memory = self._memory
        new_kind = bool(memory.waiting) and waiting.code not in memory.waiting.values()
        self._anew |= new_kind and memory.probes > 1
        memory.waiting[waiting.party_id] = waiting.code
        memory.heard(waiting.code, waiting.said)

    @workflow.signal(name=PROBE)
    def probe(self) -> None:
        """Try now: somebody knows that it works again."""
        self._hurry = True

    @workflow.query(name=STATE)
    def state(self) -> OutageState:
        """Since when, how many wait, and when it is tried next."""
        memory = self._memory
        return OutageState(
            system=self._system,
            since=memory.since,
            waiting=len(memory.waiting),
            codes=memory.kinds,
            told=bool(memory.told) and not memory.outbox,
            next_probe=self._next_probe,
        )

    # ------------------------------------------------------------------ the loop

    @workflow.run
    async def run(self, _: OutageOrder) -> OutageState:
        """Try, tell, and when it works again ask for all that wait."""
        memory = self._memory
        self._outbox.start()
        await workflow.wait_condition(lambda: bool(memory.waiting))
        if self._begins:
            metrics.count_outage(self._system)
        while memory.waiting:
            if workflow.info().is_continue_as_new_suggested():
                await self._hand_over()
            if not await self._pause():
                continue  # a night's reports fill a history before the next try is due; or a new kind came
            tried = await self._try_each_kind()
            if tried.own and memory.waiting:
                self._hurry, memory.probes = True, memory.probes - 1
            elif tried.worked:
                await self._recover()
            elif memory.codes:
                memory.tell_down(self._system)
        # No await from here on: a party that reports now makes the server refuse the closing (temporal.md §3).
        self._outbox.close()
        return self.state()

    async def _hand_over(self) -> None:
        """Go on in a new run, with all that this one knows; what people were not yet told, that one tells."""
        with contextlib.suppress(TimeoutError):  # a message that was just sent off gets through
            await workflow.wait_condition(lambda: not self._memory.outbox, timeout=A_CALL)
        await self._outbox.stop()
        self._memory.shorten()
        order = OutageOrder(system=self._system, timing=self._timing, carried=self._memory)
        workflow.continue_as_new(order)

    async def _pause(self) -> bool:
        """Wait for the next try; False where the history must be handed over first, or the wait begins anew."""
        memory, timing = self._memory, self._timing
        wait = min(timing.first_probe * timing.probe_factor ** min(memory.probes, 20), timing.longest_probe)
        memory.probes += 1
        self._next_probe = workflow.now() + wait
        self._explain("down")
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._hurry or self._anew or workflow.info().is_continue_as_new_suggested(), timeout=wait
            )
        handing_over = workflow.info().is_continue_as_new_suggested()
        due = self._hurry or not (self._anew or handing_over)
        if self._anew:
            memory.probes = 0
        elif not due:
            memory.probes -= 1  # the successor waits as long
        self._hurry = self._anew = False
        self._next_probe = None
        return due

    async def _try_each_kind(self) -> Tried:
        """Try a party of each kind of trouble, until one is not refused."""
        tried = Tried(worked=False)
        for kind in dict.fromkeys(self._memory.waiting.values()):
            party = next((party for party, code in self._memory.waiting.items() if code == kind), None)
            if party is not None:
                tried = await self._try(party)
            if tried.worked:
                break
        return tried

    async def _try(self, party: str) -> Tried:
        """Sync a waiting party with a single attempt. A trial without end counts as not working."""
        memory = self._memory
        kind = memory.waiting.pop(party)
        self._explain(f"trying with party `{party}`")
        order = TryOrder(system=self._system, party_id=party)
        config = options.once(self._timing.trial, f"try party {party}")
        try:
            tried = await workflow.execute_activity_method(OutageActivities.trial, order, **config)
        except ActivityError:
            tried = Tried(worked=False)
        if not tried.worked:
            memory.waiting[party] = tried.code or kind  # to the end: one odd party must not decide for all
            memory.heard(tried.code, tried.said)
        elif tried.own:
            memory.own[party] = None
        return tried

    async def _recover(self) -> None:
        """Ask for all that wait, then say that it is over, if people know that it began."""
        memory = self._memory
        waited = tuple({**memory.waiting, **memory.own})
        memory.waiting.clear()
        memory.own.clear()
        self._explain("works again")
        # That it began needs no telling any more: the last message says since when.
        await self._outbox.withdraw()
        for start in range(0, len(waited), PORTION):
            await self._ask(waited[start : start + PORTION], f"ask for {len(waited)} waiting parties")
        memory.tell_over(self._system, len(waited) + 1, workflow.now())
        metrics.count_recovery(self._system, memory.since)
        await self._outbox.emptied()
        # Whoever reports from now on begins a new outage.
        memory.told, memory.codes, memory.said, memory.probes, memory.since = {}, {}, {}, 0, workflow.now()

    async def _ask(self, parties: tuple[str, ...], summary: str) -> None:
        order = AskOrder(party_ids=parties, reason=Reason.RECOVERED)
        config = options.asking(self._timing.call, summary)
        await workflow.execute_activity_method(OutageActivities.ask, order, **config)

    # ------------------------------------------------------------------ what people see

    def _tell(self, news: OutageNews) -> "workflow.ActivityHandle[Told]":
        """Beside the loop: when EspoCRM is down its messages wait, and the trials go on."""
        config = options.telling(self._timing, "tell: over" if news.over else "tell: down")
        return workflow.start_activity_method(NotificationActivities.outage, news, **config)

    def _explain(self, what: str) -> None:
        """What the Web UI shows without opening an event."""
        memory = self._memory
        since = f"{memory.since:%Y-%m-%d %H:%M} UTC"
        after = f" · next try {self._next_probe:%H:%M} UTC" if self._next_probe else ""
        codes = ", ".join(memory.kinds) or "–"
        workflow.set_current_details(
            f"**{self._system}: {what}** · since {since} · {len(memory.waiting)} parties wait · {codes}{after}"
        )
