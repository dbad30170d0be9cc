"""docker-compose.yml as it is written, for the tests beside this."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROGRAM = {name: service for name, service in SERVICES.items() if service["image"].startswith("beteiligte-sync:")}
"""Parts of the program, and what is done once by it."""


def environment(service: dict[str, Any]) -> dict[str, str]:
    """What is set; what is handed on from whoever starts it is left out."""
    return {name: value for name, value in service.get("environment", {}).items() if value is not None}


def ends(service: dict[str, Any]) -> bool:
    """Whether it is done once, or asked for by a person, and not kept running."""
    return str(service["restart"]) == "no" or str(service["restart"]).startswith("on-failure")


def mounts(service: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """From where, to where, and whether it is read only."""
    for mount in service.get("volumes", []):
        if isinstance(mount, dict):
            yield mount["source"], mount["target"], mount.get("read_only", False)
        else:
            source, target, *rights = mount.split(":")
            yield source, target, rights == ["ro"]
