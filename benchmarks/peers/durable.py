"""A durable peer without a server: a DBOS workflow with one step a call. BENCH_DATABASE says where its state is."""

import asyncio
import os
from functools import cache

from dbos import DBOS

from benchmarks.peers import compare, hook
from benchmarks.peers.api import Api
from benchmarks.peers.compare import Record


@cache
def _api() -> Api:
    """One session for all steps."""
    return Api()


@DBOS.step()
async def read_espocrm(party_id: str) -> Record:
    """One call, whose result is kept."""
    return await _api().read_espocrm(party_id)


@DBOS.step()
async def read_advoware(bet_nr: int) -> Record:
    """One call, whose result is kept."""
    return await _api().read_advoware(bet_nr)


@DBOS.step()
async def create_advoware(values: Record) -> Record:
    """One call, whose result is kept."""
    return await _api().create_advoware(values)


@DBOS.step()
async def write_advoware(record: Record) -> Record:
    """One call, whose result is kept."""
    return await _api().write_advoware(record)


@DBOS.step()
async def write_espocrm(party_id: str, values: Record) -> Record:
    """One call, whose result is kept."""
    return await _api().write_espocrm(party_id, values)


@DBOS.workflow()
async def sync(party_id: str) -> None:
    """Three or four steps."""
    party = await read_espocrm(party_id)
    if party["betnr"] is None:
        record = await create_advoware(compare.wanted(party))
    else:
        record = await read_advoware(party["betnr"])
        changes = compare.changed(party, record)
        if not changes:
            return
        record = await write_advoware({**record, **changes})
    await write_espocrm(party_id, compare.bookkeeping(party, record))


async def _take(party_id: str) -> None:
    """Durable once this returns; it goes on in this process."""
    await DBOS.start_workflow_async(sync, party_id)


async def main() -> None:
    """Serve until SIGTERM."""
    database = os.environ["BENCH_DATABASE"]
    DBOS(config={"name": "bench", "system_database_url": database, "run_admin_server": False, "log_level": "WARNING"})
    DBOS.launch()
    await hook.serve(_take)
    DBOS.destroy()


if __name__ == "__main__":
    asyncio.run(main())
