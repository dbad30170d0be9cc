"""Everything a worker registers, on one screen."""

from temporalio.client import Client
from temporalio.worker import Worker

from activities.advoware import AdvowareActivities
from activities.comparison import ComparisonActivities
from activities.espocrm import EspoCrmActivities
from activities.history import HistoryActivities
from activities.listing import ListingActivities
from activities.notification import NotificationActivities
from activities.outage import OutageActivities
from activities.planning import PlanningActivities
from activities.portion import PortionActivities
from activities.probe import DiagnosisActivities, Probe
from activities.write_back import WriteBackActivities
from beteiligte.fields import BUILT_IN, FieldTable
from beteiligte.messages import Language
from beteiligte.policy import Rules
from clients.advoware import Advoware
from clients.espocrm import EspoCrm
from clients.http import Gate, open_gate
from clients.records import AdvowareAccess, EspoCrmAccess
from runtime.settings import (
    AdvowareSettings,
    EspoCrmSettings,
    OutageSettings,
    SyncSettings,
    TemporalSettings,
    WorkerSettings,
)
from workflows.asking import Asking
from workflows.registry import WORKFLOWS, sandbox


def espocrm_client(settings: EspoCrmSettings, gate: Gate = open_gate) -> EspoCrm:
    """EspoCRM as set."""
    return EspoCrm(EspoCrmAccess(**settings.model_dump(include=set(EspoCrmAccess.model_fields))), gate=gate)


def advoware_client(settings: AdvowareSettings, gate: Gate = open_gate) -> Advoware:
    """Advoware as set."""
    return Advoware(AdvowareAccess(**settings.model_dump(include=set(AdvowareAccess.model_fields))), gate=gate)


def worker(
    client: Client,
    espocrm: EspoCrm,
    advoware: Advoware,
    *,
    temporal: TemporalSettings,
    sync: SyncSettings,
    outage: OutageSettings,
    rules: Rules,
    recipients: tuple[str, ...] = (),
    language: Language = Language.GERMAN,
    table: FieldTable = BUILT_IN,
    settings: WorkerSettings,
) -> Worker:
    """A worker with all workflows and activities."""
    probe = Probe(espocrm, advoware)
    history = HistoryActivities(client)
    in_espocrm = EspoCrmActivities(espocrm, probe, history, language, table)
    in_advoware = AdvowareActivities(advoware, espocrm, history, sync.fresh_for, table, sync.match)
    people = NotificationActivities(espocrm, history, recipients, language)
    asking = Asking(client, temporal.task_queue, sync.pace(), outage.pace())
    outages = OutageActivities(asking)
    listing = ListingActivities(espocrm, advoware, history, table)
    return Worker(
        client,
        task_queue=temporal.task_queue,
        workflows=WORKFLOWS,
        activities=[
            in_espocrm.fetch,
            in_espocrm.holders,
            in_espocrm.link,
            in_espocrm.mark_syncing,
            in_espocrm.write_failure,
            WriteBackActivities(espocrm, sync.fresh_for, language, table).write_back,
            in_advoware.fetch,
            in_advoware.push,
            in_advoware.create,
            in_advoware.look_up,
            ComparisonActivities(rules, language).decide,
            people.tell,
            people.outage,
            people.sweep,
            listing.page,
            listing.links,
            PortionActivities(asking).sync,
            PlanningActivities(listing, in_espocrm, in_advoware, rules).page,
            DiagnosisActivities(probe).blame,
            history.last_run,
            outages.report,
            outages.ask,
            outages.trial,
        ],
        workflow_runner=sandbox(),
        graceful_shutdown_timeout=settings.drain,
        sticky_queue_schedule_to_start_timeout=settings.sticky,
    )
