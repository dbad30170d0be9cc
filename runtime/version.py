"""Which version of the program runs here."""

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """As it was installed."""
    try:
        return metadata.version("beteiligte-sync")
    except metadata.PackageNotFoundError:
        return "not installed"
