"""Prometheus as a part, where it is installed: it scrapes what runs, evaluates the rules, and is asked every query."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from runtime.engine import HOST, listens
from runtime.supervisor import Part

NAME = "Prometheus"
DEPLOYED = Path(__file__).parents[1] / "deploy/prometheus"
"""Its configuration, the rules, and where the parts are in an installation."""
USUALLY, EVERY = "_interval: 15s", "_interval: 1s"
TARGETS = "targets/beteiligte-sync.yml"
DASHBOARD = Path(__file__).parents[1] / "deploy/grafana/dashboards/beteiligte-sync.json"
GRAFANA_S, RATED_OVER = "$__rate_interval", "1m"
"""What Grafana puts in by how often it scrapes."""
ASKED_WITHIN = 10


def dashboard() -> list[tuple[str, str]]:
    """Each query of the dashboard as Prometheus takes it, with the title of its panel."""
    panels: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    asking = [(panel["title"], target["expr"]) for panel in panels for target in panel.get("targets", ())]
    return [(title, query.replace(GRAFANA_S, RATED_OVER)) for title, query in asking]


@dataclass(frozen=True)
class Prometheus:
    """Where it is, and what it scrapes."""

    directory: Path
    port: int
    targets: Sequence[tuple[str, str]]
    """Each part with its address, a part's name once for each process."""

    def part(self, binary: str) -> Part:
        """The process."""
        self.configure()

        async def ready() -> bool:
            return await listens(HOST, self.port)

        options = {
            "--config.file": self.directory / "prometheus.yml",
            "--storage.tsdb.path": self.directory / "data",
            "--web.listen-address": f"{HOST}:{self.port}",
            "--log.level": "error",
        }
        command = (binary, *(f"{name}={value}" for name, value in options.items()))
        return Part(name=NAME, command=command, environment=dict(os.environ), ready=ready, aside=True)

    def configure(self) -> None:
        """As it is deployed, with the targets of this machine, no Alertmanager, and a second between two looks."""
        shutil.copytree(DEPLOYED, self.directory)
        config = self.directory / "prometheus.yml"
        config.write_text(config.read_text("utf-8").replace(USUALLY, EVERY), "utf-8")
        targets = [{"targets": [at], "labels": {"part": part}} for part, at in self.targets]
        (self.directory / TARGETS).write_text(json.dumps(targets))  # JSON is YAML, too
        (self.directory / "targets/alertmanager.yml").write_text("[]")

    async def targets_up(self) -> dict[str, bool]:
        """Each target, and whether it was scraped."""
        found = await self._asked("targets", {"state": "active"})
        return {target["labels"]["instance"]: target["health"] == "up" for target in found["activeTargets"]}

    async def rules(self) -> dict[str, str]:
        """Each alert, and what is wrong with it; nothing where it is evaluated."""
        found = await self._asked("rules", {})
        rules = [rule for group in found["groups"] for rule in group["rules"]]
        return {rule["name"]: "" if rule["health"] == "ok" else rule.get("lastError", rule["health"]) for rule in rules}

    async def series(self, query: str) -> int | None:
        """How many series a query finds; None: it is refused."""
        try:
            return len((await self._asked("query", {"query": query}))["result"])
        except httpx.HTTPStatusError:
            return None

    async def _asked(self, what: str, parameters: Mapping[str, str]) -> Any:
        async with httpx.AsyncClient(timeout=ASKED_WITHIN, trust_env=False) as http:
            answer = await http.get(f"http://{HOST}:{self.port}/api/v1/{what}", params=dict(parameters))
            return answer.raise_for_status().json()["data"]
