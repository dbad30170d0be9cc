"""The dashboard of Grafana, made from one table of panels: deploy/grafana/dashboards/beteiligte-sync.json.

A panel is a question to Prometheus and how its answer is drawn. What each figure means: docs/figures.md; that each
query is answered by running parts: tests/runtime/test_telemetry.py.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docs_generator.dashboard_panels import ROWS, Panel, Shape

FILE = "deploy/grafana/dashboards/beteiligte-sync.json"
UID = "beteiligte-sync"
SOURCE = {"type": "prometheus", "uid": "beteiligte-prometheus"}
"""As deploy/grafana/provisioning/datasources/prometheus.yml provides it."""
COLUMNS = 24
SCHEMA = 39
"""Of Grafana 11."""
SIZES = {Shape.NUMBER: (4, 4), Shape.LINES: (8, 8), Shape.BARS: (8, 8)}
TYPES = {Shape.NUMBER: "stat", Shape.LINES: "timeseries", Shape.BARS: "timeseries"}


@dataclass
class _Place:
    """Where the next panel goes: from left to right, row by row."""

    x: int = 0
    y: int = 0
    height: int = 0

    def take(self, width: int, height: int) -> dict[str, int]:
        if self.x + width > COLUMNS:
            self.down()
        taken = {"x": self.x, "y": self.y, "w": width, "h": height}
        self.x += width
        self.height = max(self.height, height)
        return taken

    def down(self) -> None:
        self.x, self.y, self.height = 0, self.y + self.height, 0


def dashboard() -> str:
    """The file."""
    made = {
        "uid": UID,
        "title": "beteiligte-sync",
        "description": "Both systems equal? What waits, what fails, how late. Explained in docs/figures.md.",
        "tags": ["beteiligte-sync"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-24h", "to": "now"},
        "timepicker": {},
        "templating": {"list": []},
        "annotations": {"list": []},
        "links": [],
        "panels": list(_panels()),
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _panels() -> Iterator[dict[str, Any]]:
    place, number = _Place(), 0
    for row in ROWS:
        place.down()
        number += 1
        at = place.take(COLUMNS, 1)
        yield {"id": number, "type": "row", "title": row.title, "collapsed": False, "gridPos": at, "panels": []}
        for panel in row.panels:
            number += 1
            yield {"id": number, "gridPos": place.take(*SIZES[panel.shape]), **_panel(panel)}


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "type": TYPES[panel.shape],
        "title": panel.title,
        "description": panel.meaning,
        "datasource": SOURCE,
        "targets": list(_targets(panel)),
        "fieldConfig": {"defaults": _drawn(panel), "overrides": []},
        "options": _number_options() if panel.shape is Shape.NUMBER else _line_options(),
    }


def _targets(panel: Panel) -> Iterator[dict[str, Any]]:
    for letter, (legend, query) in zip("ABCDEF", panel.queries.items(), strict=False):
        yield {
            "refId": letter,
            "datasource": SOURCE,
            "editorMode": "code",
            "expr": query,
            "legendFormat": legend,
            "range": panel.shape is not Shape.NUMBER,
            "instant": panel.shape is Shape.NUMBER,
        }


def _drawn(panel: Panel) -> dict[str, Any]:
    drawn: dict[str, Any] = {"unit": panel.unit, "min": 0, "thresholds": _thresholds(panel.bad_from)}
    if panel.shape is Shape.NUMBER:
        return {**drawn, "color": {"mode": "thresholds"}, "noValue": panel.none}
    bars = panel.shape is Shape.BARS
    return {
        **drawn,
        "color": {"mode": "palette-classic"},
        "custom": {
            "drawStyle": "bars" if bars else "line",
            "fillOpacity": 60 if bars else 10,
            "stacking": {"mode": "normal" if bars else "none", "group": "A"},
            "lineWidth": 1,
            "showPoints": "never",
            "spanNulls": False,
        },
    }


def _thresholds(bad_from: Sequence[float]) -> dict[str, Any]:
    """Green, and from each of these on orange or red."""
    colours = ("orange", "red") if len(bad_from) > 1 else ("red",)
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    steps += [{"color": colour, "value": value} for colour, value in zip(colours, bad_from, strict=False)]
    return {"mode": "absolute", "steps": steps}


def _number_options() -> dict[str, Any]:
    return {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": "auto",
        "colorMode": "background",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "wideLayout": True,
    }


def _line_options() -> dict[str, Any]:
    return {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
