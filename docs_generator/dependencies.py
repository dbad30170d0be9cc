"""docs/dependencies.md: what is installed from elsewhere, why, what it brings along, and by which licence.

The reasons stand beside the names in pyproject.toml. What brings what, and each licence, is read from the metadata of
what is installed; markers of platforms count as met, so that the page is the same on each.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
REASON = re.compile(r'^ {4}"([A-Za-z0-9._-]+)[^"]*",?\s*#\s*(.+)$', re.MULTILINE)
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)
REQUIRED = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")

HEAD = """\
# Dependencies

Written from `pyproject.toml`, `requirements.lock` and what is installed, by `make docs`. Every version is locked with
its hashes, and `make env` installs nothing else. A package needs a reason; a licence that is not on the list of
`tests/house/test_licences.py` turns the tests red, GPL and AGPL among them.

- `make audit` asks the database of known weaknesses (OSV) about every locked version; where nobody could be asked it
  ends with 3.
- `make sbom` writes what is in the wheel and in the image, as CycloneDX.

"""
INSTALLED = "## With the program\n\nWhat a firm installs.\n\n"
DEVELOPING = "\n## To build and test it\n\nIn the checkout alone; none of it is in the wheel.\n\n"
COLUMNS = "| package | why | licence | brings along |\n|---|---|---|---|\n"
TAIL = """
What the benchmarks measure the program beside has an environment and a lock of its own
(`benchmarks/requirements.lock`), and so have the tools of `make audit` and `make sbom` (`deploy/supply.lock`). Neither
is installed with the program.
"""
READ = {"httpx-aiohttp": "BSD-3-Clause"}
"""Read by hand: the metadata holds the licence's text alone."""
IN_SHORT = {
    "Apache Software License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache 2": "Apache-2.0",
    "BSD License": "BSD",
    "3-Clause BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
}
"""How packages of older metadata call them."""

NO_LICENCE = ("OSI Approved", "DFSG approved")
"""Classifiers that only say that there is one."""


@dataclass(frozen=True)
class Dependency:
    """One that is asked for by name."""

    name: str
    reason: str
    """Empty: pyproject.toml gives none."""
    brings: tuple[str, ...]


def canonical(name: str) -> str:
    """As names are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def locked() -> frozenset[str]:
    """Everything that `make env` installs."""
    return frozenset(map(canonical, LOCKED.findall((ROOT / "requirements.lock").read_text("utf-8"))))


@cache
def asked_for() -> Mapping[str, tuple[str, ...]]:
    """The direct ones as they are written, by what they are for: `program` and `dev`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {"program": tuple(project["project"]["dependencies"]), "dev": tuple(_group(project, "dev"))}


def _group(project: Mapping[str, Mapping[str, list[str | dict[str, str]]]], name: str) -> Iterable[str]:
    """A group, with those that it includes."""
    for line in project["dependency-groups"][name]:
        if isinstance(line, str):
            yield line
        else:
            yield from _group(project, line["include-group"])


@cache
def direct(of: str) -> tuple[Dependency, ...]:
    """Those of one kind, by name."""
    reasons = {canonical(name): why for name, why in REASON.findall((ROOT / "pyproject.toml").read_text("utf-8"))}
    own = {canonical(_required(line)[0]): line for line in asked_for()[of]}
    everywhere = {canonical(_required(line)[0]) for lines in asked_for().values() for line in lines}
    return tuple(
        Dependency(name, reasons.get(name, ""), tuple(sorted(brought_by(own[name]) - everywhere)))
        for name in sorted(own)
    )


def brought_by(line: str) -> frozenset[str]:
    """Everything locked that comes with it, however far behind."""
    found: set[str] = set()
    waiting = [line]
    while waiting:
        name, extras = _required(waiting.pop())
        for required in _requires(name, extras):
            if (key := canonical(_required(required)[0])) in locked() and key not in found:
                found.add(key)
                waiting.append(required)
    return frozenset(found - {canonical(_required(line)[0])})


def _required(line: str) -> tuple[str, frozenset[str]]:
    match = REQUIRED.match(line)
    assert match, line
    return match[1], frozenset(extra.strip() for extra in (match[2] or "").split(",") if extra.strip())


def _requires(name: str, extras: frozenset[str]) -> list[str]:
    """What its metadata asks for; nothing where it is not installed on this platform."""
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    return [line for line in lines if (extra := EXTRA.search(line)) is None or extra[1] in extras]


def licence(name: str) -> str:
    """In short, by its metadata: an expression of SPDX, a classifier, or a line; empty: it is not installed here."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if name in READ:
        return READ[name]
    for expression in told.get_all("License-Expression") or []:
        return str(expression)
    classifiers = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if "License ::" in line]
    line = [line for text in told.get_all("License") or [] for line in str(text).strip().splitlines()[:1]]
    named = [one for one in classifiers if one not in NO_LICENCE] or line
    return " OR ".join(sorted({IN_SHORT.get(one, one) for one in named}))


def dependencies_page() -> str:
    """The page."""
    return HEAD + INSTALLED + _table("program") + DEVELOPING + _table("dev") + TAIL


def _table(of: str) -> str:
    return COLUMNS + "".join(_row(one) for one in direct(of))


def _row(one: Dependency) -> str:
    brings = ", ".join(f"{name} ({licence(name)})" for name in one.brings)
    return f"| {one.name} | {one.reason} | {licence(one.name)} | {brings} |\n"
