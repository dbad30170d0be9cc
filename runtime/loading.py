"""Reads settings from the environment and `.env`; one message names everything that is missing or wrong.

A value is never shown, since it may be a secret. A name in `.env` that no setting has is an error too: a slip of the
pen would else be a default that nobody chose.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from runtime.env_file import read, unreadable_lines
from runtime.settings import ALL, AdvowareSettings, Settings, SweepSettings, SyncSettings, WorkerSettings
from runtime.values import SPANS, write_span

S = TypeVar("S", bound=Settings)

ENV_FILE = Path(".env")
FOLLOWS = "default_factory_not_called"
"""pydantic's word for a default that only could not be made because of another error."""


class SettingsError(Exception):
    """Settings are missing or wrong; the message lists all of them, a line each, with the remedy."""


class Loaded:
    """Settings by their class."""

    def __init__(self, values: Mapping[type[Settings], Settings]) -> None:
        """Keep them."""
        self._values = values

    def __getitem__(self, kind: type[S]) -> S:
        """The settings of a class that was asked for."""
        return cast(S, self._values[kind])

    def __contains__(self, kind: type[Settings]) -> bool:
        """Whether the class was asked for."""
        return kind in self._values


def load_all(*kinds: type[Settings], env_file: Path = ENV_FILE) -> Loaded:
    """These classes of settings. Raises SettingsError about all of them together."""
    values: dict[type[Settings], Settings] = {}
    problems = list(_unknown_names(env_file))
    for kind in kinds:
        try:
            values[kind] = kind(_env_file=env_file)
        except ValidationError as error:
            problems += [_line(kind, detail) for detail in error.errors() if detail["type"] != FOLLOWS]
    if not problems:
        problems += _together(Loaded(values))
    if problems:
        raise SettingsError("\n".join((*looked_in(env_file), *problems)))
    return Loaded(values)


def load(kind: type[S], *, env_file: Path = ENV_FILE) -> S:
    """One class of settings. Raises SettingsError."""
    return load_all(kind, env_file=env_file)[kind]


def looked_in(env_file: Path = ENV_FILE) -> tuple[str, ...]:
    """A word for who is in another folder than he thinks; nothing where the file is there."""
    if env_file.exists():
        return ()
    folder = env_file.absolute().parent
    return (f"{env_file.name}: there is none in {folder}; run this in the folder that holds it",)


def names(kind: type[Settings]) -> dict[str, str]:
    """The names of a class's settings as they stand in the environment, by field."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    return {field: f"{prefix}{field}".upper() for field in kind.model_fields}


def _line(kind: type[Settings], detail: ErrorDetails) -> str:
    if not detail["loc"]:
        return f"{kind.model_config.get('env_prefix')}*: {_problem(detail)}"
    field = str(detail["loc"][0])
    return f"{names(kind)[field]}: {_problem(detail)} ({kind.model_fields[field].description})"


def _problem(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "is not set"
    remedy = f": {SPANS}" if detail["type"].startswith("time_delta") else ""
    return detail["msg"].removeprefix("Value error, ") + remedy


def _unknown_names(env_file: Path) -> Iterator[str]:
    if not env_file.exists():
        return
    try:
        written, odd = read(env_file), unreadable_lines(env_file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{env_file}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    for number in odd:
        yield f"{env_file}: line {number} cannot be read: is a quote not closed, or does something follow one?"
    known = {name for kind in ALL for name in names(kind).values()}
    prefixes = tuple(str(kind.model_config.get("env_prefix")) for kind in ALL)
    for name in written:
        if name.upper() not in known and name.upper().startswith(prefixes):
            yield f"{name}: {env_file} sets it, and there is no such setting{_meant(name.upper(), known)}"


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _together(loaded: Loaded) -> Iterator[str]:
    """What is wrong only between several classes."""
    if all(kind in loaded for kind in (AdvowareSettings, SweepSettings, WorkerSettings)):
        yield from _slow_reads(loaded[AdvowareSettings], loaded[SweepSettings], loaded[WorkerSettings])
    if SyncSettings in loaded and AdvowareSettings in loaded:
        create, advoware = loaded[SyncSettings].create, loaded[AdvowareSettings]
        longest = (
            3 * advoware.turn_timeout + advoware.discovery_timeout + advoware.token_timeout + advoware.call_timeout
        )
        if create < longest:
            yield (
                f"SYNC_CREATE: must be at least {write_span(longest)}: thrice ADVOWARE_TURN_TIMEOUT, and once "
                "ADVOWARE_DISCOVERY_TIMEOUT, ADVOWARE_TOKEN_TIMEOUT and ADVOWARE_CALL_TIMEOUT; a create that was never "
                "sent would else count as one of unknown outcome"
            )


def _slow_reads(advoware: AdvowareSettings, sweep: SweepSettings, worker: WorkerSettings) -> Iterator[str]:
    """A page of reads that never ends in time would fail every sweep."""
    share = advoware.calls_per_second / worker.processes
    fitting = int(share * sweep.call.total_seconds())
    if share and not sweep.listing and fitting < sweep.reads_at_once:
        timing = sweep.timing()
        most = next(n for n in range(sweep.reads, -1, -1) if timing.but(reads=n).reads_at_once <= fitting)
        yield (
            f"SWEEP_READS: must be at most {most}: of {sweep.reads} a sweep reads {sweep.reads_at_once} at once, and "
            f"no more than {fitting} fit into SWEEP_CALL ({write_span(sweep.call)}) at {share:g} a second, which is "
            "ADVOWARE_CALLS_PER_SECOND ÷ WORKER_PROCESSES"
        )
