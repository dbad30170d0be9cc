"""What Temporal's visibility knows of parties: the betNr of a run, and other parties' runs with one betNr."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.client import Client

from activities.boundary import now
from beteiligte.decide.findings import Partner
from beteiligte.decide.situation import LostLink
from beteiligte.faults import System
from beteiligte.sync_status import DELETE_TOLD, SyncStatus
from contracts import activity_names, visibility
from contracts.create_name import CreateName
from contracts.reading import Begun, BegunOrder, LastRun, LastRunOrder, Lost, LostOrder

BET_NR, SYNC_STATUS = visibility.BET_NR.name, visibility.SYNC_STATUS.name
SAME_DELETE = timedelta(hours=1)
"""A delivery this long after people were told is about the same delete: EspoCRM repeats one for half an hour."""
ASKED_AT_ONCE = 50
"""Numbers or ids in one question to visibility: its text is bounded."""
VISIBLE_WITHIN = timedelta(seconds=20)
"""For a run's own beginning to be found, many times what it takes; a create waits for it, and is put off without it."""
LOOK_AGAIN = 0.05
"""Seconds: visibility follows Temporal's other records by some milliseconds; Elasticsearch by about a second."""


@dataclass(frozen=True)
class HistoryActivities:
    """Questions to Temporal's visibility."""

    client: Client
    visible_within: timedelta = VISIBLE_WITHIN

    async def begun_before(self, party_id: str, name: CreateName) -> bool:
        """Whether another run of the party began this very create. Answers only once our own beginning is on record.

        So of two runs that begin the same create at least one sees the other, however late visibility is. Raises
        TimeoutError when it is not on record in time, RPCError.
        """
        mine = activity.info().workflow_run_id
        async with asyncio.timeout(self.visible_within.total_seconds()):
            while mine not in (runs := await self._began(party_id, name)):  # noqa: ASYNC110  (the server's work)
                await asyncio.sleep(LOOK_AGAIN)
        return runs != {mine}

    @activity.defn(name=activity_names.HISTORY_LEFT_BEGUN)
    async def left_begun(self, order: BegunOrder) -> Begun:
        """Whether a run of the party that has ended began this very create: a sync would hold it, and ask a person.

        One that is still under way answers for itself.
        """
        return Begun(left=bool(await self._began(order.party_id, order.name, "ExecutionStatus != 'Running'")))

    async def _began(self, party_id: str, name: CreateName, *also: str) -> set[str]:
        """Ids of the runs; by their names, since 12 begins 123 as well. One that cannot be read counts: a create that
        is held is asked about, one that is made twice is not.
        """
        runs = set[str]()
        own = f"WorkflowId = '{visibility.workflow_id(party_id)}'"
        begun_so = f"{visibility.CREATE_BEGUN.name} STARTS_WITH '{name}'"
        async for run in self.client.list_workflows(" AND ".join((own, begun_so, *also))):
            begun = run.typed_search_attributes.get(visibility.CREATE_BEGUN)
            known = CreateName.read(begun) if begun else None
            if begun and (known is None or known.blocks(name)):
                runs.add(run.run_id)
        return runs

    async def known_elsewhere(self, bet_nr: int, *, besides: str) -> bool:
        """Whether another party was in agreement with this betNr: a restored record may hold it a second time.

        A record that was told its link is doubtful counts for nothing, else a mere duplicate would stop the original.
        """
        own = visibility.workflow_id(besides)
        query = f"{BET_NR} = '{bet_nr}' AND {SYNC_STATUS} = '{SyncStatus.CLEAN}' AND WorkflowId != '{own}'"
        return (await self.client.count_workflows(query)).count > 0

    async def agreed_bet_nr(self, party_id: str) -> int | None:
        """The betNr that the party's newest run in agreement had; one that was doubtful counts for nothing."""
        query = f"WorkflowId = '{visibility.workflow_id(party_id)}' AND {BET_NR} IS NOT NULL"
        return await self._bet_nr(f"{query} AND {SYNC_STATUS} = '{SyncStatus.CLEAN}'")

    async def _bet_nr(self, query: str) -> int | None:
        async for run in self.client.list_workflows(query, limit=1):
            return visibility.bet_nr_of(run.typed_search_attributes)
        return None

    async def parties_of(self, bet_nrs: Collection[int]) -> set[str]:
        """Ids of parties whose runs knew one of these betNr, besides those already told to be deleted in EspoCRM."""
        newest: dict[str, str] = {}
        for start in range(0, len(bet_nrs), ASKED_AT_ONCE):
            numbers = ", ".join(f"'{number}'" for number in sorted(bet_nrs)[start : start + ASKED_AT_ONCE])
            async for run in self.client.list_workflows(f"{BET_NR} IN ({numbers})"):
                if visibility.is_party(run.id):
                    newest.setdefault(run.id, run.typed_search_attributes.get(visibility.SYNC_STATUS) or "")
        return {visibility.party_of(run) for run, status in newest.items() if status != DELETE_TOLD}

    async def seen(self, party_ids: Collection[str]) -> set[str]:
        """Those of them that any run was ever about."""
        return await self._with_runs(party_ids)

    async def _with_runs(self, party_ids: Collection[str], also: str = "") -> set[str]:
        found, wanted = set[str](), sorted(party_ids)
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            ids = ", ".join(f"'{visibility.workflow_id(party)}'" for party in wanted[start : start + ASKED_AT_ONCE])
            query = f"WorkflowId IN ({ids})" + (f" AND {also}" if also else "")
            async for run in self.client.list_workflows(query):
                found.add(visibility.party_of(run.id))
        return found

    async def quiet(self, party_ids: Collection[str], since: datetime) -> set[str]:
        """Those of them that a run knew a betNr of, and of which none began since then."""
        silent = {*party_ids} - await self._with_runs(party_ids, f"StartTime > '{since.isoformat()}'")
        return await self._with_runs(silent, f"{BET_NR} IS NOT NULL")

    async def last_ended(self, party_id: str) -> datetime | None:
        """When the party's last run ended; None where Temporal knows none."""
        query = f"WorkflowId = '{visibility.workflow_id(party_id)}' AND CloseTime IS NOT NULL"
        async for run in self.client.list_workflows(query, limit=1):
            return run.close_time
        return None

    async def outage_open(self, *systems: System) -> bool:
        """Whether one of these systems is known to be down; none named: either."""
        ids = ", ".join(f"'{visibility.outage_id(system)}'" for system in systems or System)
        return (await self.client.count_workflows(f"WorkflowId IN ({ids}) AND ExecutionStatus = 'Running'")).count > 0

    async def told_deleted(self, bet_nr: int, *, besides: str) -> tuple[str, ...]:
        """Parties that people were told are deleted in EspoCRM, with this betNr."""
        own = visibility.workflow_id(besides)
        query = f"{BET_NR} = '{bet_nr}' AND {SYNC_STATUS} = '{DELETE_TOLD}' AND WorkflowId != '{own}'"
        found = {run.id async for run in self.client.list_workflows(query, limit=ASKED_AT_ONCE)}
        return tuple(sorted(visibility.party_of(run) for run in found if visibility.is_party(run)))

    @activity.defn(name=activity_names.HISTORY_LAST_RUN)
    async def last_run(self, order: LastRunOrder) -> LastRun:
        """The betNr of the party's newest run that knew one, and whether its delete was told."""
        runs = f"WorkflowId = '{visibility.workflow_id(order.party_id)}'"
        bet_nr, _ = await self._newest_link(runs)
        return LastRun(bet_nr=bet_nr, told=await self._told_of_delete(runs, bet_nr))

    @activity.defn(name=activity_names.HISTORY_LOST)
    async def lost(self, order: LostOrder) -> Lost:
        """What the party's runs knew of its links, the asking run's own word first."""
        bet_nr, status = order.bet_nr, order.status
        if bet_nr is None:
            bet_nr, status = await self._newest_link(f"WorkflowId = '{visibility.workflow_id(order.party_id)}'")
        return Lost(links=await self._lost(order.party_id, bet_nr or order.read_before, status))

    async def _newest_link(self, runs: str) -> tuple[int | None, str]:
        async for run in self.client.list_workflows(f"{runs} AND {BET_NR} IS NOT NULL", limit=1):
            shown = run.typed_search_attributes
            return visibility.bet_nr_of(shown), shown.get(visibility.SYNC_STATUS) or ""
        return None, ""

    async def _lost(self, party_id: str, bet_nr: int | None, status: str) -> tuple[LostLink, ...]:
        """The newest link and, where that one was never agreed on, the one before."""
        if bet_nr is None:
            doubtful = await self._create_left_open(party_id)
            return (LostLink(bet_nr=None, partner=Partner.DOUBTFUL),) if doubtful else ()
        if status == SyncStatus.DELETED_IN_ADVOWARE:
            return (LostLink(bet_nr=bet_nr, partner=Partner.GONE),)
        agreed = bet_nr if status == SyncStatus.CLEAN else await self.agreed_bet_nr(party_id)
        if agreed == bet_nr:
            return (LostLink(bet_nr=bet_nr),)
        before = () if agreed is None else (LostLink(bet_nr=agreed),)
        return (LostLink(bet_nr=bet_nr, partner=Partner.UNCONFIRMED), *before)

    async def _create_left_open(self, party_id: str) -> bool:
        """Whether an earlier run of a party that no run knows a betNr of left a create without an answer."""
        runs = f"WorkflowId = '{visibility.workflow_id(party_id)}'"
        mine = activity.info().workflow_run_id
        async for run in self.client.list_workflows(f"{runs} AND {visibility.CREATE_BEGUN.name} IS NOT NULL"):
            if run.run_id != mine:
                return True
        return False

    async def _told_of_delete(self, runs: str, bet_nr: int | None) -> bool:
        """By the newest that came to its end, lately: a record may be restored without an event, and deleted again."""
        async for run in self.client.list_workflows(f"{runs} AND ExecutionStatus = 'Completed'", limit=1):
            shown = run.typed_search_attributes
            lately = run.close_time is not None and now() - run.close_time < SAME_DELETE
            same = shown.get(visibility.BET_NR) == (str(bet_nr) if bet_nr else None)
            return lately and same and shown.get(visibility.SYNC_STATUS) == DELETE_TOLD
        return False
