"""Everything a worker registers, on one screen."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.advoware import AdvowareActivities
from activities.blame import BlameActivities
from activities.comparison import ComparisonActivities
from activities.deletes import DeletesActivities
from activities.espocrm import EspoCrmActivities
from activities.failure_history import FailureHistory
from activities.fetching import FetchingActivities
from activities.history import HistoryActivities
from activities.links import LinksActivities
from activities.listing import ListingActivities
from activities.live_traffic import LiveTraffic
from activities.notification import NotificationActivities
from activities.other_parties import OtherParties
from activities.outage import OutageActivities
from activities.planning import PlanningActivities
from activities.portion import PortionActivities
from activities.selftest import SelfTestActivities
from activities.write_back import WriteBackActivities
from beteiligte.decide.matching import Matching
from beteiligte.decide.policy import Rules
from beteiligte.messages import Language
from clients.access import Access
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from runtime.settings import (
    OutageSettings,
    SyncSettings,
    TemporalSettings,
    WorkerSettings,
)
from worker.live_first import LiveFirst
from worker.setbacks import TellSetbacks
from workflows.client import PartyClient
from workflows.disbelief import DropWhatIsNotBelieved
from workflows.registry import WORKFLOWS, sandbox

Activities = Sequence[Callable[..., Any]]

MOST = 100
"""Activities of one worker at the same time: Temporal's own default."""
FEWEST = 8
"""Some of them only wait for syncs, for which there must be room: a sweep's portion, an outage's trial."""


def places(systems: Iterable[Access], workers: int) -> int:
    """So many activities at the same time that each call gets its turn within half of what it may wait.

    What is more waits in the task queue, where it costs no attempt.
    """
    limited = (system for system in systems if system.calls_per_second)
    served = (s.calls_per_second / workers * s.turn_timeout.total_seconds() / 2 for s in limited)
    return max(FEWEST, int(min((MOST, *served))))


def local_places(systems: Iterable[Access], workers: int, first_try: timedelta) -> int:
    """So many first attempts at the same time as calls may be under way, and as get their turn in half of their time.

    Each makes one call at a time. What is more waits in this process, for as long as a first attempt may last, and then
    goes on in the task queue.
    """
    systems = tuple(systems)
    limited = (system for system in systems if system.calls_per_second)
    served = (s.calls_per_second / workers * first_try.total_seconds() / 2 for s in limited)
    return max(1, int(min((sum(system.max_concurrent for system in systems), *served))))


def worker(
    client: Client,
    espocrm: EspoCrmClient,
    advoware: AdvowareClient,
    *,
    temporal: TemporalSettings,
    sync: SyncSettings,
    outage: OutageSettings,
    rules: Rules,
    recipients: tuple[str, ...] = (),
    language: Language = Language.GERMAN,
    settings: WorkerSettings,
    write_probe: bool = True,
    at_once: int = MOST,
    local_at_once: int = MOST,
) -> Worker:
    """A worker with all workflows and activities."""
    other_parties, table = OtherParties(espocrm, advoware), rules.table
    history = HistoryActivities(client)
    parties = PartyClient(client, temporal.task_queue, sync.timing(), outage.timing())
    in_espocrm = EspoCrmActivities(espocrm, other_parties, history, table, language)
    matching = Matching(table, sync.match_minimum)
    in_advoware = AdvowareActivities(advoware, espocrm, history, sync.fresh_for, matching)
    comparison = ComparisonActivities(rules, language)
    write_back = WriteBackActivities(espocrm, sync.fresh_for, table, language)
    traffic = LiveTraffic()
    listing = ListingActivities(espocrm, history, table)
    return Worker(
        client,
        task_queue=temporal.task_queue,
        workflows=WORKFLOWS,
        activities=[
            FetchingActivities(in_espocrm, in_advoware).fetch,
            *of_a_sync(in_espocrm, in_advoware, comparison, write_back),
            *of_a_failure(
                BlameActivities(other_parties, FailureHistory(client), write_probe), history, OutageActivities(parties)
            ),
            *of_many(
                listing,
                LinksActivities(espocrm, advoware, history),
                PortionActivities(parties, traffic),
                PlanningActivities(listing, in_espocrm, in_advoware, comparison),
            ),
            DeletesActivities(parties, history).collect,
            *of_telling(NotificationActivities(espocrm, history, table, recipients, language)),
            SelfTestActivities(other_parties).look,
        ],
        max_concurrent_activities=at_once,
        max_concurrent_local_activities=local_at_once,
        interceptors=[LiveFirst(traffic), TellSetbacks(client), DropWhatIsNotBelieved()],
        workflow_runner=sandbox(),
        graceful_shutdown_timeout=settings.drain,
        sticky_queue_schedule_to_start_timeout=settings.sticky,
    )


def of_a_sync(
    espocrm: EspoCrmActivities,
    advoware: AdvowareActivities,
    comparison: ComparisonActivities,
    write_back: WriteBackActivities,
) -> Activities:
    """Read, decide, write Advoware, write back."""
    return (
        espocrm.fetch,
        espocrm.holders,
        espocrm.rivals,
        espocrm.link,
        espocrm.mark_syncing,
        espocrm.write_failure,
        advoware.fetch,
        advoware.left,
        advoware.push,
        advoware.create,
        advoware.look_up,
        comparison.decide,
        write_back.write_back,
    )


def of_a_failure(blame: BlameActivities, history: HistoryActivities, outages: OutageActivities) -> Activities:
    """Whose fault it was, what earlier runs knew, and the watch over a system that is down."""
    return (blame.blame, history.last_run, history.lost, history.left_begun, outages.report, outages.ask, outages.trial)


def of_many(
    listing: ListingActivities, links: LinksActivities, portion: PortionActivities, planning: PlanningActivities
) -> Activities:
    """Sweeps and plans."""
    return (listing.page, links.links, portion.sync, planning.page)


def of_telling(people: NotificationActivities) -> Activities:
    """Messages to people."""
    return (people.tell, people.deletes, people.outage, people.sweep)
