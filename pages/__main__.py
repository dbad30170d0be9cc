"""Writes the pages that are made from the code: `python -m pages` (`make docs`).

`.env.example` and docs/settings.md from the settings classes, docs/fields.md from the field table, docs/messages.md
from what people are told. A test compares them with the code, so they cannot go stale.
"""

import inspect
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from textwrap import wrap

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from pages.fields import fields_page
from pages.messages import messages_page
from runtime.loading import names
from runtime.settings import ALL, Settings
from runtime.values import write_span

ROOT = Path(__file__).parent.parent
OPENING = (
    "Copy to .env and fill in what has no default; what stands behind # is a default and may be left as it is.",
    "Lengths of time, always with their unit: 500ms, 30s, 4min, 1h, 30d. Lists: with commas.",
    "Values stand for themselves, also a $ in a password; one with a blank, # or a quote goes into single quotes.",
    "Never put the filled-in file under version control.",
)


def env_example() -> str:
    """The text of `.env.example`."""
    lines = [f"# {line}" for line in OPENING]
    for kind in ALL:
        lines += ["", f"# ---- {_about(kind)}"]
        for name, field in _rows(kind):
            lines += [f"# {line}" for line in wrap(field.description or "", 110, break_on_hyphens=False)]
            lines.append(f"{name}=" if field.is_required() else f"#{name}={_default(field)}")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """The text of docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Written from the code by `make docs`. Read once at start from the environment or, where it has none, from "
        "the file `.env` in the working directory. Everything that is missing or wrong is named in one message.",
        "Lengths of time, always with their unit: `500ms`, `30s`, `4min` or `4m`, `1h`, `30d`. Lists: with commas. "
        "No default: must be set.",
        "In `.env` values stand for themselves, also a `$` in a password: nothing is put in for it. One that holds a "
        "blank, `#` or a quote goes into single quotes, in which only `\\'` and `\\\\` mean something else.",
    ]
    for kind in ALL:
        lines += ["", f"## {_about(kind)}", "", "| name | default | meaning |", "|---|---|---|"]
        for name, field in _rows(kind):
            default = "" if field.is_required() else _default(field)
            shown = f"`{default}`" if default else "" if field.is_required() else "not set"
            lines.append(f"| `{name}` | {shown} | {(field.description or '').replace('|', '¦')} |")
    return "\n".join(lines) + "\n"


def documents() -> dict[Path, str]:
    """Path below the checkout's root to text."""
    return {
        Path(".env.example"): env_example(),
        Path("docs/settings.md"): settings_page(),
        Path("docs/fields.md"): fields_page(),
        Path("docs/messages.md"): messages_page(),
    }


def _about(kind: type[Settings]) -> str:
    return (inspect.getdoc(kind) or "").splitlines()[0].rstrip(".")


def _rows(kind: type[Settings]) -> Iterator[tuple[str, FieldInfo]]:
    """Required ones first, then in the order of the class; what it inherits comes last."""
    own = [name for name in kind.model_fields if name in kind.__annotations__]
    ordered = own + [name for name in kind.model_fields if name not in own]
    for name in sorted(ordered, key=lambda name: not kind.model_fields[name].is_required()):
        yield names(kind)[name], kind.model_fields[name]


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


def main() -> None:
    """Write all of them."""
    for path, text in documents().items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
