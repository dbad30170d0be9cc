"""Watches one system that is down; workflow id `outage-<system>` (design §3).

Parties that failed by the system's fault report here. People are told once that it is down and once that it works
again, however many parties wait. Whether it works is tried with growing waits by syncing one of the waiting parties
with a single attempt: that finds every kind of trouble, a refused right to write as well as a dead line. A party of
each kind is tried, and a kind that comes later as soon as the first was: what is refused for ever must not make a party
wait that met a moment's silence. Then all waiting parties are asked for again. A party that fails by a matter of its
own says nothing about the others: the next is tried at once, and it is asked for once more at the end, since a system
that comes back between two calls makes a party look like that. A new kind of trouble meanwhile is told anew.
"""

import asyncio
import contextlib
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.notification import NotificationActivities
    from activities.outage import OutageActivities
    from beteiligte.faults import Paused
    from beteiligte.reason import Reason
    from contracts.outage import (
        OUTAGE,
        PROBE,
        STATE,
        WAIT,
        AskOrder,
        OutageCarried,
        OutageNews,
        OutageOrder,
        OutageState,
        Tried,
        TryOrder,
        Waiting,
    )
    from contracts.telling import Told
    from workflows import options

MOST = 20_000
"""Parties remembered over a long outage; the sweeps ask for more, since their status is `failed`."""
A_CALL = timedelta(seconds=30)
SAYINGS = 3
"""Reasons of the system itself in one message: a script may word them by the record."""
PORTION = 100
"""Parties asked for by one activity."""


@workflow.defn(name=OUTAGE)
class OutageWorkflow:
    """One system's outage, from the first party that waits to the last that is asked for again."""

    @workflow.init
    def __init__(self, order: OutageOrder) -> None:
        """Take over what the predecessor carried."""
        carried = order.carried or OutageCarried(since=workflow.now())
        self._system = order.system
        self._timing = order.timing
        self._since = carried.since
        self._waiting = dict(carried.waiting)
        """The kind of trouble, its fault's code, by party; who was tried in vain stands last."""
        self._own = dict.fromkeys(carried.own)
        self._codes = dict.fromkeys(carried.codes)
        self._told = dict.fromkeys(carried.told)
        self._said = dict.fromkeys(carried.said)
        self._probes = carried.probes
        self._next_probe: datetime | None = None
        self._hurry = self._anew = False
        self._withdrawn = False
        self._news: list[OutageNews] = []
        self._telling: workflow.ActivityHandle[Told] | None = None

    # ------------------------------------------------------------------ what parties say, and others ask

    @workflow.signal(name=WAIT)
    def wait(self, waiting: Waiting) -> None:
        """A party waits for the system."""
        new_kind = bool(self._waiting) and waiting.code not in self._waiting.values()
        self._anew |= new_kind and self._probes > 1
        self._waiting[waiting.party_id] = waiting.code
        self._heard(waiting.code, waiting.said)

    @workflow.signal(name=PROBE)
    def probe(self) -> None:
        """Try now: somebody knows that it works again."""
        self._hurry = True

    @workflow.query(name=STATE)
    def state(self) -> OutageState:
        """Since when, how many wait, and when it is tried next."""
        return OutageState(
            system=self._system,
            since=self._since,
            waiting=len(self._waiting),
            codes=tuple({**self._told, **self._codes}),
            told=bool(self._told) and not self._news,
            next_probe=self._next_probe,
        )

    def _heard(self, code: str, said: str) -> None:
        # A pause is a person's own doing, so nobody needs to be told of it.
        if code and code not in (Paused.code, *self._told):
            self._codes[code] = None
        if said and len(self._said) < SAYINGS:
            self._said[said] = None

    # ------------------------------------------------------------------ the loop

    @workflow.run
    async def run(self, order: OutageOrder) -> OutageState:
        """Try, tell, and when it works again ask for all that wait."""
        telling = asyncio.create_task(self._tell_all())
        await workflow.wait_condition(lambda: bool(self._waiting))
        while self._waiting:
            if workflow.info().is_continue_as_new_suggested():
                carried = await self._hand_over()
                workflow.continue_as_new(order.model_copy(update={"carried": carried}))
            if not await self._pause():
                continue  # a night's reports fill a history before the next try is due; or a new kind came
            tried = await self._try_each_kind()
            if tried.own and self._waiting:
                self._hurry, self._probes = True, self._probes - 1
            elif tried.worked:
                await self._recover()
            elif self._codes:
                self._tell_down()
        # No await from here on: a party that reports now makes the server refuse the closing (temporal.md §3).
        telling.cancel()
        return self.state()

    async def _hand_over(self) -> OutageCarried:
        """All that the successor needs; what people were not yet told, it tells."""
        with contextlib.suppress(TimeoutError):  # a message that was just sent off gets through
            await workflow.wait_condition(lambda: not self._news, timeout=A_CALL)
        told = {} if await self._withdraw_untold() else self._told
        return OutageCarried(
            since=self._since,
            waiting=dict(list(self._waiting.items())[:MOST]),
            own=tuple(self._own)[:MOST],
            codes=tuple({**self._codes, **self._told} if not told else self._codes),
            told=tuple(told),
            said=tuple(self._said),
            probes=max(0, self._probes - 1),
        )

    async def _pause(self) -> bool:
        """Wait for the next try; False where the history must be handed over first, or the wait begins anew."""
        growth = self._timing.probe_factor ** min(self._probes, 20)
        wait = min(self._timing.first_probe * growth, self._timing.longest_probe)
        self._probes += 1
        self._next_probe = workflow.now() + wait
        self._explain("down")
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._hurry or self._anew or workflow.info().is_continue_as_new_suggested(), timeout=wait
            )
        due = self._hurry or not (self._anew or workflow.info().is_continue_as_new_suggested())
        self._probes = 0 if self._anew else self._probes
        self._hurry = self._anew = False
        self._next_probe = None
        return due

    async def _try_each_kind(self) -> Tried:
        """Try a party of each kind of trouble, until one is not refused."""
        tried = Tried(worked=False)
        for kind in dict.fromkeys(self._waiting.values()):
            party = next((party for party, code in self._waiting.items() if code == kind), None)
            if party is not None:
                tried = await self._try(party)
            if tried.worked:
                break
        return tried

    async def _try(self, party: str) -> Tried:
        """Sync a waiting party with a single attempt. A trial without end counts as not working."""
        kind = self._waiting.pop(party)
        self._explain(f"trying with party `{party}`")
        order = TryOrder(system=self._system, party_id=party)
        config = options.once(self._timing.trial, f"try party {party}")
        try:
            tried = await workflow.execute_activity_method(OutageActivities.trial, order, **config)
        except ActivityError:
            tried = Tried(worked=False)
        if not tried.worked:
            self._waiting[party] = tried.code or kind  # to the end: one odd party must not decide for all
            self._heard(tried.code, tried.said)
        elif tried.own:
            self._own[party] = None
        return tried

    async def _recover(self) -> None:
        """Ask for all that wait, then say that it is over, if people know that it began."""
        waited, since = tuple({**self._waiting, **self._own}), self._since
        self._waiting.clear()
        self._own.clear()
        self._explain("works again")
        await self._withdraw_untold()
        for start in range(0, len(waited), PORTION):
            await self._ask(waited[start : start + PORTION], f"ask for {len(waited)} waiting parties")
        if self._told:
            self._tell(waiting=len(waited) + 1, since=since, over=workflow.now())
            await workflow.wait_condition(lambda: not self._news)
        # Whoever reports from now on begins a new outage.
        self._told, self._codes, self._said, self._probes, self._since = {}, {}, {}, 0, workflow.now()

    async def _ask(self, parties: tuple[str, ...], summary: str) -> None:
        order = AskOrder(party_ids=parties, reason=Reason.RECOVERED)
        config = options.asking(self._timing.call, summary)
        await workflow.execute_activity_method(OutageActivities.ask, order, **config)

    # ------------------------------------------------------------------ telling

    def _tell_down(self) -> None:
        self._told |= self._codes
        self._codes = {}
        self._tell(waiting=len(self._waiting), since=self._since)

    def _tell(self, *, waiting: int, since: datetime, over: datetime | None = None) -> None:
        codes, said = tuple(sorted(self._told)), tuple(self._said)
        news = OutageNews(system=self._system, codes=codes, waiting=waiting, since=since, over=over, said=said)
        self._news.append(news)

    async def _withdraw_untold(self) -> bool:
        """Withdraw a message that has not got through; whether there was one.

        That it began needs no telling any more once it is over: the last message says since when.
        """
        self._withdrawn = bool(self._news) and self._telling is None
        if self._telling is not None:
            self._telling.cancel()
        self._news = self._news[:1] if self._telling is not None else []
        await workflow.wait_condition(lambda: not self._news)
        return self._withdrawn

    async def _tell_all(self) -> None:
        """Beside the loop: when EspoCRM is down its messages wait, and the trials go on."""
        while True:
            await workflow.wait_condition(lambda: bool(self._news))
            config = options.telling(self._timing, "tell: over" if self._news[0].over else "tell: down")
            self._telling = workflow.start_activity_method(NotificationActivities.outage, self._news[0], **config)
            try:
                await self._telling
            except (ActivityError, asyncio.CancelledError):
                self._withdrawn = True
                workflow.logger.info("the message about %s was withdrawn", self._system)
            self._telling = None
            self._news.pop(0)

    def _explain(self, what: str) -> None:
        """What the Web UI shows without opening an event."""
        since = f"{self._since:%Y-%m-%d %H:%M} UTC"
        after = f" · next try {self._next_probe:%H:%M} UTC" if self._next_probe else ""
        codes = ", ".join({**self._told, **self._codes}) or "–"
        workflow.set_current_details(
            f"**{self._system}: {what}** · since {since} · {len(self._waiting)} parties wait · {codes}{after}"
        )
