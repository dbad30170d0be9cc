"""`.env.example` and docs/settings.md, made from the settings classes; `make docs` writes them."""

import inspect
from collections.abc import Iterable, Iterator
from datetime import timedelta
from textwrap import wrap

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from runtime.loading import names
from runtime.secret_files import secret_names
from runtime.settings import ALL, Settings, TakesEffect
from runtime.values import write_span

OPENING = (
    "Copy to .env and fill in what has no default; what stands behind # is a default and may be left as it is.",
    "Lengths of time, always with their unit: 500ms, 30s, 4min, 1h, 30d. Lists: with commas.",
    "Values stand for themselves, also a $ in a password; one with a blank, # or a quote goes into single quotes.",
    "A secret may stand in a file instead: the same name with _FILE, and the path.",
    "In brackets, of a section or of a setting that differs: when a change takes effect (docs/settings.md).",
    "Never put the filled-in file under version control.",
)
HEAD = """\
# Settings

Written from the code by `make docs`. Read once at start from the environment or, where it has none, from the file \
`.env` in the working directory. Everything that is missing or wrong is named in one message.
Lengths of time, always with their unit: `500ms`, `30s`, `4min` or `4m`, `1h`, `30d`. Lists: with commas. No default: \
must be set.
In `.env` values stand for themselves, also a `$` in a password: nothing is put in for it. One that holds a blank, \
`#` or a quote goes into single quotes, in which only `\\'` and `\\\\` mean something else.
**A secret** may stand in a file instead: the setting of the same name and `_FILE` is its path, as containers and \
systemd hand secrets over (`ADVOWARE_PASSWORD_FILE=/run/secrets/advoware`). There are such for SECRET_NAMES.

## When a change takes effect

A command of the command line reads the settings each time it is run, so for itself a change counts at once. Otherwise:

| it takes effect with | which means |
|---|---|
"""
MEANING = {
    TakesEffect.WORKER: "Each worker is started again: SIGTERM lets it finish what runs. What waits in Temporal goes "
    "on by the new value, also in runs under way.",
    TakesEffect.WEBHOOK: "The webhook service is started again; EspoCRM delivers again what it could not meanwhile.",
    TakesEffect.FOLLOWED: "The webhook service looks at its files by itself; where the setting stands in its "
    "environment, it is started again.",
    TakesEffect.DESK: "The desk is started again: whoever was logged in logs in again.",
    TakesEffect.ALL: "Worker, webhook service, desk and `codec` are started again, on every machine.",
    TakesEffect.UP: "`up` is started again; where it does not run, whatever stands in its place.",
    TakesEffect.NEXT_RUN: "The value travels in the order of a party's run: worker and webhook service are started "
    "again, and runs that begin then have it. A run under way keeps its own until it ends, also one that waits to try "
    "again.",
    TakesEffect.NEXT_OUTAGE: "The workers are started again; the watch over an outage that goes on keeps its own.",
    TakesEffect.APPLIED: "The value travels in the schedules: `beteiligte-sync schedules apply`, then it counts from "
    "the next sweep or night on; one under way keeps its own.",
    TakesEffect.EVERYWHERE: "All processes are started again, so that workers write or do not write; and `schedules "
    "apply`, so that sweeps only report. A run that began in observe mode only shows until it ends.",
}
UP_DOES = (
    "`make up` (`beteiligte-sync up`) started again does all of this on its machine: it starts every process and "
    "applies the schedules."
)


def env_example() -> str:
    """The text of `.env.example`."""
    lines = [f"# {line}" for line in OPENING]
    for kind in ALL:
        lines += ["", f"# ---- {_about(kind)} [{_in_brackets(kind.usually)}]"]
        for name, setting, field in _rows(kind):
            effect = kind.takes_effect(name)
            about = f"{field.description}" + ("" if effect is kind.usually else f" [{_in_brackets(effect)}]")
            lines += [f"# {line}" for line in wrap(about, 110, break_on_hyphens=False)]
            lines.append(f"{setting}=" if field.is_required() else f"#{setting}={_default(field)}")
    return "\n".join(lines) + "\n"


def _secrets() -> str:
    return ", ".join(f"`{name}`" for kind in ALL for name in secret_names(kind).values())


def _in_brackets(effect: TakesEffect) -> str:
    return effect.replace("`", "")


def settings_page() -> str:
    """The text of docs/settings.md."""
    return (
        HEAD.replace("SECRET_NAMES", _secrets())
        + "".join(map(_effect, MEANING))
        + f"\n{UP_DOES}\n"
        + "".join(map(_class, ALL))
    )


def _effect(effect: TakesEffect) -> str:
    return f"| {effect} | {MEANING[effect]} |\n"


def _class(kind: type[Settings]) -> str:
    head = ("", f"## {_about(kind)}", "", "| name | default | meaning | takes effect |", "|---|---|---|---|")
    return "\n".join((*head, *(_row(kind, *row) for row in _rows(kind)))) + "\n"


def _row(kind: type[Settings], name: str, setting: str, field: FieldInfo) -> str:
    default = "" if field.is_required() else _default(field)
    shown = f"`{default}`" if default else "" if field.is_required() else "not set"
    meaning = (field.description or "").replace("|", "¦")
    return f"| `{setting}` | {shown} | {meaning} | {kind.takes_effect(name)} |"


def _about(kind: type[Settings]) -> str:
    return (inspect.getdoc(kind) or "").splitlines()[0].rstrip(".")


def _rows(kind: type[Settings]) -> Iterator[tuple[str, str, FieldInfo]]:
    """Required ones first, then a class's own before those of its bases; each with its name in the environment."""
    ordered = [
        name
        for at, each in enumerate(kind.__mro__)
        for name in _declared(each)
        if name in kind.model_fields and not any(name in _declared(base) for base in kind.__mro__[at + 1 :])
    ]
    for name in sorted(ordered, key=lambda name: not kind.model_fields[name].is_required()):
        yield name, names(kind)[name], kind.model_fields[name]


def _declared(kind: type) -> Iterable[str]:
    return inspect.get_annotations(kind)


def _default(field: FieldInfo) -> str:
    """As an operator would write it."""
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or value is None:
        return ""
    match value:
        case timedelta():
            return write_span(value)
        case bool():
            return str(value).lower()
        case tuple() | frozenset():
            return ",".join(sorted(map(str, value)))
        case dict():
            return ""
        case _:
            return str(value)
