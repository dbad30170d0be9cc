"""The settings: what is missing or wrong, names that are none of ours, who can read the file, what is switched off.

A value is never shown. What can be used of the settings goes on to the other checks, so that one wrong line hides
nothing else.
"""

import difflib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from installation.check import Area, Check, Verdict
from runtime import env_file as dotenv
from runtime import settings as s
from runtime.loading import (
    Loaded,
    SettingProblem,
    SettingsError,
    as_far_as_right,
    known_names,
    looked_in,
    nobody_believed,
)

ALIKE = 0.85
"""So much of a name must agree to be taken for a slip of the pen."""
NOT_OURS = ("OTEL_",)
"""OpenTelemetry has more names than we have settings."""


def look(
    env_file: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Loaded, tuple[SettingProblem, ...], list[Check]]:
    """What can be used, what is wrong for `up`, and all of it as checks."""
    env_file = env_file or dotenv.in_force()
    try:
        loaded, problems = as_far_as_right(*s.ALL, env_file=env_file)
    except SettingsError as unreadable:
        what = str(unreadable).removeprefix(f"{env_file}: ")
        loaded, problems = Loaded({}), (SettingProblem(str(env_file), what),)
    if s.WebhookSettings in loaded and (nobody := nobody_believed(loaded[s.WebhookSettings])):
        problems = (*problems, nobody)
    checks = [
        *_file(env_file, whole=not problems),
        *(_problem(problem, env_file) for problem in problems),
        *_slips(env_file, os.environ if environment is None else environment),
        *_switched(loaded),
        *_fields(loaded),
    ]
    return loaded, problems, checks


def _check(name: str, verdict: Verdict, seen: str, remedy: str | None = None) -> Check:
    return Check(area=Area.SETTINGS, name=name, verdict=verdict, seen=seen, remedy=remedy)


def _problem(problem: SettingProblem, env_file: Path) -> Check:
    return _check(problem.where, Verdict.WRONG, problem.what, _remedy(problem, env_file))


def _remedy(problem: SettingProblem, env_file: Path) -> str:
    """The line to write; for a name that no setting has, the one that was meant."""
    if problem.where in known_names():
        about = f"   # {problem.meaning}" if problem.meaning else ""
        return f"{problem.where}=…{about}"
    close = difflib.get_close_matches(problem.where.upper(), known_names(), n=1)
    if close:
        return f"in {env_file}: {close[0]}=… in place of {problem.where}"
    return f"correct or take out {problem.where} in {env_file} (docs/settings.md)"


def _file(env_file: Path, *, whole: bool) -> Iterator[Check]:
    """That there is one, and who may read it: it holds keys and a password."""
    if not env_file.exists():
        if whole:
            yield _check("settings", Verdict.OK, "from the environment alone")
        for elsewhere in () if whole else looked_in(env_file):
            seen, _, remedy = elsewhere.partition("; ")
            yield _check("settings file", Verdict.WRONG, seen, f"{remedy}; a new one: cp .env.example .env")
        return
    if whole:
        yield _check("settings", Verdict.OK, str(env_file.absolute()))
    mode = stat.S_IMODE(env_file.stat().st_mode)
    if mode & 0o077:
        seen = f"mode {mode:o}: others on this machine can read or change keys and password"
        yield _check(f"access to {env_file}", Verdict.WARNING, seen, f"chmod 600 {env_file}")
    else:
        yield _check(f"access to {env_file}", Verdict.OK, f"mode {mode:o}")


def _slips(env_file: Path, environment: Mapping[str, str]) -> Iterator[Check]:
    """Names that stop nothing, but look like slips of the pen: what they say would be a default nobody chose."""
    for place, names in ((str(env_file), _written(env_file)), ("the environment", environment)):
        for name, meant in _alike(names):
            seen = f"{place} sets it, and there is no such setting"
            yield _check(name, Verdict.WARNING, seen, f"{meant}=… in place of {name}, if that was meant")


def _written(env_file: Path) -> Iterable[str]:
    """What only looks like ours; a name that begins like ours is wrong already (runtime/loading.py)."""
    prefixes = tuple(str(kind.model_config.get("env_prefix")) for kind in s.ALL)
    try:
        return [name for name in dotenv.read(env_file) if not name.upper().startswith(prefixes)]
    except (OSError, ValueError):
        return []


def _alike(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    known = known_names()
    for name in sorted(names):
        if name.upper() not in known and not name.upper().startswith(NOT_OURS):
            for meant in difflib.get_close_matches(name.upper(), known, n=1, cutoff=ALIKE):
                yield name, meant


def _switched(loaded: Loaded) -> Iterator[Check]:
    """Switches for a beginning or a trial, which somebody may have forgotten."""
    if s.SyncSettings in loaded and loaded[s.SyncSettings].observe:
        seen = "SYNC_OBSERVE=true: everything is read and decided, nothing is written, nobody is told"
        yield _check("writing", Verdict.WARNING, seen, "SYNC_OBSERVE=false   # once you have looked")
    if s.WebhookSettings in loaded and loaded[s.WebhookSettings].allow_unsigned:
        seen = "WEBHOOK_ALLOW_UNSIGNED=true: whoever reaches the service may ask for syncs"
        yield _check("signatures of deliveries", Verdict.WARNING, seen, "WEBHOOK_ALLOW_UNSIGNED=false")


def _fields(loaded: Loaded) -> Iterator[Check]:
    """A file that cannot be used is a wrong setting already."""
    if s.SyncSettings in loaded and (path := loaded[s.SyncSettings].fields_file):
        table = loaded[s.SyncSettings].table()
        yield _check("field table", Verdict.OK, f"{path}: {len(table.rows)} fields are compared")
