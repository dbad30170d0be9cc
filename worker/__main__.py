"""The worker process: `python -m worker` or `beteiligte-sync worker`. SIGTERM drains it."""

import logging
import sys

from runtime import settings as s
from runtime.connection import connect, register_search_attributes
from runtime.processes import log_to_stderr, run_and_exit, stop_event
from worker.wiring import advoware_client, espocrm_client, worker

log = logging.getLogger("worker")


async def main() -> int:
    """Work until told to stop. Exit codes: 0 drained, 2 settings, 3 Temporal not reached."""
    try:
        temporal, sync, process = s.load(s.TemporalSettings), s.load(s.SyncSettings), s.load(s.WorkerSettings)
        espocrm, advoware = s.load(s.EspoCrmSettings), s.load(s.AdvowareSettings)
        telling = s.load(s.NotifySettings)
    except s.SettingsError as error:
        print(f"Settings are missing or wrong:\n{error}", file=sys.stderr)
        return 2
    try:
        client = await connect(temporal)
    except (RuntimeError, TimeoutError):
        print(f"Temporal does not answer at {temporal.address}: start it, or set TEMPORAL_ADDRESS", file=sys.stderr)
        return 3
    await register_search_attributes(client)
    stop = stop_event()
    async with espocrm_client(espocrm) as crm, advoware_client(advoware) as firm:
        running = worker(
            client,
            crm,
            firm,
            temporal=temporal,
            sync=sync,
            rules=sync.rules(advoware),
            recipients=espocrm.recipients,
            language=telling.language,
            settings=process,
        )
        async with running:
            log.info("working on task queue %s at %s", temporal.task_queue, temporal.address)
            await stop.wait()
            log.info("draining")
    return 0


if __name__ == "__main__":
    log_to_stderr()
    run_and_exit(main())
