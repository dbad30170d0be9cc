"""The worker process: `python -m worker` or `beteiligte-sync worker`. SIGTERM drains it."""

import asyncio
import logging
import sys

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from runtime import settings as s
from runtime.codec import known_keys
from runtime.connection import connect, making_namespace, register_search_attributes
from runtime.control import WriteGate
from runtime.loading import Loaded, SettingsError, load_all
from runtime.ports import CannotListen
from runtime.processes import keep_private, log_to_stderr, run_and_exit, say_what_runs, stop_event
from runtime.streams import make_tolerant, visible
from runtime.telemetry import SETTINGS as MEASURING
from runtime.telemetry import Telemetry, measured
from runtime.workers import WorkerCount
from worker.answering import CardOfThisWorker, card_of
from worker.health import WorkerHealth
from worker.wiring import local_places, places, worker

log = logging.getLogger("worker")

NEEDED: tuple[type[s.Settings], ...] = (
    s.TemporalSettings,
    s.SyncSettings,
    s.NotifySettings,
    s.OutageSettings,
    s.WorkerSettings,
    s.EspoCrmSettings,
    s.AdvowareSettings,
    *MEASURING,
)


async def main() -> int:
    """Work until told to stop. Exit codes: 0 drained, 2 settings, 3 Temporal not reached."""
    # Each run imports its workflow's module anew (registry.SHARED); without bytecode it would be compiled anew as well.
    sys.dont_write_bytecode = False
    try:
        loaded = load_all(*NEEDED)
        at = loaded[s.TelemetrySettings].worker_metrics
        with measured("beteiligte-worker", loaded, metrics_at=at) as telemetry:
            return await _work(loaded, telemetry)
    except SettingsError as error:
        print(visible(f"Settings are missing or wrong:\n{error}"), file=sys.stderr)
        return 2
    except CannotListen as error:
        print(visible(str(error)), file=sys.stderr)
        return 4


async def _work(loaded: Loaded, telemetry: Telemetry) -> int:
    temporal, sync = loaded[s.TemporalSettings], loaded[s.SyncSettings]
    espocrm, advoware = loaded[s.EspoCrmSettings], loaded[s.AdvowareSettings]
    client = await _connected(temporal, telemetry)
    if client is None:
        return 3
    stop = stop_event()
    control = WriteGate(client, observe=sync.observe)
    processes = loaded[s.WorkerSettings].processes
    crew = WorkerCount(client, temporal.task_queue, expected=processes)
    await crew.look()  # before the first call: who is there already shares from now on
    card = card_of(client, observe=sync.observe, processes=processes)
    health = WorkerHealth(crew.silent_for)
    watching = [asyncio.create_task(each) for each in (control.watch(), crew.watch())]
    async with (
        health.answered(loaded[s.WorkerSettings].health),
        EspoCrmClient(espocrm, gate=control.gate, workers=crew.number) as crm,
        AdvowareClient(advoware, gate=control.gate, workers=crew.number) as firm,
    ):
        running = worker(
            client,
            crm,
            firm,
            temporal=temporal,
            sync=sync,
            outage=loaded[s.OutageSettings],
            rules=sync.rules(advoware),
            recipients=espocrm.recipients,
            language=loaded[s.NotifySettings].language,
            settings=loaded[s.WorkerSettings],
            write_probe=advoware.write_probe,
            at_once=places((espocrm, advoware), crew.number()),
            local_at_once=local_places((espocrm, advoware), crew.number(), sync.first_try),
        )
        async with CardOfThisWorker(client, temporal.task_queue, card).shown(), running:
            log.info("working on task queue %s at %s", temporal.task_queue, temporal.address)
            await stop.wait()
            health.draining = True
            log.info("draining")
    for watch in watching:
        watch.cancel()
    return 0


async def _connected(temporal: s.TemporalSettings, telemetry: Telemetry) -> Client | None:
    """A client by which something can be done in the namespace; None: it was said why there is none."""
    try:
        client = await connect(temporal, telemetry=telemetry)
    except (RuntimeError, TimeoutError):
        print(f"Temporal does not answer at {temporal.address}: start it, or set TEMPORAL_ADDRESS", file=sys.stderr)
        return None
    if temporal.encrypt and known_keys(client.data_converter.payload_codec).encrypts is None:
        log.warning(
            "what Temporal keeps is in clear: no key in use at %s (beteiligte-sync keys list, add, use)", temporal.keys
        )
    if why := await trouble(client, temporal):
        print(why, file=sys.stderr)
        return None
    return client


async def trouble(client: Client, temporal: s.TemporalSettings) -> str:
    """Why nothing can be done in the namespace, with the remedy; whoever supervises the worker starts it again."""
    try:
        await register_search_attributes(client)
    except RPCError as refused:
        if refused.status is RPCStatusCode.NOT_FOUND:
            made = making_namespace(temporal)
            return f"Temporal has no namespace {temporal.namespace}: {made}   # or set TEMPORAL_NAMESPACE"
        return f"Temporal at {temporal.address} answered {refused.status.name}: look at its log"
    return ""


if __name__ == "__main__":
    make_tolerant()
    keep_private()
    log_to_stderr()
    say_what_runs("worker")
    run_and_exit(main())
