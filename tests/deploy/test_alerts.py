"""Each alert fires where it should, and stays silent in a program that is well; asked of Prometheus' own promtool.

What is written about alerts fits: a section of docs/runbook.md for each, a remedy, an alert for all that `status` calls
broken, and no figure that nobody shows.
"""

import re
import shutil
import subprocess
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs_generator.__main__ import ROOT
from starter.views.health import NEEDS_A_PERSON, StatusCause
from tests.deploy.alert_cases import FIRING, HEALTHY, SILENT, Firing
from tests.deploy.rules import RULES, Alert, alerts

ALERTS = {alert.name: alert for alert in alerts()}
RUNBOOK = (ROOT / "docs/runbook.md").read_text("utf-8")
PROMTOOL = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is missing: install prometheus")
WELL_AT = ("10h", "49h")
EVERY = {"49h": "1h"}
"""How often the rules are looked at, else every ten minutes: all that is tried lasts longer, and looking costs time."""


@dataclass
class Tried:
    """A program in which several alerts fire, none by what another one needs, and all others are silent."""

    at: str
    otherwise: dict[str, str | None] = field(default_factory=dict)
    firing: dict[str, Firing] = field(default_factory=dict)

    def takes(self, name: str, one: Firing) -> bool:
        """Whether it can be tried here, too; then it is."""
        if one.at != self.at or name in self.firing or self.otherwise.keys() & one.otherwise.keys():
            return False
        self.otherwise |= one.otherwise
        self.firing[name] = one
        return True

    def written(self) -> dict[str, Any]:
        """As promtool takes it."""
        checks = [fires(ALERTS[name], self.firing[name]) for name in self.firing]
        return case({**HEALTHY, **self.otherwise}, self.at, checks, but=self.firing)


def case(
    given: Mapping[str, str | None], at: str, checks: list[dict[str, Any]], *, but: Container[str] = ()
) -> dict[str, Any]:
    """One program with what is checked, and that everything else is silent."""
    minutes = 60 * int(at.removesuffix("h")) + 1  # what comes later costs time alone
    said = {name: re.sub(r"x[23]000$", f"x{minutes}", values) for name, values in given.items() if values is not None}
    series = [{"series": name, "values": values} for name, values in said.items()]
    others = [{"eval_time": at, "alertname": name, "exp_alerts": []} for name in ALERTS if name not in but]
    return {"interval": "1m", "input_series": series, "alert_rule_test": [*checks, *others]}


def fires(alert: Alert, firing: Firing) -> dict[str, Any]:
    """A check that it is told, of whom, and with which words."""
    told = {"exp_labels": {**alert.labels, **firing.labels}, "exp_annotations": alert.told(firing.labels)}
    return {"eval_time": firing.at, "alertname": alert.name, "exp_alerts": [told]}


def tried() -> list[Tried]:
    """As few programs as hold every alert in each of its ways."""
    programs: list[Tried] = []
    for name, all_of_it in FIRING.items():
        for one in all_of_it:
            if not any(program.takes(name, one) for program in programs):
                programs.append(Tried(one.at))
                programs[-1].takes(name, one)
    return programs


def cases() -> Iterator[dict[str, Any]]:
    """Every program that is tried."""
    for at in WELL_AT:
        yield case(HEALTHY, at, [])
    for program in tried():
        yield program.written()
    for one in SILENT:
        yield case({**HEALTHY, **one.otherwise}, one.at, [])


@PROMTOOL
def test_every_alert_fires_where_it_should_and_only_there(tmp_path: Path) -> None:
    """By what Prometheus makes of series of two days."""
    files: dict[str, dict[str, Any]] = {}
    for one in cases():
        every = EVERY.get(one["alert_rule_test"][0]["eval_time"], "10m")
        empty = {"rule_files": [str(RULES)], "evaluation_interval": every, "tests": []}
        files.setdefault(every, empty)["tests"].append(one)
    for every, asked in files.items():
        (tmp_path / f"{every}_test.yml").write_text(yaml.safe_dump(asked), "utf-8")

    answer = subprocess.run(
        ["promtool", "test", "rules", *tmp_path.iterdir()], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


@PROMTOOL
def test_prometheus_takes_the_rules_and_the_configuration() -> None:
    """With the files that it names."""
    answer = subprocess.run(
        ["promtool", "check", "config", ROOT / "deploy/prometheus/prometheus.yml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is missing: install prometheus-alertmanager")
def test_alertmanager_takes_its_example() -> None:
    """Mail and a webhook."""
    answer = subprocess.run(
        ["amtool", "check-config", ROOT / "deploy/alertmanager/alertmanager.yml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_alert_is_tried() -> None:
    """A new one needs a program in which it fires."""
    assert sorted(FIRING) == sorted(ALERTS)


@pytest.mark.parametrize("alert", ALERTS.values(), ids=lambda alert: alert.name)
def test_every_alert_says_what_to_do(alert: Alert) -> None:
    """In a line, and in a section of the runbook, which it names."""
    assert set(alert.annotations) == {"summary", "remedy", "runbook"}
    assert alert.annotations["runbook"] == f"docs/runbook.md#{alert.name.lower()}"
    assert alert.labels["severity"] in {"page", "ticket"}
    section = RUNBOOK.partition(f"## {alert.name}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\*\*(.+?)\*\*", section, re.MULTILINE) == ["Means.", "Look.", "Do."], alert.name


def test_the_runbook_has_no_section_of_an_alert_that_is_gone() -> None:
    """Whoever is woken by one finds it, and nobody else reads on."""
    sections = re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE)

    assert sections == list(ALERTS)


def test_an_alert_tells_everything_that_status_calls_broken_or_leaves_to_a_person() -> None:
    """By the cause's name: nobody has to look at `status` to learn that there is something to see."""
    asked = " ".join(alert.query for alert in ALERTS.values())
    weighed = {
        cause: weight
        for causes, weight in re.findall(r'beteiligte_trouble\{cause=~?"([\w|]+)", weight="(\w+)"\}', asked)
        for cause in causes.split("|")
    }

    assert sorted(weighed) == sorted(cause.value for cause in StatusCause)
    assert {cause for cause, weight in weighed.items() if weight == "needs_you"} == set(NEEDS_A_PERSON)
