"""The units of systemd say what the program does: commands that exist, its exit codes, its times, and a closed room."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from docs_generator.__main__ import ROOT
from runtime.settings import WorkerSettings
from starter import waits
from starter.cli.exits import Exit
from starter.commands import app

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
INSTALLED = "/opt/beteiligte-sync"
CLOSED = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "UMask": "0077",
    "SystemCallFilter": "@system-service",
    "User": "beteiligte-sync",
}


def unit(path: Path) -> configparser.ConfigParser:
    """A unit's sections."""
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(path)
    return parsed


def service(path: Path) -> configparser.SectionProxy:
    """What is run, and how."""
    return unit(path)["Service"]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_each_service_runs_a_command_that_exists(path: Path) -> None:
    """From the checkout's own environment."""
    program, command, *_ = service(path)["ExecStart"].split()

    assert program == f"{INSTALLED}/.venv/bin/beteiligte-sync"
    assert command in get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_each_service_is_shut_in(path: Path) -> None:
    """It writes its own folder, sees nobody's home, and gains no rights."""
    told = service(path)

    assert {name: told.get(name) for name in CLOSED} == CLOSED


@pytest.mark.parametrize("path", [path for path in SERVICES if "backup" not in path.name], ids=lambda path: path.name)
def test_wrong_settings_are_not_tried_again(path: Path) -> None:
    """Everything else is: what is missing may come back."""
    told = service(path)

    assert told["Restart"] == "always"
    assert told["RestartPreventExitStatus"] == str(int(Exit.SETTINGS))


@pytest.mark.parametrize("name", ["beteiligte-sync.service", "beteiligte-sync-worker@.service"])
def test_a_stop_outlasts_what_a_worker_drains(name: str) -> None:
    """Else systemd kills steps that would have ended."""
    drains = WorkerSettings.model_fields["drain"].default + waits.PART_STOPS

    assert int(service(UNITS / name)["TimeoutStopSec"]) > drains.total_seconds()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    """With the program at the place that the page names: here a stand-in file that can be run."""
    program = tmp_path / "beteiligte-sync"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in UNITS.iterdir():
        text = path.read_text().replace(f"{INSTALLED}/.venv/bin/beteiligte-sync", str(program))
        (tmp_path / path.name.replace("@.", "@1.")).write_text(text)

    ran = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.glob("*.*"))],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
