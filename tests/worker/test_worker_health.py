"""What starts containers anew asks the worker itself: does its loop turn, and does Temporal answer it?"""

from datetime import timedelta

import httpx
import pytest
from pydantic import ValidationError

from runtime.ports import CannotListen, free_port
from runtime.settings import WorkerSettings
from worker.health import SILENT, WorkerHealth

HEARD = timedelta(seconds=3)


async def asked(health: WorkerHealth, what: str) -> tuple[int, dict[str, str]]:
    """What it answers over HTTP."""
    port = free_port("127.0.0.1")
    async with health.answered(f"127.0.0.1:{port}"), httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/health/{what}")
    return answer.status_code, answer.json()


async def test_a_worker_that_temporal_answers_is_ready() -> None:
    """It takes work."""
    assert await asked(WorkerHealth(lambda: HEARD), "ready") == (200, {"status": "ready"})


async def test_without_temporal_it_lives_and_is_not_ready() -> None:
    """A restart would not bring Temporal back, and would end what it does meanwhile."""
    health = WorkerHealth(lambda: SILENT + HEARD)

    assert (await asked(health, "live"))[0] == 200
    assert await asked(health, "ready") == (503, {"status": "error", "detail": "Temporal has not answered for 43 s"})


async def test_a_worker_that_drains_is_not_ready() -> None:
    """It was told to stop."""
    assert (await asked(WorkerHealth(lambda: HEARD, draining=True), "ready"))[1]["detail"] == "draining"


async def test_a_taken_port_is_said_with_the_setting() -> None:
    """And not left to a trace."""
    port = free_port("127.0.0.1")
    at = f"127.0.0.1:{port}"
    async with WorkerHealth(lambda: HEARD).answered(at):
        with pytest.raises(CannotListen, match=f"WORKER_HEALTH: {port} on 127.0.0.1: it is taken"):
            async with WorkerHealth(lambda: HEARD).answered(at):
                pass


@pytest.mark.parametrize("address", ["worker:8081", "8081", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """With an example of one."""
    with pytest.raises(ValidationError, match=r"127\.0\.0\.1:9464"):
        WorkerSettings(health=address)
