"""What Temporal's server, PostgreSQL and Prometheus are told, as far as it shows without them."""

import json
import re
from pathlib import Path

from cluster.binaries import Binaries
from cluster.database import Database
from cluster.engine import DYNAMIC_CONFIG, PORTS, TemporalOnSql
from cluster.measuring import DEPLOYED, EVERY, TARGETS, Prometheus
from runtime.engine import AT_ONCE

DATABASE = Database(Path("/nowhere"), 5432, "a secret")


def test_the_server_is_told_its_database_and_a_port_for_each_role() -> None:
    """By the names of its image."""
    binaries = Binaries(
        initdb="initdb", postgres="postgres", as_user=(), owner=None, temporal=Path("/nowhere"), prometheus=None
    )
    part = TemporalOnSql(tuple(range(7000, 7000 + len(PORTS))), 9000, DATABASE).part(binaries, {})

    assert part.environment["DB_PORT"] == "5432"
    assert part.environment["POSTGRES_PWD"] == "a secret"
    assert "a secret" not in " ".join(part.command)  # a process list is read by everybody
    assert [part.environment[name] for name in PORTS] == [str(7000 + number) for number in range(len(PORTS))]


def test_the_deployed_dynamic_configuration_is_the_embedded_server_s() -> None:
    """The same keys with the same values, so that a cluster is as quick."""
    written = DYNAMIC_CONFIG.read_text("utf-8")
    told = dict(re.findall(r"^([\w.]+):\n  - value: (\S+)$", written, re.MULTILINE))

    assert {key: str(value) for key, value in AT_ONCE.items()}.items() <= told.items()


def test_prometheus_is_told_what_is_deployed_with_the_targets_of_this_machine(tmp_path: Path) -> None:
    """The rules are those of an installation; nothing else is looked at, and each second."""
    told = Prometheus(tmp_path / "prometheus", 9090, (("worker", "127.0.0.1:1234"),))
    told.configure()

    assert (told.directory / "alerts.yml").read_bytes() == (DEPLOYED / "alerts.yml").read_bytes()
    assert json.loads((told.directory / TARGETS).read_text()) == [
        {"targets": ["127.0.0.1:1234"], "labels": {"part": "worker"}}
    ]
    config = (told.directory / "prometheus.yml").read_text()
    assert TARGETS in config
    assert config.count(EVERY) == 2
