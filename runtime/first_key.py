"""Whether a first key may be made here: never over a state that another key has closed already.

A new one would take the lost one's place, under the same id: nothing that was kept could be read, and all looked well.
"""

from runtime import state_file
from runtime.settings import TemporalSettings
from runtime.state_file import NotAState


def refusal(temporal: TemporalSettings) -> str | None:
    """Why none may be made, with the remedy; None: the state holds nothing encrypted, or is another server's."""
    if not temporal.embedded or temporal.keys.exists() or not (closed := _closed_by(temporal)):
        return None
    return (
        f"TEMPORAL_KEYS: there is no key file at {temporal.keys.absolute()}, and {temporal.state.absolute()} holds "
        f"runs that are encrypted with {', '.join(closed)}. {remedy(temporal)}"
    )


def remedy(temporal: TemporalSettings) -> str:
    """What to do."""
    return (
        f"Put the copy of {temporal.keys.name} back that was kept; where there is none, begin with an empty state: "
        f"move {temporal.state.name} and what begins with its name away (TEMPORAL_STATE)"
    )


def _closed_by(temporal: TemporalSettings) -> tuple[str, ...]:
    """Ids of keys; of a state that cannot be read the server says more."""
    if not temporal.state.exists():
        return ()
    try:
        return tuple(sorted(state_file.samples(temporal.state)))
    except (NotAState, OSError):
        return ()
