"""Reads settings from the environment and `.env`; one message names everything that is missing or wrong.

A value is never shown, since it may be a secret. A name in `.env` that no setting has is an error too: a slip of the
pen would else be a default that nobody chose.
"""

import difflib
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from runtime import secret_files
from runtime.env_file import NAMED_BY, USUAL, in_force, read, unreadable_lines
from runtime.settings import (
    ALL,
    AdvowareSettings,
    Settings,
    SweepSettings,
    SyncSettings,
    WebhookSettings,
    WorkerSettings,
)
from runtime.system_errors import not_read
from runtime.values import SPANS, write_span

S = TypeVar("S", bound=Settings)

FOLLOWS = "default_factory_not_called"
"""pydantic's word for a default that only could not be made because of another error."""


class SettingsError(Exception):
    """Settings are missing or wrong; the message lists all of them, a line each, with the remedy."""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One thing that is missing or wrong."""

    where: str
    """The setting's name, or the file."""
    what: str
    """With the remedy; never the value."""
    meaning: str = ""
    """Of the setting, as its description has it."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" ({self.meaning})" if self.meaning else "")


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


def load_all(
    *kinds: type[Settings],
    env_file: Path | None = None,
    but: Mapping[str, str] | None = None,
    may_lack: Container[str] = (),
) -> Loaded:
    """These classes of settings. `but`: what to read instead, by names in the environment; empty: the default.

    `may_lack`: secrets whose files may hold nothing yet (secret_files.py). Raises SettingsError about all of them
    together.
    """
    loaded, problems = _read(kinds, env_file, but or {}, may_lack)
    if problems:
        raise SettingsError("\n".join((*looked_in(env_file), *map(str, problems))))
    return loaded


def as_far_as_right(*kinds: type[Settings], env_file: Path | None = None) -> tuple[Loaded, tuple[SettingProblem, ...]]:
    """The classes that can be used, for whoever looks at what else is wrong, and every problem by itself.

    Raises SettingsError where the file cannot be read at all.
    """
    loaded, problems = _read(kinds, env_file)
    return loaded, tuple(problems)


def _read(
    kinds: Iterable[type[Settings]],
    env_file: Path | None,
    but: Mapping[str, str] = MappingProxyType({}),
    may_lack: Container[str] = (),
) -> tuple[Loaded, list[SettingProblem]]:
    values: dict[type[Settings], Settings] = {}
    if env_file is None and in_force() != USUAL and not in_force().exists():
        raise SettingsError("\n".join(looked_in()))  # whoever names it means it
    env_file = env_file or in_force()
    problems = list(unknown_names(env_file))
    for kind in kinds:
        troubles = secret_files.troubles(kind, env_file, may_lack=may_lack)
        in_files = [SettingProblem(name, what) for name, what in troubles]
        problems += in_files
        try:
            values[kind] = kind(_env_file=env_file, **_instead(kind, but))
        except ValidationError as error:
            told = {problem.where.removesuffix(secret_files.END) for problem in in_files}
            found = [_problem(kind, detail) for detail in error.errors() if detail["type"] != FOLLOWS]
            problems += [problem for problem in found if problem.where not in told]
    loaded = Loaded(values)
    return loaded, problems or list(_together(loaded))


def _instead(kind: type[Settings], but: Mapping[str, str]) -> dict[str, Any]:
    """What this class reads instead, by its fields."""
    given = {field: but[name] for field, name in names(kind).items() if name in but}
    return {field: text or kind.model_fields[field].get_default() for field, text in given.items()}


def load(kind: type[S], *, env_file: Path | None = None) -> S:
    """One class of settings. Raises SettingsError."""
    return load_all(kind, env_file=env_file)[kind]


def looked_in(env_file: Path | None = None) -> tuple[str, ...]:
    """A word for who is in another folder than he thinks; nothing where the file is there."""
    env_file = env_file or in_force()
    if env_file.exists():
        return ()
    folder = env_file.absolute().parent
    if env_file != USUAL:
        return (f"{env_file.name}: there is none in {folder}; --env-file or {NAMED_BY} names it",)
    return (
        f"{env_file.name}: there is none in {folder}; run this in the folder that holds it, or name it: --env-file",
    )


def known_names() -> frozenset[str]:
    """Of all settings, as they stand in the environment, and of the files of those that are secret."""
    files = (f"{name}{secret_files.END}" for kind in ALL for name in secret_files.secret_names(kind).values())
    return frozenset((*(name for kind in ALL for name in names(kind).values()), *files))


def names(kind: type[Settings]) -> dict[str, str]:
    """The names of a class's settings as they stand in the environment, by field."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    return {field: f"{prefix}{field}".upper() for field in kind.model_fields}


def _problem(kind: type[Settings], detail: ErrorDetails) -> SettingProblem:
    if not detail["loc"]:
        return SettingProblem(f"{kind.model_config.get('env_prefix')}*", _what(detail))
    field = str(detail["loc"][0])
    return SettingProblem(names(kind)[field], _what(detail), kind.model_fields[field].description or "")


def _what(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "is not set"
    remedy = f": {SPANS}" if detail["type"].startswith("time_delta") else ""
    return detail["msg"].removeprefix("Value error, ") + remedy


def nobody_believed(webhook: WebhookSettings) -> SettingProblem | None:
    """What the webhook service lacks where nothing says whose deliveries to believe."""
    if webhook.secrets or webhook.allow_unsigned:
        return None
    return SettingProblem("WEBHOOK_SECRETS", 'is not set; {"webhook id": "secretKey"} as EspoCRM shows them')


def unknown_names(env_file: Path) -> Iterator[SettingProblem]:
    """Names in a file that no setting has, and lines that say nothing. Raises SettingsError."""
    if not env_file.exists():
        return
    try:
        written, odd = read(env_file), unreadable_lines(env_file)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{env_file}: cannot be read as UTF-8 text ({not_read(error)})") from None
    for number in odd:
        what = f"line {number} cannot be read: is a quote not closed, or does something follow one?"
        yield SettingProblem(str(env_file), what)
    known = known_names()
    prefixes = tuple(str(kind.model_config.get("env_prefix")) for kind in ALL)
    for name in written:
        if name.upper() not in known and name.upper().startswith(prefixes):
            yield SettingProblem(name, f"{env_file} sets it, and there is no such setting{_meant(name.upper(), known)}")


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _together(loaded: Loaded) -> Iterator[SettingProblem]:
    """What is wrong only between several classes."""
    if all(kind in loaded for kind in (AdvowareSettings, SweepSettings, WorkerSettings)):
        yield from _slow_reads(loaded[AdvowareSettings], loaded[SweepSettings], loaded[WorkerSettings])
    if SyncSettings in loaded and AdvowareSettings in loaded:
        create, advoware = loaded[SyncSettings].create, loaded[AdvowareSettings]
        longest = (
            3 * advoware.turn_timeout + advoware.discovery_timeout + advoware.token_timeout + advoware.call_timeout
        )
        if create < longest:
            yield SettingProblem(
                "SYNC_CREATE",
                f"must be at least {write_span(longest)}: thrice ADVOWARE_TURN_TIMEOUT, and once "
                "ADVOWARE_DISCOVERY_TIMEOUT, ADVOWARE_TOKEN_TIMEOUT and ADVOWARE_CALL_TIMEOUT; a create that was never "
                "sent would else count as one of unknown outcome",
            )


def _slow_reads(advoware: AdvowareSettings, sweep: SweepSettings, worker: WorkerSettings) -> Iterator[SettingProblem]:
    """A page of reads that never ends in time would fail every sweep."""
    share = advoware.calls_per_second / worker.processes
    fitting = int(share * sweep.call.total_seconds())
    if share and not sweep.listing and fitting < sweep.reads_at_once:
        timing = sweep.timing()
        most = next(n for n in range(sweep.reads, -1, -1) if timing.but(reads=n).reads_at_once <= fitting)
        yield SettingProblem(
            "SWEEP_READS",
            f"must be at most {most}: of {sweep.reads} a sweep reads {sweep.reads_at_once} at once, and "
            f"no more than {fitting} fit into SWEEP_CALL ({write_span(sweep.call)}) at {share:g} a second, which is "
            "ADVOWARE_CALLS_PER_SECOND ÷ WORKER_PROCESSES",
        )
