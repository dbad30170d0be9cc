"""What a process of the program finds in its environment: the settings that it reads, and no other part's secrets.

The environment of a process can be read by its user as long as it lives, and its children inherit it. So the server of
Temporal, the webhook service and the codec never get Advoware's password, though `up` was given it.
"""

from collections.abc import Iterable, Mapping

from runtime import secret_files
from runtime.settings import ALL, OtelSettings, Settings, TemporalSettings

STANDARD: tuple[type[Settings], ...] = (OtelSettings, TemporalSettings)
"""Classes whose prefix is somebody else's, too: what else begins so is OpenTelemetry's or Temporal's own setting."""


def narrowed(environment: Mapping[str, str], *kinds: type[Settings]) -> dict[str, str]:
    """Whatever is no setting of ours, and of ours those of these classes; what only looks like one is left out, too."""
    named = {name for kind in kinds for name in _names(kind)}
    begins = tuple(_prefix(kind) for kind in kinds if kind in STANDARD)
    ours = tuple(_prefix(kind) for kind in ALL)
    kept = (name for name in environment if not name.upper().startswith(ours) or name.upper() in named)
    more = (name for name in environment if begins and name.upper().startswith(begins))
    return {name: environment[name] for name in (*kept, *more)}


def _prefix(kind: type[Settings]) -> str:
    return str(kind.model_config.get("env_prefix", "")).upper()


def _names(kind: type[Settings]) -> Iterable[str]:
    for field in kind.model_fields:
        yield f"{_prefix(kind)}{field}".upper()
    for name in secret_files.secret_names(kind).values():
        yield f"{name}{secret_files.END}"
