"""What is asked of Prometheus: every rule of deploy/prometheus/alerts.yml, every query of the dashboard."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from docs_generator import dashboard
from docs_generator.__main__ import ROOT

RULES = ROOT / "deploy/prometheus/alerts.yml"
FIGURE = re.compile(r"\b(?:beteiligte|temporal)_[a-z_]+\b")
VARIABLES = {"$__rate_interval": "1m"}
"""What Grafana puts in."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One rule."""

    name: str
    query: str
    labels: dict[str, str]
    annotations: dict[str, str]

    def told(self, labels: dict[str, str]) -> dict[str, str]:
        """Its annotations about a series of these labels."""
        return {name: _filled(text, labels) for name, text in self.annotations.items()}


def _filled(text: str, labels: dict[str, str]) -> str:
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)


def alerts() -> list[Alert]:
    """All rules."""
    groups: list[dict[str, Any]] = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [
        Alert(rule["alert"], rule["expr"], rule["labels"], rule["annotations"])
        for group in groups
        for rule in group["rules"]
    ]


def panels() -> list[dict[str, Any]]:
    """All panels of the dashboard that ask something."""
    made = json.loads((ROOT / dashboard.FILE).read_text("utf-8"))["panels"]
    return [panel for panel in made if panel["type"] != "row"]


def queries() -> Iterator[tuple[str, str]]:
    """Every query with where it stands, as Prometheus takes it."""
    for alert in alerts():
        yield f"alert {alert.name}", alert.query
    for panel in panels():
        for target in panel["targets"]:
            query: str = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            yield f"panel {panel['title']} {target['refId']}", query


def figures(text: str) -> set[str]:
    """The figures that a text names, as they are counted: a histogram by its name."""
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in FIGURE.findall(text)}
