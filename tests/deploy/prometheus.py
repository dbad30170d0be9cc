"""A real Prometheus as deploy/prometheus/ configures it, only quicker and at other addresses."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.deploy.rules import RULES

PROGRAM = shutil.which("prometheus")
MISSING = "prometheus is missing: install it (Debian: prometheus)"
EVERY = "200ms"
UP_WITHIN = 30


class Prometheus:
    """One that runs."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, trust_env=False)

    async def asked(self, query: str) -> list[dict[str, Any]]:
        """The answer to a query now."""
        answer = await self._http.get("/api/v1/query", params={"query": query})
        said = answer.json()
        assert said["status"] == "success", said
        found: list[dict[str, Any]] = said["data"]["result"]
        return found

    async def rules(self) -> dict[str, str]:
        """Each alert with how its last evaluation went, once all were evaluated."""
        while True:
            said = (await self._http.get("/api/v1/rules")).json()["data"]["groups"]
            health = {rule["name"]: rule["health"] for group in said for rule in group["rules"]}
            if health and "unknown" not in health.values():
                return health
            await asyncio.sleep(0.1)

    async def until(self, query: str) -> None:
        """Wait until it has an answer."""
        async with asyncio.timeout(UP_WITHIN):
            while True:
                if await self.asked(query):
                    return
                await asyncio.sleep(0.1)

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        """Wait until it answers."""
        async with asyncio.timeout(UP_WITHIN):
            while process.returncode is None:
                with suppress(httpx.TransportError):
                    if (await self._http.get("/-/ready")).status_code == httpx.codes.OK:
                        return
                await asyncio.sleep(0.05)
        raise AssertionError("prometheus ended at once")


@asynccontextmanager
async def scraping(folder: Path, targets: Mapping[str, str]) -> AsyncIterator[Prometheus]:
    """It scrapes these addresses, by part."""
    assert PROGRAM, MISSING
    configured = _configured(folder, targets)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    options = {"config.file": configured, "storage.tsdb.path": folder / "data", "web.listen-address": address}
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "--log.level=error", *(f"--{name}={value}" for name, value in options.items())
    )
    try:
        running = Prometheus(f"http://{address}")
        await running.ready(process)
        yield running
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _configured(folder: Path, targets: Mapping[str, str]) -> Path:
    copied = folder / "prometheus"
    shutil.copytree(RULES.parent, copied)
    file = copied / "prometheus.yml"
    file.write_text(file.read_text("utf-8").replace("15s", EVERY), "utf-8")
    parts = [{"targets": [address], "labels": {"part": part}} for part, address in targets.items()]
    (copied / "targets/beteiligte-sync.yml").write_text(yaml.safe_dump(parts), "utf-8")
    (copied / "targets/alertmanager.yml").write_text("[]", "utf-8")
    return file
